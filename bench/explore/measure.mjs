// How fast a machine explores, warm, per second of processor time.
import { explore, makeStrategy } from '../../dist/model/explore/index.js';
import { plainMode } from '../../dist/model/machine/index.js';

export const options = { seed: 1, preemptions: 3, maxSchedules: 100_000, maxTime: 20_000 };

/** Processor time of a slice, and what passes before the first that counts, in seconds. */
const slice = 0.1;
const warmUp = 1;

/**
 * Explores over and over for some seconds of processor time, in slices. `best`: schedules per second in the fastest slice, which other
 * work on the machine disturbed least; `median`.
 */
export async function measure({ machine, entry }, strategyName, seconds = 2) {
  // Finds out what has to be interleaved.
  await explore(machine, { ...options, strategy: strategyName, entry });
  const eager = strategyName === 'dpor';
  const mode = { ...plainMode, eager, goesOn: eager };
  const strategy = makeStrategy({ ...options, strategy: strategyName });
  const rates = [];
  let executions = 0;
  let steps = 0;
  // A program with few interleavings is still being compiled at first, on other threads whose time counts too.
  for (let total = -warmUp; total < seconds; ) {
    const before = process.cpuUsage();
    const first = executions;
    let used = 0;
    while (used < slice) {
      for (let i = 0; i < 500; i++) {
        machine.execute(strategy, entry, mode);
        executions++;
        steps += machine.steps;
        if (!strategy.advance()) strategy.restart();
      }
      const { user, system } = process.cpuUsage(before);
      used = (user + system) / 1e6;
    }
    if (total >= 0) rates.push((executions - first) / used);
    total += used;
  }
  rates.sort((a, b) => a - b);
  return { best: rates.at(-1), median: rates[rates.length >> 1], steps: steps / executions };
}
