// How a verdict stands to what the case says.
import type { Outcome } from '../base/index.js';
import type { KernelVerdict, VerdictKind } from './types.js';

export function outcomeOf(kind: VerdictKind, isAsExpected: boolean): Outcome {
  if (kind === 'inconclusive') return 'inconclusive';
  return isAsExpected ? 'as-expected' : 'not-as-expected';
}

/** Of the kernel engine, which has run nothing where a kernel has no boot that came to its end. */
export function kernelOutcome({
  kind,
  pairs,
  base,
  fixed,
}: Pick<KernelVerdict, 'kind' | 'pairs' | 'base' | 'fixed'>): Outcome {
  if (kind === 'inconclusive' && (base.completed === 0 || fixed?.completed === 0)) return 'not-run';
  const wanted: readonly VerdictKind[] = pairs.length === 0 ? ['not-shown'] : ['shown', 'fix-shown'];
  return outcomeOf(kind, wanted.includes(kind));
}
