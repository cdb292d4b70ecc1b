// The machine of test/model/fixtures/kernel_tests.c as a run's record keeps it: kernel primitives without a tree.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { linkProgram } from '../../src/model/link/index.js';
import { compilePrograms } from '../../src/model/plain-c/index.js';
import { type KeptMachine, packMachine, unpackMachine } from '../../src/page/index.js';
import { checkOptions } from '../model/programs.js';

const harness = 'kernel_tests.c';
const file = fileURLToPath(new URL(`../model/fixtures/${harness}`, import.meta.url));

export const limits = { steps: 3000, memory: checkOptions.maxMemory };

/** `change`: what the page shows for the harness's text. */
export async function keptKernelTests(
  change: (text: string) => string = (text) => text,
): Promise<KeptMachine> {
  const [module] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  const program = await linkProgram(module as Uint8Array, (name) => name !== '__tsan_init', {
    tellCalls: true,
    covered: true,
  });
  const [named = harness] = program.symbols.files().filter((name) => name.endsWith(harness));
  const packed = packMachine({
    side: 'base',
    origin: { fix: 'base', tree: '0000', case: '0000' },
    program: program.identity,
    limits,
    harness: named,
    undefinedVariables: [],
    files: { [named]: change(readFileSync(file, 'utf8')) },
    linked: program.linked,
    wasm: program.wasm,
  });
  return unpackMachine(packed) as KeptMachine;
}
