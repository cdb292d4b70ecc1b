// What kernel code tells KCSAN about its accesses (include/linux/kcsan-checks.h, kernel/kcsan/core.c, v6.12).
import { accessFlags } from '../../detect/index.js';
import { touch } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

/** KCSAN_ACCESS_* */
const access = { write: 1, atomic: 4 } as const;

export function kcsanImports(m: Machine): Record<string, Import> {
  const change = (counts: Int32Array, by: number) => () => {
    counts[m.current] = (counts[m.current] as number) + by;
  };
  const { markedDepth, checksOff } = m;
  return {
    // ASSERT_EXCLUSIVE_*: an access that must not meet another, marked or not; instrumented code's own otherwise.
    __kcsan_check_access: (address: number, size: number, type: number, site: number) => {
      const flags =
        ((type & access.write) !== 0 ? accessFlags.write : 0) |
        ((type & access.atomic) !== 0 ? accessFlags.marked : 0);
      touch(m, address, size, flags, site);
    },
    kcsan_disable_current: change(checksOff, 1),
    kcsan_enable_current: change(checksOff, -1),
    kcsan_enable_current_nowarn: change(checksOff, -1),
    kcsan_nestable_atomic_begin: change(markedDepth, 1),
    kcsan_nestable_atomic_end: change(markedDepth, -1),
    kcsan_flat_atomic_begin: change(markedDepth, 1),
    kcsan_flat_atomic_end: change(markedDepth, -1),
    // The readers of a seqlock: that many plain accesses, or until it is told that there are none.
    kcsan_atomic_next: (count: number) => {
      m.markedNext[m.current] = count;
    },
    kcsan_set_access_mask: () => {},
  };
}
