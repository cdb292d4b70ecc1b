import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { errno } from './errno.js';

type Import = (...args: never[]) => unknown;

export function rwlockImports(m: Machine): Record<string, Import> {
  /** By slot and context: read locks held. */
  const readers = m.perExecution(new Map<number, Int32Array>());
  const { sync } = m;
  const slotOf = (address: number): number => {
    const known = sync.find(address);
    if (known !== 0 && sync.kinds[known] === 'rwlock') return known;
    const slot = sync.create(address, 'rwlock');
    sync.gates[slot << 1] = 1;
    sync.gates[(slot << 1) + 1] = 1;
    readers.set(slot, new Int32Array(32));
    return slot;
  };
  const readersOf = (slot: number) => readers.get(slot) as Int32Array;
  const takeRead = (slot: number) => {
    sync.counts[slot] = (sync.counts[slot] as number) + 1;
    const held = readersOf(slot);
    held[m.current] = (held[m.current] as number) + 1;
    sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changedHere(false);
  };
  const takeWrite = (slot: number, site: number) => {
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    sync.gates[(slot << 1) + 1] = 0;
    m.acquire(slot);
    // Readers that came before are released here: see release().
    m.acquire(readSlot(slot));
    m.changedHere(false);
  };
  /** Read sections order nothing among themselves: what they release only a writer acquires. */
  const readSlot = (slot: number): number => {
    const known = sync.extras[slot] as number;
    if (known !== 0) return known;
    const created = sync.create(0, 'other');
    sync.extras[slot] = created;
    return created;
  };
  const take = (slot: number, write: boolean, address: number, site: number) => {
    const mode = write ? 'exclusive' : 'read';
    m.tracer?.lock({ kind: 'taken', context: m.current, lock: 'rwlock', mode, address, site });
    if (write) takeWrite(slot, site);
    else takeRead(slot);
  };
  const lock = (write: boolean) => (address: number, site: number) => {
    const slot = slotOf(address);
    if (!m.resuming && sync.owners[slot] === m.current) return errno.EDEADLK;
    m.waitingFor[m.current] = write ? 'a write lock' : 'a read lock';
    // Readers commute with each other.
    if (!m.reachObject(address, write, (slot << 1) + (write ? 0 : 1), slot, site)) return -1;
    m.tracer?.operation(m.current, write ? 'write lock' : 'read lock', site, address, 0);
    take(slot, write, address, site);
    return 0;
  };
  const tryLock = (write: boolean) => (address: number, site: number) => {
    const slot = slotOf(address);
    if (!m.reachObject(address, true, 0, slot, site)) return -1;
    const free = (sync.gates[(slot << 1) + (write ? 0 : 1)] as number) > 0;
    m.tracer?.operation(
      m.current,
      `${write ? 'write' : 'read'} trylock: ${free ? 'taken' : 'busy'}`,
      site,
      address,
      0,
    );
    if (!free) return errno.EBUSY;
    take(slot, write, address, site);
    return 0;
  };
  const unlock = (address: number, site: number) => {
    const slot = slotOf(address);
    const writer = sync.owners[slot] === m.current;
    if (!writer && (readersOf(slot)[m.current] as number) === 0) {
      misuse(m, 'unlock of a read-write lock that the thread does not hold', site);
      return -1;
    }
    if (!m.reachObject(address, writer, 0, slot, site)) return -1;
    m.tracer?.operation(m.current, writer ? 'write unlock' : 'read unlock', site, address, 0);
    m.tracer?.lock({ kind: 'released', context: m.current, lock: 'rwlock', address });
    if (writer) {
      sync.owners[slot] = -1;
      sync.gates[(slot << 1) + 1] = 1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
    } else {
      const held = readersOf(slot);
      held[m.current] = (held[m.current] as number) - 1;
      sync.counts[slot] = (sync.counts[slot] as number) - 1;
      if (sync.counts[slot] === 0) sync.gates[slot << 1] = 1;
      m.release(readSlot(slot));
    }
    m.changedHere(false);
    return 0;
  };
  const timedOut = (result: number) => (result === errno.EBUSY ? errno.ETIMEDOUT : result);
  return {
    pthread_rwlock_init: (address: number, _attributes: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      sync.destroy(address);
      return 0;
    },
    pthread_rwlock_destroy: (address: number, site: number) => {
      const slot = sync.find(address);
      if (slot !== 0 && ((sync.owners[slot] as number) >= 0 || (sync.counts[slot] as number) > 0))
        misuse(m, 'destruction of a read-write lock that is held', site);
      else if (!initObject(m, address, 4, site)) return -1;
      sync.destroy(address);
      return 0;
    },
    pthread_rwlock_rdlock: lock(false),
    pthread_rwlock_wrlock: lock(true),
    pthread_rwlock_tryrdlock: tryLock(false),
    pthread_rwlock_trywrlock: tryLock(true),
    // A time limit may run out at once: as long as somebody else is in the way.
    pthread_rwlock_timedrdlock: (address: number, _limit: number, site: number) =>
      timedOut(tryLock(false)(address, site)),
    pthread_rwlock_timedwrlock: (address: number, _limit: number, site: number) =>
      timedOut(tryLock(true)(address, site)),
    pthread_rwlock_unlock: unlock,
    pthread_rwlockattr_init: () => 0,
    pthread_rwlockattr_destroy: () => 0,
  };
}
