// What model-engine runs show: the base, and the same tests with a fix. Explored to the end, what was not found is not
// there, so that nothing has to be counted.
import type { ExpectedFinding } from '../case/index.js';
import { displayName, type ModelRace, type ModelRun, type ModelTest } from '../model/index.js';
import { aboutOf } from './about.js';
import { countExpected, isOfHarness } from './expected.js';
import { expectedPairs, type JudgedCase, matchPair } from './match.js';
import { openOnBase, openTodosOf, openWithFix } from './open.js';
import { outcomeOf } from './outcome.js';
import type { OpenReason, Problem, Reason, Statement } from './statements.js';
import type { Verdict, VerdictKind } from './types.js';

/** An expected pair of one test. */
export interface ModelPair {
  readonly test: string;
  /** Sorted. */
  readonly functions: readonly [string, string];
  /** Racing pairs of lines. */
  readonly base: number;
  readonly fixed: number | null;
}

/** What one test expects besides races. */
export interface ModelExpectation extends ExpectedFinding {
  readonly test: string;
  /** Findings of that kind. */
  readonly base: number;
  readonly fixed: number | null;
}

export interface ModelVerdict extends Verdict {
  /** What the result leaves open. */
  readonly limits: readonly Statement[];
  readonly pairs: readonly ModelPair[];
  /** Undefined in older records. */
  readonly expectations?: readonly ModelExpectation[] | undefined;
  /** What a negative answer could be due to, besides that nothing races. Empty in older records. */
  readonly open: readonly OpenReason[];
}

/** `fixed` is null when no fix was tried. */
export function judgeModel(judged: JudgedCase, base: ModelRun, fixed: ModelRun | null): ModelVerdict {
  const pairs = pairsOf(judged, base, fixed);
  const expectations = expectationsOf(judged, base, fixed);
  const expectsAny = pairs.length + expectations.length > 0;
  const lacking = lackingOn(judged, base, pairs, expectations);
  const wrong = fixed === null ? nothingWrong : wrongWith(judged, base, fixed);
  const { harms, remaining } = wrong;
  const before = openOnBase(base);
  const after = fixed === null ? [] : openWithFix(base, fixed);
  const open = [...before, ...after, ...openTodosOf(base)];
  const found = base.tests.flatMap(testProblems);
  const expected = [
    ...pairs.map((pair) => ({ kind: 'race' as const, isShown: pair.base > 0 })),
    ...expectations.map(({ kind, base: count }) => ({ kind, isShown: count > 0 })),
  ];
  const result = (kind: VerdictKind, isExpected: boolean, why: Reason): ModelVerdict => ({
    kind,
    outcome: outcomeOf(kind, isExpected),
    about: expectsAny
      ? [...new Set(expected.filter(({ isShown }) => isShown || !showsBase(kind)).map((one) => one.kind))]
      : aboutOf(found),
    reason: why,
    lacking,
    harms,
    remaining,
    limits: [...limitsOf(base, fixed), ...wrong.besides, ...open.map(openStatement)],
    pairs,
    expectations,
    open,
  });
  // A fix that does harm is none, whatever the base showed.
  if (fixed !== null && harms.length > 0)
    return result('fix-harmful', false, { says: 'fix-harms', fix: fixed.name, harms, remaining });
  if (!expectsAny && found.length > 0) return result('shown', false, { says: 'nothing-expected', found });
  if (expected.some(({ isShown }) => !isShown)) {
    if (before.length > 0) return result('inconclusive', false, notEnough(before));
    return result(isComplete(base) ? 'not-shown' : 'inconclusive', false, { says: 'missed', lacking });
  }
  if (fixed === null) {
    if (expectsAny) return result('shown', lacking.length === 0, exploredReason(base));
    if (before.length > 0) return result('inconclusive', false, notEnough(before));
    return isComplete(base)
      ? result('not-shown', true, silence(base, null))
      : result('inconclusive', false, { says: 'not-everything', fix: null, why: whyNotAll(base) });
  }
  const fix = fixed.name;
  if (remaining.length > 0) return result('fix-incomplete', false, { says: 'fix-leaves', fix, remaining });
  if (!isComplete(fixed))
    return result('inconclusive', false, { says: 'not-everything', fix, why: whyNotAll(fixed) });
  if (after.length > 0) return result('inconclusive', false, notEnough(after));
  return result(expectsAny ? 'fix-shown' : 'not-shown', lacking.length === 0, {
    ...silence(fixed, fix),
    besides: wrong.besides.length,
  });
}

/** Whether a verdict says that the base shows something. */
function showsBase(kind: VerdictKind): boolean {
  return kind !== 'not-shown' && kind !== 'inconclusive';
}

function pairsOf(judged: JudgedCase, base: ModelRun, fixed: ModelRun | null): ModelPair[] {
  return base.tests.flatMap((test) => {
    const expected = expectedPairs(judged.tests.filter(({ name }) => name === test.name));
    const count = (run: ModelRun, index: number) =>
      run.tests
        .find(({ name }) => name === test.name)
        ?.races.filter(({ report }) => matchPair(report, expected, judged.sources) === index).length ?? 0;
    return expected.map(({ functions }, index) => ({
      test: test.name,
      functions,
      base: count(base, index),
      fixed: fixed === null ? null : count(fixed, index),
    }));
  });
}

function expectationsOf(judged: JudgedCase, base: ModelRun, fixed: ModelRun | null): ModelExpectation[] {
  return base.tests.flatMap((test) => {
    const expected = judged.tests.find(({ name }) => name === test.name)?.findings ?? [];
    const after = fixed?.tests.find(({ name }) => name === test.name);
    return expected.map((one) => ({
      ...one,
      test: test.name,
      base: countExpected(test, one),
      fixed: after === undefined ? null : countExpected(after, one),
    }));
  });
}

function lackingOn(
  judged: JudgedCase,
  base: ModelRun,
  pairs: readonly ModelPair[],
  expectations: readonly ModelExpectation[],
): Statement[] {
  const extentIn = (test: string) => {
    const of = base.tests.find(({ name }) => name === test);
    return of === undefined ? null : extentOf(of);
  };
  const silent = judged.tests
    .filter(({ races, findings = [] }) => races.length + findings.length === 0)
    .map(({ name }) => name);
  return [
    ...pairs
      .filter((pair) => pair.base === 0)
      .map(
        ({ test, functions }) =>
          ({ says: 'does-not-race', functions, test, extent: extentIn(test) }) as const,
      ),
    ...expectations
      .filter((one) => one.base === 0)
      .map(
        ({ test, kind, functions }) =>
          ({ says: 'not-found', kind, functions, test, extent: extentIn(test) }) as const,
      ),
    ...base.tests
      .filter(({ name }) => silent.includes(name))
      .flatMap(testProblems)
      .map((what) => ({ says: 'unexpected', what }) as const),
  ];
}

function testProblems(test: ModelTest): Problem[] {
  return [
    ...test.races.map((race) => raceIn(test, race)),
    ...failuresOf(withoutOwnLeaks(test)).map(({ what }) => what),
  ];
}

function withoutOwnLeaks(test: ModelTest): ModelTest {
  return { ...test, findings: test.findings.filter((finding) => !isOfHarness(finding)) };
}

function raceIn({ name: test }: ModelTest, { report, lines, sides }: ModelRace): Problem {
  const { variable } = sides[0];
  return {
    says: 'race',
    test,
    functions: report.accesses.map(({ stack }) => stack[0]?.function ?? '?'),
    lines,
    variable: variable === null ? null : displayName(variable),
  };
}

/** Besides races. The key is the same on both sides, whatever lines a fix moved. */
function failuresOf({ name: test, failures, findings }: ModelTest): { key: string; what: Problem }[] {
  return [
    ...failures.map(({ text: invariant }) => ({
      key: `${test} ${invariant}`,
      what: { says: 'invariant', test, invariant } as const,
    })),
    ...findings.map(({ fingerprint, kind, facts, waits }) => ({
      key: `${test} ${fingerprint}`,
      what: { says: 'finding', test, kind, facts, waits } as const,
    })),
  ];
}

interface Wrong extends Pick<ModelVerdict, 'harms' | 'remaining'> {
  /** What is left and not asked of the fix. */
  readonly besides: readonly Statement[];
}

const nothingWrong: Wrong = { harms: [], remaining: [], besides: [] };

/** The same with a fix that moves lines. */
function raceKey({ name }: ModelTest, { report, sides }: ModelRace): string {
  const functions = report.accesses.map(({ stack }) => stack[0]?.function ?? '?').sort();
  const { variable } = sides[0];
  return [name, ...functions, variable === null ? '' : displayName(variable)].join(' ');
}

/** A fix that trades a race for a deadlock is no fix: what the base does not have, but for races, is harm. */
function wrongWith(judged: JudgedCase, base: ModelRun, fixed: ModelRun): Wrong {
  const before = new Set(base.tests.flatMap((test) => failuresOf(test).map(({ key }) => key)));
  const after = fixed.tests.flatMap(failuresOf);
  const ofBase = new Set(base.tests.flatMap((test) => test.races.map((race) => raceKey(test, race))));
  // A test that expects something else asks no fix to end the races that were there before.
  const aside = new Set(
    judged.tests
      .filter(
        ({ races, findings = [] }) => races.length === 0 && findings.every(({ kind }) => kind !== 'race'),
      )
      .filter(({ findings = [] }) => findings.length > 0)
      .map(({ name }) => name),
  );
  const isAside = (test: ModelTest, race: ModelRace) =>
    aside.has(test.name) && ofBase.has(raceKey(test, race));
  const races = fixed.tests.flatMap((test) =>
    test.races.map((race) => ({ what: raceIn(test, race), isAside: isAside(test, race) })),
  );
  return {
    harms: after.filter(({ key }) => !before.has(key)).map(({ what }) => ({ says: 'new', what })),
    remaining: [
      ...races.filter((race) => !race.isAside).map(({ what }) => what),
      ...fixed.tests
        .flatMap((test) => failuresOf(withoutOwnLeaks(test)))
        .filter(({ key }) => before.has(key))
        .map(({ what }) => what),
    ],
    besides: races.filter((race) => race.isAside).map(({ what }) => ({ says: 'aside', what })),
  };
}

function notEnough(open: readonly OpenReason[]): Reason {
  return { says: 'not-enough', lacking: open.map(openStatement) };
}

function openStatement(reason: OpenReason): Statement {
  return { says: 'open', reason };
}

function isComplete({ tests }: ModelRun): boolean {
  return tests.every(({ complete }) => complete);
}

/** Why what was not found may be there. */
function whyNotAll({ tests }: ModelRun): 'cut' | 'not-all' {
  return tests.some(({ cuts }) => cuts.length > 0) ? 'cut' : 'not-all';
}

function exploredReason({ tests }: ModelRun): Reason {
  return {
    says: 'explored',
    tests: tests.map((test) => {
      const { name, races, failures, findings } = test;
      const kinds = [...new Set(findings.map(({ kind }) => kind))];
      return {
        test: name,
        races: races.length,
        invariants: failures.length,
        findings: kinds.map((kind) => ({
          kind,
          count: findings.filter((one) => one.kind === kind).length,
        })),
        extent: extentOf(test),
      };
    }),
  };
}

function extentOf({ interleavings, complete }: ModelTest) {
  return { interleavings, complete };
}

function silence({ tests, options: { strategy, preemptions } }: ModelRun, fix: string | null) {
  return {
    says: 'silence' as const,
    fix,
    interleavings: tests.reduce((sum, { interleavings }) => sum + interleavings, 0),
    preemptions: strategy === 'bounded' ? preemptions : null,
  };
}

function limitsOf(base: ModelRun, fixed: ModelRun | null): Statement[] {
  return [
    { says: 'sequentially-consistent' },
    { says: 'this-harness' },
    ...(fixed?.tests ?? []).flatMap(({ name: test, outcomes }) => {
      const count = outcomes?.others ?? 0;
      return count === 0 ? [] : [{ says: 'unordered-outcomes', test, count } as const];
    }),
    ...[base, ...(fixed === null ? [] : [fixed])].flatMap(shortfalls),
  ];
}

/** What of a run's tests was cut or not run. */
function shortfalls({ name: kernel, tests, options: { maxSteps, strategy } }: ModelRun): Statement[] {
  return tests.flatMap(({ name: test, complete, cuts, stoppedBy }): Statement[] => [
    ...cuts.map(
      ({ kind: at, place, count }) => ({ says: 'cut', at, test, kernel, place, count, maxSteps }) as const,
    ),
    ...(complete || stoppedBy === 'end'
      ? []
      : stoppedBy === 'interrupt'
        ? [{ says: 'interrupted', test, kernel } as const]
        : [{ says: 'not-all', test, kernel, stoppedBy, strategy } as const]),
  ]);
}
