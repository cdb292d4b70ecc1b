// Outcomes that no serial order of the sides gives: where it must speak, and where it must be silent.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { explore, reduceSightings, runSerialOrders } from '../../src/model/explore/index.js';
import { Outcomes, testEntry } from '../../src/model/kernel-test/index.js';
import type { Program } from '../../src/model/link/index.js';
import { kernelMachine } from '../../src/model/machine/index.js';
import { compilePrograms, linkPlainC } from '../../src/model/plain-c/index.js';
import { Reach } from '../../src/model/run/reach.js';
import { checkOptions } from './programs.js';

let program: Program;

beforeAll(async () => {
  const file = fileURLToPath(new URL('fixtures/kernel_tests.c', import.meta.url));
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
});

async function outcomesOf(name: string) {
  const { machine, ...kernel } = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
  const outcomes = new Outcomes(machine);
  const entry = testEntry({ machine, ...kernel }, name, outcomes);
  expect(
    await runSerialOrders(machine, entry, { maxSchedules: 100, maxTime: Number.POSITIVE_INFINITY }),
  ).toBe(true);
  outcomes.serialKnown();
  const { sightings } = await explore(machine, { ...checkOptions, entry });
  outcomes.reducing();
  const limits = { maxPreemptions: 3, maxSchedules: 1000, maxSteps: Number.POSITIVE_INFINITY, entry };
  const reduced = await reduceSightings(machine, sightings, limits);
  return {
    ...outcomes.counts(),
    preemptions: reduced.find(({ incident }) => incident.kind === 'no-serial-order')?.preemptions ?? null,
    values: [...(outcomes.example()?.words.values() ?? [])],
  };
}

it('a lost update in a register ends with one bit, by one preemption, where serial orders give both', async () => {
  const { serial, others, preemptions, values } = await outcomesOf('register_lost_update');
  expect({ serial, others, preemptions }).toEqual({ serial: 1, others: 2, preemptions: 1 });
  expect([[1], [2]]).toContainEqual(values);
});

it('a counter that is incremented under a lock ends as serial orders end', async () => {
  expect(await outcomesOf('irqsave_against_timer')).toEqual({
    serial: 1,
    others: 0,
    preemptions: null,
    values: [],
  });
});

it('a counter of which one side takes the lock and the other does not loses an update', async () => {
  expect(await outcomesOf('unlocked_timer')).toMatchObject({ serial: 1, others: 1, values: [1] });
});

it('each access to what both sides use is seen with the locks that it is made under', async () => {
  const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
  const reach = new Reach(kernel);
  await explore(kernel.machine, {
    ...checkOptions,
    entry: testEntry(kernel, 'unlocked_timer'),
    tracer: reach,
  });
  const shared = reach.shared().filter(({ concurrent }) => concurrent);
  const seen = shared.map(({ context, count, locks }) => ({
    context,
    locks: [...locks.values()].map((held) => [held.lock.lock, held.count === count]),
  }));
  expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(
    new Set([
      JSON.stringify({ context: 1, locks: [['spinlock', true]] }),
      JSON.stringify({ context: 2, locks: [] }),
    ]),
  );
});
