// Tests of a harness on the model machine: primitives of the kernel used rightly and wrongly.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import { explore } from '../../src/model/explore/index.js';
import { testEntry } from '../../src/model/kernel-test/index.js';
import type { Program } from '../../src/model/link/index.js';
import { kernelMachine } from '../../src/model/machine/index.js';
import { compilePrograms, linkPlainC } from '../../src/model/plain-c/index.js';
import { replaySchedule } from '../../src/model/replay/index.js';
import { factsText, threadText } from '../../src/words/index.js';
import { checkOptions } from './programs.js';

let program: Program;

beforeAll(async () => {
  const file = fileURLToPath(new URL('fixtures/kernel_tests.c', import.meta.url));
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: ['-w'] });
  program = await linkPlainC(wasm as Uint8Array);
});

async function runTest(name: string) {
  const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
  const result = await explore(kernel.machine, { ...checkOptions, entry: testEntry(kernel, name) });
  expect(result.complete).toBe(true);
  return {
    schedules: result.schedules,
    findings: result.sightings.map(({ incident: { kind, facts } }) =>
      kind === 'data-race' ? kind : `${kind}: ${factsText(facts, threadText)}`,
    ),
  };
}

it.each(['irqsave_against_timer', 'bh_against_timer'])(
  '%s: nothing in 2 interleavings, one lock: 2!',
  async (name) => {
    expect(await runTest(name)).toEqual({ schedules: 2, findings: [] });
  },
);

it.each(['reads_and_writes', 'reads_and_writes_sleeping'])(
  '%s: two readers and a writer of one lock, 2^2 interleavings, since readers commute',
  async (name) => {
    expect(await runTest(name)).toEqual({ schedules: 4, findings: [] });
  },
);

it.each(['enabled_against_timer', 'bh_against_interrupt'])(
  '%s: the lock is taken with an interrupt enabled that takes it too, which never gets it on that CPU',
  async (name) => {
    const { findings } = await runTest(name);
    expect(findings).toEqual([
      'lock-misuse: inconsistent lock state: taken in an interrupt, and with that interrupt enabled',
      'lock-misuse: inconsistent lock state: taken in an interrupt, and with that interrupt enabled',
      'deadlock: T0 waits for the sides, T1 waits for the end of the interrupt T2 on its CPU, T2 waits for a spinlock',
    ]);
  },
);

it('the schedule of such a deadlock shows it again, both on one CPU', async () => {
  const kernel = () => kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
  const found = kernel();
  const entry = testEntry(found, 'enabled_against_timer');
  const { sightings } = await explore(found.machine, { ...checkOptions, entry });
  const deadlock = sightings.find(({ incident }) => incident.kind === 'deadlock');
  const again = kernel();
  const schedule = {
    program: program.identity,
    stretches: deadlock?.stretches ?? [],
    choices: deadlock?.choices ?? [],
  };
  const { incidents, cpus } = replaySchedule(again.machine, schedule, {
    entry: testEntry(again, 'enabled_against_timer'),
  });
  expect(incidents.map(({ key }) => key)).toContain(deadlock?.incident.key);
  expect(cpus.slice(1)).toEqual([0, 0]);
});

it('an interrupt that asks for its CPU comes on another, or before or behind each of 3 stores: 1 + (3 + 1)', async () => {
  expect(await runTest('asks_for_its_cpu')).toEqual({ schedules: 5, findings: [] });
});

it('interrupts that ask for nothing are not looked at on top of a task: 1', async () => {
  expect(await runTest('asks_for_nothing')).toEqual({ schedules: 1, findings: [] });
});

it('on one CPU, an interrupt comes before a section with interrupts off or behind it: 2', async () => {
  expect(await runTest('one_cpu_irqs_off')).toEqual({ schedules: 2, findings: [] });
});

it('on one CPU, tasks that keep preemption off follow each other: 2!', async () => {
  expect(await runTest('one_cpu_preemption_off')).toEqual({ schedules: 2, findings: [] });
});

it('a timer callback that takes no lock races with a task that does', async () => {
  expect((await runTest('unlocked_timer')).findings).toContain('data-race');
});

it('what was written before a timer is armed is ordered before its callback', async () => {
  expect(await runTest('armed_after_write')).toEqual({ schedules: 1, findings: [] });
});

it('unlocking what is not held is a finding', async () => {
  expect((await runTest('unlock_not_held')).findings).toEqual([
    'lock-misuse: spin_unlock() of a spinlock that the context does not hold',
  ]);
});

it('taking a spinlock twice is a deadlock', async () => {
  expect((await runTest('lock_held_twice')).findings).toEqual([
    'deadlock: T0 waits for the sides, T1 waits for a spinlock that it holds itself',
  ]);
});

it('a lost update in a register is no race, and fails the invariant', async () => {
  expect(await runTest('register_lost_update')).toEqual({
    schedules: 4,
    findings: ['assertion: broken invariant: both bits are set'],
  });
});

it.each(['order_irqs_off', 'order_stacked', 'order_one_cpu', 'order_one_cpu_interrupt', 'order_two_cpus'])(
  '%s: reduction sees every order of events that enumeration sees, and no other',
  async (name) => {
    const ordersUnder = async (strategy: 'dpor' | 'bounded') => {
      const kernel = kernelMachine(program, { steps: 3000, memory: checkOptions.maxMemory });
      const { machine } = kernel;
      const at = (machine.exports.order_of_events as () => number)();
      const orders = new Set<string>();
      const entry = testEntry(kernel, name, {
        began: () => {},
        joined: () => void orders.add(machine.words.subarray(at >> 2, (at >> 2) + 8).join('')),
      });
      const all = { ...checkOptions, maxTime: Number.POSITIVE_INFINITY, preemptions: 100 };
      const { complete } = await explore(machine, { ...all, strategy, entry });
      expect(complete).toBe(true);
      return [...orders].sort();
    };
    const reduced = await ordersUnder('dpor');
    expect(reduced.length).toBeGreaterThan(1);
    expect(reduced).toEqual(await ordersUnder('bounded'));
  },
);
