// Partial-order reduction against plain enumeration, on random programs: both have to see the same races and the
// same final memories.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { explore, mainNames, makeStrategy, raceKey } from '../../src/model/explore/index.js';
import type { Program } from '../../src/model/link/index.js';
import { exportedEntry, type Machine } from '../../src/model/machine/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const file = fileURLToPath(new URL('fixtures/random_threads.c', import.meta.url));
let program: Program;

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
}, 180_000);

/** Operations of the fixture: code << 1 | which. 0 does nothing. */
const operation = fc
  .integer({ min: 1, max: 11 })
  .chain((code) => fc.integer({ min: 0, max: 1 }).map((which) => (code << 1) | which));
const thread = fc.array(operation, { maxLength: 3 });
const threads = fc.tuple(thread, thread, fc.array(operation, { maxLength: 1 }));

function machineFor(lists: readonly (readonly number[])[]): Machine {
  const wasm = program.wasm.slice();
  const at = Buffer.from(wasm).indexOf('MILLRACE') + 8;
  wasm.fill(0, at, at + 12);
  for (const [index, list] of lists.entries()) wasm.set(list, at + index * 4);
  return prepareProgram({ ...program, wasm }, checkOptions).machine;
}

interface Outcome {
  readonly races: readonly string[];
  readonly memories: readonly string[];
  readonly deadlocks: boolean;
}

/** Runs every execution of a strategy at the finest grain. */
function enumerate(machine: Machine): Outcome {
  const strategy = makeStrategy({ strategy: 'bounded', seed: 1, preemptions: Number.POSITIVE_INFINITY });
  machine.eager = false;
  machine.visible.fill(1);
  machine.refined = -1;
  return collect(machine, () => {
    do observe(machine, machine.execute(strategy, exportedEntry(machine, ...mainNames)));
    while (strategy.advance());
  });
}

let memories = new Set<string>();
let deadlocks = false;

function observe(machine: Machine, ending: string): void {
  const { dataStart, dataEnd } = machine.layout;
  if (ending === 'complete')
    memories.add(Buffer.from(machine.bytes.subarray(dataStart, dataEnd)).toString('hex'));
  else if (machine.incidents.length > 0) deadlocks = true;
}

function collect(machine: Machine, run: () => void): Outcome {
  memories = new Set();
  deadlocks = false;
  const races = new Set<string>();
  machine.onRace = (pair) => void races.add(raceKey(pair));
  run();
  return { races: [...races].sort(), memories: [...memories].sort(), deadlocks };
}

/** The same by reduction, after {@link explore} has found out what has to be interleaved. */
async function reduce(machine: Machine): Promise<Outcome & { schedules: number }> {
  const { schedules, complete } = await explore(machine, checkOptions);
  expect(complete).toBe(true);
  const strategy = makeStrategy({ strategy: 'dpor', seed: 1, preemptions: 0 });
  const outcome = collect(machine, () => {
    do observe(machine, machine.execute(strategy, exportedEntry(machine, ...mainNames)));
    while (strategy.advance());
  });
  return { ...outcome, schedules };
}

it('reduction sees every race, every final memory and every deadlock that enumeration sees', async () => {
  await fc.assert(
    fc.asyncProperty(threads, async (lists) => {
      const all = enumerate(machineFor(lists));
      const reduced = await reduce(machineFor(lists));
      expect(reduced.races).toEqual(all.races);
      expect(reduced.memories).toEqual(all.memories);
      expect(reduced.deadlocks).toBe(all.deadlocks);
      expect(reduced.schedules).toBeGreaterThanOrEqual(all.memories.length);
    }),
    { numRuns: 20, seed: 5 },
  );
}, 120_000);
