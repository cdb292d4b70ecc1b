// What runs later on behalf of somebody: a timer, a work item, a tasklet, an interrupt, an RCU callback. It is known by
// the address of its object; it is pending, runs, or neither, and never runs twice at a time.
import { useObject } from '../accesses.js';
import type { CallbackKind } from '../events.js';
import type { Machine } from '../machine.js';
import type { KernelContext } from './cpu-stacks.js';

/** One call into the program; `next` tells what follows on its result, if anything. */
export interface CallbackStep {
  readonly context: KernelContext;
  readonly call: () => number;
  readonly next?: (result: number) => CallbackStep | null;
}

export interface CallbackSpec {
  /** Null for what nobody has posted yet. */
  readonly kind: CallbackKind | null;
  /** Of its first step. */
  readonly context: KernelContext;
  /** Address that whoever changes the object's state touches; the object's own when not given. */
  readonly footprint?: number;
  /** A word that stands for all of its kind: posting one reads it, so that who looks at them all meets each. */
  readonly kindWord?: number;
  /** A word that its beginning writes: those that share it begin one before the other. */
  readonly turnWord?: number;
  /** Told when it becomes pending, and when it is so no more: what the program's own code looks at. */
  readonly mark?: (pending: boolean) => void;
  /** Made when it starts to run; null when there is nothing to run after all. */
  readonly begin: () => CallbackStep | null;
  /** Whether it may run now; asked again after each change. */
  readonly ready?: () => boolean;
  /** Gate that must be open for it to start. */
  readonly gate?: number;
  /** Asked when it is posted: whether it must not be pending at all. */
  readonly refuse?: () => boolean;
  /** When it has run: whether it is to run again. */
  readonly again?: (result: number) => boolean;
}

export interface Callback {
  readonly object: number;
  spec: CallbackSpec;
  /** Its gates: open while it does not run; open while it neither runs nor will. */
  readonly slot: number;
  pending: boolean;
  running: boolean;
  /** Context that runs it, or will; -1 for none. */
  runner: number;
  runs: number;
}

/** One that posts itself anew runs so often in an execution; after that it stays pending. */
export const maxRuns = 3;

export function openGates(m: Machine, { slot, running, pending, runner, runs }: Callback): void {
  const { gates } = m.sync;
  gates[slot << 1] = running ? 0 : 1;
  const runsAgain = pending && (runner >= 0 || runs < maxRuns);
  gates[(slot << 1) + 1] = running || runsAgain ? 0 : 1;
}

/** An operation on its state. False: return at once. */
export function touchCallback(m: Machine, { spec, object, slot }: Callback, site: number): boolean {
  return m.reach(spec.footprint ?? object, 4, true, 0, slot << 1, site);
}

/** As {@link touchCallback}, by who knows its object, which has to be there. */
export function useCallback(m: Machine, callback: Callback, site: number): boolean {
  return touchCallback(m, callback, site) && useObject(m, callback.object, 4, site);
}
