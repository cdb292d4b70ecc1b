// One side of a case, whatever looks at it: the tree as it is, or with a fix, compiled once, and every test in its turn.
import type { Schedule } from '../replay/index.js';
import { formatCaseSchedule, originOf } from './case-schedule.js';
import { type PreparedModel, type PrepareRequest, prepareModel } from './prepare.js';
import type { SampledExecution } from './sampled-execution.js';

/** What is done with one test. */
export interface TestStep {
  readonly name: string;
  readonly prepared: PreparedModel;
  /** `hold-lock` behind `Explore a_vs_b with`; empty on the base. */
  readonly withFix: string;
  readonly scheduleText: (schedule: Schedule | SampledExecution) => string;
}

export interface SideRun<T> {
  /** `base`, or the fix's name. */
  readonly name: string;
  readonly compiler: string;
  readonly program: string;
  readonly prepared: PreparedModel;
  readonly tests: readonly T[];
}

/** Errors: those of {@link prepareModel} and of `step`. After an interruption, tests that were not come to are not there. */
export async function runTests<T>(
  request: PrepareRequest,
  begin: (prepared: PreparedModel) => Promise<(step: TestStep) => Promise<T>>,
): Promise<SideRun<T>> {
  const { case: theCase, tree, fix, signal } = request;
  const prepared = await prepareModel(request);
  const step = await begin(prepared);
  const origin = await originOf(theCase, tree, fix);
  const withFix = fix === null ? '' : ` with ${fix.name}`;
  const tests: T[] = [];
  for (const { name } of theCase.tests) {
    const scheduleText: TestStep['scheduleText'] = (schedule) =>
      formatCaseSchedule({ test: name, origin, schedule });
    tests.push(await step({ name, prepared, withFix, scheduleText }));
    // What was found until then is kept; who keeps it ends the run.
    if (signal?.aborted) break;
  }
  return {
    name: fix?.name ?? 'base',
    compiler: prepared.compiler,
    program: prepared.program.identity,
    prepared,
    tests,
  };
}
