// What a check can tell when the thread that explored for it had to be ended: what it had told by then.
import type { Exploration, Sighting } from '../explore/index.js';
import type { ApartRequest } from './apart-protocol.js';
import { type CheckResult, endedResult, linkPlainC } from './check.js';

/** Nothing of it is reduced to fewer preemptions, and nothing is complete. */
export async function partialResult(
  { files, linked, uninitialized, options }: ApartRequest,
  told: Pick<Exploration, 'schedules' | 'fraction' | 'stoppedBy' | 'elapsed'> & {
    readonly sightings: readonly Sighting[];
  },
): Promise<CheckResult> {
  return endedResult(files, await linkPlainC(linked), { options, uninitialized, ...told });
}
