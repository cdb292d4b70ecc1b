// Both compilers have to tell of the same accesses. Skipped where there is no native clang; `npm run test:kernel` has
// more of it.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { compilePrograms, linkPlainC } from '../../src/model/plain-c/index.js';
import { accessLines, nativeClang } from './accesses.js';

const native = await nativeClang();
const file = fileURLToPath(new URL('fixtures/locals.c', import.meta.url));

it.skipIf(native === null)('both compilers tell of the same accesses to local variables', async () => {
  const [theirs = [], ours = []] = await Promise.all(
    [
      native ?? (await findModelCompiler({ prefer: 'packaged' })),
      await findModelCompiler({ prefer: 'packaged' }),
    ].map(async (compiler) => {
      const [wasm] = await compilePrograms(compiler, [[file]], { cflags: ['-w'] });
      return accessLines(await linkPlainC(wasm as Uint8Array));
    }),
  );
  expect(theirs).toEqual(ours);
  const line = (text: string) => ours.find((one) => one.includes(text));
  expect(line('locals.c:37: ')).toBe('locals.c:37: write2');
});
