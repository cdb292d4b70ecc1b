// One schedule of a program run again, with the names of its source.

import type { Entry } from '../explore/index.js';
import type { Program } from '../link/index.js';
import type { FindingFacts, FindingKind } from '../machine/index.js';
import {
  parseSchedule,
  type ReplayStep,
  replaySchedule,
  type ShownStep,
  shownSteps,
} from '../replay/index.js';
import type { CheckProgram } from './check.js';
import { variableAt } from './variables.js';

export interface CheckReplay {
  /** What others can notice, in the order of time. */
  readonly steps: readonly ShownStep[];
  /** How many there were; `main` is 0. */
  readonly threads: number;
  readonly findings: readonly { readonly kind: FindingKind; readonly facts: FindingFacts }[];
}

/**
 * Without the text of source lines. Once `signal` is aborted, it ends before the execution does.
 * Errors: `input` when the schedule belongs to another program or does not fit.
 */
export function replayCheck(
  { machine, program }: Pick<CheckProgram, 'machine' | 'program'>,
  schedule: string,
  { entry, signal }: { readonly entry?: Entry | undefined; readonly signal?: AbortSignal | undefined } = {},
): CheckReplay {
  const { steps, contexts, incidents } = replaySchedule(machine, parseSchedule(schedule), {
    entry,
    mustStop: () => signal?.aborted === true,
  });
  return {
    steps: shownSteps(steps, {
      place: (site) => program.symbols.place(site),
      line: () => '',
      variable: staticName(program),
    }),
    threads: contexts,
    findings: incidents.map(({ kind, facts }) => ({ kind, facts })),
  };
}

function staticName(program: Program): (step: ReplayStep) => string | null {
  return ({ address, size }) => {
    const variable = variableAt(program, address, size, []);
    return variable?.kind === 'static' ? variable.name : null;
  };
}
