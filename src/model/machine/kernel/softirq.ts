// Softirqs of the kernel's own kinds (kernel/softirq.c, v6.12): one that was raised on a CPU runs once there or, in the
// model, at any point behind that; on two CPUs at a time if it was raised on both.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { Callbacks } from './callbacks.js';

/** In the null page: a word for each kind. */
const firstWord = 0x380;
/** Keys of what is pending on each CPU lie below all addresses. */
const firstKey = -0x1000;

export function softirqImports(m: Machine, callbacks: Callbacks): Record<string, Import> {
  const actions = m.perExecution(new Map<number, number>());
  const wordOf = (number: number) => firstWord + 4 * number;
  const raise = (number: number, site: number) => {
    const object = firstKey - (number * m.cpus.length + (m.cpus[m.current] as number));
    const begin = () => {
      const entry = m.functionAt(actions.get(number) ?? 0);
      if (entry !== null) return { context: 'softirq', call: () => entry(0) } as const;
      misuse(m, { problem: 'no-action', call: 'raise_softirq', number }, site, 'crash');
      return null;
    };
    const footprint = wordOf(number);
    callbacks.post(object, { kind: 'softirq', context: 'softirq', footprint, begin }, site);
  };
  return {
    open_softirq: (number: number, action: number, site: number) => {
      if (m.reach(wordOf(number), 4, true, 0, 0, site)) actions.set(number, action);
    },
    raise_softirq: raise,
    raise_softirq_irqoff: raise,
    __raise_softirq_irqoff: raise,
  };
}
