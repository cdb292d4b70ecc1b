// A verdict with its facts as a reader has them.
import type { Reason, Statement, Verdict } from '../../src/judge/index.js';
import { runReasonText, runStatementText } from '../../src/words/index.js';

type Facts = Pick<Verdict, 'reason' | 'lacking' | 'remaining' | 'harms'> & {
  readonly limits: readonly Statement[];
};
type Worded<V> = {
  readonly [K in keyof V]: V[K] extends Reason ? string : V[K] extends readonly Statement[] ? string[] : V[K];
};

export function worded<V extends Facts>(verdict: V): Worded<V> {
  return {
    ...verdict,
    reason: runReasonText(verdict.reason),
    lacking: verdict.lacking.map(runStatementText),
    remaining: verdict.remaining.map(runStatementText),
    harms: verdict.harms.map(runStatementText),
    limits: verdict.limits.map(runStatementText),
  } as Worded<V>;
}
