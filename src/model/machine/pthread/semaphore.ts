// Semaphores (POSIX.1-2017, semaphore.h). The first word of sem_t holds the value that sem_init gave; after that the
// machine's gate counts.
import { accessFlags } from '../../detect/index.js';
import { initObject, touch, useObject } from '../accesses.js';
import { nullPage } from '../layout.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { waits } from '../waits.js';

type Import = (...args: never[]) => unknown;

export function semaphoreImports(m: Machine, fail: (error: number) => number): Record<string, Import> {
  const slotOf = (address: number, site: number): number => {
    const slot = m.sync.find(address);
    if (slot !== 0 && m.sync.kinds[slot] === 'semaphore') return slot;
    if (!useObject(m, address, 4, site)) return 0;
    if (address >>> 0 < nullPage || m.words[address >> 2] !== 0) {
      if (!m.reach(address & ~3, 4, false, 0, 0, site)) return 0;
      misuse(m, { problem: 'not-initialised', object: 'semaphore' }, site);
      return 0;
    }
    // One of zeroes is as good as one that was initialised with 0, until it is.
    if (!m.resuming)
      m.note({
        kind: 'lock-misuse',
        facts: { fact: 'misuse', problem: 'never-initialised', object: 'semaphore' },
        sites: [site],
        contexts: [m.current],
        key: `lock-misuse ${site} never-initialised`,
      });
    return m.sync.create(address, 'semaphore');
  };
  const add = (slot: number, step: number) => {
    m.sync.gates[slot << 1] = (m.sync.gates[slot << 1] as number) + step;
    m.changedHere(false);
  };
  const tryWait = (address: number, site: number, busy: number): number => {
    const slot = slotOf(address, site);
    if (slot === 0 || !m.reachObject(address, true, 0, slot, site)) return -1;
    const free = (m.sync.gates[slot << 1] as number) > 0;
    m.tracer?.event(
      m.current,
      { kind: 'try', on: 'semaphore', call: 'sem_trywait', success: free },
      site,
      address,
      0,
    );
    if (!free) return fail(busy);
    add(slot, -1);
    m.acquire(slot);
    return 0;
  };
  return {
    sem_init: (address: number, _shared: number, value: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      m.words[address >> 2] = value;
      const known = m.sync.find(address);
      // Who waits for it already, though it was no semaphore yet, waits for this one.
      const isKnown = known !== 0 && m.sync.kinds[known] === 'semaphore';
      m.sync.gates[(isKnown ? known : m.sync.create(address, 'semaphore')) << 1] = value;
      m.changed();
      return 0;
    },
    sem_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      m.sync.destroy(address);
      m.words[address >> 2] = -1;
      return 0;
    },
    sem_wait: (address: number, site: number) => {
      const slot = slotOf(address, site);
      if (slot === 0) return -1;
      m.waitingFor[m.current] = waits.semaphore;
      if (!m.reachObject(address, true, slot << 1, slot, site)) return -1;
      m.tracer?.event(m.current, { kind: 'wait', call: 'sem_wait' }, site, address, 0);
      add(slot, -1);
      m.acquire(slot);
      return 0;
    },
    sem_trywait: (address: number, site: number) => tryWait(address, site, 11),
    sem_timedwait: (address: number, _limit: number, site: number) => tryWait(address, site, 110),
    sem_post: (address: number, site: number) => {
      const slot = slotOf(address, site);
      // Posts commute with each other.
      if (slot === 0 || !m.reachObject(address, false, 0, slot, site)) return -1;
      m.tracer?.event(m.current, { kind: 'post', call: 'sem_post' }, site, address, 0);
      m.release(slot);
      add(slot, 1);
      return 0;
    },
    sem_getvalue: (address: number, value: number, site: number) => {
      const { current } = m;
      if (m.stage[current] === 0) {
        const slot = slotOf(address, site);
        if (slot === 0 || !m.reachObject(address, true, 0, slot, site)) return -1;
        m.results[current] = m.sync.gates[slot << 1] as number;
        m.stage[current] = 1;
      }
      if (!touch(m, value, 4, accessFlags.write, site)) return -1;
      m.stage[current] = 0;
      m.words[value >> 2] = m.results[current] as number;
      return 0;
    },
  };
}
