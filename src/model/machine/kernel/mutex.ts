// Mutexes (kernel/locking/mutex.c, v6.12): one owner, who alone may unlock; locking may sleep. No signal ever comes,
// so the interruptible forms are the plain ones.
import { initObject, useObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse, notOwned } from '../misuse.js';
import { type Import, refinements } from '../types.js';
import { ownLock, waits } from '../waits.js';
import { type CpuState, maySleep } from './cpu.js';
import { objectSlot } from './object.js';

const lock = 'mutex';
const events = {
  lock: { kind: 'acquire', lock, mode: 'exclusive', call: 'mutex_lock', tried: false },
  taken: { kind: 'acquire', lock, mode: 'exclusive', call: 'mutex_trylock', tried: true },
  busy: { kind: 'try', on: 'lock', call: 'mutex_trylock', success: false },
  unlock: { kind: 'release', lock, call: 'mutex_unlock' },
} as const;

export function mutexImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const { sync } = m;
  const take = (slot: number, site: number) => {
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changedHere(false);
  };
  const lock = (address: number, site: number): number => {
    if (!maySleep(m, cpu, 'mutex_lock', site)) return 0;
    const slot = objectSlot(m, address, 'mutex', site);
    if (slot === 0) return 0;
    m.waitingFor[m.current] = sync.owners[slot] === m.current ? ownLock.mutex : waits.mutex;
    if (!m.reachObject(address, true, slot << 1, slot, site)) return 0;
    m.tracer?.event(m.current, events.lock, site, address, 0);
    take(slot, site);
    return 0;
  };
  const unlock = (address: number, site: number) => {
    const slot = objectSlot(m, address, 'mutex', site);
    if (slot === 0) return;
    const owner = sync.owners[slot] as number;
    if (owner !== m.current) {
      misuse(m, notOwned(owner, 'mutex_unlock'), site);
      return;
    }
    if (cpu.kind(m.current) !== 'task') {
      misuse(m, { problem: 'in-interrupt', call: 'mutex_unlock' }, site);
      return;
    }
    if ((m.refined & refinements.unlocks) === 0) {
      m.steps++;
      if (!useObject(m, address, 4, site)) return;
      m.sees(address, true, site);
    } else if (!m.reachObject(address, true, 0, slot, site)) return;
    m.tracer?.event(m.current, events.unlock, site, address, 0);
    sync.owners[slot] = -1;
    sync.gates[slot << 1] = 1;
    m.release(slot);
    m.changedHere(false);
  };
  const initialise = (address: number, site: number) => {
    if (!initObject(m, address, 4, site)) return;
    // Who holds it gives back what it is no more.
    if (!m.alone && sync.find(address) !== 0 && m.refine(refinements.unlocks)) return;
    sync.destroy(address);
  };
  return {
    __mutex_init: (address: number, _name: number, _key: number, site: number) => initialise(address, site),
    mutex_init_generic: (address: number, site: number) => initialise(address, site),
    mutex_lock: lock,
    mutex_lock_io: lock,
    mutex_lock_interruptible: lock,
    mutex_lock_killable: lock,
    mutex_trylock: (address: number, site: number) => {
      const slot = objectSlot(m, address, 'mutex', site);
      if (slot === 0 || m.refine(refinements.unlocks)) return 0;
      if (!m.reachTry(address, slot << 1, slot, site)) return 0;
      const free = sync.owners[slot] === -1;
      m.tracer?.event(m.current, free ? events.taken : events.busy, site, address, 0);
      if (free) take(slot, site);
      return free ? 1 : 0;
    },
    mutex_unlock: unlock,
    mutex_is_locked: (address: number, site: number) => {
      const slot = objectSlot(m, address, 'mutex', site);
      if (slot === 0 || m.refine(refinements.unlocks)) return 0;
      if (!m.reachObject(address, false, 0, slot, site)) return 0;
      return sync.owners[slot] === -1 ? 0 : 1;
    },
  };
}

/** Tells of locks that an ended context still holds. */
export function heldAtEnd(m: Machine, context: number): void {
  const { sync } = m;
  for (let slot = sync.nextHeld(context, 0); slot !== 0; slot = sync.nextHeld(context, slot)) {
    const lock = sync.kinds[slot];
    if (lock !== 'mutex' && lock !== 'spinlock') continue;
    m.note({
      kind: 'lock-leak',
      facts: { fact: 'held-at-end', who: context, lock },
      sites: [sync.sites[slot] as number],
      contexts: [context],
      key: `lock-leak ${sync.sites[slot]}`,
    });
  }
}
