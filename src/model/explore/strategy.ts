import type { Scheduler } from '../machine/index.js';

/**
 * A part of an exploration that comes later than what runs now: plain data, for another thread. Each strategy knows
 * its own; `length` tells where in its order the part begins.
 */
export interface Branch {
  readonly length: number;
  readonly columns: Readonly<Record<string, Int32Array | Uint8Array>>;
}

/** How far an adopted branch has come: plain data. */
export interface Remainder {
  /** What is still to be run of it; null when nothing is. */
  readonly rest: Branch | null;
  /** What it asks of the choices before it: for the strategy. */
  readonly requests: readonly number[];
}

/** A way through the interleavings of a program: decides one execution, then the next. */
export interface Strategy extends Scheduler {
  /** Whether {@link advance} answers false once every interleaving (of those it is after) has been run. */
  readonly exhaustive: boolean;
  /** Prepares the next execution; false when there is none. */
  advance(): boolean;
  /** Begins anew, because the program's operations are seen at another grain. */
  restart(): void;
  /** Share of the whole that is done, 0 to 1, estimated. */
  progress(): number;

  /**
   * Between executions: the largest part that will come later, if nothing comes in between, and that none of `taken`
   * is; null when there is none.
   */
  fork(taken: readonly Branch[]): Branch | null;
  /** In the place of {@link restart}: goes through `branch` and nothing else. */
  adopt(branch: Branch): void;
  /** Whether the next execution is the first of `branch`, or that can no longer be. */
  reached(branch: Branch): 'yes' | 'not-yet' | 'never';
  /** Of an adopted branch, after {@link advance} answered `more`. */
  remainder(more: boolean): Remainder;
  /** As {@link advance}, behind as much of the reached branch as `remainder` says another has run. */
  resume(branch: Branch, remainder: Remainder): boolean;
}
