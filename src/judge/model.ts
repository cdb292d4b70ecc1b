// What model-engine runs show: the base, and the same tests with a fix. Explored to the end, what was not found is not
// there, so that nothing has to be counted.
import { plural } from '../base/index.js';
import type { ExpectedFinding } from '../case/index.js';
import type { ModelRace, ModelRun, ModelTest } from '../model/index.js';
import { findingText } from '../words/index.js';
import { countExpected } from './expected.js';
import { expectedPairs, type JudgedCase, matchPair } from './match.js';
import { displayName } from './names.js';
import { type OpenReason, openOnBase, openTodosOf, openWithFix } from './open.js';
import { openText } from './open-text.js';
import { outcomeOf } from './outcome.js';
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
  /** What the result leaves open, a sentence each. */
  readonly limits: readonly string[];
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
  const limits = [...limitsOf(base, fixed), ...wrong.besides, ...open.map(openSentence)];
  const result = (kind: VerdictKind, expected: boolean, reason: string): ModelVerdict => ({
    kind,
    outcome: outcomeOf(kind, expected),
    reason,
    lacking,
    harms,
    remaining,
    limits,
    pairs,
    expectations,
    open,
  });
  const found = problemsOf(base);
  // A fix that does harm is none, whatever the base showed.
  if (fixed !== null && harms.length > 0) {
    const still = remaining.length === 0 ? '' : `; besides, ${remaining.join('; ')}`;
    return result('race shown, fix harmful', false, `With ${fixed.name}: ${harms.join('; ')}${still}.`);
  }
  if (!expectsAny && found.length > 0)
    return result('race shown', false, `The case expects nothing: ${found.join('; ')}.`);
  if ([...pairs, ...expectations].some((one) => one.base === 0)) {
    if (before.length > 0) return result('inconclusive', false, openReasonText(before));
    const kind = isComplete(base) ? 'race not shown' : 'inconclusive';
    return result(kind, false, `${lacking.join('; ')}.`);
  }
  if (fixed === null) {
    if (expectsAny) return result('race shown', lacking.length === 0, baseReason(base));
    if (before.length > 0) return result('inconclusive', false, openReasonText(before));
    return isComplete(base)
      ? result('race not shown', true, `${silence(base)}.`)
      : result('inconclusive', false, `Nothing was found, but ${whyNotAll(base)}.`);
  }
  if (remaining.length > 0)
    return result('race shown, fix incomplete', false, `With ${fixed.name}: ${remaining.join('; ')}.`);
  if (!isComplete(fixed))
    return result('inconclusive', false, `With ${fixed.name} nothing was found, but ${whyNotAll(fixed)}.`);
  if (after.length > 0) return result('inconclusive', false, openReasonText(after));
  return result(
    expectsAny ? 'race shown, fix shown' : 'race not shown',
    lacking.length === 0,
    `With ${fixed.name} ${silence(fixed)}.`,
  );
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
): string[] {
  const countIn = (test: string) => {
    const of = base.tests.find(({ name }) => name === test);
    return of === undefined ? 'no interleaving' : countText(of);
  };
  const missing = pairs
    .filter((pair) => pair.base === 0)
    .map(({ test, functions }) => `${functions.join(' / ')} does not race in ${test}, in ${countIn(test)}`);
  const unseen = expectations
    .filter((one) => one.base === 0)
    .map(({ test, kind, functions }) => {
      const where = functions.length === 0 ? '' : ` in ${functions.join(' and ')}`;
      return `no ${kind}${where} is found in ${test}, in ${countIn(test)}`;
    });
  const silent = judged.tests
    .filter(({ races, findings = [] }) => races.length + findings.length === 0)
    .map(({ name }) => name);
  const loud = base.tests.filter(({ name }) => silent.includes(name)).flatMap(testProblems);
  return [...missing, ...unseen, ...loud.map((text) => `none is expected, and ${text}`)];
}

function problemsOf(run: ModelRun): string[] {
  return run.tests.flatMap(testProblems);
}

function testProblems(test: ModelTest): string[] {
  // What the harness takes and does not give back says nothing of the driver.
  const findings = test.findings.filter(({ kind, inHarness }) => !(inHarness && kind === 'memory-leak'));
  return [
    ...test.races.map((race) => raceText(test, race)),
    ...failuresOf({ ...test, findings }).map(({ text }) => text),
  ];
}

function raceText({ name }: ModelTest, { report, lines, sides }: ModelRace): string {
  const [first, second] = report.accesses.map(({ stack }) => stack[0]?.function ?? '?');
  const { variable } = sides[0];
  const on = variable === null ? '' : ` on ${displayName(variable)}`;
  return `${first} at ${short(lines[0])} and ${second} at ${short(lines[1])} race${on} in ${name}`;
}

/** Besides races. The key is the same on both sides, whatever lines a fix moved. */
function failuresOf({ name, failures, findings }: ModelTest): { key: string; text: string }[] {
  return [
    ...failures.map(({ text }) => ({
      key: `${name} ${text}`,
      text: `an invariant fails in ${name}: ${text}`,
    })),
    ...findings.map((finding) => ({
      key: `${name} ${finding.fingerprint}`,
      text: `${finding.kind} in ${name}: ${findingText(finding)}`,
    })),
  ];
}

interface Wrong extends Pick<ModelVerdict, 'harms' | 'remaining'> {
  /** What is left and not asked of the fix, a sentence each. */
  readonly besides: readonly string[];
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
    test.races.map((race) => ({ text: raceText(test, race), isAside: isAside(test, race) })),
  );
  return {
    harms: after.filter(({ key }) => !before.has(key)).map(({ text }) => `new: ${text}`),
    remaining: [
      ...races.filter((race) => !race.isAside).map(({ text }) => text),
      ...after.filter(({ key }) => before.has(key)).map(({ text }) => text),
    ],
    besides: races
      .filter((race) => race.isAside)
      .map(({ text }) => `Not what the case is about, and there without the fix too: ${text}.`),
  };
}

function openReasonText(open: readonly OpenReason[]): string {
  return `Not enough to tell: ${open.map(openText).join('; ')}.`;
}

function openSentence(reason: OpenReason): string {
  const text = openText(reason);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function isComplete({ tests }: ModelRun): boolean {
  return tests.every(({ complete }) => complete);
}

/** Why what was not found may be there. */
function whyNotAll({ tests }: ModelRun): string {
  return tests.some(({ cuts }) => cuts.length > 0) ? 'executions were cut' : 'not all interleavings were run';
}

function baseReason(base: ModelRun): string {
  const parts = base.tests.map((test) => {
    const { name, races, failures, findings } = test;
    const kinds = [...new Set(findings.map(({ kind }) => kind))].map((kind) => {
      const count = findings.filter((one) => one.kind === kind).length;
      return count === 1 ? kind : `${kind} (${count})`;
    });
    const what = [
      ...(races.length === 0 ? [] : [`races on ${plural(races.length, 'pair')} of lines`]),
      ...(failures.length === 0 ? [] : [plural(failures.length, 'failed invariant')]),
      ...kinds,
    ];
    return `${name}: ${what.join(' and ')} in ${countText(test)}`;
  });
  return `${parts.join('; ')}.`;
}

function countText({ interleavings, complete }: ModelTest): string {
  return complete
    ? `all ${interleavings} interleavings`
    : `${interleavings} interleavings, which are not all`;
}

function silence(run: ModelRun): string {
  const total = run.tests.reduce((sum, { interleavings }) => sum + interleavings, 0);
  const { strategy, preemptions } = run.options;
  const all = strategy === 'bounded' ? `all with at most ${preemptions} preemptions` : 'this was all of them';
  return `no race, no failed invariant in any of ${total} interleavings, and ${all}`;
}

function limitsOf(base: ModelRun, fixed: ModelRun | null): string[] {
  const limits = [
    'Memory is sequentially consistent, and tasks do not move between CPUs.',
    'What is said holds of this harness: other callers, devices and timings are not explored.',
  ];
  for (const { name, outcomes } of fixed?.tests ?? []) {
    const others = outcomes?.others ?? 0;
    if (others > 0)
      limits.push(
        `With the fix, ${name} still has ${plural(others, 'outcome')} that no serial order of its sides gives; no invariant of the harness says that it must not.`,
      );
  }
  for (const run of fixed === null ? [base] : [base, fixed])
    for (const { name, complete, cuts, stoppedBy } of run.tests) {
      for (const { kind, place, count } of cuts) {
        const stopped = `${count === 1 ? 'once' : `${count} times`} a context was stopped in ${place.function}() at ${short(place.file)}:${place.line}`;
        const why =
          kind === 'steps'
            ? `after ${run.options.maxSteps} operations. What comes behind that was not explored: raise --max-steps.`
            : 'where it went on for millions of rounds of a loop, or of calls, without an operation. What comes behind that was not explored.';
        limits.push(`Cut in ${name} (${run.name}): ${stopped} ${why}`);
      }
      if (complete || stoppedBy === 'end') continue;
      if (stoppedBy === 'interrupt') {
        limits.push(`The exploration of ${name} (${run.name}) was interrupted before all was run.`);
        continue;
      }
      const option = stoppedBy === 'time' ? '--max-time' : '--max-schedules';
      const other = run.options.strategy === 'dpor' ? ', or sample with --strategy pct' : '';
      limits.push(`Not all interleavings of ${name} (${run.name}) were run: raise ${option}${other}.`);
    }
  return limits;
}

function short(line: string): string {
  return line.split('/').at(-1) ?? line;
}
