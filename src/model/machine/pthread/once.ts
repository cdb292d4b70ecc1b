// pthread_once (POSIX.1-2017): whoever comes first runs the routine, the others wait until it has returned. The
// routine itself is called by the header, between these two.
import type { Machine } from '../machine.js';
import { waits } from '../waits.js';

type Import = (...args: never[]) => unknown;

export function onceImports(m: Machine): Record<string, Import> {
  const { sync } = m;
  const slotOf = (address: number): number => {
    const known = sync.find(address);
    if (known !== 0) return known;
    const slot = sync.create(address, 'once');
    sync.gates[slot << 1] = 1;
    return slot;
  };
  return {
    /** Answers 1 when the caller has to run the routine. */
    __millrace_once_begin: (address: number, site: number) => {
      const slot = slotOf(address);
      m.waitingFor[m.current] = waits.once;
      if (!m.reachObject(address, true, slot << 1, slot, site)) return 0;
      m.tracer?.event(m.current, { kind: 'wait', call: 'pthread_once' }, site, address, 0);
      m.acquire(slot);
      if (sync.counts[slot] === 1) return 0;
      sync.gates[slot << 1] = 0;
      return 1;
    },
    __millrace_once_end: (address: number) => {
      const slot = slotOf(address);
      sync.counts[slot] = 1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
      m.changed();
    },
  };
}
