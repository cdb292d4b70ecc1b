// One verdict for a record, of however many engines ran.
import type { RunRecord } from '../record/index.js';
import type { EngineEvidence, EvidenceVerdict } from './evidence-types.js';

export function verdictOfRecord(
  record: RunRecord,
  engines: readonly Pick<EngineEvidence, 'verdict'>[],
): EvidenceVerdict {
  const [first] = engines;
  return first?.verdict ?? unfinished(record);
}

/** Of a run that was stopped, or cut off, before there was a verdict. */
export function unfinished({ status, error }: Pick<RunRecord, 'status' | 'error'>): EvidenceVerdict {
  const what = {
    running: 'the run was cut off before there was a verdict',
    finished: 'the run ended without a verdict',
    failed: `the run failed${error === null ? '' : `: ${error.message}`}`,
    interrupted: 'the run was interrupted',
  }[status];
  return {
    kind: 'inconclusive',
    expected: false,
    reason: `Not enough to tell: ${what}.`,
    lacking: [what],
    remaining: [],
    harms: [],
  };
}
