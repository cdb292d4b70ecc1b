import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { noFootprint } from '../types.js';
import { timedWait, waits } from '../waits.js';
import { errno } from './errno.js';
import type { Mutexes } from './mutex.js';

type Import = (...args: never[]) => unknown;

export function conditionImports(m: Machine, mutexes: Mutexes): Record<string, Import> {
  /** By slot of the condition: contexts that wait, longest first. */
  const waiters = m.perExecution(new Map<number, number[]>());
  /** By context: slot whose gate opens when it is woken. */
  const wakeSlots = m.perExecution(new Map<number, number>());
  const slotOf = (address: number) => {
    const slot = m.sync.find(address) || m.sync.create(address, 'condition');
    if (!waiters.has(slot)) waiters.set(slot, []);
    return slot;
  };
  const wakeSlot = (context: number) => {
    const slot = wakeSlots.get(context) ?? m.sync.create(0, 'other');
    wakeSlots.set(context, slot);
    return slot;
  };
  const wake = (context: number) => {
    const slot = wakeSlot(context);
    m.release(slot);
    m.sync.gates[slot << 1] = 1;
    m.changed();
  };

  const wait = (address: number, mutex: number, site: number, timed: boolean): number => {
    const { current } = m;
    const held = mutexes.slotOf(mutex, site);
    if (held === 0) return -1;
    if (m.stage[current] === 0) {
      if (m.sync.owners[held] !== current) {
        misuse(m, { problem: 'not-held', call: 'pthread_cond_wait', object: 'mutex' }, site);
        return -1;
      }
      const slot = slotOf(address);
      if (!m.reachObject(address, true, 0, slot, site)) return -1;
      m.tracer?.event(current, { kind: 'wait', call: 'pthread_cond_wait' }, site, address, 0);
      const gone = timed && m.choose(2, true, true) === 1;
      const own = wakeSlot(current);
      m.sync.gates[own << 1] = gone ? 1 : 0;
      m.sync.extras[own] = gone ? errno.ETIMEDOUT : 0;
      if (!gone) {
        waiters.get(slot)?.push(current);
        m.changed();
      }
      m.stage[current] = 1;
    }
    if (m.stage[current] === 1) {
      // Whoever signals from here on finds the waiter, before it gives the mutex back or behind that.
      if (!mutexes.reachRelease(mutex, held, site)) return -1;
      m.sync.counts[held] = 0;
      mutexes.release(held, site, 'pthread_mutex_unlock');
      m.stage[current] = 2;
    }
    if (m.stage[current] === 2) {
      const own = wakeSlot(current);
      m.waitingFor[current] = timed ? timedWait : waits.condition;
      if (!m.reach(noFootprint, 0, false, own << 1, 0, site)) return -1;
      m.acquire(own);
      m.stage[current] = 3;
    }
    if (mutexes.lock(mutex, site) !== 0) return -1;
    m.stage[current] = 0;
    return m.sync.extras[wakeSlot(current)] as number;
  };

  const tellPosted = (call: string, { length }: readonly number[], address: number, site: number) =>
    m.tracer?.event(
      m.current,
      { kind: 'post', call, ...(length === 0 ? { idle: true } : {}) },
      site,
      address,
      0,
    );

  const signal = (address: number, site: number): number => {
    const slot = slotOf(address);
    if (!m.reachObject(address, true, 0, slot, site)) return 0;
    const waiting = waiters.get(slot) as number[];
    tellPosted('pthread_cond_signal', waiting, address, site);
    const [woken] = waiting.splice(m.choose(waiting.length), 1);
    if (woken !== undefined) wake(woken);
    return 0;
  };

  return {
    pthread_cond_init: (address: number, _attributes: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      m.sync.destroy(address);
      m.words[address >> 2] = 0;
      return 0;
    },
    pthread_cond_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      if ((waiters.get(m.sync.find(address)) ?? []).length > 0)
        misuse(m, { problem: 'in-use', call: 'pthread_cond_destroy', object: 'condition' }, site);
      else m.sync.destroy(address);
      return 0;
    },
    pthread_cond_wait: (address: number, mutex: number, site: number) => wait(address, mutex, site, false),
    // The time may run out at once or never: both are explored.
    pthread_cond_timedwait: (address: number, mutex: number, _limit: number, site: number) =>
      wait(address, mutex, site, true),
    pthread_cond_signal: signal,
    pthread_cond_broadcast: (address: number, site: number) => {
      const slot = slotOf(address);
      if (!m.reachObject(address, true, 0, slot, site)) return 0;
      const waiting = waiters.get(slot) as number[];
      tellPosted('pthread_cond_broadcast', waiting, address, site);
      for (const context of waiting.splice(0)) wake(context);
      return 0;
    },
    pthread_condattr_init: () => 0,
    pthread_condattr_destroy: () => 0,
    pthread_condattr_setclock: () => 0,
    pthread_condattr_setpshared: () => 0,
  };
}
