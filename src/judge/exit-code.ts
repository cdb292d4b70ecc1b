// What `millrace run` says of a verdict to the shell.
import type { EvidenceVerdict, Verdict } from './types.js';

/** 0 as expected; 1 not as expected; 4 when that is open; 3 when a side has no boot that came to its end, so that nothing was tried. */
export function exitCodeFor(verdict: Pick<Verdict, 'kind' | 'pairs' | 'base' | 'fixed'>): 0 | 1 | 3 | 4 {
  const { kind, pairs, base, fixed } = verdict;
  if (kind === 'inconclusive') return base.completed === 0 || fixed?.completed === 0 ? 3 : 4;
  if (pairs.length === 0) return kind === 'race not shown' ? 0 : 1;
  return kind === 'race shown' || kind === 'race shown, fix shown' ? 0 : 1;
}

/** The same of a verdict on the model engine, or on all engines together. */
export function verdictExitCode({ kind, expected }: Pick<EvidenceVerdict, 'kind' | 'expected'>): 0 | 1 | 4 {
  if (kind === 'inconclusive') return 4;
  return expected ? 0 : 1;
}
