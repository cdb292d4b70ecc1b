// What a run on the model engine says of the base alone, whatever a fix did.
import { type RunRecord, sectionOf } from '../record/index.js';

/** `open` where the verdict does not tell: it was inconclusive, or it is about a fix that does harm. */
export type BaseState = 'shown' | 'silent' | 'open';

export function baseState(record: RunRecord): BaseState {
  const verdict = sectionOf(record, 'model')?.verdict;
  if (!verdict || verdict.kind === 'inconclusive') return 'open';
  if (verdict.kind === 'not-shown') return 'silent';
  if (verdict.kind !== 'fix-harmful') return 'shown';
  // A fix that does harm is told before anything else, also beside a base that shows nothing.
  const expected = [...verdict.pairs, ...(verdict.expectations ?? [])];
  return expected.length > 0 && expected.every(({ base }) => base > 0) ? 'shown' : 'open';
}
