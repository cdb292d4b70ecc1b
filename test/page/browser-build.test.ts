import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { compileAll, programs } from '../model/programs.js';
import { exploredInBrowser } from './explored.js';

const parts = ['machine', 'explore', 'detect', 'replay', 'kernel-test'];

/** The bundle of a module of ours as a browser gets it. */
async function bundled(
  file: string,
): Promise<{ readonly code: string; readonly imports: readonly string[] }> {
  const { output } = await build({
    input: fileURLToPath(new URL(file, import.meta.url)),
    platform: 'browser',
    write: false,
    treeshake: { moduleSideEffects: false },
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    // Packages, and what is Node's, are left as imports, which the test then sees.
    external: /^[^./]/,
    output: { format: 'iife', name: 'bundle', codeSplitting: false },
    onLog: () => {},
  });
  const [chunk] = output;
  return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports] };
}

describe('in a browser', () => {
  test.each(parts)('%s imports no package and nothing of Node’s', async (part) => {
    expect((await bundled(`../../src/model/${part}/index.ts`)).imports).toEqual([]);
  });

  test('a program is explored to the same end without any global of Node’s', async () => {
    const { code } = await bundled('./explored.ts');
    // What a browser has too.
    const browser = { WebAssembly, TextEncoder, TextDecoder, performance, setTimeout, crypto };
    const context = createContext(
      { ...browser, Uint8Array, Int32Array, ArrayBuffer },
      // As a page's policy has it.
      { codeGeneration: { strings: false, wasm: true } },
    );
    const run = runInContext(`${code}; bundle.exploredInBrowser`, context) as typeof exploredInBrowser;
    const [racing] = programs.filter(({ expected }) => expected.includes('data-race'));
    const { file = '', entry: [entry] = [''], expected } = racing ?? {};
    const { linked, wasm } = await compileAll([file]);
    const there = await run(linked, wasm, entry);
    expect(there).toEqual(await exploredInBrowser(linked, wasm, entry));
    expect(there).toMatchObject({ complete: true, kinds: expected });
  });
});
