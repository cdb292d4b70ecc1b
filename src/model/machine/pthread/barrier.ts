import { initObject } from '../accesses.js';
import { contextsOf } from '../context-set.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { noFootprint, refinements } from '../types.js';
import { waits } from '../waits.js';
import { errno } from './errno.js';

type Import = (...args: never[]) => unknown;

interface Barrier {
  readonly count: number;
  arrived: number[];
  /** Bit set of all that ever came. */
  seen: number;
  /** The slot whose gate opens when the round is complete. */
  round: number;
}

export function barrierImports(m: Machine): Record<string, Import> {
  const barriers = m.perExecution(new Map<number, Barrier>());
  /** By context: the slot of the round that it waits in, and whether it is the serial thread of it. */
  const rounds = new Int32Array(32);
  const serial = new Uint8Array(32);
  return {
    pthread_barrier_init: (address: number, _attributes: number, count: number, site: number) => {
      if (count <= 0) return errno.EINVAL;
      if (!initObject(m, address, 4, site)) return -1;
      m.sync.destroy(address);
      m.sync.create(address, 'barrier');
      barriers.set(address, { count, arrived: [], seen: 0, round: 0 });
      return 0;
    },
    pthread_barrier_destroy: (address: number, site: number) => {
      if (!initObject(m, address, 4, site)) return -1;
      if ((barriers.get(address)?.arrived.length ?? 0) > 0) {
        misuse(m, { problem: 'in-use', call: 'pthread_barrier_destroy', object: 'barrier' }, site);
        return 0;
      }
      barriers.delete(address);
      m.sync.destroy(address);
      return 0;
    },
    pthread_barrier_wait: (address: number, site: number) => {
      const { current } = m;
      if (m.stage[current] === 0) {
        const barrier = barriers.get(address);
        const slot = m.sync.find(address);
        // Where no more come than meet, nobody can tell in which order they came.
        const seen = (barrier?.seen ?? 0) | (1 << current);
        if (contextsOf(seen).length > (barrier?.count ?? seen) && m.refine(refinements.arrivals)) return 0;
        const ordered = (m.refined & refinements.arrivals) !== 0;
        if (!m.reachObject(address, ordered, 0, slot, site)) return 0;
        if (barrier === undefined) {
          misuse(m, { problem: 'not-initialised', object: 'barrier' }, site);
          return 0;
        }
        barrier.seen = seen;
        m.tracer?.event(current, { kind: 'wait', call: 'pthread_barrier_wait' }, site, address, 0);
        if (barrier.arrived.length === 0) barrier.round = m.sync.create(0, 'other');
        barrier.arrived.push(current);
        m.changed();
        rounds[current] = barrier.round;
        m.release(barrier.round);
        if (barrier.arrived.length === barrier.count) {
          m.sync.gates[barrier.round << 1] = 1;
          for (const context of barrier.arrived) serial[context] = 0;
          serial[Math.min(...barrier.arrived)] = 1;
          barrier.arrived = [];
        }
        m.stage[current] = 1;
      }
      const round = rounds[current] as number;
      m.waitingFor[current] = waits.barrier;
      if (!m.reach(noFootprint, 0, false, round << 1, 0, site)) return 0;
      m.acquire(round);
      m.stage[current] = 0;
      return serial[current] === 1 ? -1 : 0;
    },
    pthread_barrierattr_init: () => 0,
    pthread_barrierattr_destroy: () => 0,
  };
}
