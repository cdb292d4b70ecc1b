// One verdict for a record, of however many engines ran.
import type { Outcome } from '../base/index.js';
import type { EngineName, VerdictKind } from '../judge/index.js';
import type { RunRecord } from '../record/index.js';
import type { EngineEvidence } from './engine-types.js';
import type { EngineVerdict, RunStatement, RunVerdict } from './verdict-types.js';

/**
 * Of the model engine's detectors, the exploration leads. Of two engines, what speaks against the fix decides, whichever
 * saw it; what both show is shown; where one shows what the other does not, it is inconclusive, and says so. `asked`:
 * how many engines were to run.
 */
export function verdictOfRun(
  run: Pick<RunRecord, 'status' | 'error'>,
  engines: readonly Judged[],
  asked: number,
): RunVerdict {
  const of = (wanted: EngineName) => engines.find(({ engine }) => engine === wanted);
  const [explored, sampled, booted] = [of('model'), of('kcsan'), of('kernel')];
  if (engines.length < asked) return unfinished(run);
  const modelled =
    explored === undefined || sampled === undefined ? (explored ?? sampled) : lead(explored, sampled);
  const judged = [modelled, of('directed'), booted].filter((one) => one !== undefined);
  const [first, ...others] = judged;
  if (first === undefined) return unfinished(run);
  return others.length === 0 ? first.verdict : combine(judged);
}

type Judged = Pick<EngineEvidence, 'engine' | 'verdict'>;

/** Of all interleavings and a sample of them, the first leads; what the second shows against a fix is shown. */
function lead(explored: Judged, sampled: Judged): Judged {
  const rank = ({ verdict: { kind } }: Judged) => [...against, kind].indexOf(kind);
  return rank(sampled) < rank(explored) ? sampled : explored;
}

/** The gravest first. */
const against: readonly VerdictKind[] = ['fix-harmful', 'fix-incomplete'];

function combine(engines: readonly Judged[]): RunVerdict {
  const tell = (which: (verdict: RunVerdict) => readonly RunStatement[]): RunStatement[] =>
    engines.flatMap(({ engine, verdict }) =>
      which(verdict).map((what) => ({ says: 'by-engine', engine, what }) as const),
    );
  const kinds = new Set(engines.map(({ verdict }) => verdict.kind));
  const worst = against.find((kind) => kinds.has(kind));
  const [only] = kinds;
  const kind = worst ?? (kinds.size === 1 && only !== undefined ? only : 'inconclusive');
  const differ: EngineVerdict[] | null =
    kind === 'inconclusive' && kinds.size > 1
      ? engines.map(({ engine, verdict: { kind: own, about } }) => ({ engine, kind: own, about }))
      : null;
  return {
    kind,
    outcome: outcomeOf(
      kind,
      engines.map(({ verdict }) => verdict.outcome),
    ),
    about: [...new Set(engines.flatMap(({ verdict }) => verdict.about))],
    reason: {
      says: 'by-engines',
      differ,
      reasons: engines
        .filter(({ verdict }) => worst === undefined || verdict.kind === worst)
        .map(({ engine, verdict: { reason } }) => ({ engine, reason })),
    },
    lacking: [
      ...(differ === null ? [] : [{ says: 'engines-differ', verdicts: differ } as const]),
      ...tell(({ lacking }) => lacking),
    ],
    remaining: tell(({ remaining }) => remaining),
    harms: tell(({ harms }) => harms),
  };
}

function outcomeOf(kind: VerdictKind, outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('not-run')) return 'not-run';
  if (kind === 'inconclusive') return 'inconclusive';
  return outcomes.every((one) => one === 'as-expected') ? 'as-expected' : 'not-as-expected';
}

/** Of a run that was stopped, or cut off, before there was a verdict. */
export function unfinished({ status, error }: Pick<RunRecord, 'status' | 'error'>): RunVerdict {
  const lacking = [{ says: 'unfinished', status, error: error?.message ?? null }] as const;
  return {
    kind: 'inconclusive',
    outcome: 'inconclusive',
    about: [],
    reason: { says: 'unjudged', lacking },
    lacking,
    remaining: [],
    harms: [],
  };
}
