// What samples of executions under KCSAN's algorithm show: the base, and the same tests with a fix. A sample shows a
// race, and for its absence a chance: docs/verdicts.md states the rules in words.
import { plural } from '../base/index.js';
import type { KcsanPair, KcsanRun, KcsanTest } from '../model/index.js';
import { racingFunctions } from '../report/index.js';
import { recordedText } from '../words/index.js';
import { exerciseShare } from './clean.js';
import type { JudgedCase } from './match.js';
import { outcomeOf } from './outcome.js';
import { chanceByBoots, chanceLimit, type Interval, shareInterval, smallest } from './statistics.js';
import { percent } from './text.js';
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
  /** What a sample does not say, a sentence each. */
  readonly limits: readonly string[];
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
    reason: string,
    lacking: readonly string[] = [],
  ): KcsanVerdict => ({
    kind,
    outcome: outcomeOf(kind, expected),
    reason,
    lacking: [...missed.map(missedText), ...loud, ...lacking],
    harms,
    remaining,
    limits: limitsOf(base, fixed),
    pairs,
    chance,
  });
  const asExpected = missed.length === 0 && loud.length === 0;
  if (pairs.length === 0 && loud.length > 0)
    return result('race shown', false, `The case expects nothing: ${loud.join('; ')}.`);
  if (pairs.length > 0 && missed.length === pairs.length)
    return result(
      'race not shown',
      false,
      `${missed.map(missedText).join('; ')}; what a sample does not see may be there.`,
    );
  if (fixed === null) {
    if (pairs.length > 0) return result('race shown', asExpected, `${shownText(pairs)}.`);
    return result('race not shown', true, `KCSAN reports nothing ${sampleText(base)}.`);
  }
  if (harms.length > 0) {
    const still = remaining.length === 0 ? '' : `; besides, ${remaining.join('; ')}`;
    return result('race shown, fix harmful', false, `With ${fixed.name}: ${harms.join('; ')}${still}.`);
  }
  if (remaining.length > 0)
    return result('race shown, fix incomplete', false, `With ${fixed.name}: ${remaining.join('; ')}.`);
  const silent = `with ${fixed.name} KCSAN reports nothing ${sampleText(fixed)}`;
  if (chance === null) return result('race not shown', asExpected, `${capital(silent)}.`);
  const short = [...idle(base, fixed), ...pairs.flatMap(shortOf)];
  if (short.length > 0)
    return result('inconclusive', false, `Not enough to tell: ${short.join('; ')}.`, short);
  const unchanged = `had the fix changed nothing, the chance of that would be ${percent(chance)}`;
  return result('race shown, fix shown', asExpected, `${shownText(pairs)}, and ${silent}; ${unchanged}.`);
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

function missedText({ test, functions, base }: KcsanPairEvidence): string {
  return `KCSAN did not report ${functions.join(' / ')} in ${plural(base.executions, 'execution')} of ${test}`;
}

function shownText(pairs: readonly KcsanPairEvidence[]): string {
  const shown = pairs.filter(({ base }) => base.hits > 0);
  const texts = shown.map(
    ({ test, functions, base }) =>
      `${functions.join(' / ')} in ${base.hits} of ${plural(base.executions, 'execution')} of ${test}`,
  );
  return `KCSAN reports ${texts.join('; ')}`;
}

function sampleText({ tests }: KcsanRun): string {
  const executions = tests.reduce((sum, test) => sum + test.executions, 0);
  return `in a sample of ${plural(executions, 'execution')}`;
}

/** What was found in tests of which the case expects nothing. */
function loudOn(judged: JudgedCase, base: KcsanRun): string[] {
  const silent = new Set(judged.tests.filter(({ races }) => races.length === 0).map(({ name }) => name));
  return base.tests.filter(({ name }) => silent.has(name)).flatMap(problemsOf);
}

function problemsOf(test: KcsanTest): string[] {
  return [...raceTexts(test), ...failuresOf(test).map(({ text }) => text)];
}

function raceTexts({ name, races, executions }: KcsanTest): string[] {
  return races.map(
    ({ report, hits }) =>
      `KCSAN reports ${racingFunctions(report).join(' / ')} in ${hits} of ${plural(executions, 'execution')} of ${name}`,
  );
}

/** Besides races. */
function failuresOf({ name, findings, warnings }: KcsanTest): { key: string; text: string }[] {
  return [
    ...findings.map(({ kind, facts }) => ({
      key: `${name} ${kind} ${JSON.stringify(facts)}`,
      text:
        facts.fact === 'invariant'
          ? `an invariant fails in ${name}: ${facts.text}`
          : `${kind} in ${name}: ${recordedText(facts)}`,
    })),
    ...warnings.map((text) => ({ key: `${name} warning ${text}`, text: `a warning in ${name}: ${text}` })),
  ];
}

function wrongWith(base: KcsanRun, fixed: KcsanRun): Pick<KcsanVerdict, 'harms' | 'remaining'> {
  const before = new Set(base.tests.flatMap((test) => failuresOf(test).map(({ key }) => key)));
  const after = fixed.tests.flatMap(failuresOf);
  return {
    harms: after.filter(({ key }) => !before.has(key)).map(({ text }) => `new: ${text}`),
    remaining: [
      ...fixed.tests.flatMap(raceTexts),
      ...after.filter(({ key }) => before.has(key)).map(({ text }) => text),
    ],
  };
}

/** Tests in which KCSAN watched much less with the fix than on the base, for each execution. */
function idle(base: KcsanRun, fixed: KcsanRun): string[] {
  const watched = ({ counters, executions }: KcsanTest) => (counters.setupWatchpoints ?? 0) / executions;
  return fixed.tests.flatMap((test) => {
    const before = base.tests.find(({ name }) => name === test.name);
    if (before === undefined || watched(test) >= exerciseShare * watched(before)) return [];
    return [
      `with ${fixed.name} KCSAN watched ${test.counters.setupWatchpoints ?? 0} accesses of ${test.name} against ${before.counters.setupWatchpoints ?? 0} on the base`,
    ];
  });
}

function shortOf({ test, functions, chance, needed }: KcsanPairEvidence): string[] {
  if (chance === null || chance < chanceLimit) return [];
  const would =
    needed === null
      ? 'not even a thousand times as many executions would do'
      : `${needed} executions a side would do (--max-schedules ${needed})`;
  return [
    `too few executions to tell for ${functions.join(' / ')} in ${test}: the chance of a clean fixed side with nothing changed is ${percent(chance)}; ${would}`,
  ];
}

function limitsOf(base: KcsanRun, fixed: KcsanRun | null): string[] {
  const runs = fixed === null ? [base] : [base, fixed];
  const short = runs.flatMap(({ name, tests }) =>
    tests
      .filter(({ stoppedBy }) => stoppedBy === 'time')
      .map(
        (test) => `Time ran out in ${test.name} (${name}) before all executions were run: see --max-time.`,
      ),
  );
  return [
    'KCSAN’s result is that of a sample: what it did not see may be there.',
    'Time is virtual, 50 ns a step, and each side has a CPU of its own: docs/kcsan.md says what that leaves out.',
    ...base.unmodelled,
    ...short,
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
