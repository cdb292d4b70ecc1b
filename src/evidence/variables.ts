// Races grouped by the variable that they are about, with every access to it, its rule and what the race is.

import type { EngineName } from '../judge/index.js';
import {
  expectedPairs,
  type FieldName,
  isOfHarness,
  isSameField,
  matchPair,
  racingField,
} from '../judge/index.js';
import { displayName } from '../model/index.js';
import { type RunRecord, type SectionOf, sectionOf } from '../record/index.js';
import type { Access, RaceReport } from '../report/index.js';
import { type RecordedVariable, type SharedVariable, sharedVariables, variableKey } from './accesses.js';
import { classify } from './classify.js';
import { lockRule } from './lock-rule.js';
import type { EngineCounts, LinePairEvidence, ReachEvidence, TestHarms, VariableEvidence } from './types.js';

type Kernel = 'base' | 'fixed';
type RecordedTest = SectionOf<'model'>['kernels'][number]['tests'][number];

/** A field that the source names has no offset. */
type NamedVariable = Omit<RecordedVariable, 'offset'> & { readonly offset: number | null };

/** One pair of lines in one test or one report. */
interface Sighting {
  readonly engine: EngineName;
  readonly kernel: Kernel;
  /** Of the variable. */
  readonly key: string;
  readonly variable: NamedVariable | null;
  /** Where the variable has no name. */
  readonly fallback: string;
  readonly size: number;
  readonly lines: readonly [string, string];
  readonly functions: readonly [string, string];
  readonly test: string | null;
  /** For how many it counts: executions of a sample; else one. */
  readonly count: number;
  readonly schedule: string | null;
}

const order = new Intl.Collator('en', { numeric: true });

/** Those that race first; each group by struct and offset. */
export function variablesOf(record: RunRecord): VariableEvidence[] {
  const model = modelSightings(record);
  const sampled = kcsanSightings(record);
  const sightings = [...model, ...sampled, ...kernelSightings(record, [...model, ...sampled])];
  const explored = sectionOf(record, 'model')?.kernels ?? [];
  const shared = { base: sharedVariables(explored[0]), fixed: sharedVariables(explored[1]) };
  const keys = new Set([...sightings.map(({ key }) => key), ...shared.base.keys()]);
  const variables = [...keys].map((key) => {
    const group = sightings.filter((sighting) => sighting.key === key);
    return variableOf(record, group, shared.base.get(key) ?? null, shared.fixed.get(key) ?? null);
  });
  return variables.sort(
    (a, b) =>
      Number(b.races.length > 0) - Number(a.races.length > 0) ||
      order.compare(a.struct ?? '~', b.struct ?? '~') ||
      (a.offset ?? 0) - (b.offset ?? 0) ||
      order.compare(a.name, b.name),
  );
}

function variableOf(
  record: RunRecord,
  group: readonly Sighting[],
  base: SharedVariable | null,
  fixed: SharedVariable | null,
): VariableEvidence {
  const known = group.find(({ variable }) => variable !== null)?.variable ?? base?.variable ?? null;
  const name = known === null ? (group[0]?.fallback ?? base?.address ?? '?') : displayName(known);
  const accesses = base?.accesses ?? [];
  const rule = lockRule(name, accesses);
  const races = linePairs(group, record);
  const tests = new Set(
    group.flatMap(({ kernel, test }) => (kernel === 'base' && test !== null ? [test] : [])),
  );
  return {
    name,
    struct: known?.struct ?? null,
    field: known?.field ?? null,
    offset: known?.offset ?? null,
    size: Math.max(known?.size ?? 0, base?.size ?? 0, ...group.map(({ size }) => size)),
    races,
    accesses,
    reach: base === null ? null : reachOf(record),
    rule,
    fixedRule: fixed === null ? null : lockRule(name, fixed.accesses),
    classification:
      races.length === 0 ? null : classify({ name, accesses, rule, ...consequencesIn(record, tests) }),
  };
}

/** What goes wrong on the base in the tests in which a variable races. */
function consequencesIn(record: RunRecord, names: ReadonlySet<string>) {
  const tests = (sectionOf(record, 'model')?.kernels[0]?.tests ?? []).filter(({ name }) => names.has(name));
  const harms = tests.flatMap((test) => {
    const harm = harmsIn(test);
    return harm.invariants + harm.others + harm.kinds.length === 0 ? [] : [harm];
  });
  return {
    harms,
    isHarmless:
      tests.length > 0 &&
      tests.every(({ complete, outcomes }) => complete && outcomes !== null && outcomes.serial > 0) &&
      harms.length === 0,
  };
}

function harmsIn({ name: test, failures, outcomes, findings }: RecordedTest): TestHarms {
  const others = outcomes?.others ?? 0;
  return {
    test,
    invariants: failures.length,
    others,
    outcomes: others + (outcomes?.serial ?? 0),
    kinds: [...new Set(findings.filter((finding) => !isOfHarness(finding)).map(({ kind }) => kind))],
  };
}

/** Over all tests of the base. */
function reachOf(record: RunRecord): ReachEvidence {
  const reaches = (sectionOf(record, 'model')?.kernels[0]?.tests ?? []).flatMap(({ reach }) =>
    reach === null ? [] : [reach],
  );
  return {
    executions: reaches.reduce((sum, { executions }) => sum + executions, 0),
    complete: reaches.every(({ complete }) => complete),
  };
}

function linePairs(group: readonly Sighting[], record: RunRecord): LinePairEvidence[] {
  const pairs = new Map<string, Sighting[]>();
  for (const sighting of group) {
    const key = [...sighting.lines, ...sighting.functions].join(' ');
    pairs.set(key, [...(pairs.get(key) ?? []), sighting]);
  }
  return [...pairs.values()].map((same) => ({
    lines: (same[0] as Sighting).lines,
    functions: (same[0] as Sighting).functions,
    counts: countsOf(same, record),
    schedules: [...new Set(same.flatMap(({ schedule }) => (schedule === null ? [] : [schedule])))],
  }));
}

function countsOf(same: readonly Sighting[], record: RunRecord): EngineCounts {
  const of = (engine: EngineName) => {
    const kernels = sectionOf(record, engine)?.kernels.length ?? 0;
    const count = (kernel: Kernel) =>
      same
        .filter((sighting) => sighting.engine === engine && sighting.kernel === kernel)
        .reduce((sum, one) => sum + one.count, 0);
    return kernels === 0 ? null : { base: count('base'), fixed: kernels > 1 ? count('fixed') : null };
  };
  return { model: of('model'), kcsan: of('kcsan'), kernel: of('kernel') };
}

function modelSightings(record: RunRecord): Sighting[] {
  const kernels = sectionOf(record, 'model')?.kernels ?? [];
  return sightingsOf('model', kernels, ({ report, sides, schedule }) => ({
    report,
    variable: sides[0].variable,
    count: 1,
    schedule: schedule.text,
  }));
}

function kcsanSightings(record: RunRecord): Sighting[] {
  const kernels = sectionOf(record, 'kcsan')?.kernels ?? [];
  return sightingsOf('kcsan', kernels, ({ report, variable, hits, schedule }) => ({
    report,
    variable,
    count: hits,
    schedule,
  }));
}

/** Of races with two accesses: of one at unknown origin it is not known who takes part. */
function sightingsOf<R>(
  engine: EngineName,
  kernels: readonly {
    readonly tests: readonly { readonly name: string; readonly races: readonly R[] }[];
  }[],
  read: (race: R) => Pick<Sighting, 'count' | 'schedule'> & {
    readonly report: RaceReport;
    readonly variable: RecordedVariable | null;
  },
): Sighting[] {
  return kernels.flatMap(({ tests }, index) =>
    tests.flatMap(({ name: test, races }) =>
      races.flatMap((race): Sighting[] => {
        const { report, variable, count, schedule } = read(race);
        const [first, second] = report.accesses;
        if (first === undefined || second === undefined) return [];
        return [
          {
            engine,
            kernel: index === 0 ? 'base' : 'fixed',
            key: variableKey(variable, first.address),
            variable,
            fallback: first.address,
            size: variable?.size ?? Math.max(first.size, second.size),
            ...inOrder(first, second),
            test,
            count,
            schedule,
          },
        ];
      }),
    ),
  );
}

/**
 * Reports of the case's pairs, and those of other functions that are about the same field. Addresses differ from boot
 * to boot: what the lines access is what the model engine or the source says of them, and else the pair of lines stands
 * for a variable.
 */
function kernelSightings(record: RunRecord, model: readonly Sighting[]): Sighting[] {
  const { case: judged } = record;
  const { kernels = [], fields = [] } = sectionOf(record, 'kernel') ?? {};
  const pairs = expectedPairs(judged.tests);
  const reports = kernels.flatMap(({ name, boots }, index) =>
    boots.flatMap((boot) =>
      boot.reports.map((report) => ({
        report,
        kernel: index === 0 ? ('base' as const) : ('fixed' as const),
        isPair: matchPair(report, pairs, judged.sources) !== null,
        field: racingField(report, name, fields),
      })),
    ),
  );
  const expected = reports.flatMap(({ isPair, field }) => (isPair && field !== null ? [field] : []));
  return reports.flatMap(({ report, kernel, isPair, field }): Sighting[] => {
    const [first, second] = report.accesses;
    if (first === undefined || second === undefined) return [];
    if (!isPair && (field === null || !expected.some((other) => isSameField(field, other)))) return [];
    const ordered = inOrder(first, second);
    const lines = ordered.lines.join(' and ');
    const known =
      model.find((sighting) => sighting.lines.join(' and ') === lines) ??
      model.find(({ variable }) => field !== null && variable !== null && isField(variable, field));
    const named = field === null ? null : namedField(field, Math.max(first.size, second.size));
    return [
      {
        engine: 'kernel',
        kernel,
        key: known?.key ?? (field === null ? lines : `field ${field.field}`),
        variable: known?.variable ?? named,
        fallback: lines,
        size: Math.max(first.size, second.size),
        ...ordered,
        test: null,
        count: 1,
        schedule: null,
      },
    ];
  });
}

function isField({ struct, field }: NamedVariable, named: FieldName): boolean {
  return field !== null && isSameField({ struct, field }, named);
}

function namedField({ struct, field }: FieldName, size: number): NamedVariable {
  return { name: field, struct, field, offset: null, size, object: null };
}

function inOrder(first: Access, second: Access): Pick<Sighting, 'lines' | 'functions'> {
  const end = ({ stack: [frame] }: Access) => ({ line: lineOf(frame), function: frame?.function ?? '?' });
  const [one, other] = [end(first), end(second)];
  const [a, b] = order.compare(one.line, other.line) <= 0 ? [one, other] : [other, one];
  return { lines: [a.line, b.line], functions: [a.function, b.function] };
}

function lineOf(frame: Access['stack'][number] | undefined): string {
  if (frame === undefined) return '?';
  if (frame.file !== null && frame.line !== null) return `${frame.file}:${frame.line}`;
  return frame.offset === null ? frame.function : `${frame.function}+0x${frame.offset.toString(16)}`;
}
