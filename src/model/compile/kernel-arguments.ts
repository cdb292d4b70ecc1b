// The flags that all kernel code is compiled with (the top Makefile, v6.12), and those of KCSAN's instrumentation
// (scripts/Makefile.kcsan, v6.12), for the model machine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel's KCSAN build passes, so that the calls are the very ones that its runtime implements. */
const instrumentation = [
  ...['-Xclang', '-fsanitize=thread'],
  ...['-mllvm', '-tsan-instrument-func-entry-exit=0'],
  ...['-mllvm', '-tsan-distinguish-volatile=1'],
  // KCSAN has the compiler report `x |= y` once, at its store (-tsan-compound-read-before-write). The machine has to
  // know of the load too: what another context does before it, and what between the two, are different interleavings.
  ...['-mllvm', '-tsan-instrument-read-before-write=1'],
];

const folders = [
  '-I/millrace/arch/include',
  '-I/millrace/generated',
  '-I/millrace/tree/include',
  '-I/millrace/tree/include/uapi',
  '-I/millrace/generated/generated/uapi',
];

const flags = [
  '--target=wasm32-unknown-unknown',
  // The oldest instruction set that has what atomics and sign extension need: the same module from every clang.
  ...['-mcpu=mvp', '-mmutable-globals', '-msign-ext'],
  '-nostdlibinc',
  ...['-D__KERNEL__', '-D__DISABLE_EXPORTS'],
  // Not to be had in WebAssembly.
  '-D__builtin_return_address(level)=((void *)millrace_return_address(level))',
  '-D__builtin_frame_address(level)=((void *)0)',
  '-std=gnu11',
  '-fms-extensions',
  ...['-fshort-wchar', '-funsigned-char', '-fno-common', '-fno-strict-aliasing', '-fno-strict-overflow'],
  ...['-fno-delete-null-pointer-checks', '-fno-stack-protector', '-fno-builtin-wcslen'],
  ...['-O2', '-gdwarf-4', '-w', '-ferror-limit=5', '-fno-color-diagnostics', '-fno-caret-diagnostics'],
  // clang 16 made errors of what kernels of an earlier day say.
  ...['-Wno-error=implicit-function-declaration', '-Wno-error=int-conversion'],
  '-Wno-error=incompatible-function-pointer-types',
  // File names as from the tree's top, wherever tree and cache are: the same object on every host.
  ...['tree/', 'case/', 'wrapper/'].map((folder) => `-ffile-prefix-map=/millrace/${folder}=`),
  '-ffile-prefix-map=/millrace/arch/=arch/wasm32/',
  '-ffile-prefix-map=/millrace/headers/=include/',
  '-ffile-prefix-map=/millrace/generated/=',
  '-fdebug-compilation-dir=.',
];

/**
 * Flags for the clang driver, without those of the file's folder and without the file.
 * @param settings.root top of the tree, to see what it has
 */
export function kernelArguments(settings: {
  readonly root: string;
  readonly instrumented: boolean;
}): readonly string[] {
  // In every file since 5.13.
  const hasVersion = existsSync(join(settings.root, 'include/linux/compiler-version.h'));
  return [
    ...flags,
    ...folders,
    ...(hasVersion ? ['-include', 'linux/compiler-version.h'] : []),
    ...['-include', 'linux/kconfig.h', '-include', 'linux/compiler_types.h', '-include', 'asm/machine.h'],
    ...(settings.instrumented ? instrumentation : []),
  ];
}
