// When the sides of a test begin, as the kernel engine's harness has them begin in those rounds in which an interrupt
// comes on a task's CPU (include/millrace_kernel.h): tasks some microseconds apart, a timer at its tick, tasks that meet
// one by a lead before it that is drawn anew each round. In most of its rounds the harness brings the sides closer.
import type { RandomNumbers } from '../explore/index.js';
import type { TestSide } from '../kernel-test/index.js';
import type { StartDelay } from './timed-scheduler.js';

/** MILLRACE_LEAD_NS, what sides take on a CPU; a tick at CONFIG_HZ=250. Nanoseconds. */
const times = { lead: 250_000, apart: 8000, tick: 4_000_000 } as const;

/** `sides` in the order of the contexts that run them, from context 1 on. */
export function roundDelays(sides: readonly Pick<TestSide, 'context'>[]): StartDelay {
  const tasks = sides.filter(({ context }) => context === 'task').length;
  const hasTimer = sides.some(({ context }) => context === 'timer');
  let start = 0;
  return (child: number, parent: number, random: RandomNumbers) => {
    if (parent < 0) return 0;
    if (child === 1) start = hasTimer ? times.lead - random(times.lead) : 0;
    switch (sides[child - 1]?.context) {
      case 'task':
        return start + (tasks > 1 ? random(times.apart) : 0);
      case 'timer':
        return times.lead;
      case 'softirq':
      case 'hardirq':
        return start + random(times.lead);
      case 'work':
        return start;
      default:
        // What the code under test posts itself: at the next tick.
        return times.tick;
    }
  };
}
