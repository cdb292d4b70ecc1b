// A run as JUnit XML, for a CI: what the exit code says, test by test. On the base a test passes when it shows what the
// case expects; with the fix when nothing is left.

import { createRequire } from 'node:module';
import type { Builder, TestCase, TestSuite } from 'junit-report-builder';
import { plural } from '../../base/index.js';
import {
  type EngineEvidence,
  type Evidence,
  engineOf,
  type KcsanCounts,
  type KcsanEvidence,
  type KernelEvidence,
  type ModelCounts,
  type ModelEvidence,
  type RunFacts,
} from '../../evidence/index.js';
import type { Verdict } from '../../judge/index.js';
import { listed, printableText } from '../plain/index.js';

// The package's types promise a default export, which it does not have.
const builder = createRequire(import.meta.url)('junit-report-builder') as Builder;

/** XML, ending in a line end. A run that failed or was cut off is one test with an error. */
export function renderJunit(evidence: Evidence): string {
  const { run } = evidence;
  const report = builder.newBuilder().name(printableText(`millrace ${run.case.name}`));
  for (const engine of evidence.engines) {
    for (const { kernel, outcomes } of outcomesOf(engine, evidence)) {
      const name = printableText(`${run.case.name}.${engine.engine}.${kernel}`);
      const suite = report.testSuite().name(name).timestamp(run.started);
      describeRun(suite, run);
      for (const outcome of outcomes) {
        const test = suite.testCase().className(name).name(printableText(outcome.test));
        if (outcome.problem !== null) test.failure(printableText(outcome.problem), outcome.type);
        if (outcome.detail.length > 0) test.standardOutput(cdata(outcome.detail.join('\n')));
      }
    }
  }
  const name = printableText(`${run.case.name}.verdict`);
  const suite = report.testSuite().name(name).timestamp(run.started);
  describeRun(suite, run);
  const test = suite
    .testCase()
    .className(name)
    .name('as expected')
    .time(run.timings.reduce((sum, { seconds }) => sum + seconds, 0));
  describeVerdict(test, evidence.verdict, run);
  return `${report.build().trimEnd()}\n`;
}

interface Outcome {
  readonly test: string;
  /** Null for a test that passed. */
  readonly problem: string | null;
  readonly type: string;
  readonly detail: readonly string[];
}

interface SuiteOutcome {
  readonly kernel: string;
  readonly outcomes: readonly Outcome[];
}

function outcomesOf(engine: EngineEvidence, evidence: Evidence): SuiteOutcome[] {
  switch (engine.engine) {
    case 'model':
      return modelOutcomes(engine, evidence);
    case 'kcsan':
      return kcsanOutcomes(engine, evidence);
    case 'kernel':
      return kernelOutcomes(engine);
  }
}

/** What a sample does not show is no failure where an exploration leads. */
function kcsanOutcomes({ tests, pairs, fix }: KcsanEvidence, evidence: Evidence): SuiteOutcome[] {
  const leads = engineOf(evidence, 'model') === undefined;
  const silent = silentTests(evidence);
  const detailOf = ({ executions, hits, findings }: KcsanCounts) => [
    `a report in ${hits} of ${plural(executions, 'execution')}`,
    ...findings,
  ];
  const base = tests.map(({ test, base: counts }): Outcome => {
    const detail = detailOf(counts);
    if (silent.includes(test)) {
      const isLoud = counts.races + counts.findings.length > 0;
      return { test, problem: leads && isLoud ? expectsNothing : null, type: 'not expected', detail };
    }
    const missed = pairs
      .filter((pair) => pair.test === test && pair.base.hits === 0)
      .map(({ functions }) => `no report of ${functions.join(' / ')}`);
    const problem = leads && missed.length > 0 ? missed.join('; ') : null;
    return { test, problem, type: 'race not shown', detail: [...detail, ...missed] };
  });
  const fixed = tests.flatMap(({ test, fixed: counts }): Outcome[] => {
    if (counts === null) return [];
    const detail = detailOf(counts);
    const isClean = counts.races + counts.findings.length === 0;
    const problem = isClean ? null : `with ${fix}: ${detail.join('; ')}`;
    return [{ test, problem, type: counts.races > 0 ? 'race left' : 'wrong with the fix', detail }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
}

function modelOutcomes(engine: ModelEvidence, evidence: Evidence): SuiteOutcome[] {
  const { tests, fix } = engine;
  const harms = (test: string, kernel: 'base' | 'fixed') =>
    evidence.harms.filter((harm) => harm.test === test && harm.kernel === kernel).map(({ text }) => text);
  const silent = silentTests(evidence);
  const base = tests.map(({ test, base: counts }): Outcome => {
    const detail = [countsText(counts), ...harms(test, 'base')];
    if (silent.includes(test))
      return { test, problem: isClean(counts) ? null : expectsNothing, type: 'not expected', detail };
    return { test, problem: counts.races > 0 ? null : 'no race was found', type: 'race not shown', detail };
  });
  const fixed = tests.flatMap(({ test, fixed: counts }): Outcome[] => {
    if (counts === null) return [];
    const problem = isClean(counts) ? null : `with ${fix}: ${countsText(counts)}`;
    const type = counts.races > 0 ? 'race left' : 'wrong with the fix';
    return [{ test, problem, type, detail: [countsText(counts), ...harms(test, 'fixed')] }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
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
  const base = tests.map(({ test, base: standing }): Outcome => {
    const seen = hits(test, 'base');
    const lacks = seen.filter(({ count }) => count === 0).map(({ text }) => text);
    const problem = lacks.length === 0 ? null : lacks.join('; ');
    const detail = [...seen.map(({ text }) => text), `KUnit: ${standing}`];
    return { test, problem, type: 'race not shown', detail };
  });
  const fixed = tests.flatMap(({ test, fixed: standing }): Outcome[] => {
    if (standing === null) return [];
    const seen = hits(test, 'fixed');
    const left = seen.filter(({ count }) => count > 0).map(({ text }) => text);
    const detail = [...seen.map(({ text }) => text), `KUnit: ${standing}`];
    if (left.length > 0) return [{ test, problem: left.join('; '), type: 'race left', detail }];
    const problem = standing === 'passed' ? null : `KUnit: ${standing}`;
    return [{ test, problem, type: 'wrong with the fix', detail }];
  });
  return [{ kernel: 'base', outcomes: base }, ...(fix === null ? [] : [{ kernel: fix, outcomes: fixed }])];
}

/** The verdict as one test: an error where the run did not come to its end. */
function describeVerdict(test: TestCase, verdict: Verdict, { status, error }: RunFacts): void {
  const { kind, reason, lacking, remaining, harms, outcome } = verdict;
  const text = cdata([reason, ...lacking, ...remaining, ...harms].join('\n'));
  if (status !== 'finished') test.error(printableText(error?.message ?? reason), status, text);
  else if (outcome === 'as-expected') test.standardOutput(cdata(`${kind}\n${text}`));
  else test.failure(printableText(reason), kind);
}

/** The library puts this into a CDATA section as it is: what would end the section has to be another text. */
function cdata(text: string): string {
  return printableText(text).replaceAll(']]>', ']] >');
}

function describeRun(suite: TestSuite, { millrace, id, tree, fix }: RunFacts): void {
  const properties: [string, string | undefined][] = [
    ['millrace', millrace],
    ['run', id],
    ['tree', tree?.spec],
    ['linux', tree?.version],
    ['commit', tree?.commit ?? undefined],
    ['fix', fix?.name],
  ];
  for (const [name, value] of properties) if (value !== undefined) suite.property(name, printableText(value));
}
