// Spinlocks as drivers take them (kernel/locking/spinlock.c, v6.12), and arch_spinlock_t taken directly.
import { useObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, refinements } from '../types.js';
import { ownLock, waits } from '../waits.js';
import type { CpuState, LockForm } from './cpu.js';
import type { LockUsage } from './lock-usage.js';
import { objectSlot } from './object.js';

export function spinlockImports(m: Machine, cpu: CpuState, usage: LockUsage): Record<string, Import> {
  const { sync } = m;
  const slotOf = (address: number, site: number): number => objectSlot(m, address, 'spinlock', site);

  const take = (slot: number, address: number, site: number, call: string, tried: boolean) => {
    m.tracer?.event(
      m.current,
      { kind: 'acquire', lock: 'spinlock', mode: 'exclusive', call, tried },
      site,
      address,
      0,
    );
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changedHere(false);
  };

  /** `form` is null for a lock that turns nothing off. */
  const lock = (call: string, form: LockForm | null) => (address: number, site: number) => {
    const slot = slotOf(address, site);
    const { current } = m;
    if (slot === 0) return 0;
    if (m.stage[current] === 0) {
      if (form !== null && !cpu.beforeLock(form, site)) return 0;
      m.stage[current] = 1;
    }
    m.waitingFor[current] = sync.owners[slot] === current ? ownLock.spinlock : waits.spinlock;
    if (!m.reachObject(address, true, slot << 1, slot, site)) return 0;
    m.stage[current] = 0;
    if (!usage.note(slot, site)) return 0;
    take(slot, address, site, call, false);
    return m.results[current];
  };

  const unlock =
    (call: string, form: LockForm | null) =>
    (address: number, flagsOrSite: number, siteBehindFlags?: number) => {
      const site = siteBehindFlags ?? flagsOrSite;
      const slot = slotOf(address, site);
      const { current } = m;
      if (slot === 0) return;
      if (sync.owners[slot] !== current) {
        misuse(m, { problem: 'not-held', call, object: 'spinlock' }, site);
        return;
      }
      // Nobody can tell when a lock is released, but for those who try it and those who come on this CPU.
      if ((m.refined & refinements.unlocks) === 0) {
        if (!cpu.stacks.beforeUnlock(site) || !useObject(m, address, 4, site)) return;
        m.sees(address, true, site);
      } else if (!m.reachObject(address, true, 0, slot, site)) return;
      m.tracer?.event(current, { kind: 'release', lock: 'spinlock', call }, site, address, 0);
      sync.owners[slot] = -1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
      m.changedHere(false);
      if (form !== null) cpu.afterUnlock(form, siteBehindFlags === undefined ? 0 : flagsOrSite, site);
    };

  const tryLock = (form: LockForm | null) => (address: number, site: number) => {
    const slot = slotOf(address, site);
    const { current } = m;
    if (slot === 0 || m.refine(refinements.unlocks)) return 0;
    if (m.stage[current] === 0) {
      if (form !== null && !cpu.beforeLock(form, site)) return 0;
      m.stage[current] = 1;
    }
    if (!m.reachTry(address, slot << 1, slot, site)) return 0;
    m.stage[current] = 0;
    if (sync.owners[slot] === -1) {
      // Who only tries cannot be caught waiting for itself.
      take(slot, address, site, 'spin_trylock', true);
      return 1;
    }
    m.tracer?.event(
      current,
      { kind: 'try', on: 'lock', call: 'spin_trylock', success: false },
      site,
      address,
      0,
    );
    if (form !== null) cpu.afterUnlock(form, m.results[current] as number, site);
    return 0;
  };

  const isLocked = (address: number, site: number) => {
    const slot = slotOf(address, site);
    if (slot === 0 || m.refine(refinements.unlocks)) return 0;
    if (!m.reachObject(address, false, 0, slot, site)) return 0;
    return sync.owners[slot] === -1 ? 0 : 1;
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
    millrace_arch_spin_lock: lock('arch_spin_lock', null),
    millrace_arch_spin_trylock: tryLock(null),
    millrace_arch_spin_unlock: unlock('arch_spin_unlock', null),
    millrace_arch_spin_is_locked: isLocked,
    // Nobody waits in line.
    millrace_arch_spin_is_contended: () => 0,
  };
}
