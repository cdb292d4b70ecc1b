// Races of Millrace's own: a function that the compiler got with a unit's own code, run by two contexts on one word.
// What does not find them would find no others.
import { Grain, type Machine } from '../machine/index.js';
import { explore } from './explore.js';

const wordBytes = 4;
/** Two increments: 2 orders without, and a few more with each access an operation. */
const mostSchedules = 100;

/** What a machine does besides when executions and contexts begin. */
export interface CanaryHooks {
  readonly begin: () => void;
  readonly spawned: (context: number) => void;
}

const nothingBesides: CanaryHooks = { begin: () => {}, spawned: () => {} };

/** Whether the race of the function exported as `name` is found; false where there is none of that name. */
export async function findsCanary(
  machine: Machine,
  name: string,
  hooks: CanaryHooks = nothingBesides,
): Promise<boolean> {
  const run = machine.exports[name];
  if (typeof run !== 'function') return false;
  const { sightings } = await explore(machine, {
    strategy: 'dpor',
    seed: 1,
    preemptions: 0,
    maxSchedules: mostSchedules,
    maxTime: Number.POSITIVE_INFINITY,
    grain: new Grain(machine.program),
    entry: canaryEntry(machine, run as (word: number) => number, hooks),
  });
  return sightings.some(({ incident }) => incident.kind === 'data-race');
}

function canaryEntry(m: Machine, run: (word: number) => number, { begin, spawned }: CanaryHooks) {
  const own = m.perExecution({ begun: false, joined: 0 });
  return () => {
    if (!own.begun) {
      own.begun = true;
      begin();
      const word = m.heap.allocate(0, wordBytes, 0);
      m.words[word >> 2] = 0;
      for (let i = 0; i < 2; i++) spawned(m.spawn(0, run, word, 0));
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
