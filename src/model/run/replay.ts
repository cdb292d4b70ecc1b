// One schedule of a case again, step by step: the table that kernel commit messages use.
import { inputError, interruptedError } from '../../base/index.js';
import type { RaceReport } from '../../report/index.js';
import type { ModelSide } from '../basics.js';
import { kcsanConfigLines } from '../detect/kcsan/index.js';
import { testEntry, testSides } from '../kernel-test/index.js';
import { factsOf, kernelMachine } from '../machine/index.js';
import { type Replay, replaySchedule, type Schedule, type ShownStep, shownSteps } from '../replay/index.js';
import { watchExecutions } from '../sampling/index.js';
import type { ModelFinding, ModelOptions } from '../types.js';
import { type CaseSchedule, differences, originOf } from './case-schedule.js';
import { sideAt } from './findings.js';
import { kcsanSides, sampledProgram } from './kcsan.js';
import { kcsanNames } from './kcsan-names.js';
import { type PreparedModel, type PrepareRequest, prepareModel } from './prepare.js';
import { machineLimits, sidesOf } from './run.js';
import { type SampledExecution, settingsDigest } from './sampled-execution.js';
import { sourceNames } from './source-names.js';
import { typedSteps, variableLabels, variableNamesOf } from './variables.js';

export interface ModelReplayRequest extends PrepareRequest {
  readonly schedule: CaseSchedule;
  readonly options: ModelOptions;
}

export interface ModelReplay {
  /** What others can notice, in the order of time. */
  readonly steps: readonly ShownStep[];
  /** Who `context` of the steps is, from context 1 on. */
  readonly sides: readonly ModelSide[];
  /** What the execution showed, each once. */
  readonly findings: readonly Pick<ModelFinding, 'kind' | 'facts' | 'places'>[];
  /** What KCSAN reports in it; empty for a schedule of the happens-before detector. */
  readonly reports: readonly RaceReport[];
  /** In what this tree and case differ from those of the schedule, a phrase each. */
  readonly differences: readonly string[];
}

/** An execution, whichever detector watched it. */
interface Replayed {
  readonly execution: Pick<Replay, 'steps' | 'incidents' | 'contexts' | 'cpus' | 'blocks'> &
    Partial<Pick<Replay, 'runs'>>;
  readonly sides: readonly ModelSide[];
  readonly reports: readonly RaceReport[];
}

/**
 * Runs the schedule again.
 * Errors: `input` when tree, case, fix or compiler differ so that the code is not that of the schedule: says which;
 * `interrupted`.
 */
export async function replayModel(request: ModelReplayRequest): Promise<ModelReplay> {
  const { schedule, test, origin } = request.schedule;
  const { harness } = request.case;
  const here = await originOf(request.case, request.tree, request.fix);
  const differing = differences(origin, here);
  const isSample = 'execution' in schedule;
  const prepared = await prepareModel({ ...request, kcsan: isSample });
  const { program, root } = prepared;
  if (program.identity !== schedule.program)
    throw inputError(
      `the schedule belongs to program ${schedule.program}, and this one is ${program.identity}`,
      {
        hint:
          differing.length > 0
            ? `What differs: ${differing.join('; ')}.`
            : `Tree and case are the same: the compiler, here ${prepared.compiler}, or Millrace itself differs. Run the case again.`,
      },
    );
  const replayed = isSample
    ? await sampledAgain(prepared, test, schedule, request)
    : scheduledAgain(prepared, test, schedule, request);
  const { execution, sides, reports } = replayed;
  const names = sourceNames(program, root, harness);
  const sideOf = (context: number) => sideAt(context, { sides, cpus: execution.cpus, runs: execution.runs });
  const findings = execution.incidents.map(({ kind, facts, sites }) => ({
    kind,
    facts: factsOf(facts, sideOf),
    places: sites.map((site) => names.place(site)),
  }));
  return {
    steps: shownSteps(execution.steps, {
      place: names.place,
      line: names.line,
      variable: variableLabels(execution, variableNamesOf(program, names, harness)),
    }),
    sides: Array.from({ length: execution.contexts - 1 }, (_, index) => sideOf(index + 1)),
    findings: [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()],
    reports,
    differences: differing,
  };
}

function scheduledAgain(
  { program, root }: PreparedModel,
  test: string,
  schedule: Schedule,
  { case: theCase, options, signal }: ModelReplayRequest,
): Replayed {
  const kernel = kernelMachine(program, machineLimits(options));
  const sides = sidesOf(testSides(kernel, test));
  const replayed = replaySchedule(kernel.machine, schedule, {
    entry: testEntry(kernel, test),
    mustStop: () => signal?.aborted === true,
  });
  if (signal?.aborted) throw interruptedError();
  const names = sourceNames(program, root, theCase.harness);
  const variables = variableNamesOf(program, names, theCase.harness);
  const execution = { ...replayed, steps: typedSteps(replayed, variables) };
  return { execution, sides, reports: [] };
}

/** Errors: `input` when KCSAN's settings, or the machine's limits, are others. */
async function sampledAgain(
  prepared: PreparedModel,
  test: string,
  { seed, execution, settings: digest }: SampledExecution,
  { case: { harness }, options: limits, progress, signal }: ModelReplayRequest,
): Promise<Replayed> {
  const { program, root, kcsanSettings: settings } = prepared;
  if (settingsDigest(kcsanConfigLines(settings), limits) !== digest)
    throw inputError('the schedule belongs to other settings of KCSAN, or other limits', {
      hint: 'CONFIG_KCSAN_* of the kunitconfig and the tree, --max-steps and --max-memory have to be as in the run.',
    });
  const { maxSteps, maxMemory } = limits;
  const options = { executions: execution, seed, maxTime: Number.POSITIVE_INFINITY, maxSteps, maxMemory };
  const made = sampledProgram(prepared, { test, settings, cpus: null, options });
  const [watched] = await progress.step(`Sample ${execution.toLocaleString('en')} executions again`, () =>
    watchExecutions(made, [execution], { signal }),
  );
  if (watched === undefined) throw interruptedError();
  const naming = kcsanNames(program, root, harness);
  return {
    execution: watched,
    sides: kcsanSides(prepared, test, options),
    reports: watched.reports.map(({ report }) => naming.report(report)),
  };
}
