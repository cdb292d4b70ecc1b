// The verdict on a run, as facts. Plain data.
import type { EngineName, Reason, Statement, Verdict, VerdictKind } from '../judge/index.js';
import type { RunRecord } from '../record/index.js';

/** A fact of the verdict on a run, of however many engines. */
export type RunStatement =
  | Statement
  | { readonly says: 'by-engine'; readonly engine: EngineName; readonly what: RunStatement }
  | { readonly says: 'engines-differ'; readonly verdicts: readonly EngineVerdict[] }
  /** It was stopped, or cut off, before there was a verdict. */
  | { readonly says: 'unfinished'; readonly status: RunRecord['status']; readonly error: string | null }
  /** Locks held at accesses are known of some executions alone. */
  | {
      readonly says: 'locks-of-some';
      readonly test: string;
      readonly kernel: string;
      readonly executions: number;
      readonly interleavings: number;
    }
  | { readonly says: 'outcomes-not-compared'; readonly test: string; readonly kernel: string };

export type RunReason =
  | Reason
  | { readonly says: 'unjudged'; readonly lacking: readonly RunStatement[] }
  | {
      readonly says: 'by-engines';
      /** Null where they agree, or where one decides. */
      readonly differ: readonly EngineVerdict[] | null;
      readonly reasons: readonly { readonly engine: EngineName; readonly reason: RunReason }[];
    };

export interface EngineVerdict {
  readonly engine: EngineName;
  readonly kind: VerdictKind;
  readonly about: Verdict['about'];
}

/** The verdict on a run. */
export interface RunVerdict extends Pick<Verdict, 'kind' | 'outcome' | 'about'> {
  readonly reason: RunReason;
  /** What the base ought to have shown and did not, and what an inconclusive verdict lacks. */
  readonly lacking: readonly RunStatement[];
  /** What still races or fails with the fix. */
  readonly remaining: readonly RunStatement[];
  /** What the fix makes worse. */
  readonly harms: readonly RunStatement[];
}
