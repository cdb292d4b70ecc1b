// One verdict for a record, of however many engines ran.
import type { RunRecord } from '../record/index.js';
import type { EngineEvidence, EvidenceVerdict } from './types.js';
import type { VerdictKind } from './verdict-types.js';

/**
 * Of two engines, what speaks against the fix decides, whichever saw it; what both show is shown; where one shows what
 * the other does not, it is inconclusive, and says so.
 */
export function verdictOfRecord(
  record: RunRecord,
  engines: readonly Pick<EngineEvidence, 'engine' | 'verdict'>[],
): EvidenceVerdict {
  const [first, second] = engines;
  const expected = record.engine === 'both' ? 2 : 1;
  if (first === undefined || engines.length < expected) return unfinished(record);
  return second === undefined ? first.verdict : combine([first, second]);
}

/** The gravest first. */
const against: readonly VerdictKind[] = ['race shown, fix harmful', 'race shown, fix incomplete'];

function combine(engines: readonly Pick<EngineEvidence, 'engine' | 'verdict'>[]): EvidenceVerdict {
  const tell = (which: (verdict: EvidenceVerdict) => readonly string[]) =>
    engines.flatMap(({ engine, verdict }) => which(verdict).map((text) => `${engine} engine: ${text}`));
  const kinds = new Set(engines.map(({ verdict }) => verdict.kind));
  const worst = against.find((kind) => kinds.has(kind));
  const [only] = kinds;
  const kind = worst ?? (kinds.size === 1 && only !== undefined ? only : 'inconclusive');
  const differ =
    kind === 'inconclusive' && kinds.size > 1
      ? [
          `the engines differ: ${engines.map(({ engine, verdict }) => `${engine}: ${verdict.kind}`).join('; ')}`,
        ]
      : [];
  const reasons = engines
    .filter(({ verdict }) => worst === undefined || verdict.kind === worst)
    .map(({ engine, verdict }) => `${engine} engine: ${verdict.reason}`);
  return {
    kind,
    expected: kind !== 'inconclusive' && engines.every(({ verdict }) => verdict.expected),
    reason: [...differ.map((text) => `Not enough to tell: ${text}.`), ...reasons].join(' '),
    lacking: [...differ, ...tell(({ lacking }) => lacking)],
    remaining: tell(({ remaining }) => remaining),
    harms: tell(({ harms }) => harms),
  };
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
