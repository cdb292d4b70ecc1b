// One schedule of a case again, step by step: the table that kernel commit messages use.
import { inputError } from '../../base/index.js';
import { testEntry, testSides } from '../kernel-test/index.js';
import { kernelMachine } from '../machine/index.js';
import { replaySchedule, scheduleTable } from '../replay/index.js';
import type { ModelOptions } from '../types.js';
import { type CaseSchedule, differences, originOf } from './case-schedule.js';
import { sideAt } from './findings.js';
import { type PrepareRequest, prepareModel } from './prepare.js';
import { machineLimits, sidesOf } from './run.js';
import { sourceNames } from './source-names.js';
import { variableLabels, variableNamesOf } from './variables.js';

export interface ModelReplayRequest extends PrepareRequest {
  readonly schedule: CaseSchedule;
  readonly options: ModelOptions;
  /** Characters a line may have. */
  readonly width: number;
}

export interface ModelReplay {
  /** A column a CPU, a row a step. */
  readonly table: string;
  /** What the execution showed, a sentence each. */
  readonly findings: readonly string[];
  /** In what this tree and case differ from those of the schedule, a phrase each. */
  readonly differences: readonly string[];
}

/**
 * Runs the schedule again.
 * Errors: `input` when tree, case, fix or compiler differ so that the code is not that of the schedule: says which.
 */
export async function replayModel(request: ModelReplayRequest): Promise<ModelReplay> {
  const { schedule, test, origin } = request.schedule;
  const here = await originOf(request.case, request.tree, request.fix);
  const differing = differences(origin, here);
  const prepared = await prepareModel(request);
  const { program } = prepared;
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
  const kernel = kernelMachine(program, machineLimits(request.options));
  const sides = sidesOf(testSides(kernel, test));
  const replay = replaySchedule(kernel.machine, schedule, testEntry(kernel, test));
  const names = sourceNames(program, prepared.root, request.case.harness);
  const columns = Array.from({ length: replay.contexts - 1 }, (_, index) => {
    const { name, context, cpu } = sideAt(index + 1, { sides, cpus: replay.cpus });
    return { context: index + 1, heading: `CPU ${cpu}: ${name} (${context})` };
  });
  const variables = variableNamesOf(program, names, request.case.harness);
  const table = scheduleTable(program, replay, {
    width: request.width,
    sourceLine: names.line,
    columns,
    place: names.place,
    variable: variableLabels(replay, variables),
  });
  const findings = replay.incidents.map(({ kind, message, sites }) => {
    const places = sites.map((site) => names.place(site));
    const where = places.map(({ function: name, file, line }) => `${name}() ${file}:${line}`).join(' and ');
    const what = kind === 'data-race' ? 'data race' : kind === 'assertion' ? message : `${kind}: ${message}`;
    return `${what}, ${where}`;
  });
  return { table, findings: [...new Set(findings)], differences: differing };
}
