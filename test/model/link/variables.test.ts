// Debug information of a real module: names for addresses, and the functions that were inlined.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findModelCompiler } from '../../../src/model/compile/index.js';
import { type Program, placeIn, structName } from '../../../src/model/link/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../../src/model/plain-c/index.js';
import { sourceNames } from '../../../src/model/run/source-names.js';
import { variableNamesOf } from '../../../src/model/run/variables.js';
import { checkOptions } from '../programs.js';

const file = fileURLToPath(new URL('variables.c', import.meta.url));
const source = readFileSync(file, 'utf8').split('\n');
let program: Program;

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
});

/** Sites of the accesses on the line with the comment. */
function sitesAt(comment: string): number[] {
  const line = source.findIndex((text) => text.endsWith(`// ${comment}`)) + 1;
  return [...program.boundary.values()]
    .flatMap(({ sites }) => sites)
    .filter((site) => program.symbols.place(site).line === line);
}

const namesOf = () => {
  const names = sourceNames(program, '/', file);
  return {
    names,
    variables: variableNamesOf(program, { ...names, line: (_, line) => source[line - 1] ?? '' }, file),
  };
};

/** Where the program's variables are, which every linker decides for itself. */
const layoutOf = () => prepareProgram(program, checkOptions).machine.layout;

describe('a place in a struct', () => {
  const at = (offset: number, size: number) => {
    const board = program.debug.pointeesIn('variables.c').find((type) => structName(type) === 'device');
    return board === undefined ? null : placeIn(board, offset, size);
  };

  it.each([
    [0, 8, 'device', 'id', 0, '.id'],
    [8, 4, 'channel', 'number', 0, '.channels[0].number'],
    [8 + 24 + 4, 4, 'channel', 'queued.next', 4, '.channels[1].queued.next'],
    [8 + 2 * 24 + 14, 2, 'channel', 'window.high', 14, '.channels[2].window.high'],
    [8 + 16, 4, 'channel', 'word', 16, '.channels[0].word'],
    [8 + 17, 1, 'channel', 'word', 16, '.channels[0].word'],
    [8 + 3 * 24, 4, 'device', 'pending', 80, '.pending'],
  ])('at %i, %i bytes: %s, %s', (offset, size, struct, field, inStruct, path) => {
    expect(at(offset, size)).toMatchObject({ struct, field, offset: inStruct, path });
  });

  it('names bit-fields that share a location together', () => {
    expect(at(8 + 20, 1)).toMatchObject({ struct: 'channel', field: 'enabled/running/wide', offset: 20 });
    expect(at(8 + 21, 1)).toMatchObject({ field: 'wide' });
  });

  it('names a struct alone when more than one field is touched', () => {
    expect(at(8, 24)).toMatchObject({ struct: 'channel', field: null, offset: 0, size: 24 });
  });

  it('is none outside the type', () => {
    expect(at(88, 4)).toBeNull();
    expect(at(-4, 4)).toBeNull();
  });
});

describe('an address', () => {
  it('in a static variable has its name, its struct and the way there', () => {
    const { variables } = namesOf();
    const { dataStart, dataEnd } = layoutOf();
    const named = (name: string) =>
      Array.from({ length: (dataEnd - dataStart) / 4 }, (_, index) => dataStart + index * 4)
        .map((address) => variables.at({ address, size: 4, sites: [], blocks: [] }))
        .find((variable) => variable?.object === name);
    expect(named('ticks')).toEqual({
      name: 'ticks',
      struct: null,
      field: null,
      offset: 0,
      size: 4,
      object: 'ticks',
      signed: false,
    });
    expect(named('board.channels[1].queued.next')).toMatchObject({
      name: 'queued.next',
      struct: 'channel',
      field: 'queued.next',
      offset: 4,
    });
  });

  it('in allocated memory has the type that the allocation is assigned to', () => {
    const { variables } = namesOf();
    const [site = 0] = program.boundary.get('malloc')?.sites ?? [];
    const heap = layoutOf().dataEnd + 0x1000;
    const block = { address: heap, size: 88, context: 0, site, isThreads: false, freedBy: -1, freeSite: 0 };
    const at = (address: number, size: number) => variables.at({ address, size, sites: [], blocks: [block] });
    expect(at(heap + 80, 4)).toMatchObject({
      struct: 'device',
      field: 'pending',
      object: 'device.pending',
    });
    expect(at(heap + 88, 4)).toBeNull();
  });

  it('of no known object is named by the source, when that has one answer', () => {
    const { variables } = namesOf();
    const address = layoutOf().dataEnd + 0x1000;
    const at = (size: number, comment: string) =>
      variables.at({ address, size, sites: sitesAt(comment), blocks: [] });
    expect(at(2, 'in an array')).toMatchObject({ struct: 'channel', field: 'window.high', object: null });
    expect(at(8, 'allocated')).toMatchObject({ struct: 'device', field: 'id' });
    expect(at(4, 'two expressions')).toBeNull();
  });
});

it('an access has every function that was inlined around it, each with its line', () => {
  const [site = 0] = sitesAt('inlined twice');
  const lineOf = (comment: string) => source.findIndex((text) => text.endsWith(`// ${comment}`)) + 1;
  const frames = namesOf().names.frames(site);
  expect(frames.map(({ function: name, line, inlined }) => [name, line, inlined])).toEqual([
    ['read_pending', lineOf('inlined twice'), true],
    ['pending_bit', lineOf('inlined once'), true],
    ['look', lineOf('outermost'), false],
  ]);
});
