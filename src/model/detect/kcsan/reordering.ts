// The access that a context holds back, as weak memory may (CONFIG_KCSAN_WEAK_MEMORY; find_reorder_access(),
// set_reorder_access() and DEFINE_MEMORY_BARRIER(), kernel/kcsan/core.c, v6.12.117).
import { kcsanAccess } from './access-types.js';
import { type KcsanContext, scopedAccessWords as words } from './context.js';

export type Barrier = 'mb' | 'wmb' | 'rmb' | 'release';

/** Whether an access is the one that is held back. */
export function isHeldBack(
  { reorderWords, reorderAt, disableScoped }: KcsanContext,
  address: number,
  size: number,
  type: number,
  site: number,
): boolean {
  return (
    disableScoped === 0 &&
    (reorderWords[reorderAt + words.address] as number) >>> 0 === address &&
    reorderWords[reorderAt + words.size] === size &&
    reorderWords[reorderAt + words.type] === type &&
    reorderWords[reorderAt + words.site] === site
  );
}

/** From now on the access may still happen, until a barrier or the end of the function that the context is in. */
export function holdBack(
  { reorderWords, reorderAt, disableScoped, stackDepth }: KcsanContext,
  address: number,
  size: number,
  type: number,
  site: number,
): void {
  if (disableScoped > 0 || (type & kcsanAccess.assert) !== 0) return;
  reorderWords[reorderAt + words.address] = address;
  reorderWords[reorderAt + words.size] = size;
  reorderWords[reorderAt + words.type] = type | kcsanAccess.scoped;
  reorderWords[reorderAt + words.site] = site;
  reorderWords[reorderAt + words.stackDepth] = stackDepth;
}

/** What comes before the barrier is held back no more. */
export function orderHeldBack({ reorderWords, reorderAt, disableScoped }: KcsanContext, kind: Barrier): void {
  if (disableScoped > 0) return;
  const type = reorderWords[reorderAt + words.type] as number;
  const compound = (type & kcsanAccess.compound) !== 0;
  const write = (type & kcsanAccess.write) !== 0;
  const orders = kind === 'wmb' ? write || compound : kind === 'rmb' ? !write || compound : true;
  if (orders) reorderWords[reorderAt + words.size] = 0;
}
