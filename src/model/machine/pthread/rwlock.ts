// Read-write locks (POSIX.1-2017, pthread_rwlock_rdlock and its neighbours).
import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { ReaderWriter } from '../reader-writer.js';
import { errno } from './errno.js';

type Import = (...args: never[]) => unknown;

export function rwlockImports(m: Machine): Record<string, Import> {
  const locks = new ReaderWriter(m);
  const { sync } = m;
  const slotOf = (address: number): number => {
    const known = sync.find(address);
    if (known !== 0 && sync.kinds[known] === 'rwlock') return known;
    const slot = sync.create(address, 'rwlock');
    sync.gates[slot << 1] = 1;
    sync.gates[(slot << 1) + 1] = 1;
    return slot;
  };
  const callOf = (address: number, write: boolean, name: string, site: number) =>
    ({
      slot: slotOf(address),
      address,
      write,
      lock: 'rwlock',
      call: `pthread_rwlock_${name}`,
      site,
    }) as const;
  const lock = (write: boolean) => (address: number, site: number) => {
    const call = callOf(address, write, write ? 'wrlock' : 'rdlock', site);
    if (!m.resuming && locks.holds(call.slot, true)) return errno.EDEADLK;
    if (!locks.reach(call)) return -1;
    locks.take(call);
    return 0;
  };
  const tryLock = (write: boolean) => (address: number, site: number) => {
    const call = callOf(address, write, write ? 'trywrlock' : 'tryrdlock', site);
    if (!locks.reachTry(call)) return -1;
    return locks.takeIfFree(call) ? 0 : errno.EBUSY;
  };
  const unlock = (address: number, site: number) => {
    const writer = locks.holds(slotOf(address), true);
    const call = callOf(address, writer, 'unlock', site);
    if (!writer && !locks.holds(call.slot, false)) {
      misuse(m, { problem: 'not-held', call: call.call, object: 'rwlock' }, site);
      return -1;
    }
    return locks.release(call) ? 0 : -1;
  };
  const timedOut = (result: number) => (result === errno.EBUSY ? errno.ETIMEDOUT : result);
  return {
    pthread_rwlock_init: (address: number, _attributes: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      sync.destroy(address);
      return 0;
    },
    pthread_rwlock_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      const slot = sync.find(address);
      if (slot !== 0 && ((sync.owners[slot] as number) >= 0 || (sync.counts[slot] as number) > 0))
        misuse(m, { problem: 'in-use', call: 'pthread_rwlock_destroy', object: 'rwlock' }, site);
      else sync.destroy(address);
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
