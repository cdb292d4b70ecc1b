// RCU (kernel/rcu/tree.c, v6.12): a grace period ends when all read sections have ended that had begun before it; what
// they did comes before its end, and what came before its beginning comes before every section that begins later.
// Sections with interrupts, bottom halves or preemption off count as read sections (since 4.20).
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, noFootprint } from '../types.js';
import { waits } from '../waits.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';
import { type GracePeriod, GracePeriods } from './grace-periods.js';

/** All of RCU is one object, in the null page: readers read it, updaters write it. */
const rcuAddress = 0x40;
/** Besides: all callbacks that wait for a grace period. */
const callbacksWord = 0x210;
/** Values below are offsets of the head in its object, as kfree_rcu() passed them before 6.0. */
const maxOffset = 4096;

const events = {
  enter: { kind: 'acquire', lock: 'RCU', mode: 'read', call: 'rcu_read_lock', tried: false },
  leave: { kind: 'release', lock: 'RCU', call: 'rcu_read_unlock' },
} as const;

export function rcuImports(
  m: Machine,
  cpu: CpuState,
  callbacks: Callbacks,
  free: (address: number, site: number) => void,
): Record<string, Import> {
  const periods = m.perExecution(
    new GracePeriods(m, (context) => (cpu.rcuDepth[context] as number) > 0 || cpu.inAtomic(context)),
  );
  const own = m.perExecution(new Map<number, GracePeriod>());
  /** By context: callbacks that its rcu_barrier() has still to wait for. */
  const barriers = m.perExecution(new Map<number, number[]>());
  const settled = (context: number) => {
    if (cpu.rcuDepth[context] === 0 && !cpu.inAtomic(context)) periods.left();
  };
  cpu.onSettled = settled;
  const synchronize = (site: number): boolean => {
    const { current } = m;
    if (m.stage[current] === 0) {
      if (!maySleep(m, cpu, 'synchronize_rcu', site)) return false;
      if (!m.reach(rcuAddress, 4, true, 0, 0, site)) return false;
      m.tracer?.event(current, { kind: 'wait', call: 'synchronize_rcu' }, site, 0, 0);
      own.set(current, periods.begin());
      m.stage[current] = 1;
    }
    const { slot } = own.get(current) as GracePeriod;
    m.waitingFor[current] = waits['rcu-sections'];
    if (!m.reach(noFootprint, 0, false, slot << 1, 0, site)) return false;
    m.stage[current] = 0;
    m.acquire(slot);
    return true;
  };
  /** `run` happens in a softirq after a grace period that begins now. */
  const later = (head: number, kind: 'RCU-callback' | 'kfree_rcu', run: () => number, site: number) => {
    const { current } = m;
    if (m.stage[current] === 0) {
      if (!m.reach(rcuAddress, 4, true, 0, 0, site)) return;
      own.set(current, periods.begin());
      m.stage[current] = 1;
    }
    const { slot } = own.get(current) as GracePeriod;
    const spec = {
      kind,
      context: 'softirq' as const,
      kindWord: callbacksWord,
      gate: slot << 1,
      begin: () => {
        m.acquire(slot);
        return { context: 'softirq', call: run } as const;
      },
    };
    const posted = callbacks.post(head, spec, site);
    if (posted === null) return;
    m.stage[current] = 0;
    if (posted === 0)
      misuse(
        m,
        { problem: 'posted-twice', call: kind === 'kfree_rcu' ? kind : 'call_rcu' },
        site,
        'double-free',
      );
  };
  const call = (head: number, pointer: number, site: number) => {
    const entry = m.functionAt(pointer);
    if (entry !== null) later(head, 'RCU-callback', () => entry(head), site);
  };
  return {
    __rcu_read_lock: (site: number) => {
      const { current } = m;
      if (cpu.rcuDepth[current] === 0) {
        if (!m.reach(rcuAddress, 4, false, 0, 0, site)) return;
        m.tracer?.event(current, events.enter, site, 0, 0);
        periods.entered();
      }
      cpu.rcuDepth[current] = (cpu.rcuDepth[current] as number) + 1;
    },
    __rcu_read_unlock: (site: number) => {
      const { current } = m;
      const depth = cpu.rcuDepth[current] as number;
      if (depth === 0) {
        misuse(m, { problem: 'outside-section', call: 'rcu_read_unlock' }, site);
        return;
      }
      if (depth === 1) {
        if (!m.reach(rcuAddress, 4, false, 0, 0, site)) return;
        m.tracer?.event(current, events.leave, site, 0, 0);
      }
      cpu.rcuDepth[current] = depth - 1;
      if (depth === 1) settled(current);
    },
    synchronize_rcu: (site: number) => void synchronize(site),
    synchronize_rcu_expedited: (site: number) => void synchronize(site),
    synchronize_net: (site: number) => void synchronize(site),
    call_rcu: call,
    call_rcu_hurry: call,
    // Waits for the callbacks that were posted so far: each has a grace period of its own.
    rcu_barrier: (site: number) => {
      if (!maySleep(m, cpu, 'rcu_barrier', site)) return;
      let left = barriers.get(m.current);
      if (left === undefined) {
        if (!m.reach(callbacksWord, 4, true, 0, 0, site)) return;
        left = callbacks.unfinished(callbacks.posted('RCU-callback'));
        barriers.set(m.current, left);
      }
      while (left.length > 0) {
        if (callbacks.flush(left[0] as number, site, false) === null) return;
        left.shift();
      }
      barriers.delete(m.current);
    },
    kvfree_call_rcu: (head: number, pointer: number, site: number) => {
      if (head === 0) {
        if (synchronize(site)) free(pointer, site);
        return;
      }
      // Up to 6.1 the offset of `head` in the object, as like as not 0.
      const object = pointer >= 0 && pointer < maxOffset ? head - pointer : pointer;
      const run = () => {
        free(object, site);
        return 0;
      };
      later(head, 'kfree_rcu', run, site);
    },
    rcu_is_watching: () => 1,
    rcu_read_unlock_strict: () => {},
  };
}
