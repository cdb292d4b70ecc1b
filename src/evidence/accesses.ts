// Every access to a variable that the model engine saw on one kernel, over all tests: one for each line and path.
import type { SectionOf } from '../record/index.js';
import type { SideEvidence } from './engine-types.js';
import type { AccessEvidence, LockEvidence } from './types.js';

type RecordedKernel = SectionOf<'model'>['kernels'][number];
export type RecordedReach = NonNullable<RecordedKernel['tests'][number]['reach']>;
export type RecordedShared = RecordedReach['variables'][number];
export type RecordedVariable = NonNullable<RecordedShared['variable']>;
type RecordedAccess = RecordedShared['accesses'][number];

interface Seen {
  readonly test: string;
  readonly access: RecordedAccess;
}

/** A shared variable of one kernel, with what each test saw of it. */
export interface SharedVariable {
  readonly variable: RecordedVariable | null;
  /** Of the first object that has it. */
  readonly address: string;
  readonly size: number;
  readonly accesses: readonly AccessEvidence[];
}

/** By the key that {@link variableKey} gives. */
export function sharedVariables(kernel: RecordedKernel | undefined): ReadonlyMap<string, SharedVariable> {
  const groups = new Map<string, { shared: RecordedShared[]; seen: Seen[]; racing: Set<string> }>();
  for (const { name: test, reach, races } of kernel?.tests ?? []) {
    for (const shared of reach?.variables ?? []) {
      const key = variableKey(shared.variable, shared.addresses[0] ?? '');
      const group = groups.get(key) ?? { shared: [], seen: [], racing: new Set<string>() };
      group.shared.push(shared);
      group.seen.push(...shared.accesses.map((access) => ({ test, access })));
      for (const line of racingLines(races, key)) group.racing.add(line);
      groups.set(key, group);
    }
  }
  return new Map(
    [...groups].map(([key, { shared, seen, racing }]) => [
      key,
      {
        variable: shared[0]?.variable ?? null,
        address: shared[0]?.addresses[0] ?? '',
        size: Math.max(...shared.map(({ size }) => size)),
        accesses: merge(seen, racing),
      },
    ]),
  );
}

/** One variable has one key in all tests, base and fixed; what has no name goes by its address. */
export function variableKey(variable: RecordedVariable | null, address: string): string {
  if (variable === null) return address;
  const { struct, name, offset } = variable;
  return struct === null ? `${name}+${offset}` : `${struct} ${offset}`;
}

/** `file:line` of all frames of accesses that race on the variable: one in a header races at its caller's line too. */
function racingLines(races: RecordedKernel['tests'][number]['races'], key: string): string[] {
  return races
    .filter(({ sides, report }) => variableKey(sides[0].variable, report.accesses[0]?.address ?? '') === key)
    .flatMap(({ report }) => report.accesses)
    .flatMap(({ stack }) => stack.slice(0, 1 + stack.findIndex((frame) => !frame.inlined)))
    .map(({ file, line }) => `${file}:${line}`);
}

function merge(seen: readonly Seen[], racing: ReadonlySet<string>): AccessEvidence[] {
  const groups = new Map<string, Seen[]>();
  for (const one of seen) {
    const { place, path, marked, concurrent } = one.access;
    const key = JSON.stringify([place.file, place.line, path, marked, concurrent]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((same) => mergeOne(same, racing));
}

function mergeOne(same: readonly Seen[], racing: ReadonlySet<string>): AccessEvidence {
  const { place, path, marked, concurrent } = (same[0] as Seen).access;
  const kinds = new Set(same.map(({ access }) => access.access));
  const [kind = 'read'] = kinds;
  const all = new Map<string, LockEvidence>();
  for (const { access } of same)
    for (const lock of [...access.locks, ...access.sometimes]) all.set(lock.name, lock);
  const isAlways = ({ name }: LockEvidence) =>
    same.every(({ access }) => access.locks.some((lock) => lock.name === name));
  return {
    ...place,
    from: path[1] ?? null,
    path,
    access: kinds.size > 1 ? 'read-write' : kind,
    marked,
    by: contextsOf(same),
    concurrent,
    locks: [...all.values()].filter(isAlways),
    sometimes: [...all.values()].filter((lock) => !isAlways(lock)),
    races: concurrent && racing.has(`${place.file}:${place.line}`),
  };
}

function contextsOf(same: readonly Seen[]): { test: string; side: SideEvidence }[] {
  return [
    ...new Map(same.map(({ test, access: { side } }) => [`${test} ${side.name}`, { test, side }])).values(),
  ];
}
