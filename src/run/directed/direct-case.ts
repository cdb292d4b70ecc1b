// The points and turns of a case's schedules on the base: for a patch that plays them without Millrace.
import type { Progress } from '../../base/index.js';
import type { Case } from '../../case/index.js';
import type { Directions } from '../../kernel/index.js';
import type { Tree } from '../../tree/index.js';
import { automaticSchedules, givenSchedule } from './choose.js';
import { caseTexts, directionsOf, placedTests } from './place.js';

export interface DirectCaseRequest {
  readonly case: Case;
  readonly tree: Tree;
  /** `auto`, or a schedule of the base. */
  readonly schedule: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Errors: those of the model engine; `input` where nothing can be played. */
export async function directCase(request: DirectCaseRequest): Promise<Directions> {
  const { case: theCase, tree, schedule } = request;
  const { find } = await caseTexts(theCase, tree, null);
  const wanted = { ...request, fix: null, find };
  const chosen =
    schedule === 'auto' ? await automaticSchedules(wanted) : [await givenSchedule(wanted, schedule)];
  return directionsOf(theCase, placedTests(theCase, chosen));
}
