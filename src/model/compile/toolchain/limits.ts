// What a compiler may use: a few lines of C can ask for more memory and time than there is.
import { type ChildLimits, environmentError, type RunResult } from '../../../base/index.js';

const variables = { seconds: 'MILLRACE_COMPILER_SECONDS', memory: 'MILLRACE_COMPILER_MEMORY' } as const;

/** A file of the kernel takes seconds and some hundred megabytes. */
const usual = { seconds: 60, memory: 4096 } as const;

/** @param files that one process compiles, one behind the other */
export function compilerLimits(files = 1): Required<ChildLimits> {
  return {
    seconds: fromEnvironment(variables.seconds, usual.seconds) * files,
    memory: fromEnvironment(variables.memory, usual.memory) * 1024 * 1024,
  };
}

function fromEnvironment(name: string, otherwise: number): number {
  const value = Number(process.env[name]);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}

const outOfMemory = /out of memory|bad_alloc|cannot allocate memory|memory exhausted/i;
/** Of the shell: 128 and SIGKILL or SIGXCPU, which both tell of the processor time. */
const outOfTime: readonly (number | null)[] = [137, 152];
const noRoom = /no space left on device|disk quota exceeded|read-only file system/i;

/** Errors: `environment` where a compiler ended for want of something, and not because of what it was given. */
export function refuseExhausted(
  { exitCode, stderr }: Pick<RunResult, 'exitCode' | 'stderr'>,
  compiler: string,
  file: string,
): void {
  const { seconds, memory } = compilerLimits();
  if (outOfTime.includes(exitCode))
    throw environmentError(
      `${compiler} took more than ${seconds} s of processor time for ${file}, or was killed`,
      {
        hint: `Make the file smaller, or set ${variables.seconds} to more seconds.`,
      },
    );
  if (outOfMemory.test(stderr))
    throw environmentError(`${compiler} needs more than ${memory / 1024 / 1024} MiB of memory for ${file}`, {
      hint: `Make the file smaller, or set ${variables.memory} to more MiB.`,
    });
  if (noRoom.test(stderr))
    throw environmentError(`${compiler} has no room to write what it makes of ${file}`, {
      excerpt: stderr.trim().split('\n')[0] ?? '',
      hint: 'Make room for temporary files, or set TMPDIR to a folder with room.',
    });
}

/** Variables of the environment that change what clang reads or does, and that no cache knows of. */
export const cleanEnvironment: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...[
      'CPATH',
      'C_INCLUDE_PATH',
      'CPLUS_INCLUDE_PATH',
      'OBJC_INCLUDE_PATH',
      'COMPILER_PATH',
      'LIBRARY_PATH',
    ],
    ...['CCC_OVERRIDE_OPTIONS', 'CCC_ADD_ARGS', 'CLANG_CONFIG_FILE_SYSTEM_DIR', 'CLANG_CONFIG_FILE_USER_DIR'],
    ...['DEPENDENCIES_OUTPUT', 'SUNPRO_DEPENDENCIES', 'SDKROOT', 'GCC_EXEC_PREFIX', 'SOURCE_DATE_EPOCH'],
  ].map((name) => [name, undefined]),
);
