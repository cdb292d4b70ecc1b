// Every order in which no context is interrupted where it could have gone on: what a program does one thing after
// the other.
import type { Machine } from '../machine/index.js';
import { BoundedStrategy } from './bounded.js';
import { type Entry, entryOf } from './explore.js';

/** False when there are more than `maxSchedules`. */
export function runSerialOrders(machine: Machine, entry: Entry, maxSchedules: number): boolean {
  const strategy = new BoundedStrategy(0);
  const start = entryOf(machine, entry);
  machine.eager = false;
  machine.onRace = () => {};
  for (let executions = 1; executions <= maxSchedules; executions++) {
    if (machine.execute(strategy, start) === 'refine') strategy.restart();
    else if (!strategy.advance()) return true;
  }
  return false;
}
