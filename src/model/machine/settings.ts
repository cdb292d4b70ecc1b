// What whoever uses a machine sets: the grain at which a program is seen, what happens where it fails, who is told.
import type { RacePair } from '../detect/index.js';
import type { Tracer } from './events.js';
import { ExecutionState } from './execution-state.js';
import type { Entry } from './types.js';

export abstract class MachineSettings extends ExecutionState {
  /** Bit set of {@link refinements}. */
  refined = 0;
  /**
   * Whether operations without a footprint happen at once, as partial-order reduction wants it; if not, the scheduler
   * is asked about them too.
   */
  eager = true;
  /**
   * Whether the others go on when one context has failed, as if that one were slow: partial-order reduction learns from
   * what they still do which other orders there are. What the failed one stood before has no effect on them.
   */
  goesOn = false;
  /**
   * Whether loops that wait are recognised. Not where executions are sampled: there time decides who goes on, and what a
   * context does next does not follow from its variables alone.
   */
  findsWaits = true;
  tracer: Tracer | null = null;
  /** Whether a {@link tracer} looks on only: the scheduler decides as it would without, and follows no schedule. */
  looksOn = false;
  onRace: (pair: RacePair) => void = () => {};
  /** Raised when the program calls something that nobody supplies. */
  trouble: Error | null = null;

  /** Asked when a context has run its entry: what it runs next, or null when it ends. */
  followUp: (context: number) => { readonly entry: Entry; readonly argument: number } | null = () => null;
  /** Asked to let time pass: everybody waits in a loop, and somebody looks at the clock. `leaps`: how often so far. */
  onStandstill: (leaps: number) => void = () => {};
  /** Told when a context goes no further: see {@link stall}. */
  onStall: (context: number) => void = () => {};
  /** Told when a context has ended. */
  onEnd: (context: number) => void = () => {};
}
