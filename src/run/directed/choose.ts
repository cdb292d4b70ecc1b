// Which schedules are played: the ones that the user gives, or for each test the finding's with the fewest preemptions.
import { inputError, MillraceError, type Progress } from '../../base/index.js';
import {
  type DirectedModel,
  type DirectRequest,
  defaultModelOptions,
  directModel,
  type ModelTest,
  parseCaseSchedule,
  runModel,
} from '../../model/index.js';

/** A test's schedule by statements. */
export interface ChosenSchedule {
  readonly test: string;
  /** As `millrace replay` takes it. */
  readonly schedule: string;
  readonly preemptions: number | null;
  readonly model: DirectedModel;
}

export type ChooseRequest = Omit<DirectRequest, 'schedule' | 'options'> & { readonly progress: Progress };

/** One schedule, given as text. Errors: those of `directModel`; `input` for a test that the case does not have. */
export async function givenSchedule(request: ChooseRequest, text: string): Promise<ChosenSchedule> {
  const schedule = parseCaseSchedule(text);
  const { test, origin } = schedule;
  if (origin.fix !== 'base')
    throw inputError(`the schedule is of the fix ${origin.fix}, and it is the base that is to show it`, {
      hint: 'Give a schedule of the base; with --fix, the same points are played on the fixed kernel.',
    });
  const names = request.case.tests.map(({ name }) => name);
  if (!names.includes(test))
    throw inputError(`the case ${request.case.name} has no test ${test}`, {
      hint: `It has: ${names.join(', ')}.`,
    });
  const model = await directModel({ ...request, schedule, options: defaultModelOptions });
  return { test, schedule: text.replace(/\s+/g, ''), preemptions: null, model };
}

/**
 * For each test that shows something, a schedule of a finding that can be played, the one with the fewest preemptions.
 * Errors: those of the model engine; `input` when no test has one.
 */
export async function automaticSchedules(request: ChooseRequest): Promise<ChosenSchedule[]> {
  const { tests } = await runModel({ ...request, fix: null, options: defaultModelOptions });
  const chosen: ChosenSchedule[] = [];
  const reasons: string[] = [];
  for (const test of tests) {
    const found = await firstPlayable(test, request, reasons);
    if (found !== null) chosen.push(found);
  }
  if (chosen.length > 0) return chosen;
  throw inputError('no test has a finding whose schedule can be played on a kernel', {
    hint: reasons[0] ?? 'The model engine finds nothing on the base: there is no schedule to play.',
  });
}

async function firstPlayable(
  test: ModelTest,
  request: ChooseRequest,
  reasons: string[],
): Promise<ChosenSchedule | null> {
  for (const { text, preemptions } of candidates(test)) {
    try {
      const schedule = parseCaseSchedule(text);
      const model = await directModel({ ...request, schedule, options: defaultModelOptions });
      return { test: test.name, schedule: text, preemptions, model };
    } catch (error) {
      if (!(error instanceof MillraceError) || error.kind !== 'input') throw error;
      reasons.push(`${test.name}: ${error.message}.`);
      request.progress.note(`${test.name}: ${error.message}; another schedule of it is tried.`);
    }
  }
  return null;
}

/** Schedules of what does harm come before those of races alone. */
function candidates({ failures, findings, races }: ModelTest) {
  const byPreemptions = (
    list: readonly { readonly schedule: { text: string; preemptions: number | null } }[],
  ) =>
    [...new Map(list.map(({ schedule }) => [schedule.text, schedule])).values()].toSorted(
      (a, b) => (a.preemptions ?? Number.POSITIVE_INFINITY) - (b.preemptions ?? Number.POSITIVE_INFINITY),
    );
  const harm = byPreemptions([...failures, ...findings.filter(({ inHarness }) => !inHarness)]);
  return harm.length > 0 ? harm : byPreemptions(races);
}
