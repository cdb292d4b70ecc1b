// Mutexes (kernel/locking/mutex.c, v6.12): one owner, who alone may unlock; locking may sleep. No signal ever comes,
// so the interruptible forms are the plain ones.
import { initObject, useObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, refinements } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';
import { objectSlot } from './object.js';

export function mutexImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const { sync } = m;
  const take = (slot: number, address: number, site: number) => {
    m.tracer?.lock({ kind: 'taken', context: m.current, lock: 'mutex', mode: 'exclusive', address, site });
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changedHere(false);
  };
  const lock = (address: number, site: number): number => {
    if (!maySleep(m, cpu, 'mutex_lock()', site)) return 0;
    const slot = objectSlot(m, address, 'mutex', site);
    if (slot === 0) return 0;
    m.waitingFor[m.current] = sync.owners[slot] === m.current ? 'a mutex that it holds itself' : 'a mutex';
    if (!m.reachObject(address, true, slot << 1, slot, site)) return 0;
    m.tracer?.operation(m.current, 'mutex_lock', site, address, 0);
    take(slot, address, site);
    return 0;
  };
  const unlock = (address: number, site: number) => {
    const slot = objectSlot(m, address, 'mutex', site);
    if (slot === 0) return;
    const owner = sync.owners[slot] as number;
    if (owner !== m.current) {
      const whose = owner < 0 ? 'that is not locked' : `that T${owner} holds`;
      misuse(m, `mutex_unlock() of a mutex ${whose}`, site);
      return;
    }
    if (cpu.kind(m.current) !== 'task') {
      misuse(m, 'mutex_unlock() in interrupt context', site);
      return;
    }
    if ((m.refined & refinements.unlocks) === 0) {
      m.steps++;
      if (!useObject(m, address, 4, site)) return;
      m.sees(address, true, site);
    } else if (!m.reachObject(address, true, 0, slot, site)) return;
    m.tracer?.operation(m.current, 'mutex_unlock', site, address, 0);
    m.tracer?.lock({ kind: 'released', context: m.current, lock: 'mutex', address });
    sync.owners[slot] = -1;
    sync.gates[slot << 1] = 1;
    m.release(slot);
    m.changedHere(false);
  };
  const initialise = (address: number, site: number) => {
    if (initObject(m, address, 4, site)) sync.destroy(address);
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
      m.tracer?.operation(m.current, free ? 'mutex_trylock: taken' : 'mutex_trylock: busy', site, address, 0);
      if (free) take(slot, address, site);
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

const words: Partial<Record<string, string>> = { mutex: 'a mutex', spinlock: 'a spinlock' };

/** Tells of locks that an ended context still holds. */
export function heldAtEnd(m: Machine, context: number): void {
  const { sync } = m;
  for (let slot = sync.nextHeld(context, 0); slot !== 0; slot = sync.nextHeld(context, slot)) {
    const word = words[sync.kinds[slot] as string];
    if (word === undefined) continue;
    m.note({
      kind: 'lock-leak',
      message: `T${context} ended and still holds ${word}`,
      sites: [sync.sites[slot] as number],
      contexts: [context],
      key: `lock-leak ${sync.sites[slot]}`,
    });
  }
}
