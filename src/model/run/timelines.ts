// The steps of a replayed schedule as a record keeps them: what other sides can notice, with names and values.
import { onlyReads } from '../machine/index.js';
import type { ModelStep } from '../observations.js';
import type { Replay, ReplayStep } from '../replay/index.js';
import { callerPlace, type SourceNames } from './source-names.js';

export interface StepNames {
  readonly names: SourceNames;
  /** Of what a step is about; null for a step that is about no address. */
  readonly nameOf: (step: ReplayStep) => string | null;
}

/** More would make a record of a program that loops long, and nobody would read them. */
const mostSteps = 500;

/**
 * Left out are accesses to what one context alone uses or nobody changes, and what was done before there was a second context. `context`
 * 0 is the test itself, and the sides follow it.
 */
export function timelineOf({ steps }: Pick<Replay, 'steps'>, { names, nameOf }: StepNames): ModelStep[] {
  const shared = sharedAddresses(steps);
  return steps
    .filter(({ size, address, concurrent }) => concurrent && (size === 0 || shared.has(address)))
    .slice(0, mostSteps)
    .map((step) => {
      const place = callerPlace(names, step.site);
      return {
        side: step.context - 1,
        place,
        source: names.line(place.file, place.line),
        event: step.event,
        name: nameOf(step),
        value: step.size === 0 ? null : step.value,
      };
    });
}

/** Addresses that more than one context uses while others are there, one of them writing. */
function sharedAddresses(steps: readonly ReplayStep[]): ReadonlySet<number> {
  const users = new Map<number, number>();
  const written = new Set<number>();
  for (const { address, size, context, concurrent, event } of steps) {
    if (size === 0 || !concurrent) continue;
    users.set(address, (users.get(address) ?? 0) | (1 << context));
    if (!onlyReads(event)) written.add(address);
  }
  return new Set(
    [...users].flatMap(([address, set]) =>
      (set & (set - 1)) !== 0 && written.has(address) ? [address] : [],
    ),
  );
}
