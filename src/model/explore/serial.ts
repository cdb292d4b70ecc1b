// Every order in which no context is interrupted where it could have gone on: what a program does one thing after
// the other.
import { Breath } from '../../base/index.js';
import { type Machine, plainMode } from '../machine/index.js';
import { BoundedStrategy } from './bounded.js';
import { type Entry, entryOf } from './explore.js';
import type { Sighting } from './pass.js';

/** How one such order goes: the first. Null when it does not end within `maxTime` milliseconds. */
export function firstSerialOrder(
  machine: Machine,
  entry: Entry,
  maxTime: number,
): Pick<Sighting, 'stretches' | 'choices'> | null {
  const until = performance.now() + maxTime;
  const mode = { ...plainMode, goesOn: true, mustStop: () => performance.now() > until };
  try {
    const ending = machine.execute(new BoundedStrategy(0), entryOf(machine, entry), mode);
    return ending === 'given-up' ? null : machine.wholeHistory();
  } finally {
    machine.rest();
  }
}

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
  const mode = { ...plainMode, mustStop: () => performance.now() > until };
  try {
    for (let executions = 1; executions <= maxSchedules; executions++) {
      const ending = machine.execute(strategy, start, mode);
      if (ending === 'given-up') return false;
      if (ending === 'refine') strategy.restart();
      else if (!strategy.advance()) return true;
      const now = performance.now();
      if (breath.isDue(now)) await breath.take();
      if (now > until || signal?.aborted) return false;
    }
    return false;
  } finally {
    machine.rest();
  }
}
