// Programs with loops that wait, by reduction and by plain search of their states: both have to come to the same ends, and
// to agree on whether there is a race, and on whether some execution never ends.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { explore } from '../../src/model/explore/index.js';
import type { Program } from '../../src/model/link/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';
import { type Instruction, op, roomPerThread, search, threadCount } from './waits-model.js';

const file = fileURLToPath(new URL('fixtures/random_waits.c', import.meta.url));
let program: Program;

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
}, 180_000);

/** A piece of a thread: its instructions, whose jumps count from where it begins. */
type Piece = readonly Instruction[];

const which = fc.integer({ min: 0, max: 1 });
const piece: fc.Arbitrary<Piece> = fc.oneof(
  // What others wait for.
  which.map((x): Piece => [[op.store, x, 1]]),
  which.map((x): Piece => [[op.add, x, 1]]),
  which.map(
    (x): Piece => [
      [op.store, x, 1],
      [op.store, x, 0],
    ],
  ),
  which.map((x): Piece => [[op.post, x, 0]]),
  which.map(
    (x): Piece => [
      [op.lock, x, 0],
      [op.plainStore, x, 1],
      [op.unlock, x, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.lock, x, 0],
      [op.plainStore, x, 1],
      [op.signal, x, 0],
      [op.unlock, x, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.writeLock, x, 0],
      [op.store, x, 1],
      [op.rwUnlock, x, 0],
    ],
  ),
  // What is seen of it.
  which.map(
    (x): Piece => [
      [op.load, x, 0],
      [op.note, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.plainLoad, x, 0],
      [op.note, 0, 0],
    ],
  ),
  which.map((x): Piece => [[op.plainStore, x, 2]]),
  which.map(
    (x): Piece => [
      [op.tryLock, x, 0],
      [op.note, 0, 0],
      [op.ifZero, 0, 4],
      [op.unlock, x, 0],
    ],
  ),
  // Waits.
  which.map(
    (x): Piece => [
      [op.load, x, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.load, x, 0],
      [op.yield, 0, 0],
      [op.ifZero, 0, 0],
      [op.note, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.load, x, 0],
      [op.equals, 0, 2],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.exchange, x, 0x10],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.lock, x, 0],
      [op.plainLoad, x, 0],
      [op.unlock, x, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.readLock, x, 0],
      [op.load, x, 0],
      [op.rwUnlock, x, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.writeLock, x, 0],
      [op.load, x, 0],
      [op.rwUnlock, x, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.tryLock, x, 0],
      [op.ifZero, 0, 0],
      [op.unlock, x, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.tryDown, x, 0],
      [op.yield, 0, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.load, x, 0],
      [op.ifNot, 0, 5],
      [op.load, 1 - x, 0],
      [op.ifNot, 0, 5],
      [op.jump, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.tryLock, x, 0],
      [op.ifZero, 0, 0],
      [op.plainLoad, x, 0],
      [op.unlock, x, 0],
      [op.ifZero, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.lock, x, 0],
      [op.plainLoad, x, 0],
      [op.ifNot, 0, 5],
      [op.timedWait, x, 0],
      [op.jump, 0, 1],
      [op.unlock, x, 0],
    ],
  ),
  // Waits that give up.
  which.map(
    (x): Piece => [
      [op.restart, 0, 0],
      [op.load, x, 0],
      [op.ifNot, 0, 5],
      [op.count, 0, 3],
      [op.ifNot, 0, 1],
      [op.note, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.restart, 0, 0],
      [op.tryLock, x, 0],
      [op.ifNot, 0, 6],
      [op.count, 0, 5],
      [op.ifNot, 0, 1],
      [op.jump, 0, 7],
      [op.unlock, x, 0],
      [op.note, 0, 0],
    ],
  ),
  which.map(
    (x): Piece => [
      [op.lock, x, 0],
      [op.timedWait, x, 0],
      [op.unlock, x, 0],
      [op.note, 0, 0],
    ],
  ),
);

/** The pieces of a thread, one behind the other. */
function threadOf(pieces: readonly Piece[]): Instruction[] {
  const jumps: ReadonlySet<number> = new Set([op.ifZero, op.ifNot, op.jump]);
  const code: Instruction[] = [];
  for (const one of pieces) {
    const start = code.length;
    for (const [what, a, b] of one) code.push([what, a, jumps.has(what) ? b + start : b]);
  }
  return [...code, [op.end, 0, 0]];
}

const threads = (most: number) => {
  const thread = fc.array(piece, { maxLength: most }).map(threadOf);
  return fc.tuple(thread, thread, fc.array(piece, { maxLength: 1 }).map(threadOf));
};

function machineFor(code: readonly (readonly Instruction[])[], maxSteps: number) {
  const wasm = program.wasm.slice();
  const at = Buffer.from(wasm).indexOf('MILLRACE') + 8;
  wasm.fill(0, at, at + threadCount * roomPerThread * 3);
  for (const [thread, list] of code.entries()) wasm.set(list.flat(), at + thread * roomPerThread * 3);
  return prepareProgram({ ...program, wasm }, { ...checkOptions, maxSteps }).machine;
}

/** Programs that have more are left out. */
const mostStates = 60_000;
const mostSchedules = 6000;

interface Reduced {
  readonly finals: readonly string[];
  readonly hangs: boolean;
  readonly races: boolean;
  readonly stoppedBy: string;
  readonly complete: boolean;
  readonly cuts: number;
}

/** What reduction comes to. */
async function reduce(code: readonly (readonly Instruction[])[], maxSteps = 3000): Promise<Reduced> {
  const machine = machineFor(code, maxSteps);
  const words = (Buffer.from(machine.bytes).indexOf('OUTCOMES') + 8) >> 2;
  const finals = new Set<string>();
  const execute = machine.execute.bind(machine);
  machine.execute = (...args) => {
    const ending = execute(...args);
    if (ending !== 'complete') return ending;
    const [a, b, c, ...rest] = machine.words.subarray(words, words + 7);
    finals.add(JSON.stringify([[a, b, c], rest.slice(0, 2), rest.slice(2)]));
    return ending;
  };
  const { sightings, complete, cuts, stoppedBy } = await explore(machine, {
    ...checkOptions,
    maxSchedules: mostSchedules,
    maxTime: Number.POSITIVE_INFINITY,
  });
  const kinds = new Set(sightings.map(({ incident }) => incident.kind));
  return {
    finals: [...finals].sort(),
    hangs: kinds.has('no-progress') || kinds.has('deadlock'),
    races: kinds.has('data-race'),
    stoppedBy,
    complete,
    cuts: cuts.length,
  };
}

it('reduction comes to every end, every race and every wait without end that a search of all states has', async () => {
  let compared = 0;
  let hanging = 0;
  await fc.assert(
    fc.asyncProperty(threads(2), async (code) => {
      const all = search(code, mostStates);
      if (all === null) return;
      const reduced = await reduce(code);
      if (reduced.stoppedBy === 'schedules') return;
      expect({ complete: reduced.complete, cuts: reduced.cuts }).toEqual({ complete: true, cuts: 0 });
      expect(reduced.races).toBe(all.races);
      expect(reduced.hangs).toBe(all.hangs);
      expect(reduced.finals).toEqual(all.finals);
      compared++;
      if (all.hangs) hanging++;
    }),
    { numRuns: 25, seed: 5 },
  );
  expect(compared).toBeGreaterThan(12);
  expect(hanging).toBeGreaterThan(2);
}, 180_000);

it('a thread that counts without end is cut, and its races with the others are found all the same', async () => {
  const counts: Instruction[] = [
    [op.load, 0, 0],
    [op.count, 0, 255],
    [op.load, 0, 0],
    [op.ifZero, 0, 0],
    [op.plainStore, 0, 1],
    [op.end, 0, 0],
  ];
  const sets: Instruction[] = [
    [op.store, 0, 1],
    [op.plainStore, 0, 2],
    [op.end, 0, 0],
  ];
  const alone = await reduce([counts, [[op.end, 0, 0]], [[op.end, 0, 0]]], 40);
  expect(alone).toMatchObject({ complete: false, cuts: 1, finals: [], hangs: false });
  const raced = await reduce([counts, sets, [[op.end, 0, 0]]], 40);
  expect(raced).toMatchObject({ complete: false, races: true, hangs: false });
  expect(raced.cuts).toBeGreaterThan(0);
});
