// Partial-order reduction against plain enumeration, on random programs: both have to see the same races, the same
// final memories and the same interleavings, reduction none of them twice.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import type { RacePair } from '../../src/model/detect/index.js';
import { explore, mainNames, makeStrategy, raceKey, type Strategy } from '../../src/model/explore/index.js';
import type { Program } from '../../src/model/link/index.js';
import {
  exportedEntry,
  Grain,
  type Machine,
  type Mode,
  plainMode,
  type Scheduler,
} from '../../src/model/machine/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const file = fileURLToPath(new URL('fixtures/random_threads.c', import.meta.url));
let program: Program;

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
});

/** Operations of the fixture: code << 1 | which. 0 does nothing. */
const operationUpTo = (max: number) =>
  fc
    .integer({ min: 1, max })
    .chain((code) => fc.integer({ min: 0, max: 1 }).map((which) => (code << 1) | which));
const operation = operationUpTo(11);
const thread = fc.array(operation, { minLength: 1, maxLength: 2 });
const threads = fc.tuple(thread, thread, fc.array(operation, { maxLength: 1 }));
/** One more operation can mean ten times as many executions: some hundred thousand of a few programs tell less. */
const mostExecutions = 10_000;

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

/** Runs every execution at the finest grain; null when there are too many. */
function enumerate(machine: Machine): Outcome | null {
  const strategy = makeStrategy({ strategy: 'bounded', seed: 1, preemptions: Number.POSITIVE_INFINITY });
  let executions = 0;
  const outcome = collect(machine, { grain: Grain.finest(machine.program) }, (execute) => {
    do observe(machine, execute(strategy));
    while (++executions <= mostExecutions && strategy.advance());
  });
  return executions > mostExecutions ? null : outcome;
}

let memories = new Set<string>();
let deadlocks = false;

function observe(machine: Machine, ending: string): void {
  const { dataStart, dataEnd } = machine.layout;
  if (ending === 'complete')
    memories.add(Buffer.from(machine.bytes.subarray(dataStart, dataEnd)).toString('hex'));
  else if (machine.incidents.length > 0) deadlocks = true;
}

function collect(
  machine: Machine,
  mode: Partial<Mode>,
  run: (execute: (strategy: Strategy) => string) => void,
): Outcome {
  memories = new Set();
  deadlocks = false;
  const races = new Set<string>();
  const onRace = (pair: RacePair) => void races.add(raceKey(pair));
  run((strategy) =>
    machine.execute(strategy, exportedEntry(machine, ...mainNames), { ...plainMode, ...mode, onRace }),
  );
  return { races: [...races].sort(), memories: [...memories].sort(), deadlocks };
}

/** The same by reduction, after {@link explore} has found out what has to be interleaved. */
async function reduce(machine: Machine): Promise<Outcome & { schedules: number }> {
  const { schedules, complete } = await explore(machine, checkOptions);
  expect(complete).toBe(true);
  const strategy = makeStrategy({ strategy: 'dpor', seed: 1, preemptions: 0 });
  const outcome = collect(machine, { eager: true, goesOn: true }, (execute) => {
    do observe(machine, execute(strategy));
    while (strategy.advance());
  });
  return { ...outcome, schedules };
}

it('reduction sees every race, every final memory and every deadlock that enumeration sees', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(threads, async (lists) => {
      const all = enumerate(machineFor(lists));
      if (all === null) return;
      compared += 1;
      const reduced = await reduce(machineFor(lists));
      expect(reduced.races).toEqual(all.races);
      expect(reduced.memories).toEqual(all.memories);
      expect(reduced.deadlocks).toBe(all.deadlocks);
      expect(reduced.schedules).toBeGreaterThanOrEqual(all.memories.length);
    }),
    { numRuns: 40, seed: 5 },
  );
  expect(compared).toBeGreaterThan(20);
});

/** What an execution did, and which of two dependent operations came first: the same for equivalent interleavings. */
class InterleavingRecorder implements Scheduler {
  private readonly strategy: Strategy;
  private machine!: Machine;
  private operations: {
    context: number;
    name: string;
    clock: number[];
    conflicts: (at: Place) => boolean;
  }[] = [];
  readonly seen: string[] = [];

  constructor(strategy: Strategy) {
    this.strategy = strategy;
  }

  begin(machine: Machine): void {
    this.machine = machine;
    this.operations = [];
    this.strategy.begin(machine);
  }

  pick(enabled: number, current: number): number {
    const context = this.strategy.pick(enabled, current);
    if (context < 0) return context;
    const { pendingAddress, pendingSize, pendingWrite } = this.machine;
    const start = pendingAddress[context] as number;
    const at = { start, end: start + (pendingSize[context] as number), write: pendingWrite[context] === 1 };
    this.add(context, `${start}${at.write ? 'w' : 'r'}`, at);
    return context;
  }

  value(count: number): number {
    const value = this.strategy.value(count);
    this.add(this.machine.current, `=${value}`, { start: 0, end: 0, write: false });
    return value;
  }

  started(child: number, parent: number): void {
    this.strategy.started(child, parent);
  }

  published(context: number, slot: number): void {
    this.strategy.published(context, slot);
  }

  observed(context: number, slot: number): void {
    this.strategy.observed(context, slot);
  }

  /** The execution is over. */
  end(): void {
    const lines = this.operations.map(({ context, name, clock }) => `${context} ${name} ${clock}`);
    this.seen.push(lines.sort().join('\n'));
  }

  private add(context: number, name: string, at: Place): void {
    const clock = new Array<number>(4).fill(0);
    for (const earlier of this.operations)
      if (earlier.context === context || earlier.conflicts(at))
        for (const [i, count] of earlier.clock.entries()) clock[i] = Math.max(clock[i] as number, count);
    clock[context] = (clock[context] as number) + 1;
    const conflicts = (other: Place) =>
      (at.write || other.write) && at.start < other.end && other.start < at.end;
    this.operations.push({ context, name, clock, conflicts });
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly write: boolean;
}

/** Of all executions that are not given up. Null when there are too many. */
function interleavings(machine: Machine, strategy: Strategy): string[] | null {
  const recorder = new InterleavingRecorder(strategy);
  const entry = exportedEntry(machine, ...mainNames);
  const mode = { ...plainMode, eager: true, goesOn: true };
  for (let executions = 1; executions <= 3000; executions++) {
    if (machine.execute(recorder, entry, mode) !== 'abandoned') recorder.end();
    if (!strategy.advance()) return recorder.seen;
  }
  return null;
}

it('reduction runs each interleaving of enumeration, up to equivalence, once', async () => {
  const list = fc.array(operationUpTo(18), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(list, list, fc.array(operationUpTo(18), { maxLength: 2 })), async (lists) => {
      const machine = machineFor(lists);
      expect((await explore(machine, checkOptions)).complete).toBe(true);
      const all = interleavings(
        machine,
        makeStrategy({ ...checkOptions, strategy: 'bounded', preemptions: 99 }),
      );
      if (all === null) return;
      const reduced = interleavings(machine, makeStrategy(checkOptions)) ?? [];
      expect([...new Set(reduced)].sort()).toEqual([...new Set(all)].sort());
      expect(reduced.length).toBe(new Set(reduced).size);
    }),
    { numRuns: 25, seed: 11 },
  );
});
