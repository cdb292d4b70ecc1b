// Random programs of atomic operations: what the machine shows in a weak memory is what the model's axioms allow, no
// outcome more and none less, with reduction and without.
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Program } from '../../../src/model/link/index.js';
import type { MemoryModel } from '../../../src/model/memory/index.js';
import { type Call, compileScripts, Scripts, threadRoles } from '../scripts.js';
import {
  type Axioms,
  type Operation,
  type Order,
  outcomes,
  rc11,
  sc,
  type Threads,
  tso,
} from './executions.js';

const runs = 40;

let program: Program;

beforeAll(async () => {
  program = await compileScripts();
}, 180_000);

function callOf(operation: Operation): Call {
  return (s, site) => {
    switch (operation.op) {
      case 'load':
        return s.call('__tsan_atomic32_load', s.at(operation.at), operation.order, site);
      case 'store':
        s.call('__tsan_atomic32_store', s.at(operation.at), operation.value, operation.order, site);
        return 0;
      case 'add':
        return s.call(
          '__tsan_atomic32_fetch_add',
          s.at(operation.at),
          operation.value,
          operation.order,
          site,
        );
      case 'cas':
        return s.call(
          '__tsan_atomic32_compare_exchange_val',
          s.at(operation.at),
          operation.expected,
          operation.value,
          operation.order,
          operation.failureOrder,
          site,
        );
      case 'fence':
        s.call('__tsan_atomic_thread_fence', operation.order, site);
        return 0;
    }
  };
}

async function shown(
  scripts: Scripts,
  threads: Threads,
  strategy: 'dpor' | 'bounded',
): Promise<string[] | null> {
  const calls: Call[][] = [];
  threads.forEach((operations, thread) => {
    calls[threadRoles[thread] as number] = operations.map(callOf);
  });
  scripts.calls = calls;
  const all = await scripts.outcomes('', strategy, strategy === 'dpor' ? 20_000 : 300);
  if (all === null) return null;
  expect(all.findings).toEqual([]);
  const ends = all.ends.map((end) => {
    const [answers, memory] = JSON.parse(end) as [number[][], [number, number][]];
    return JSON.stringify([
      threadRoles.slice(0, threads.length).map((role) => answers[role]),
      memory.map(([word, value]) => [String(word / 16), value]),
    ]);
  });
  return [...new Set(ends)].sort();
}

const at = fc.integer({ min: 0, max: 1 });
const value = fc.integer({ min: 1, max: 2 });
const load = (orders: readonly Order[]) =>
  fc.record({ op: fc.constant('load' as const), at, order: fc.constantFrom(...orders) });
const store = (orders: readonly Order[]) =>
  fc.record({ op: fc.constant('store' as const), at, order: fc.constantFrom(...orders), value });
const others: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ op: fc.constant('add' as const), at, order: fc.constantFrom<Order>(0, 2, 3, 4, 5), value }),
  fc.record({
    op: fc.constant('cas' as const),
    at,
    order: fc.constantFrom<Order>(0, 4, 5),
    failureOrder: fc.constantFrom<Order>(0, 2, 5),
    expected: fc.integer({ min: 0, max: 1 }),
    value,
  }),
  fc.record({ op: fc.constant('fence' as const), order: fc.constantFrom<Order>(2, 3, 4, 5) }),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: load([0, 0, 2, 5]) },
  { weight: 3, arbitrary: store([0, 0, 3, 5]) },
  { weight: 2, arbitrary: others },
);
const writer = fc.array(operation, { minLength: 0, maxLength: 1 });
/** A store, perhaps something else, a load. */
const early = fc.tuple(store([0, 3, 3, 5]), writer, load([0, 2, 5])).map(([a, b, c]) => [a, ...b, c]);
const programs: fc.Arbitrary<Threads> = fc.oneof(
  fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 2 }),
  fc.tuple(early, early),
  fc.tuple(fc.tuple(operation), fc.tuple(operation, operation), fc.tuple(operation, operation)),
  fc.tuple(
    fc.tuple(store([0, 3, 5])),
    fc.tuple(store([0, 3, 5])),
    fc.tuple(load([0, 2, 5]), load([0, 2, 5])),
    fc.tuple(load([0, 2, 5]), load([0, 2, 5])),
  ),
);

const axioms: Readonly<Record<MemoryModel, Axioms>> = { sc, tso, c11: rc11 };

it.each(['sc', 'tso', 'c11'] as const)(
  '%s shows just what its axioms allow',
  async (model) => {
    const reduced = new Scripts(program, 'plain', model);
    const plain = new Scripts(program, 'plain', model);
    let weak = 0;
    await fc.assert(
      fc.asyncProperty(programs, async (threads) => {
        const allowed = outcomes(threads, axioms[model]);
        if (allowed.length > outcomes(threads, sc).length) weak++;
        expect(await shown(reduced, threads, 'dpor')).toEqual(allowed);
        const every = await shown(plain, threads, 'bounded');
        if (every !== null) expect(every).toEqual(allowed);
      }),
      { numRuns: runs, seed: 3 },
    );
    if (model !== 'sc') expect(weak).toBeGreaterThan(runs / 20);
  },
  300_000,
);
