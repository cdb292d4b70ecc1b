// The first half of a check: from its files to one linked module.
import type { Progress } from '../../base/index.js';
import { findModelCompiler } from '../compile/index.js';
import type { CheckOptions } from './check.js';
import { compilePrograms } from './compile.js';
import type { UninitializedRead } from './hints.js';

export interface CompiledCheck {
  readonly linked: Uint8Array;
  /** Locals that the program may read before it sets them: they are 0. */
  readonly uninitialized: readonly UninitializedRead[];
}

/** Errors: `input` when a file does not compile. */
export function compileCheck(
  files: readonly string[],
  { cflags, compiler: prefer, signal }: Pick<CheckOptions, 'cflags' | 'compiler' | 'signal'>,
  progress: Progress,
): Promise<CompiledCheck> {
  return progress.step('compile', async (update) => {
    const compiler = await findModelCompiler({ ...(prefer === undefined ? {} : { prefer }), signal });
    update(compiler.name);
    const uninitialized: UninitializedRead[] = [];
    const [linked] = await compilePrograms(compiler, [files], {
      cflags,
      signal,
      onUninitialized: (read) => uninitialized.push(read),
    });
    return { linked: linked as Uint8Array, uninitialized };
  });
}
