// Every order in which no context is interrupted where it could have gone on: what a program does one thing after
// the other.
import { Breath } from '../../base/index.js';
import { type Machine, plainMode } from '../machine/index.js';
import { BoundedStrategy } from './bounded.js';
import { type Entry, entryOf } from './explore.js';
import type { Sighting } from './pass.js';

/** How one such order goes: the first. Null when it does not end before `mustStop`. */
export function firstSerialOrder(
  machine: Machine,
  entry: Entry,
  mustStop: () => boolean,
): Pick<Sighting, 'stretches' | 'choices'> | null {
  const mode = { ...plainMode, goesOn: true, mustStop };
  const ending = machine.execute(new BoundedStrategy(0), entryOf(machine, entry), mode);
  return ending === 'given-up' ? null : machine.wholeHistory();
}

/** Asked for so often by executions that take long, which most are not: they leave the time to what shows more. */
const mostLooks = 64;

export interface SerialLimits {
  readonly maxSchedules: number;
  /** Milliseconds. */
  readonly maxTime: number;
  readonly signal?: AbortSignal | undefined;
}

/** False when a limit was met before all were run. */
export async function runSerialOrders(
  machine: Machine,
  entry: Entry,
  { maxSchedules, maxTime, signal }: SerialLimits,
): Promise<boolean> {
  const strategy = new BoundedStrategy(0);
  const start = entryOf(machine, entry);
  const breath = new Breath();
  const until = performance.now() + maxTime;
  const mustStop = () => signal?.aborted === true || performance.now() > until;
  let looks = 0;
  const mode = { ...plainMode, mustStop: () => ++looks > mostLooks || mustStop() };
  for (let executions = 1; executions <= maxSchedules; executions++) {
    const ending = machine.execute(strategy, start, mode);
    if (ending === 'given-up') return false;
    if (ending === 'refine') strategy.restart();
    else if (!strategy.advance()) return true;
    if (breath.isDue(performance.now())) await breath.take();
    if (mustStop()) return false;
  }
  return false;
}
