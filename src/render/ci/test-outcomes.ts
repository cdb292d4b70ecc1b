// How each test of a run came out on each kernel, in the terms of the CIs that take it: JUnit and KCIDB say it in their
// own forms. On the base a test is as it should be when it shows what the case expects; with the fix when nothing is left.
import { plural } from '../../base/index.js';
import {
  type DirectedEvidence,
  type EngineEvidence,
  type Evidence,
  engineOf,
  type KcsanCounts,
  type KcsanEvidence,
  type KernelEvidence,
  type ModelCounts,
  type ModelEvidence,
} from '../../evidence/index.js';
import { countExpected, type TestStanding } from '../../judge/index.js';
import { harmText, runStatementText } from '../../words/index.js';
import { listed } from '../plain/index.js';
import { roundTexts } from '../story/index.js';

export interface TestOutcome {
  readonly test: string;
  /** What the code under test did: `clean` where nothing was seen, `incomplete` where the test did not come to its end. */
  readonly code: 'faulty' | 'clean' | 'incomplete';
  /** Null for a test that passed. */
  readonly problem: string | null;
  readonly type: string;
  readonly detail: readonly string[];
}

export interface SuiteOutcome {
  /** `base`, or the fix's name. */
  readonly kernel: string;
  readonly outcomes: readonly TestOutcome[];
}

/** The base first, then the kernel with the fix where one was tried. */
export function testOutcomes(engine: EngineEvidence, evidence: Evidence): SuiteOutcome[] {
  switch (engine.engine) {
    case 'model':
      return modelOutcomes(engine, evidence);
    case 'kcsan':
      return kcsanOutcomes(engine, evidence);
    case 'kernel':
      return kernelOutcomes(engine);
    case 'directed':
      return directedOutcomes(engine);
  }
}

/** On the base a test is to show what its schedule shows; with the fix, nothing. */
function directedOutcomes({ kernels }: DirectedEvidence): SuiteOutcome[] {
  return kernels.map(({ name: kernel, tests, boots }, index) => {
    const isFixed = index > 0;
    const isReported = boots.some(({ reports, troubles }) => reports.length + troubles.length > 0);
    return {
      kernel,
      outcomes: tests.map((one): TestOutcome => {
        const detail = roundTexts(one);
        const isFaulty = (one.counts?.harmed ?? 0) > 0 || isReported;
        const code = one.counts === null ? 'incomplete' : isFaulty ? 'faulty' : 'clean';
        const problem = code === 'incomplete' || isFaulty === isFixed ? detail.join('; ') : null;
        return {
          test: one.test,
          code,
          problem,
          type: isFixed ? 'wrong with the fix' : 'race not shown',
          detail,
        };
      }),
    };
  });
}

/** What a sample does not show is no failure where an exploration leads. */
function kcsanOutcomes({ tests, pairs, fix }: KcsanEvidence, evidence: Evidence): SuiteOutcome[] {
  const leads = engineOf(evidence, 'model') === undefined;
  const silent = silentTests(evidence);
  const detailOf = ({ executions, hits, findings }: KcsanCounts) => [
    `a report in ${hits} of ${plural(executions, 'execution')}`,
    ...findings.map(runStatementText),
  ];
  const codeOf = ({ races, findings }: KcsanCounts) => (races + findings.length > 0 ? 'faulty' : 'clean');
  const base = tests.map(({ test, base: counts }): TestOutcome => {
    const detail = detailOf(counts);
    const code = codeOf(counts);
    if (silent.includes(test)) {
      const problem = leads && code === 'faulty' ? expectsNothing : null;
      return { test, code, problem, type: 'not expected', detail };
    }
    const missed = pairs
      .filter((pair) => pair.test === test && pair.base.hits === 0)
      .map(({ functions }) => `no report of ${functions.join(' / ')}`);
    const problem = leads && missed.length > 0 ? missed.join('; ') : null;
    return { test, code, problem, type: 'race not shown', detail: [...detail, ...missed] };
  });
  const fixed = tests.flatMap(({ test, fixed: counts }): TestOutcome[] => {
    if (counts === null) return [];
    const detail = detailOf(counts);
    const code = codeOf(counts);
    const problem = code === 'clean' ? null : `with ${fix}: ${detail.join('; ')}`;
    return [{ test, code, problem, type: counts.races > 0 ? 'race left' : 'wrong with the fix', detail }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
}

function modelOutcomes(engine: ModelEvidence, evidence: Evidence): SuiteOutcome[] {
  const { tests, fix } = engine;
  const harms = (test: string, kernel: 'base' | 'fixed') =>
    evidence.harms.filter((harm) => harm.test === test && harm.kernel === kernel).map(harmText);
  const silent = silentTests(evidence);
  const base = tests.map(({ test, base: counts }): TestOutcome => {
    const detail = [countsText(counts), ...harms(test, 'base')];
    const code = codeOfModel(counts);
    if (silent.includes(test))
      return { test, code, problem: isClean(counts) ? null : expectsNothing, type: 'not expected', detail };
    const missed = missedKinds(engine, evidence, test);
    const problem =
      missed.length === 0 ? null : `nothing was found of what is expected: ${missed.join(', ')}`;
    return { test, code, problem, type: 'not shown', detail };
  });
  const fixed = tests.flatMap(({ test, fixed: counts }): TestOutcome[] => {
    if (counts === null) return [];
    const code = codeOfModel(counts);
    const problem = isClean(counts) ? null : `with ${fix}: ${countsText(counts)}`;
    const type = counts.races > 0 ? 'race left' : 'wrong with the fix';
    return [{ test, code, problem, type, detail: [countsText(counts), ...harms(test, 'fixed')] }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
}

function codeOfModel(counts: ModelCounts): TestOutcome['code'] {
  if (!isClean(counts)) return 'faulty';
  return counts.complete ? 'clean' : 'incomplete';
}

/** The kinds of finding that the case expects of a test, and that the base does not show. */
function missedKinds({ kernels }: ModelEvidence, { run }: Evidence, test: string): string[] {
  const expected = run.case.tests.find(({ name }) => name === test);
  const shown = kernels[0]?.tests.find(({ name }) => name === test);
  if (expected === undefined || shown === undefined) return [];
  const races = expected.races.map(({ functions }) => ({ kind: 'race' as const, functions }));
  const missed = [...races, ...(expected.findings ?? [])].filter((one) => countExpected(shown, one) === 0);
  return [...new Set(missed.map(({ kind }) => kind))];
}

/** Those of which the case expects nothing. */
function silentTests({ run }: Evidence): string[] {
  return run.case.tests
    .filter(({ races, findings = [] }) => races.length + findings.length === 0)
    .map(({ name }) => name);
}

const expectsNothing = 'something was found where the case expects nothing';

function isClean({ races, failures, findings }: ModelCounts): boolean {
  return races + failures + findings === 0;
}

function countsText({ complete, interleavings, races, failures, findings }: ModelCounts): string {
  const found = [
    plural(races, 'racing pair of lines', 'racing pairs of lines'),
    plural(failures, 'failed invariant'),
    plural(findings, 'other finding'),
  ];
  const of = complete ? `all ${interleavings} interleavings` : `${interleavings} interleavings, not all`;
  return `${listed(found)} in ${of}`;
}

function kernelOutcomes({ fix, pairs, tests }: KernelEvidence): SuiteOutcome[] {
  const of = (test: string) => pairs.filter((pair) => pair.tests.includes(test));
  const hits = (test: string, kernel: 'base' | 'fixed') =>
    of(test).map((pair) => {
      const { hits: count = 0, boots = 0, overlaps = 0 } = pair[kernel] ?? {};
      const what = `${pair.functions.join(' / ')}: ${plural(count, 'report')}`;
      return {
        count,
        text: `${what} in ${plural(overlaps, 'overlapped round')} of ${plural(boots, 'boot')}`,
      };
    });
  const base = tests.map(({ test, base: standing }): TestOutcome => {
    const seen = hits(test, 'base');
    const lacks = seen.filter(({ count }) => count === 0).map(({ text }) => text);
    const problem = lacks.length === 0 ? null : lacks.join('; ');
    const detail = [...seen.map(({ text }) => text), `KUnit: ${standing}`];
    const code = codeOfKernel(standing, seen.length - lacks.length);
    return { test, code, problem, type: 'race not shown', detail };
  });
  const fixed = tests.flatMap(({ test, fixed: standing }): TestOutcome[] => {
    if (standing === null) return [];
    const seen = hits(test, 'fixed');
    const left = seen.filter(({ count }) => count > 0).map(({ text }) => text);
    const detail = [...seen.map(({ text }) => text), `KUnit: ${standing}`];
    const code = codeOfKernel(standing, left.length);
    if (left.length > 0) return [{ test, code, problem: left.join('; '), type: 'race left', detail }];
    const problem = standing === 'passed' ? null : `KUnit: ${standing}`;
    return [{ test, code, problem, type: 'wrong with the fix', detail }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
}

function codeOfKernel(standing: TestStanding, reported: number): TestOutcome['code'] {
  if (reported > 0 || standing === 'failed') return 'faulty';
  return standing === 'passed' ? 'clean' : 'incomplete';
}
