// Finds, for what an exploration met, a schedule with the fewest preemptions: all schedules without any, then with
// one, and so on, until each finding has been met again or a limit is reached.
import { Breath } from '../../base/index.js';
import { type Incident, type Machine, type Mode, plainMode } from '../machine/index.js';
import { BoundedStrategy } from './bounded.js';
import { type Entry, entryOf } from './explore.js';
import { raceKey, type Sighting } from './pass.js';

export interface ReduceLimits {
  readonly maxPreemptions: number;
  readonly maxSchedules: number;
  /** Operations in all executions together: unlike time, the same on every machine. */
  readonly maxSteps: number;
  /** Milliseconds; without limit when not given, so that the result does not depend on time. */
  readonly maxTime?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly entry?: Entry | undefined;
}

export interface ReducedSighting extends Sighting {
  /** Null where the limits did not suffice: the schedule is the one in which it was met first. */
  readonly preemptions: number | null;
}

export async function reduceSightings(
  machine: Machine,
  sightings: readonly Sighting[],
  limits: ReduceLimits,
): Promise<ReducedSighting[]> {
  const entry = entryOf(machine, limits.entry);
  const open = new Map(sightings.map((sighting) => [sighting.incident.key, sighting]));
  const reduced = new Map<string, ReducedSighting>();
  const met = new Map<string, Incident>();
  let executions = 0;
  let steps = 0;
  const breath = new Breath();
  const until = performance.now() + (limits.maxTime ?? Number.POSITIVE_INFINITY);
  const mode: Mode = {
    ...plainMode,
    goesOn: true,
    onRace: (pair) => {
      const incident = open.get(raceKey(pair))?.incident;
      if (incident !== undefined) met.set(incident.key, incident);
    },
    mustStop: () => limits.signal?.aborted === true || performance.now() > until,
  };
  for (let preemptions = 0; preemptions <= limits.maxPreemptions && open.size > 0; preemptions++) {
    const strategy = new BoundedStrategy(preemptions);
    do {
      machine.execute(strategy, entry, mode);
      for (const incident of machine.incidents) met.set(incident.key, incident);
      if (met.size > 0) {
        for (const [key, found] of met) {
          const sighting = open.get(key);
          if (sighting === undefined) continue;
          open.delete(key);
          const { incident } = sighting;
          reduced.set(key, { incident, ...machine.historyOf(found), preemptions });
        }
        met.clear();
      }
      steps += machine.steps;
      const now = performance.now();
      if (breath.isDue(now)) await breath.take();
      const isCutOff = now > until || limits.signal?.aborted === true;
      if (++executions >= limits.maxSchedules || steps >= limits.maxSteps || isCutOff) {
        preemptions = limits.maxPreemptions;
        break;
      }
    } while (open.size > 0 && strategy.advance());
  }
  return sightings.map(
    (sighting) => reduced.get(sighting.incident.key) ?? { ...sighting, preemptions: null },
  );
}
