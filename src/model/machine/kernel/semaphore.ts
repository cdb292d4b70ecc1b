// Counting semaphores (kernel/locking/semaphore.c, v6.12). struct semaphore on wasm32: lock 0, count 4. Its count is
// kept in memory, where sema_init() puts it.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { waits } from '../waits.js';
import { type CpuState, maySleep } from './cpu.js';
import { objectSlot, ordered } from './object.js';

const countOffset = 4;
const timedOut = -62;

export function semaphoreImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const count = (address: number) => m.words[(address + countOffset) >> 2] as number;
  const change = (address: number, slot: number, by: number) => {
    const value = count(address) + by;
    m.words[(address + countOffset) >> 2] = value;
    m.sync.gates[slot << 1] = value;
  };
  const slotOf = (address: number, site: number) => {
    const slot = objectSlot(m, address, 'semaphore', site);
    if (slot !== 0) m.sync.gates[slot << 1] = count(address);
    return slot;
  };
  const down = (address: number, site: number): number => {
    if (!maySleep(m, cpu, 'down', site)) return 0;
    const slot = slotOf(address, site);
    m.waitingFor[m.current] = waits.semaphore;
    if (slot === 0 || !m.reachObject(address, true, slot << 1, slot, site)) return 0;
    m.tracer?.event(m.current, { kind: 'wait', call: 'down' }, site, address, 0);
    change(address, slot, -1);
    ordered(m, slot);
    return 0;
  };
  /** Whether it was taken; null when the caller must return at once. */
  const tryDown = (address: number, site: number): boolean | null => {
    const slot = slotOf(address, site);
    if (slot === 0 || !m.reachObject(address, true, 0, slot, site)) return null;
    const free = count(address) > 0;
    m.tracer?.event(
      m.current,
      { kind: 'try', on: 'semaphore', call: 'down_trylock', success: free },
      site,
      address,
      0,
    );
    if (free) {
      change(address, slot, -1);
      ordered(m, slot);
    }
    return free;
  };
  return {
    down,
    down_interruptible: down,
    down_killable: down,
    down_trylock: (address: number, site: number) => (tryDown(address, site) === false ? 1 : 0),
    // The time may run out as soon as nothing is free.
    down_timeout: (address: number, _jiffies: number, site: number) =>
      maySleep(m, cpu, 'down_timeout', site) && tryDown(address, site) === false ? timedOut : 0,
    up: (address: number, site: number) => {
      const slot = slotOf(address, site);
      // They commute with each other: which of two came first, nobody learns.
      if (slot === 0 || !m.reachObject(address, false, 0, slot, site)) return;
      m.tracer?.event(m.current, { kind: 'post', call: 'up' }, site, address, 0);
      change(address, slot, 1);
      m.release(slot);
      m.changed();
    },
  };
}
