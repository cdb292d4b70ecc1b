// pthread mutexes (POSIX.1-2017, pthread_mutex_lock): normal, recursive, error-checking. The first word of
// pthread_mutex_t is its type.
import { accessFlags } from '../../detect/index.js';
import { initObject, touch, touchAll, useObject } from '../accesses.js';
import { nullPage } from '../layout.js';
import type { Machine } from '../machine.js';
import { misuse, notOwned } from '../misuse.js';
import { refinements } from '../types.js';
import { ownLock, waits } from '../waits.js';
import { errno } from './errno.js';

const { write } = accessFlags;
const types = { normal: 0, recursive: 1, errorcheck: 2 } as const;
/** glibc's: a normal one that spins before it waits. */
const adaptive = 3;

export class Mutexes {
  private readonly m: Machine;
  /** By context: mutexes that it holds. */
  private readonly held: Int32Array;

  constructor(m: Machine) {
    this.m = m;
    this.held = m.column();
  }

  /** The slot of the mutex at `address`, or 0 with a finding when there is none. */
  slotOf(address: number, site: number): number {
    const { m } = this;
    const known = m.sync.find(address);
    if (known !== 0) return known;
    if (address >>> 0 >= nullPage && !useObject(m, address, 4, site)) return 0;
    const word = address >> 2;
    // A static initialiser of glibc's (2.36) has it in the fourth word, or in the fifth where longs have 64 bits.
    const inner = m.words[word] === 0 ? (m.words[word + 3] as number) || (m.words[word + 4] as number) : 0;
    const type = inner === types.recursive || inner === types.errorcheck ? inner : (m.words[word] ?? -1);
    if (address >>> 0 < nullPage || type < 0 || type > types.errorcheck) {
      if (!m.reach(address & ~3, 4, false, 0, 0, site)) return 0;
      misuse(m, { problem: 'not-initialised', object: 'mutex' }, site);
      return 0;
    }
    const slot = m.sync.create(address, 'mutex');
    m.sync.gates[slot << 1] = 1;
    m.sync.extras[slot] = type;
    return slot;
  }

  /** 0, or an error number; -1 while the call is suspended or after a finding. */
  lock(address: number, site: number, call = 'pthread_mutex_lock'): number {
    const { m } = this;
    const slot = this.slotOf(address, site);
    if (slot === 0) return -1;
    const { sync } = m;
    if (sync.owners[slot] === m.current && !m.resuming) {
      if (sync.extras[slot] === types.recursive) {
        sync.counts[slot] = (sync.counts[slot] as number) + 1;
        m.tracer?.event(m.current, { kind: 'nesting', call, deeper: true }, site, address, 0);
        return 0;
      }
      if (sync.extras[slot] === types.errorcheck) return errno.EDEADLK;
      m.waitingFor[m.current] = ownLock.mutex;
    } else m.waitingFor[m.current] = waits.mutex;
    if (!m.reachObject(address, true, slot << 1, slot, site)) return -1;
    this.take(slot, site, call, false);
    return 0;
  }

  tryLock(address: number, site: number, call = 'pthread_mutex_trylock'): number {
    const { m } = this;
    const slot = this.slotOf(address, site);
    if (slot === 0 || m.refine(refinements.unlocks)) return -1;
    if (!m.reachTry(address, slot << 1, slot, site)) return -1;
    const { sync } = m;
    const again = sync.owners[slot] === m.current && sync.extras[slot] === types.recursive;
    const free = sync.owners[slot] === -1;
    if (free) this.take(slot, site, call, true);
    else {
      m.tracer?.event(m.current, { kind: 'try', on: 'lock', call, success: again }, site, address, 0);
      if (again) sync.counts[slot] = (sync.counts[slot] as number) + 1;
    }
    return free || again ? 0 : errno.EBUSY;
  }

  unlock(address: number, site: number, call = 'pthread_mutex_unlock'): number {
    const { m } = this;
    const slot = this.slotOf(address, site);
    if (slot === 0) return -1;
    const { sync } = m;
    if (sync.owners[slot] !== m.current) {
      if (sync.extras[slot] !== types.normal) return errno.EPERM;
      const owner = sync.owners[slot] as number;
      misuse(m, notOwned(owner, call), site);
      return -1;
    }
    if ((sync.counts[slot] as number) > 0) {
      sync.counts[slot] = (sync.counts[slot] as number) - 1;
      m.tracer?.event(m.current, { kind: 'nesting', call, deeper: false }, site, address, 0);
      return 0;
    }
    if (!this.reachRelease(address, slot, site)) return -1;
    this.release(slot, site, call);
    return 0;
  }

  /** Nobody can tell when a mutex is released, but for those who try it. False: return at once. */
  reachRelease(address: number, slot: number, site: number): boolean {
    const { m } = this;
    if ((m.refined & refinements.unlocks) !== 0) return m.reachObject(address, true, 0, slot, site);
    m.steps++;
    m.sees(address, true, site);
    return useObject(m, address, 4, site);
  }

  /**
   * The object at `address` begins anew, or ends, while others run who may hold it: when they give it back matters from
   * now on. True: return at once.
   */
  meetsUsers(address: number): boolean {
    const { m } = this;
    return !m.alone && m.sync.find(address) !== 0 && m.refine(refinements.unlocks);
  }

  release(slot: number, site: number, call: string): void {
    const { m, held } = this;
    const address = m.sync.addresses[slot] as number;
    m.tracer?.event(m.current, { kind: 'release', lock: 'mutex', call }, site, address, 0);
    held[m.current] = (held[m.current] as number) - 1;
    m.sync.owners[slot] = -1;
    m.sync.gates[slot << 1] = 1;
    m.release(slot);
    m.changedHere(false);
  }

  private take(slot: number, site: number, call: string, tried: boolean): void {
    const { m, held } = this;
    const address = m.sync.addresses[slot] as number;
    m.tracer?.event(
      m.current,
      { kind: 'acquire', lock: 'mutex', mode: 'exclusive', call, tried },
      site,
      address,
      0,
    );
    held[m.current] = (held[m.current] as number) + 1;
    m.sync.owners[slot] = m.current;
    m.sync.sites[slot] = site;
    m.sync.gates[slot << 1] = 0;
    m.acquire(slot);
    m.changedHere(false);
  }

  /** Tells of mutexes that an ended context still holds. */
  checkEnd(context: number): void {
    const { sync } = this.m;
    if (this.held[context] === 0) return;
    for (const slot of sync.slots())
      if (sync.owners[slot] === context && sync.kinds[slot] === 'mutex')
        this.m.note({
          kind: 'lock-leak',
          facts: { fact: 'held-at-end', who: context, lock: 'mutex' },
          sites: [sync.sites[slot] as number],
          contexts: [context],
          key: `lock-leak ${sync.sites[slot]}`,
        });
  }
}

type Import = (...args: never[]) => unknown;

export function mutexImports(m: Machine, mutexes: Mutexes): Record<string, Import> {
  return {
    pthread_mutex_init: (address: number, attributes: number, site: number) => {
      const size = attributes === 0 ? 0 : 4;
      if (!touchAll(m, site, [attributes, size, 0], [address, 4, write | accessFlags.object])) return -1;
      if (mutexes.meetsUsers(address)) return -1;
      m.sync.destroy(address);
      m.words[address >> 2] = attributes === 0 ? types.normal : (m.words[attributes >> 2] as number);
      return 0;
    },
    pthread_mutex_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site) || mutexes.meetsUsers(address)) return -1;
      const slot = m.sync.find(address);
      if (slot !== 0 && (m.sync.owners[slot] as number) >= 0) {
        misuse(m, { problem: 'in-use', call: 'pthread_mutex_destroy', object: 'mutex' }, site);
        return 0;
      }
      m.sync.destroy(address);
      m.words[address >> 2] = -1;
      return 0;
    },
    pthread_mutex_lock: (address: number, site: number) => mutexes.lock(address, site),
    // A time limit may run out at once: as long as somebody else holds the mutex.
    pthread_mutex_timedlock: (address: number, _limit: number, site: number) => {
      const result = mutexes.tryLock(address, site);
      return result === errno.EBUSY ? errno.ETIMEDOUT : result;
    },
    pthread_mutex_trylock: (address: number, site: number) => mutexes.tryLock(address, site),
    pthread_mutex_unlock: (address: number, site: number) => mutexes.unlock(address, site),
    pthread_mutexattr_init: (attributes: number, site: number) => {
      if (!touch(m, attributes, 4, write, site)) return -1;
      m.words[attributes >> 2] = types.normal;
      return 0;
    },
    pthread_mutexattr_destroy: () => 0,
    pthread_mutexattr_setpshared: () => 0,
    pthread_mutexattr_setprotocol: () => 0,
    pthread_mutexattr_settype: (attributes: number, type: number, site: number) => {
      if (type < 0 || type > adaptive) return errno.EINVAL;
      if (!touch(m, attributes, 4, write, site)) return -1;
      m.words[attributes >> 2] = type === adaptive ? types.normal : type;
      return 0;
    },
    pthread_mutexattr_gettype: (attributes: number, type: number, site: number) => {
      if (!touchAll(m, site, [attributes, 4, 0], [type, 4, write])) return -1;
      m.words[type >> 2] = m.words[attributes >> 2] as number;
      return 0;
    },
    // A spin lock is a mutex that cannot sleep: who waits for it is no different here.
    pthread_spin_init: (address: number, _shared: number, site: number) => {
      if (!initObject(m, address, 4, site) || mutexes.meetsUsers(address)) return -1;
      m.sync.destroy(address);
      m.words[address >> 2] = types.normal;
      return 0;
    },
    pthread_spin_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site) || mutexes.meetsUsers(address)) return -1;
      m.sync.destroy(address);
      m.words[address >> 2] = -1;
      return 0;
    },
    pthread_spin_lock: (address: number, site: number) => mutexes.lock(address, site, 'pthread_spin_lock'),
    pthread_spin_trylock: (address: number, site: number) =>
      mutexes.tryLock(address, site, 'pthread_spin_trylock'),
    pthread_spin_unlock: (address: number, site: number) =>
      mutexes.unlock(address, site, 'pthread_spin_unlock'),
  };
}
