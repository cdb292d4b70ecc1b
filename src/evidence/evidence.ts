// From a record to what it shows: docs/evidence.md says how each part is worked out.
import type { RunRecord } from '../record/index.js';
import { enginesOf } from './engines.js';
import { harmsOfTests, outcomesOfTests, schedulesOfTests } from './harms.js';
import type { Evidence } from './types.js';
import { variablesOf } from './variables.js';
import { verdictOfRecord } from './verdict.js';

/** A plain function of the record: no file is read, no clock asked. */
export function evidenceOf(record: RunRecord): Evidence {
  const engines = enginesOf(record);
  return {
    verdict: verdictOfRecord(record, engines),
    engines,
    variables: variablesOf(record),
    harms: harmsOfTests(record),
    outcomes: outcomesOfTests(record),
    schedules: schedulesOfTests(record),
    limits: limitsOf(record),
    assumptions: record.case.assumptions,
  };
}

function limitsOf({ model, kcsan, verdict }: RunRecord): string[] {
  const tests = (model?.runs ?? []).flatMap((run) => run.tests.map((test) => ({ run, test })));
  return [
    ...(model?.verdict?.limits ?? []),
    ...tests.flatMap(({ run, test: { name, reach, complete, interleavings } }) =>
      reach === null || reach.complete || !complete
        ? []
        : [
            `Locks held at accesses of ${name} (${run.name}) are of ${reach.executions} executions, of ${interleavings} interleavings.`,
          ],
    ),
    ...tests.flatMap(({ run, test: { name, outcomes, reach } }) =>
      reach === null || (outcomes !== null && outcomes.serial > 0)
        ? []
        : [`Outcomes of ${name} (${run.name}) were not compared with those of serial orders.`],
    ),
    ...(kcsan?.verdict?.limits ?? []),
    ...(verdict?.limits ?? []),
  ];
}
