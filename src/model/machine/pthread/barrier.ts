// Barriers (POSIX.1-2017, pthread_barrier_wait). Of those that meet, the one with the lowest number is told that it
// is the serial thread: the standard leaves open which.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { noFootprint } from '../types.js';
import { errno } from './errno.js';

type Import = (...args: never[]) => unknown;

interface Barrier {
  readonly count: number;
  arrived: number[];
  /** The slot whose gate opens when the round is complete. */
  round: number;
}

export function barrierImports(m: Machine): Record<string, Import> {
  const barriers = m.perExecution(new Map<number, Barrier>());
  /** By context: the slot of the round that it waits in, and whether it is the serial thread of it. */
  const rounds = new Int32Array(32);
  const serial = new Uint8Array(32);
  return {
    pthread_barrier_init: (address: number, _attributes: number, count: number) => {
      if (count <= 0) return errno.EINVAL;
      m.sync.destroy(address);
      m.sync.create(address, 'barrier');
      barriers.set(address, { count, arrived: [], round: 0 });
      return 0;
    },
    pthread_barrier_destroy: (address: number, site: number) => {
      if ((barriers.get(address)?.arrived.length ?? 0) > 0)
        misuse(m, 'destruction of a barrier that threads wait at', site);
      barriers.delete(address);
      m.sync.destroy(address);
      return 0;
    },
    pthread_barrier_wait: (address: number, site: number) => {
      const { current } = m;
      if (m.stage[current] === 0) {
        const barrier = barriers.get(address);
        if (barrier === undefined) {
          misuse(m, 'the barrier was never initialised, or was destroyed', site);
          return 0;
        }
        const slot = m.sync.find(address);
        if (!m.reach(address, 4, true, 0, slot << 1, site)) return 0;
        m.tracer?.operation(current, 'barrier wait', site, address, 0);
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
      m.waitingFor[current] = 'a barrier';
      if (!m.reach(noFootprint, 0, false, round << 1, 0, site)) return 0;
      m.acquire(round);
      m.stage[current] = 0;
      return serial[current] === 1 ? -1 : 0;
    },
    pthread_barrierattr_init: () => 0,
    pthread_barrierattr_destroy: () => 0,
  };
}
