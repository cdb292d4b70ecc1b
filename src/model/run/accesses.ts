// From the accesses that a tracer saw to variables with their accesses, as the source calls them.

import type { ModelSide, ModelVariable } from '../basics.js';
import type { HeldLock } from '../machine/index.js';
import type { ModelAccess, ModelHeldLock, ModelReach, ModelShared } from '../observations.js';
import { heldKind, type NamedLock } from './lock-names.js';
import type { SeenAccess } from './reach.js';
import { callerPlace, type SourceNames } from './source-names.js';

export interface AccessNames {
  readonly names: SourceNames;
  readonly variableAt: (address: number, size: number, site: number) => ModelVariable | null;
  readonly lockName: (lock: NamedLock) => string;
  readonly sideAt: (context: number) => ModelSide;
  /** The harness's file, as line tables name it. */
  readonly harness: string;
}

export interface Looked {
  readonly executions: number;
  readonly complete: boolean;
}

const order = new Intl.Collator('en', { numeric: true });

export function describeReach(seen: readonly SeenAccess[], looked: Looked, context: AccessNames): ModelReach {
  const groups = new Map<string, { variable: ModelVariable | null; seen: SeenAccess[] }>();
  for (const access of seen) {
    const variable = context.variableAt(access.address, access.size, access.site);
    const key =
      variable === null
        ? hex(access.address)
        : `${variable.struct ?? ''}.${variable.name}+${variable.offset}`;
    const group = groups.get(key) ?? { variable, seen: [] };
    group.seen.push(access);
    groups.set(key, group);
  }
  const variables = [...groups.values()].map((group) => sharedOf(group.variable, group.seen, context));
  return {
    ...looked,
    variables: variables.sort((a, b) => order.compare(sortKey(a), sortKey(b))),
  };
}

function sortKey({ variable, addresses }: ModelShared): string {
  return variable === null ? `~${addresses[0]}` : `${variable.struct ?? '~'} ${variable.offset}`;
}

function sharedOf(
  variable: ModelVariable | null,
  seen: readonly SeenAccess[],
  context: AccessNames,
): ModelShared {
  const nameOf = lockNamer(seen, context);
  const merged = new Map<string, SeenAccess[]>();
  const described = new Map<SeenAccess, Omit<ModelAccess, 'locks' | 'sometimes'>>();
  for (const access of seen) {
    const one = accessOf(access, context);
    const { file, line } = one.place;
    // `x |= y` reads and writes, and is one access to a reader.
    const key = JSON.stringify([file, line, one.path, one.side.name, one.marked, one.concurrent]);
    merged.set(key, [...(merged.get(key) ?? []), access]);
    described.set(access, one);
  }
  const accesses = [...merged.values()].map((same): ModelAccess => {
    const one = described.get(same[0] as SeenAccess) as Omit<ModelAccess, 'locks' | 'sometimes'>;
    const always = same.map(
      ({ locks, count }) =>
        new Map(
          [...locks.values()].filter((held) => held.count === count).map(({ lock }) => [nameOf(lock), lock]),
        ),
    );
    const [first = new Map<string, HeldLock>()] = always;
    const locks = [...first].filter(([name]) => always.every((held) => held.has(name)));
    const all = new Map(
      same.flatMap(({ locks: held }) => [...held.values()].map(({ lock }) => [nameOf(lock), lock])),
    );
    const sometimes = [...all].filter(([name]) => !locks.some(([held]) => held === name));
    const list = (held: readonly (readonly [string, HeldLock])[]): ModelHeldLock[] =>
      held.map(([name, lock]) => ({ name, kind: heldKind(lock), mode: lock.mode }));
    const kinds = new Set(same.map((access) => described.get(access)?.access));
    return {
      ...one,
      access: kinds.size > 1 ? 'read-write' : one.access,
      locks: list(locks),
      sometimes: list(sometimes),
    };
  });
  return {
    variable,
    addresses: [...new Set(seen.map(({ address }) => address))].sort((a, b) => a - b).map(hex),
    size: Math.max(...seen.map(({ size }) => size)),
    accesses: accesses.sort(
      (a, b) =>
        order.compare(a.place.file, b.place.file) ||
        a.place.line - b.place.line ||
        order.compare(a.path.join(), b.path.join()),
    ),
  };
}

function accessOf(
  { context, site, calls, write, both, marked, concurrent }: SeenAccess,
  { names, sideAt, harness }: AccessNames,
): Omit<ModelAccess, 'locks' | 'sometimes'> {
  const frames = [site, ...calls].flatMap((at) => names.frames(at));
  // The harness's functions stand for callers that the case does not have.
  const own = frames.findIndex(({ file }) => file === harness);
  const place = callerPlace(names, site);
  const path = frames.slice(0, own > 0 ? own : frames.length).map(({ function: name }) => name);
  return {
    place,
    path: path.slice(Math.max(path.indexOf(place.function), 0)),
    side: sideAt(context),
    access: both ? 'read-write' : write ? 'write' : 'read',
    marked,
    concurrent,
  };
}

/** Two locks of one name that guard one object are not the same: their addresses go with the name. */
function lockNamer(seen: readonly SeenAccess[], { lockName }: AccessNames): (lock: NamedLock) => string {
  const byAddress = new Map<string, Set<number>>();
  for (const access of seen)
    for (const { lock } of access.locks.values()) {
      const key = `${access.address} ${lockName(lock)}`;
      byAddress.set(key, (byAddress.get(key) ?? new Set()).add(lock.address));
    }
  const ambiguous = new Set(
    [...byAddress].filter(([, addresses]) => addresses.size > 1).map(([key]) => key.replace(/^\d+ /, '')),
  );
  return (lock) =>
    ambiguous.has(lockName(lock)) ? `${lockName(lock)} (${hex(lock.address)})` : lockName(lock);
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
