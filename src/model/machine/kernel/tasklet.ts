// Tasklets (kernel/softirq.c, v6.12). The inline half of the kernel keeps their state in memory: SCHED is set before
// the machine is called, and a count above 0 keeps one from running. struct tasklet_struct on wasm32: next 0, state 4,
// count 8, use_callback 12, function 16, data 20.
import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';

const offsets = { state: 4, count: 8, useCallback: 12, function: 16, data: 20 } as const;
const scheduled = 1;

export function taskletImports(m: Machine, cpu: CpuState, callbacks: Callbacks): Record<string, Import> {
  const word = (address: number) => m.words[address >> 2] as number;
  const clearScheduled = (tasklet: number) => {
    m.words[(tasklet + offsets.state) >> 2] = word(tasklet + offsets.state) & ~scheduled;
  };
  const spec = (tasklet: number): CallbackSpec => ({
    kind: 'tasklet',
    context: 'softirq',
    footprint: tasklet + offsets.state,
    ready: () => {
      m.sees(tasklet + offsets.count, false, 0);
      return word(tasklet + offsets.count) === 0;
    },
    begin: () => {
      const entry = m.functionAt(word(tasklet + offsets.function));
      clearScheduled(tasklet);
      // test_and_set_bit() of whoever scheduled it is a full barrier.
      const atomic = m.sync.find(tasklet + offsets.state);
      if (atomic !== 0) m.acquire(atomic);
      const count = m.sync.find(tasklet + offsets.count);
      if (count !== 0) m.acquire(count);
      if (entry === null) return null;
      const argument = m.bytes[tasklet + offsets.useCallback] === 0 ? word(tasklet + offsets.data) : tasklet;
      return { context: 'softirq', call: () => entry(argument) };
    },
  });
  const schedule = (tasklet: number, site: number) => void callbacks.post(tasklet, spec(tasklet), site);
  const setUp = (tasklet: number, callback: number, useCallback: number, data: number, site: number) => {
    if (!initObject(m, tasklet, 24, site)) return;
    for (const offset of [0, offsets.state, offsets.count]) m.words[(tasklet + offset) >> 2] = 0;
    m.bytes[tasklet + offsets.useCallback] = useCallback;
    m.words[(tasklet + offsets.function) >> 2] = callback;
    m.words[(tasklet + offsets.data) >> 2] = data;
  };
  return {
    tasklet_setup: (tasklet: number, callback: number, site: number) => setUp(tasklet, callback, 1, 0, site),
    tasklet_init: (tasklet: number, callback: number, data: number, site: number) =>
      setUp(tasklet, callback, 0, data, site),
    __tasklet_schedule: schedule,
    __tasklet_hi_schedule: schedule,
    // Waits until it has run if it was scheduled, and does not run any more.
    tasklet_kill: (tasklet: number, site: number) => {
      if (maySleep(m, cpu, 'tasklet_kill', site)) callbacks.flush(tasklet, site, true, spec(tasklet));
    },
    tasklet_unlock_wait: (tasklet: number, site: number) => {
      if (maySleep(m, cpu, 'tasklet_disable', site)) callbacks.waitUntilIdle(tasklet, site, spec(tasklet));
    },
    tasklet_unlock_spin_wait: (tasklet: number, site: number) =>
      void callbacks.waitUntilIdle(tasklet, site, spec(tasklet)),
    tasklet_unlock: () => {},
  };
}
