// What an execution can show to be wrong.
import type { WaitingLoop } from './spin-loops.js';

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

/** Why a context was stopped that could have gone on. */
export type CutKind =
  /** It made as many steps as an execution may have. */
  | 'steps'
  /** What the program assumes does not hold. */
  | 'assumption';

/** A context that was stopped: what comes behind it was not looked at in that execution. */
export interface Cut {
  readonly kind: CutKind;
  readonly context: number;
  readonly site: number;
}

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
  /** Of what nobody ends: the loop of each context that waits so. */
  readonly loops?: readonly WaitingLoop[];
}
