// The rule that the locks held at a variable's accesses suggest.
import type { AccessEvidence, LockEvidence, LockRule } from './types.js';

/** Sections that keep memory alive, and nobody out. */
export const readSections: ReadonlySet<string> = new Set(['RCU', 'SRCU']);

/**
 * The lock that most of the concurrent accesses hold each time; null when none holds any. A read section is no such lock.
 */
export function lockRule(variable: string, accesses: readonly AccessEvidence[]): LockRule | null {
  const concurrent = accesses.filter((access) => access.concurrent);
  const counts = new Map<string, { lock: LockEvidence; holding: number }>();
  for (const { locks } of concurrent)
    for (const lock of locks) {
      if (readSections.has(lock.kind)) continue;
      const known = counts.get(lock.name) ?? { lock, holding: 0 };
      counts.set(lock.name, { ...known, holding: known.holding + 1 });
    }
  const best = [...counts.values()].reduce(
    (most, one) => (most === null || one.holding > most.holding ? one : most),
    null as { lock: LockEvidence; holding: number } | null,
  );
  if (best === null) return null;
  const missing = concurrent.filter(({ locks }) => !locks.some((lock) => lock.name === best.lock.name));
  return { says: 'lock-rule', variable, ...best, total: concurrent.length, missing };
}
