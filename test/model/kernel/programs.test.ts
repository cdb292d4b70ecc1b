// Kernel primitives used rightly and wrongly, compiled with a real tree's headers: $MILLRACE_TREE, or the newest cached
// one. Each program says in its head what is found in it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, findModelCompiler } from '../../../src/model/compile/index.js';
import { explore } from '../../../src/model/explore/index.js';
import { testEntry } from '../../../src/model/kernel-test/index.js';
import { linkProgram, type Program } from '../../../src/model/link/index.js';
import { kernelMachine } from '../../../src/model/machine/index.js';
import { cachedTrees, openTree } from '../../../src/tree/index.js';
import { checkOptions } from '../programs.js';

const spec = process.env.MILLRACE_TREE ?? (await cachedTrees())[0]?.path;
const folder = import.meta.dirname;
const data = join(folder, '../../../arch/wasm32/kernel/data.c');
const linkFlags = [
  ...['--no-entry', '--allow-undefined', '--export-table', '--export=__stack_pointer'],
  ...['--export=__heap_base', '--export=__data_end', '--export-if-defined=__wasm_call_ctors'],
];

async function build(file: string, scratch: string): Promise<Program> {
  const compiler = await findModelCompiler();
  const { units } = await compileModel({
    tree: await openTree(spec ?? ''),
    fragment: new Map(),
    units: [join(folder, file), data].map((path) => ({ kind: 'harness', path, sources: [] }) as const),
    compiler,
  });
  const names = units.map((_, index) => `${index}.o`);
  await Promise.all(units.map(({ object }, index) => writeFile(join(scratch, names[index] ?? ''), object)));
  const objects = names.map((name) => `/millrace/objects/${name}`);
  const linked = await compiler.tool('wasm-ld', [...linkFlags, ...objects], { objects: scratch });
  if (linked.exitCode !== 0) throw new Error(linked.stderr);
  return linkProgram(linked.stdout, (name) => name !== '__tsan_init');
}

async function expectations(file: string): Promise<[name: string, kinds: string[]][]> {
  const text = await readFile(join(folder, file), 'utf8');
  return [...text.matchAll(/^\/\/ expect (\w+): (.*)$/gm)].map(([, name = '', kinds = '']) => [
    name,
    kinds
      .split(' ')
      .filter((kind) => kind !== 'none')
      .sort(),
  ]);
}

const files = await Promise.all(
  ['locks.c', 'callbacks.c', 'waiting.c', 'nesting.c', 'percpu.c', 'waking.c'].map(
    async (file) => [file, await expectations(file)] as const,
  ),
);

describe.skipIf(spec === undefined)('with a kernel tree ($MILLRACE_TREE or a cached one)', () => {
  describe.each(files)('%s', (file, expected) => {
    let program: Program;
    let scratch: string;
    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'millrace-test-'));
      program = await build(file, scratch);
    }, 180_000);
    afterAll(() => rm(scratch, { recursive: true, force: true }));
    it.each(expected)('%s', async (name, kinds) => {
      const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
      const result = await explore(kernel.machine, { ...checkOptions, entry: testEntry(kernel, name) });
      expect([...new Set(result.sightings.map(({ incident }) => incident.kind))].sort()).toEqual(kinds);
      expect(result.complete).toBe(true);
    });
  });
});
