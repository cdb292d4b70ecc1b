// Races of Millrace's own, one in each unit of a case: a function that the compiler got with the unit's own code, run by
// two contexts on one word. What does not find them would find no others.
import { explore } from '../explore/index.js';
import type { Program } from '../link/index.js';
import { type KernelMachine, kernelMachine, type MachineLimits } from '../machine/index.js';

const wordBytes = 4;
/** Two increments: 2 orders without, and a few more with each access an operation. */
const mostSchedules = 100;

/** Whether the race of the unit whose function is exported as `name` is found; false where there is no such function. */
export async function findsCanary(program: Program, limits: MachineLimits, name: string): Promise<boolean> {
  const kernel = kernelMachine(program, limits);
  const run = kernel.machine.exports[name];
  if (typeof run !== 'function') return false;
  const { sightings } = await explore(kernel.machine, {
    strategy: 'dpor',
    seed: 1,
    preemptions: 0,
    maxSchedules: mostSchedules,
    maxTime: Number.POSITIVE_INFINITY,
    entry: canaryEntry(kernel, run as (word: number) => number),
  });
  return sightings.some(({ incident }) => incident.kind === 'data-race');
}

function canaryEntry({ machine: m, cpu, clock, perCpu }: KernelMachine, run: (word: number) => number) {
  const own = m.perExecution({ begun: false, joined: 0 });
  return () => {
    if (!own.begun) {
      own.begun = true;
      cpu.start(0, 'task');
      clock.begin();
      perCpu.begin();
      const word = m.heap.allocate(0, wordBytes, 0);
      m.words[word >> 2] = 0;
      for (let i = 0; i < 2; i++) {
        const spawned = m.spawn(0, run, word, 0);
        cpu.start(spawned, 'task');
        cpu.stacks.place(spawned, 'task');
      }
    }
    for (; own.joined < m.count - 1; own.joined++) {
      const slot = m.sync.endOf(own.joined + 1);
      if (!m.reach(-1, 0, false, slot << 1, 0, 0)) return 0;
      m.acquire(slot);
      m.joined();
    }
    return 0;
  };
}
