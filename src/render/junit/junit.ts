// A run as JUnit XML, for a CI: what the exit code says, test by test. On the base a test passes when it shows what the
// case expects; with the fix when nothing is left.

import { createRequire } from 'node:module';
import type { Builder, TestCase, TestSuite } from 'junit-report-builder';
import type { Evidence, RunFacts, RunVerdict } from '../../evidence/index.js';
import { runReasonText, runStatementText, verdictText } from '../../words/index.js';
import { testOutcomes } from '../ci/test-outcomes.js';
import { printableText } from '../plain/index.js';

// The package's types promise a default export, which it does not have.
const builder = createRequire(import.meta.url)('junit-report-builder') as Builder;

/** XML, ending in a line end. A run that failed or was cut off is one test with an error. */
export function renderJunit(evidence: Evidence): string {
  const { run } = evidence;
  const report = builder.newBuilder().name(printableText(`millrace ${run.case.name}`));
  for (const engine of evidence.engines) {
    for (const { kernel, outcomes } of testOutcomes(engine, evidence)) {
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

/** The verdict as one test: an error where the run did not come to its end. */
function describeVerdict(test: TestCase, verdict: RunVerdict, { status, error }: RunFacts): void {
  const { lacking, remaining, harms, outcome } = verdict;
  const [kind, reason] = [verdictText(verdict), runReasonText(verdict.reason)];
  const text = cdata([reason, ...[...lacking, ...remaining, ...harms].map(runStatementText)].join('\n'));
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
