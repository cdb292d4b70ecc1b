// Completions (kernel/sched/completion.c, v6.12). Their count lies first in struct completion, in the program's memory,
// where reinit_completion() writes it without a lock: that write can race.
import { accessFlags } from '../../detect/index.js';
import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { waits } from '../waits.js';
import { type CpuState, maySleep } from './cpu.js';
import { objectSlot, ordered } from './object.js';

/** UINT_MAX: completed for good. */
const forGood = -1;

export function completionImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const done = (address: number) => m.words[address >> 2] as number;
  const slotOf = (address: number, site: number) => {
    const slot = objectSlot(m, address, 'other', site);
    if (slot !== 0) m.sync.gates[slot << 1] = done(address) !== 0 ? 1 : 0;
    return slot;
  };
  /** Under the completion's own lock. */
  const set = (address: number, slot: number, value: number, site: number) => {
    m.acquire(slot);
    if (!m.alone) m.detector.access(m.current, address, 4, accessFlags.write, site);
    m.words[address >> 2] = value;
    m.sync.gates[slot << 1] = value !== 0 ? 1 : 0;
    m.release(slot);
    m.changed();
  };
  const complete = (all: boolean) => (address: number, site: number) => {
    const slot = slotOf(address, site);
    if (slot === 0 || !m.reach(address, 4, true, 0, slot << 1, site)) return;
    m.tracer?.event(m.current, { kind: 'post', call: all ? 'complete_all' : 'complete' }, site, address, 0);
    const count = done(address);
    set(address, slot, all || count === forGood ? forGood : count + 1, site);
  };
  const take = (address: number, slot: number, site: number) => {
    const count = done(address);
    set(address, slot, count === forGood ? forGood : count - 1, site);
  };
  const wait = (address: number, site: number): number => {
    if (!maySleep(m, cpu, 'wait_for_completion', site)) return 0;
    const slot = slotOf(address, site);
    if (slot === 0) return 0;
    do {
      m.waitingFor[m.current] = waits.completion;
      m.sync.gates[slot << 1] = done(address) !== 0 ? 1 : 0;
      if (!m.reach(address, 4, true, slot << 1, slot << 1, site)) return 0;
    } while (done(address) === 0);
    m.tracer?.event(m.current, { kind: 'wait', call: 'wait_for_completion' }, site, address, 0);
    take(address, slot, site);
    return 0;
  };
  /** Takes it if it is there; null: return at once. */
  const tryWait = (address: number, call: string, site: number): boolean | null => {
    const slot = slotOf(address, site);
    if (slot === 0 || !m.reachTry(address, slot << 1, slot, site)) return null;
    const there = done(address) !== 0;
    m.tracer?.event(m.current, { kind: 'try', on: 'completion', call, success: there }, site, address, 0);
    if (there) take(address, slot, site);
    else ordered(m, slot);
    return there;
  };
  /** The time may run out at any point before the completion. */
  const timed = (address: number, timeout: number, site: number) =>
    maySleep(m, cpu, 'wait_for_completion_timeout', site) &&
    tryWait(address, 'wait_for_completion_timeout', site) === true
      ? Math.max(timeout, 1)
      : 0;
  return {
    __init_swait_queue_head: (head: number, _name: number, _key: number, site: number) => {
      if (!initObject(m, head, 12, site)) return;
      m.words[head >> 2] = 0;
      m.words[(head + 4) >> 2] = head + 4;
      m.words[(head + 8) >> 2] = head + 4;
    },
    complete: complete(false),
    complete_on_current_cpu: complete(false),
    complete_all: complete(true),
    wait_for_completion: wait,
    wait_for_completion_io: wait,
    wait_for_completion_interruptible: wait,
    wait_for_completion_killable: wait,
    wait_for_completion_state: (address: number, _state: number, site: number) => wait(address, site),
    wait_for_completion_timeout: timed,
    wait_for_completion_io_timeout: timed,
    wait_for_completion_interruptible_timeout: timed,
    wait_for_completion_killable_timeout: timed,
    try_wait_for_completion: (address: number, site: number) =>
      tryWait(address, 'try_wait_for_completion', site) === true ? 1 : 0,
    completion_done: (address: number, site: number) => {
      const slot = slotOf(address, site);
      if (slot === 0 || !m.reach(address, 4, false, 0, slot << 1, site)) return 0;
      if (done(address) === 0) return 0;
      // It takes the lock once, so that the completer has let it go.
      m.acquire(slot);
      return 1;
    },
  };
}
