// From a record to what it shows: docs/evidence.md says how each part is worked out.
import type { RunRecord } from '../record/index.js';
import { enginesOf } from './evidence-engines.js';
import { harmsOfTests, schedulesOfTests } from './evidence-harms.js';
import type { Evidence } from './evidence-types.js';
import { variablesOf } from './evidence-variables.js';
import { verdictOfRecord } from './evidence-verdict.js';

/** A plain function of the record: no file is read, no clock asked. */
export function evidenceOf(record: RunRecord): Evidence {
  const engines = enginesOf(record);
  return {
    verdict: verdictOfRecord(record, engines),
    engines,
    variables: variablesOf(record),
    harms: harmsOfTests(record),
    outcomes: [],
    schedules: schedulesOfTests(record),
    limits: [...(record.model?.verdict?.limits ?? []), ...(record.verdict?.limits ?? [])],
    assumptions: record.case.assumptions,
  };
}
