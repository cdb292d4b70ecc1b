// Kernel primitives used rightly and wrongly, compiled with a real tree's headers: $MILLRACE_TREE, the newest cached one,
// or Debian's. Each program says in its head what is found in it, and which of the tree's own files it needs.

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileModel, findModelCompiler } from '../../../src/model/compile/index.js';
import { explore } from '../../../src/model/explore/index.js';
import { testEntry } from '../../../src/model/kernel-test/index.js';
import {
  linkProgram,
  type Program,
  standInObject,
  undefinedVariables,
} from '../../../src/model/link/index.js';
import { kernelMachine } from '../../../src/model/machine/index.js';
import { linkObjects } from '../../../src/model/run/link-objects.js';
import { cachedTrees, openTree } from '../../../src/tree/index.js';
import { factsText, threadText } from '../../../src/words/index.js';
import { checkOptions } from '../programs.js';

const spec = process.env.MILLRACE_TREE ?? (await cachedTrees())[0]?.path ?? 'debian:6.12';
const folder = import.meta.dirname;
const data = join(folder, '../../../arch/wasm32/kernel/data.c');

async function build(file: string): Promise<Program> {
  const compiler = await findModelCompiler();
  const text = await readFile(join(folder, file), 'utf8');
  const sources = [...text.matchAll(/^\/\/ source (.*)$/gm)].map(([, path = '']) => path);
  const { units } = await compileModel({
    tree: await openTree(spec),
    fragment: new Map(),
    units: [
      ...sources.map((path) => ({ kind: 'source', path }) as const),
      ...[join(folder, file), data].map((path) => ({ kind: 'harness', path, sources: [] }) as const),
    ],
    compiler,
  });
  const compiled = units.map(({ object }) => object);
  const variables = undefinedVariables(compiled);
  const linked = await linkObjects(compiler, [...compiled, standInObject(variables)], undefined);
  return linkProgram(linked, (name) => name !== '__tsan_init', {
    covered: true,
    undefinedVariables: variables,
  });
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

/** Tests that reach what nobody supplies, and what is said of it. */
function stopsOf(file: string): [name: string, sentence: string][] {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/^\/\/ stops (\w+): (.*)$/gm)].map(([, name = '', sentence = '']) => [
    name,
    sentence,
  ]);
}

const names = (await readdir(folder)).filter((file) => file.endsWith('.c'));
const files = await Promise.all(names.map(async (file) => [file, await expectations(file)] as const));

describe.each(files)('%s', (file, expected) => {
  let program: Program;
  beforeAll(async () => {
    program = await build(file);
  });

  it.each(expected)('%s', async (name, kinds) => {
    const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
    const result = await explore(kernel.machine, { ...checkOptions, entry: testEntry(kernel, name) });
    const found = result.sightings.map(({ incident: { kind, facts, sites } }) => {
      const places = sites.map((site) => program.symbols.place(site));
      return `${kind}: ${factsText(facts, threadText)}, ${places.map((at) => `${at.function} ${at.line}`).join(' and ')}`;
    });
    const foundKinds = [...new Set(result.sightings.map(({ incident }) => incident.kind))].sort();
    expect(foundKinds, found.join('\n')).toEqual(kinds);
    expect(result.complete).toBe(true);
  });

  it.each(stopsOf(file))('%s stops', async (name, sentence) => {
    const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
    const entry = testEntry(kernel, name);
    await expect(explore(kernel.machine, { ...checkOptions, entry })).rejects.toMatchObject({
      kind: 'input',
      message: sentence,
      at: { file: expect.stringMatching(/boundary\.c$|spinlock\.h$|io\.h$/), line: expect.any(Number) },
      hint: expect.stringMatching(
        /, or add the file that defines it to `sources`|^Supply it in the harness: MILLRACE_PORTS/,
      ),
    });
  });

  it('says of each of its tests what is found in it', () => {
    const { exports } = kernelMachine(program, { steps: 1, memory: checkOptions.maxMemory }).machine;
    const tests = Object.keys(exports).filter((name) => name.startsWith('millrace_test_'));
    expect(tests.map((name) => name.slice('millrace_test_'.length)).sort()).toEqual(
      [...expected, ...stopsOf(file)].map(([name]) => name).sort(),
    );
  });
});
