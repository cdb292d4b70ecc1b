// What counts as atomic (is_atomic(), kernel/kcsan/core.c, v6.12.117).
import { kcsanAccess } from './access-types.js';
import type { KcsanContext } from './context.js';

/**
 * Uses up one of those that `kcsan_atomic_next()` announced.
 * @param plainWritesBytes aligned plain writes of so many bytes at most count (CONFIG_KCSAN_ASSUME_PLAIN_WRITES_ATOMIC)
 */
export function isAtomic(
  plainWritesBytes: number,
  kcsan: KcsanContext,
  address: number,
  size: number,
  type: number,
): boolean {
  if ((type & kcsanAccess.atomic) !== 0) return true;
  if ((type & kcsanAccess.assert) !== 0) return false;
  if (
    size <= plainWritesBytes &&
    (type & kcsanAccess.write) !== 0 &&
    (type & kcsanAccess.compound) === 0 &&
    address % size === 0
  )
    return true;
  if (kcsan.atomicNext > 0) {
    kcsan.atomicNext--;
    return true;
  }
  return kcsan.atomicNestCount > 0 || kcsan.inFlatAtomic;
}
