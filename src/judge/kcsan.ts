// What samples of executions under KCSAN's algorithm show: the base, and the same tests with a fix. A sample shows a
// race, and for its absence a chance: docs/verdicts.md states the rules in words.
import type { KcsanPair, KcsanRun, KcsanTest } from '../model/index.js';
import { racingFunctions } from '../report/index.js';
import { aboutOf } from './about.js';
import { exerciseShare } from './clean.js';
import type { JudgedCase } from './match.js';
import { outcomeOf } from './outcome.js';
import type { Problem, Reason, SampledReports, Statement } from './statements.js';
import { chanceByBoots, chanceLimit, type Interval, shareInterval, smallest } from './statistics.js';
import type { Verdict, VerdictKind } from './types.js';

/** An expected pair of one test on one side. */
export interface KcsanPairCounts {
  /** Executions with a report of it. */
  readonly hits: number;
  readonly executions: number;
  /** Share of executions with a report, at the intervals' level. */
  readonly share: Interval;
}

export interface KcsanPairEvidence {
  readonly test: string;
  /** Sorted. */
  readonly functions: readonly [string, string];
  readonly base: KcsanPairCounts;
  readonly fixed: KcsanPairCounts | null;
  /** Of no report with the fix, had it changed nothing; null where there is nothing to compare. */
  readonly chance: number | null;
  /** Executions a side that would bring the chance below the limit; null where it is, or where none would. */
  readonly needed: number | null;
}

export interface KcsanVerdict extends Verdict {
  /** What a sample does not say. */
  readonly limits: readonly Statement[];
  readonly pairs: readonly KcsanPairEvidence[];
  /** The largest of the pairs' chances; null unless a fixed side was found clean or may be. */
  readonly chance: number | null;
}

/** `fixed` is null when no fix was tried. */
export function judgeKcsan(judged: JudgedCase, base: KcsanRun, fixed: KcsanRun | null): KcsanVerdict {
  const pairs = pairsOf(base, fixed);
  const missed = pairs.filter((pair) => pair.base.hits === 0);
  const loud = loudOn(judged, base);
  const { harms, remaining } = fixed === null ? { harms: [], remaining: [] } : wrongWith(base, fixed);
  const chances = pairs.flatMap(({ chance }) => (chance === null ? [] : [chance]));
  const chance = chances.length === 0 ? null : Math.max(...chances);
  const result = (
    kind: VerdictKind,
    expected: boolean,
    why: Reason,
    lacking: readonly Statement[] = [],
  ): KcsanVerdict => ({
    kind,
    outcome: outcomeOf(kind, expected),
    about: pairs.length > 0 ? ['race'] : aboutOf(loud),
    reason: why,
    lacking: [
      ...missed.map(missedPair),
      ...loud.map((what) => ({ says: 'unexpected', what }) as const),
      ...lacking,
    ],
    harms,
    remaining,
    limits: limitsOf(base, fixed),
    pairs,
    chance,
  });
  const asExpected = missed.length === 0 && loud.length === 0;
  if (pairs.length === 0 && loud.length > 0)
    return result('shown', false, { says: 'nothing-expected', found: loud });
  if (pairs.length > 0 && missed.length === pairs.length)
    return result('not-shown', false, { says: 'missed-in-sample', lacking: missed.map(missedPair) });
  if (fixed === null) {
    if (pairs.length > 0) return result('shown', asExpected, { says: 'sampled', reports: reportsOf(pairs) });
    return result('not-shown', true, { says: 'sample-silent', fix: null, executions: executionsOf(base) });
  }
  const fix = fixed.name;
  if (harms.length > 0) return result('fix-harmful', false, { says: 'fix-harms', fix, harms, remaining });
  if (remaining.length > 0) return result('fix-incomplete', false, { says: 'fix-leaves', fix, remaining });
  const executions = executionsOf(fixed);
  if (chance === null) return result('not-shown', asExpected, { says: 'sample-silent', fix, executions });
  const short = [...idle(base, fixed), ...pairs.flatMap(shortOf)];
  if (short.length > 0) return result('inconclusive', false, { says: 'not-enough', lacking: short }, short);
  const reports = reportsOf(pairs);
  return result('fix-shown', asExpected, { says: 'sample-ended', fix, reports, executions, chance });
}

function pairsOf(base: KcsanRun, fixed: KcsanRun | null): KcsanPairEvidence[] {
  return base.tests.flatMap((test) => {
    const same = fixed?.tests.find(({ name }) => name === test.name);
    return test.pairs.map((pair, index): KcsanPairEvidence => {
      const before = pairSide(pair, test);
      const other = same?.pairs[index];
      const after = same === undefined || other === undefined ? null : pairSide(other, same);
      const comparable = after !== null && before.hits > 0 && after.hits === 0;
      const chance = comparable ? chanceByBoots(before.hits, before.executions, after.executions) : null;
      return {
        test: test.name,
        functions: pair.functions,
        base: before,
        fixed: after,
        chance,
        needed: chance === null || chance < chanceLimit ? null : executionsNeeded(before),
      };
    });
  });
}

function pairSide({ hits }: KcsanPair, { executions }: KcsanTest): KcsanPairCounts {
  return { hits, executions, share: shareInterval(hits, executions) };
}

/** More doublings of what was run than anybody would wait for. */
const mostDoublings = 10;

function executionsNeeded({ hits, executions }: KcsanPairCounts): number | null {
  const doubled = smallest(1, mostDoublings, (power) => {
    const factor = 2 ** power;
    return chanceByBoots(hits * factor, executions * factor, executions * factor) < chanceLimit;
  });
  return doubled === null ? null : executions * 2 ** doubled;
}

function missedPair({ test, functions, base: { executions } }: KcsanPairEvidence): Statement {
  return { says: 'not-reported', functions, test, executions };
}

function reportsOf(pairs: readonly KcsanPairEvidence[]): SampledReports[] {
  return pairs
    .filter(({ base }) => base.hits > 0)
    .map(({ test, functions, base: { hits, executions } }) => ({
      says: 'reported',
      test,
      functions,
      hits,
      executions,
    }));
}

function executionsOf({ tests }: KcsanRun): number {
  return tests.reduce((sum, test) => sum + test.executions, 0);
}

/** What was found in tests of which the case expects nothing. */
function loudOn(judged: JudgedCase, base: KcsanRun): Problem[] {
  const silent = new Set(judged.tests.filter(({ races }) => races.length === 0).map(({ name }) => name));
  return base.tests
    .filter(({ name }) => silent.has(name))
    .flatMap((test) => [...racesOf(test), ...failuresOf(test).map(({ what }) => what)]);
}

function racesOf({ name: test, races, executions }: KcsanTest): Problem[] {
  return races.map(({ report, hits }) => ({
    says: 'reported',
    test,
    functions: racingFunctions(report),
    hits,
    executions,
  }));
}

/** Besides races. */
function failuresOf({ name: test, findings, warnings }: KcsanTest): { key: string; what: Problem }[] {
  return [
    ...findings.map(({ kind, facts }) => ({
      key: `${test} ${kind} ${JSON.stringify(facts)}`,
      what:
        facts.fact === 'invariant'
          ? ({ says: 'invariant', test, invariant: facts.text } as const)
          : ({ says: 'finding', test, kind, facts, waits: [] } as const),
    })),
    ...warnings.map((warning) => ({
      key: `${test} warning ${warning}`,
      what: { says: 'warning', test, warning } as const,
    })),
  ];
}

function wrongWith(base: KcsanRun, fixed: KcsanRun): Pick<KcsanVerdict, 'harms' | 'remaining'> {
  const before = new Set(base.tests.flatMap((test) => failuresOf(test).map(({ key }) => key)));
  const after = fixed.tests.flatMap(failuresOf);
  return {
    harms: after.filter(({ key }) => !before.has(key)).map(({ what }) => ({ says: 'new', what })),
    remaining: [
      ...fixed.tests.flatMap(racesOf),
      ...after.filter(({ key }) => before.has(key)).map(({ what }) => what),
    ],
  };
}

/** Tests in which KCSAN watched much less with the fix than on the base, for each execution. */
function idle(base: KcsanRun, fixed: KcsanRun): Statement[] {
  const watched = ({ counters }: KcsanTest) => counters.setupWatchpoints ?? 0;
  return fixed.tests.flatMap((test) => {
    const before = base.tests.find(({ name }) => name === test.name);
    if (
      before === undefined ||
      watched(test) / test.executions >= (exerciseShare * watched(before)) / before.executions
    )
      return [];
    const counts = { base: watched(before), fixed: watched(test) };
    return [{ says: 'watched-less', fix: fixed.name, test: test.name, ...counts } as const];
  });
}

function shortOf({ test, functions, chance, needed }: KcsanPairEvidence): Statement[] {
  if (chance === null || chance < chanceLimit) return [];
  return [{ says: 'too-few-executions', functions, test, chance, needed }];
}

function limitsOf(base: KcsanRun, fixed: KcsanRun | null): Statement[] {
  const runs = fixed === null ? [base] : [base, fixed];
  return [
    { says: 'sample' },
    { says: 'virtual-time' },
    ...base.unmodelled.map(() => ({ says: 'no-verbose-reports' }) as const),
    ...runs.flatMap(({ name: kernel, tests }) =>
      tests
        .filter(({ stoppedBy }) => stoppedBy === 'time')
        .map(({ name: test }) => ({ says: 'time-ran-out', test, kernel }) as const),
    ),
  ];
}
