// The runner of one test of a case, out of what a run's record kept.

import { environmentError } from '../base/index.js';
import { testEntry, testSides } from '../model/kernel-test/index.js';
import { assembleProgram, type Program } from '../model/link/index.js';
import { kernelMachine } from '../model/machine/index.js';
import type { Schedule } from '../model/replay/index.js';
import {
  formatCaseSchedule,
  parseCaseSchedule,
  sideAt,
  sourceNamesOf,
  variableNamesOf,
} from '../model/run/index.js';
import type { KeptMachine } from './kept-machine.js';
import type { Runner } from './session.js';

/** The program of a kept machine: its module is not made anew. */
export function keptProgram({ linked, wasm, undefinedVariables }: KeptMachine): Promise<Program> {
  return assembleProgram(
    linked,
    (name) => name !== '__tsan_init',
    { switchable: wasm, tellCalls: true, covered: true, undefinedVariables },
    async () => {
      throw environmentError('the record does not hold the module that runs');
    },
  );
}

/** Errors: `input` when the harness has no such test. */
export function caseRunner(kept: KeptMachine, program: Program, test: string): Runner {
  const { files, harness, limits, origin } = kept;
  const kernel = kernelMachine(program, limits);
  const sides = testSides(kernel, test).map(({ name, context }, cpu) => ({ name, context, cpu }));
  const names = sourceNamesOf(program, (file) => files[file]?.split('\n') ?? []);
  return {
    program,
    machine: kernel.machine,
    entry: testEntry(kernel, test),
    names,
    variables: variableNamesOf(program, names, harness),
    sideOf: (context, { cpus, runs }) => sideAt(context, { sides, cpus, runs }),
    scheduleText: (schedule) => formatCaseSchedule({ test, origin, schedule }),
  };
}

/** The schedule of the machine that a text names; null for one of a sample. */
export function caseSchedule(
  text: string,
): { readonly test: string; readonly side: string; readonly schedule: Schedule } | null {
  const { test, origin, schedule } = parseCaseSchedule(text);
  return 'execution' in schedule ? null : { test, side: origin.fix, schedule };
}
