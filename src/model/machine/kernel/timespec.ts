// Nanoseconds to seconds and nanoseconds (kernel/time/time.c, v6.12). A struct that is returned has its address before
// the arguments: struct timespec64 is 8 bytes of seconds and, on wasm32, 4 of nanoseconds.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

const perSecond = 1_000_000_000n;

export function timespecImports(m: Machine): Record<string, Import> {
  return {
    ns_to_timespec64: (to: number, nanoseconds: bigint) => {
      const view = new DataView(m.memory.buffer);
      const below = ((nanoseconds % perSecond) + perSecond) % perSecond;
      view.setBigInt64(to, (nanoseconds - below) / perSecond, true);
      view.setInt32(to + 8, Number(below), true);
    },
  };
}
