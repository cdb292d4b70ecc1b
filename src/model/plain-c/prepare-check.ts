// From files to a program on a machine, in this thread.
import type { Progress } from '../../base/index.js';
import { type CheckOptions, type CheckProgram, linkPlainC, prepareProgram } from './check.js';
import { compileCheck } from './compile-check.js';

/** Errors: `input` when a file does not compile or calls what is not modelled. */
export async function prepareCheck(
  files: readonly string[],
  options: Pick<
    CheckOptions,
    'cflags' | 'maxMemory' | 'maxSteps' | 'maxThreads' | 'memoryModel' | 'inputs' | 'compiler' | 'signal'
  >,
  progress: Progress,
): Promise<CheckProgram> {
  const { linked, uninitialized } = await compileCheck(files, options, progress);
  return { ...prepareProgram(await linkPlainC(linked), options), uninitialized };
}
