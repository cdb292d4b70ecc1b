// What the machine asks of whoever decides an interleaving. The machine knows what can happen, the scheduler what
// does: an exploration strategy, a random walk, a replay.
import type { Machine } from './machine.js';

/** Answers of {@link Scheduler.pick} besides a context. */
export const abandon = -1;

export interface Scheduler {
  /** An execution begins; its first context is about to be started. */
  begin(machine: Machine): void;
  /**
   * Every context that lives stands before an operation (`machine.pending*`). Answers whose happens next, out of the
   * bit set `enabled`, or {@link abandon} to give the execution up. `current` asked; -1 when it ended.
   */
  pick(enabled: number, current: number): number;
  /** One of `count` values, from 0. */
  value(count: number): number;
  /** `child` begins, after all that `parent` (or -1) did. */
  started(child: number, parent: number): void;
  /** What `context` did so far comes before what observes `slot` later. */
  published(context: number, slot: number): void;
  observed(context: number, slot: number): void;
  /** A name for the operation that happens now: for {@link follows}. */
  operation?(): number;
  /**
   * Whether something besides what it touches itself puts the operation that happens now behind an earlier one. If not,
   * another execution has it before that one. Whoever cannot tell has neither this nor {@link operation}.
   */
  follows?(operation: number): boolean;
}
