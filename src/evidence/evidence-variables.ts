// Races grouped by the variable that they are about.
import type { RunRecord } from '../record/index.js';
import type { Access } from '../report/index.js';
import type { EngineCounts, LinePairEvidence, VariableEvidence } from './evidence-types.js';
import { expectedPairs, matchPair } from './match.js';

interface VariableName {
  readonly name: string;
  readonly struct: string | null;
  readonly field: string | null;
  readonly offset: number | null;
}

type Sides = 'base' | 'fixed';

/** One pair of lines in one test or one report. */
interface Sighting {
  readonly engine: 'model' | 'kernel';
  readonly side: Sides;
  readonly variable: VariableName;
  readonly size: number;
  readonly lines: readonly [string, string];
  readonly functions: readonly [string, string];
  readonly schedule: string | null;
}

/** Variables that race, in the order in which they were met. */
export function variablesOf(record: RunRecord): VariableEvidence[] {
  const sightings = [...modelSightings(record), ...kernelSightings(record)];
  const groups = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const { struct, name } = sighting.variable;
    const key = `${struct ?? ''} ${name}`;
    groups.set(key, [...(groups.get(key) ?? []), sighting]);
  }
  const tried = {
    model: (record.model?.runs.length ?? 0) > 1,
    kernel: record.runs.length > 1,
  };
  return [...groups.values()].map((group) => ({
    ...(group[0] as Sighting).variable,
    size: Math.max(...group.map(({ size }) => size)),
    races: linePairs(group, record, tried),
    accesses: [],
    reach: null,
    rule: null,
    classification: null,
  }));
}

function linePairs(
  group: readonly Sighting[],
  record: RunRecord,
  tried: Readonly<Record<'model' | 'kernel', boolean>>,
): LinePairEvidence[] {
  const pairs = new Map<string, Sighting[]>();
  for (const sighting of group) {
    const key = [...sighting.lines, ...sighting.functions].join(' ');
    pairs.set(key, [...(pairs.get(key) ?? []), sighting]);
  }
  const countsOf = (same: readonly Sighting[]): EngineCounts => {
    const of = (engine: 'model' | 'kernel') => {
      const count = (side: Sides) =>
        same.filter((sighting) => sighting.engine === engine && sighting.side === side).length;
      return { base: count('base'), fixed: tried[engine] ? count('fixed') : null };
    };
    return {
      model: record.model === undefined ? null : of('model'),
      kernel: record.runs.length === 0 ? null : of('kernel'),
    };
  };
  return [...pairs.values()].map((same) => ({
    lines: (same[0] as Sighting).lines,
    functions: (same[0] as Sighting).functions,
    counts: countsOf(same),
    schedules: same.flatMap(({ schedule }) => (schedule === null ? [] : [schedule])),
  }));
}

function modelSightings({ model }: RunRecord): Sighting[] {
  return (model?.runs ?? []).flatMap(({ tests }, index) =>
    tests.flatMap(({ races }) =>
      races.flatMap(({ report, schedule }): Sighting[] => {
        const [first, second] = report.accesses;
        if (first === undefined || second === undefined) return [];
        return [
          {
            engine: 'model',
            side: index === 0 ? 'base' : 'fixed',
            variable: { name: first.address, struct: null, field: null, offset: null },
            size: Math.max(first.size, second.size),
            ...inOrder(first, second),
            schedule: schedule.text,
          },
        ];
      }),
    ),
  );
}

/** Reports of the case's pairs; addresses differ from boot to boot, so that the pair of lines stands for a variable. */
function kernelSightings({ runs, case: judged }: RunRecord): Sighting[] {
  const pairs = expectedPairs(judged.tests);
  return runs.flatMap(({ boots }, index) =>
    boots.flatMap(({ reports }) =>
      reports.flatMap((report): Sighting[] => {
        const [first, second] = report.accesses;
        if (first === undefined || second === undefined || matchPair(report, pairs, judged.sources) === null)
          return [];
        const ordered = inOrder(first, second);
        return [
          {
            engine: 'kernel',
            side: index === 0 ? 'base' : 'fixed',
            variable: { name: ordered.lines.join(' and '), struct: null, field: null, offset: null },
            size: Math.max(first.size, second.size),
            ...ordered,
            schedule: null,
          },
        ];
      }),
    ),
  );
}

function inOrder(first: Access, second: Access): Pick<Sighting, 'lines' | 'functions'> {
  const ends = [first, second].map(({ stack: [frame] }) => ({
    line: lineOf(frame),
    function: frame?.function ?? '?',
  }));
  const order = new Intl.Collator('en', { numeric: true });
  const [a, b] = ends.sort((one, other) => order.compare(one.line, other.line)) as [
    (typeof ends)[number],
    (typeof ends)[number],
  ];
  return { lines: [a.line, b.line], functions: [a.function, b.function] };
}

function lineOf(frame: Access['stack'][number] | undefined): string {
  if (frame === undefined) return '?';
  if (frame.file !== null && frame.line !== null) return `${frame.file}:${frame.line}`;
  return frame.offset === null ? frame.function : `${frame.function}+0x${frame.offset.toString(16)}`;
}
