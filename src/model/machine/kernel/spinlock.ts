// Spinlocks as drivers take them (kernel/locking/spinlock.c, v6.12).
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, refinements } from '../types.js';
import { type CpuState, preemptUnits } from './cpu.js';
import { objectSlot } from './object.js';

/** How a lock was used: bits, as lockdep's usage states. */
const usage = { inHardirq: 1, inSoftirq: 2, irqsOn: 4, bhOn: 8 } as const;

/** What an unlock or a lock does besides: flags of the primitive. */
interface Form {
  readonly irq?: boolean;
  readonly bh?: boolean;
}

export function spinlockImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const { sync } = m;
  const slotOf = (address: number, site: number): number => objectSlot(m, address, 'spinlock', site);

  /** The same lock with interrupts on here and inside one there: a deadlock when that one comes on this CPU. */
  const noteUsage = (slot: number, site: number): boolean => {
    const { current } = m;
    const kind = cpu.kinds[current];
    const off = cpu.irqsOff[current] !== 0;
    let bits = sync.extras[slot] as number;
    if (kind === 'hardirq') bits |= usage.inHardirq;
    if (kind === 'softirq') bits |= usage.inSoftirq;
    if (!off && kind !== 'hardirq') bits |= usage.irqsOn;
    if (!off && kind === 'task' && !cpu.bhOff(current)) bits |= usage.bhOn;
    sync.extras[slot] = bits;
    const inconsistent =
      (bits & (usage.inHardirq | usage.irqsOn)) === (usage.inHardirq | usage.irqsOn) ||
      (bits & (usage.inSoftirq | usage.bhOn)) === (usage.inSoftirq | usage.bhOn);
    if (inconsistent)
      misuse(m, 'inconsistent lock state: taken in an interrupt, and with that interrupt enabled', site);
    return !inconsistent;
  };

  const take = (slot: number, address: number, site: number, what: string) => {
    if (what !== 'spin_trylock') m.tracer?.operation(m.current, what, site, address, 0);
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changed();
  };

  const lock = (what: string, form: Form) => (address: number, site: number) => {
    const slot = slotOf(address, site);
    const { current } = m;
    if (slot === 0) return 0;
    if (m.stage[current] === 0) {
      m.results[current] = cpu.irqsOff[current] as number;
      if (form.irq) cpu.irqsOff[current] = 1;
      cpu.count(current, form.bh ? preemptUnits.bhDisable + preemptUnits.preempt : preemptUnits.preempt);
      m.stage[current] = 1;
    }
    m.waitingFor[current] = sync.owners[slot] === current ? 'a spinlock that it holds itself' : 'a spinlock';
    if (!m.reach(address, 4, true, slot << 1, slot << 1, site)) return 0;
    m.stage[current] = 0;
    if (!noteUsage(slot, site)) return 0;
    take(slot, address, site, what);
    return m.results[current];
  };

  const unlock =
    (what: string, form: Form) =>
    (address: number, ...rest: number[]) => {
      const site = rest.at(-1) as number;
      const slot = slotOf(address, site);
      const { current } = m;
      if (slot === 0) return;
      if (sync.owners[slot] !== current) {
        misuse(m, `${what} of a spinlock that the context does not hold`, site);
        return;
      }
      // Nobody can tell when a lock is released, but for those who try it.
      if ((m.refined & refinements.unlocks) === 0) m.steps++;
      else if (!m.reach(address, 4, true, 0, slot << 1, site)) return;
      m.tracer?.operation(current, what, site, address, 0);
      sync.owners[slot] = -1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
      m.changed();
      if (form.irq) cpu.setIrqs(current, rest.length === 2 ? (rest[0] as number) : 0);
      cpu.count(current, form.bh ? -preemptUnits.bhDisable - preemptUnits.preempt : -preemptUnits.preempt);
    };

  const tryLock = (form: Form) => (address: number, site: number) => {
    const slot = slotOf(address, site);
    if (slot === 0 || m.refine(refinements.unlocks)) return 0;
    if (!m.reach(address, 4, true, 0, slot << 1, site)) return 0;
    const free = sync.owners[slot] === -1;
    m.tracer?.operation(m.current, free ? 'spin_trylock: taken' : 'spin_trylock: busy', site, address, 0);
    if (!free) return 0;
    cpu.count(m.current, form.bh ? preemptUnits.bhDisable + preemptUnits.preempt : preemptUnits.preempt);
    // Who only tries cannot be caught waiting for itself.
    take(slot, address, site, 'spin_trylock');
    return 1;
  };

  return {
    _raw_spin_lock: lock('spin_lock', {}),
    _raw_spin_lock_irqsave: lock('spin_lock_irqsave', { irq: true }),
    _raw_spin_lock_irq: lock('spin_lock_irq', { irq: true }),
    _raw_spin_lock_bh: lock('spin_lock_bh', { bh: true }),
    _raw_spin_unlock: unlock('spin_unlock', {}),
    _raw_spin_unlock_irqrestore: unlock('spin_unlock_irqrestore', { irq: true }),
    _raw_spin_unlock_irq: unlock('spin_unlock_irq', { irq: true }),
    _raw_spin_unlock_bh: unlock('spin_unlock_bh', { bh: true }),
    _raw_spin_trylock: tryLock({}),
    _raw_spin_trylock_bh: tryLock({ bh: true }),
    millrace_arch_spin_is_locked: (address: number, site: number) => {
      const slot = slotOf(address, site);
      if (slot === 0 || m.refine(refinements.unlocks)) return 0;
      if (!m.reach(address, 4, false, 0, slot << 1, site)) return 0;
      return sync.owners[slot] === -1 ? 0 : 1;
    },
  };
}
