// The flags that all kernel code is compiled with (the top Makefile, v6.12), for the model machine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Instrumentation, instrumentationFlags } from './instrumentation.js';

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
  /** Null for a file that its makefile leaves out. */
  readonly instrumentation: Instrumentation | null;
}): readonly string[] {
  // In every file since 5.13.
  const hasVersion = existsSync(join(settings.root, 'include/linux/compiler-version.h'));
  return [
    ...flags,
    ...folders,
    ...(hasVersion ? ['-include', 'linux/compiler-version.h'] : []),
    ...['-include', 'linux/kconfig.h', '-include', 'linux/compiler_types.h', '-include', 'asm/machine.h'],
    ...(settings.instrumentation === null ? [] : instrumentationFlags(settings.instrumentation)),
    // The machine's barriers are no instructions that KCSAN could mistake for builtins.
    ...(settings.instrumentation === 'kcsan' ? ['-DMILLRACE_KCSAN'] : []),
  ];
}
