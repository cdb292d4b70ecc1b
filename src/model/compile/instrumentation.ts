// How the compiler tells of accesses (LLVM, ThreadSanitizer.cpp; scripts/Makefile.kcsan, v6.12.117).

/**
 * `every-access`: for exploration, which has to know of the load of `x |= y` as well as of its store: what another
 * context does before the one, and between the two, are different interleavings.
 * `kcsan`: as the kernel is built, where the two are one `read-write`. Functions entered and left, which a kernel with
 * CONFIG_KCSAN_WEAK_MEMORY=y is told too, are told by the linked program (`tellCalls`): the compiler's own way needs a
 * return address, which WebAssembly does not have.
 */
export type Instrumentation = 'every-access' | 'kcsan';

/** Flags for the clang driver. */
export function instrumentationFlags(instrumentation: Instrumentation): readonly string[] {
  const options = [
    '-tsan-instrument-func-entry-exit=0',
    '-tsan-distinguish-volatile=1',
    instrumentation === 'every-access'
      ? '-tsan-instrument-read-before-write=1'
      : '-tsan-compound-read-before-write=1',
  ];
  return [
    ...['-Xclang', '-fsanitize=thread'],
    ...options.flatMap((option) => ['-mllvm', option]),
    ...(instrumentation === 'every-access' ? [] : ['-fno-optimize-sibling-calls']),
  ];
}
