import type { Scheduler } from '../machine/index.js';

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
}
