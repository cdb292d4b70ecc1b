// The mode of the execution at hand, and what primitives have to say where it asks them.

import type { Tracer } from './events.js';
import { ExecutionState } from './execution-state.js';
import type { Grain, Mode } from './mode.js';
import type { Entry } from './types.js';

export abstract class MachineSettings extends ExecutionState {
  /** What executions are seen at whose mode names no other. */
  abstract readonly grain: Grain;
  protected mode!: Mode;
  /** Of {@link mode}, where speed matters. */
  readonly tracer: Tracer | null = null;
  protected readonly eager: boolean = false;
  protected readonly findsWaits: boolean = true;
  /** By site: 1 where a plain access is an operation that the scheduler is asked about. */
  readonly visible!: Uint8Array;
  private present!: Grain;

  protected adopt(mode: Mode): void {
    const { tracer, eager, findsWaits } = mode;
    this.mode = mode;
    this.present = mode.grain ?? this.grain;
    Object.assign<MachineSettings, unknown>(this, {
      tracer,
      eager,
      findsWaits,
      visible: this.present.visible,
    });
  }

  /** Bit set of {@link refinements}. */
  get refined(): number {
    return this.present.refined;
  }

  protected refineTo(refined: number): void {
    this.present.refined = refined;
  }

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
