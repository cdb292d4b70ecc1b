// What an execution can show to be wrong.

export type FindingKind =
  | 'data-race'
  | 'assertion'
  | 'deadlock'
  | 'use-after-free'
  | 'double-free'
  | 'invalid-free'
  | 'invalid-access'
  | 'lock-misuse'
  | 'lock-leak'
  | 'memory-leak'
  | 'sleep-in-atomic'
  | 'no-progress'
  | 'crash'
  | 'warning'
  | 'stack-overflow'
  /** The execution ends in a state that no serial order of the sides gives: see kernel-test/outcomes.ts. */
  | 'no-serial-order';

/** One thing that went wrong in an execution, before it has a schedule. */
export interface Incident {
  readonly kind: FindingKind;
  /** One sentence without a full stop. */
  readonly message: string;
  /** Sites involved, the one where it showed first; of a race, both accesses. */
  readonly sites: readonly number[];
  readonly contexts: readonly number[];
  /** Two incidents with one key are the same finding. */
  readonly key: string;
  /** For a race: what each side did, in the order of `sites`. */
  readonly accesses?: readonly { readonly write: boolean; readonly marked: boolean }[];
  readonly address?: number;
}
