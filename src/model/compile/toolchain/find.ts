// Which compiler the model engine uses.
import { environmentError } from '../../../base/index.js';
import { findNativeClang } from './native-clang.js';
import { packagedClang } from './packaged-clang.js';
import type { ModelCompiler } from './types.js';

export type ModelCompilerChoice = 'native' | 'packaged';

/**
 * The native clang when there is one, because it is faster; else the packaged one. Both tell of the same accesses.
 * Errors: `environment` when `prefer` is `native` and there is no clang with WebAssembly in it.
 */
export async function findModelCompiler(
  options: { readonly prefer?: ModelCompilerChoice; readonly signal?: AbortSignal | undefined } = {},
): Promise<ModelCompiler> {
  if (options.prefer === 'packaged') return packagedClang();
  const native = await findNativeClang(options.signal);
  if (native !== null) return native;
  if (options.prefer === 'native')
    throw environmentError('there is no clang 15 or newer with wasm-ld on the path', {
      hint: 'Install clang and lld, or leave the choice to Millrace: its packaged compiler needs nothing.',
    });
  return packagedClang();
}
