// Which write each read reads from and in which order the writes to a location come: all ways that the values and the
// coherence of that location alone allow (tools/memory-model/lock.cat, v6.12, for locks).
import type { Candidate, Communication, LkmmEvent } from '../lkmm/index.js';

/** All ways for one location. */
export function communicationsAt(candidate: Candidate, location: number): readonly Communication[] {
  const events: number[] = [];
  candidate.events.forEach((event, number) => {
    if (event.location === location && event.kind !== 'sync-srcu') events.push(number);
  });
  const isLock = events.some((event) => isLockKind(eventOf(candidate, event)));
  return isLock ? lockCommunications(candidate, events) : memoryCommunications(candidate, events);
}

function isLockKind({ kind }: LkmmEvent): boolean {
  return kind !== 'read' && kind !== 'write';
}

function eventOf(candidate: Candidate, event: number): LkmmEvent {
  return candidate.events[event] as LkmmEvent;
}

function memoryCommunications(candidate: Candidate, events: readonly number[]): readonly Communication[] {
  const writes = events.filter((event) => eventOf(candidate, event).kind === 'write');
  const reads = events.filter((event) => eventOf(candidate, event).kind === 'read');
  const sources = reads.map((read) =>
    writes.filter(
      (write) =>
        eventOf(candidate, write).value === eventOf(candidate, read).value && !candidate.po.has(read, write),
    ),
  );
  if (sources.some((list) => list.length === 0)) return [];
  const found: Communication[] = [];
  for (const order of orders(writes, (earlier, later) => mustPrecede(candidate, earlier, later))) {
    const rank = new Map(order.map((write, index) => [write, index]));
    const fits = (read: number, write: number, chosen: readonly number[]) =>
      coherent(candidate, reads, read, write, chosen, rank);
    for (const chosen of choices(reads, sources, fits))
      found.push({
        readsFrom: chosen.map((write, index) => [write, reads[index] as number] as const),
        coherence: [order],
      });
  }
  return found;
}

function mustPrecede(candidate: Candidate, earlier: number, later: number): boolean {
  return (
    (candidate.initial.has(earlier) && !candidate.initial.has(later)) || candidate.po.has(earlier, later)
  );
}

/** Sequential consistency per location: of `read`, given the sources of the reads before it in `reads`. */
function coherent(
  candidate: Candidate,
  reads: readonly number[],
  read: number,
  write: number,
  chosen: readonly number[],
  rank: ReadonlyMap<number, number>,
): boolean {
  const from = rank.get(write) as number;
  for (const [other, at] of rank) {
    if (candidate.po.has(other, read) && at > from) return false;
    if (candidate.po.has(read, other) && at <= from) return false;
  }
  return chosen.every((source, index) => {
    const earlier = reads[index] as number;
    const at = rank.get(source) as number;
    return (
      (!candidate.po.has(earlier, read) || at <= from) && (!candidate.po.has(read, earlier) || from <= at)
    );
  });
}

function lockCommunications(candidate: Candidate, events: readonly number[]): readonly Communication[] {
  const initial = events.filter((event) => candidate.initial.has(event));
  const locks = events.filter((event) => eventOf(candidate, event).kind === 'lock-write');
  const unlockOf = new Map<number, number>();
  for (const lock of locks) {
    const next = events.find(
      (event) =>
        candidate.po.has(lock, event) && ['lock-write', 'unlock'].includes(eventOf(candidate, event).kind),
    );
    // A lock that its holder takes again is never given: this execution does not end.
    if (next !== undefined && eventOf(candidate, next).kind === 'lock-write') return [];
    if (next !== undefined) unlockOf.set(lock, next);
  }
  const unmatched = locks.filter((lock) => !unlockOf.has(lock));
  if (unmatched.length > 1) return [];
  const holderAt = (event: number) =>
    locks.find((lock) => {
      const unlock = unlockOf.get(lock);
      return candidate.po.has(lock, event) && (unlock === undefined || candidate.po.has(event, unlock));
    });
  const looks = events.filter((event) =>
    ['lock-fail', 'read-unlocked'].includes(eventOf(candidate, event).kind),
  );
  const sources: (readonly number[])[] = [];
  for (const look of looks) {
    const holder = holderAt(look);
    if (eventOf(candidate, look).kind === 'lock-fail')
      sources.push(holder !== undefined ? [holder] : locks.filter((lock) => candidate.ext.has(lock, look)));
    else if (holder !== undefined) return [];
    else {
      const unlocks = [...unlockOf.values()];
      const own = unlocks.filter((unlock) => candidate.po.has(unlock, look)).at(-1);
      sources.push([
        ...(own === undefined ? [] : [own]),
        ...[...initial, ...unlocks].filter((event) => candidate.ext.has(event, look)),
      ]);
    }
  }
  if (sources.some((list) => list.length === 0)) return [];
  const found: Communication[] = [];
  const precedes = (earlier: number, later: number) =>
    candidate.po.has(earlier, later) || (unmatched.includes(later) && !unmatched.includes(earlier));
  for (const order of orders(locks, precedes)) {
    const coherence = [...initial];
    const readsFrom: (readonly [number, number])[] = [];
    for (const lock of order) {
      const read = lock - 1;
      readsFrom.push([coherence.at(-1) as number, read]);
      coherence.push(lock);
      const unlock = unlockOf.get(lock);
      if (unlock !== undefined) coherence.push(unlock);
    }
    for (const chosen of choices(looks, sources, () => true))
      found.push({
        readsFrom: [...readsFrom, ...chosen.map((write, index) => [write, looks[index] as number] as const)],
        coherence: [coherence],
      });
  }
  return found;
}

/** All orders of `items` in which none stands before one that must precede it. */
function* orders(
  items: readonly number[],
  precedes: (earlier: number, later: number) => boolean,
  begun: readonly number[] = [],
): Iterable<readonly number[]> {
  if (begun.length === items.length) yield begun;
  for (const item of items) {
    if (begun.includes(item)) continue;
    const waits = items.some((other) => other !== item && !begun.includes(other) && precedes(other, item));
    if (!waits) yield* orders(items, precedes, [...begun, item]);
  }
}

/** One of each list of `sources`, which belong to `reads`, as far as `fits` allows each beside those chosen before it. */
function* choices(
  reads: readonly number[],
  sources: readonly (readonly number[])[],
  fits: (read: number, write: number, chosen: readonly number[]) => boolean,
  chosen: readonly number[] = [],
): Iterable<readonly number[]> {
  const list = sources[chosen.length];
  if (list === undefined) {
    yield chosen;
    return;
  }
  for (const write of list)
    if (fits(reads[chosen.length] as number, write, chosen))
      yield* choices(reads, sources, fits, [...chosen, write]);
}
