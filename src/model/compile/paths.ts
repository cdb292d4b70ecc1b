// Where the model engine's own C and its cache are.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../../base/index.js';

/** `arch/wasm32`: the model machine as an architecture. */
export const architectureFolder = fileURLToPath(new URL('../../../arch/wasm32', import.meta.url));

/** `include`: the headers that a harness sees. */
export const harnessHeaderFolder = fileURLToPath(new URL('../../../include', import.meta.url));

export function modelCacheDirectory(): string {
  return join(cacheDirectory(), 'model');
}
