// From a record to what it shows: docs/evidence.md says how each part is worked out.
import { type RunRecord, sectionOf } from '../record/index.js';
import type { EngineEvidence } from './engine-types.js';
import { enginesOf } from './engines.js';
import { harmsOfTests, outcomesOfTests, schedulesOfTests } from './harms.js';
import type { Evidence } from './types.js';
import { variablesOf } from './variables.js';
import { verdictOfRun } from './verdict.js';
import type { RunStatement } from './verdict-types.js';

/** A plain function of the record: no file is read, no clock asked. */
export function evidenceOf(record: RunRecord): Evidence {
  const { engines: sections, ...run } = record;
  const engines = enginesOf(record);
  return {
    run,
    verdict: verdictOfRun(run, engines, sections.length),
    engines,
    variables: variablesOf(record),
    harms: harmsOfTests(record),
    outcomes: outcomesOfTests(record),
    schedules: schedulesOfTests(record),
    limits: limitsOf(record, engines),
    assumptions: record.case.assumptions,
  };
}

/** What one engine showed; undefined where it did not run. */
export function engineOf<E extends EngineEvidence['engine']>(
  { engines }: Pick<Evidence, 'engines'>,
  name: E,
): Extract<EngineEvidence, { readonly engine: E }> | undefined {
  return engines.find((one): one is Extract<EngineEvidence, { readonly engine: E }> => one.engine === name);
}

function limitsOf(record: RunRecord, engines: readonly EngineEvidence[]): RunStatement[] {
  const explored = sectionOf(record, 'model')?.kernels ?? [];
  const tests = explored.flatMap(({ name: kernel, tests }) => tests.map((test) => ({ kernel, ...test })));
  const own = (name: EngineEvidence['engine']) => engines.find(({ engine }) => engine === name)?.limits ?? [];
  return [
    ...own('model'),
    ...tests.flatMap(({ kernel, name: test, reach, complete, interleavings }): RunStatement[] =>
      reach === null || reach.complete || !complete
        ? []
        : [{ says: 'locks-of-some', test, kernel, executions: reach.executions, interleavings }],
    ),
    ...tests.flatMap(({ kernel, name: test, outcomes, reach }): RunStatement[] =>
      reach === null || (outcomes !== null && outcomes.serial > 0)
        ? []
        : [{ says: 'outcomes-not-compared', test, kernel }],
    ),
    ...own('kcsan'),
    ...own('directed'),
    ...own('kernel'),
  ];
}
