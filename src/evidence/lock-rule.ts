// The rule that the locks held at a variable's accesses suggest.
import type { AccessEvidence, LockEvidence, LockRule } from './types.js';

/** More paths than these are counted, not named. */
const mostNamed = 4;

/** Sections that keep memory alive, and nobody out. */
export const readSections: ReadonlySet<string> = new Set(['RCU', 'SRCU']);

/**
 * The lock that most of the concurrent accesses hold each time; null when none holds any. A read section is no such lock.
 */
export function lockRule(name: string, accesses: readonly AccessEvidence[]): LockRule | null {
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
  return {
    ...best,
    total: concurrent.length,
    missing,
    sentence: sentenceOf(name, best.lock.name, best.holding, concurrent.length, missing),
  };
}

function sentenceOf(
  name: string,
  lock: string,
  holding: number,
  total: number,
  missing: readonly AccessEvidence[],
): string {
  if (missing.length === 0) {
    const all = total === 1 ? 'the only access holds' : `all ${total} accesses hold`;
    return `\`${name}\`: ${all} \`${lock}\``;
  }
  const paths = [...new Set(missing.map(pathText))];
  const named = paths.slice(0, mostNamed).join(', ');
  const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
  const which = missing.length === 1 ? 'the one that does not' : `the ${missing.length} that do not`;
  return `\`${name}\`: ${holding} of ${total} accesses ${holding === 1 ? 'holds' : 'hold'} \`${lock}\`; ${which}: ${named}${more}`;
}

/** `f` from `g`. */
export function pathText({ function: name, from }: Pick<AccessEvidence, 'function' | 'from'>): string {
  return from === null ? `\`${name}\`` : `\`${name}\` from \`${from}\``;
}
