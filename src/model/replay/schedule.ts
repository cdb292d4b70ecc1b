// A schedule as text: `m1-7402eb5e-0.6,1.2,0.2,2.2-0,1`: format and version of the machine, identity of the program, for
// each stretch without a switch the context and its steps, and the inputs that were chosen. Of a weaker memory it names
// the model: `m1-7402eb5e-0.6,1.2-1-tso`.
import { inputError } from '../../base/index.js';
import { type MemoryModel, memoryModels } from '../memory/index.js';

/** Changes whenever the machine counts steps differently. */
const machineVersion = 'm1';

export interface Schedule {
  /** {@link Program.identity} */
  readonly program: string;
  /** Context and steps of each stretch, one behind the other. */
  readonly stretches: readonly number[];
  readonly choices: readonly number[];
  /** Sequential consistency when not given. */
  readonly memory?: MemoryModel | undefined;
}

export function formatSchedule({ program, stretches, choices, memory = 'sc' }: Schedule): string {
  const turns: string[] = [];
  for (let i = 0; i < stretches.length; i += 2) turns.push(`${stretches[i]}.${stretches[i + 1]}`);
  const parts = [machineVersion, program, turns.join(',')];
  if (choices.length > 0) parts.push(choices.join(','));
  if (memory !== 'sc') parts.push(memory);
  return parts.join('-');
}

/** Errors: `input` when the text is no schedule, or one of another version. */
export function parseSchedule(text: string): Schedule {
  const match =
    /^(m\d+)-([0-9a-f]{8})-(\d+\.\d+(?:,\d+\.\d+)*)(?:-(\d+(?:,\d+)*))?(?:-([a-z][a-z0-9]*))?$/.exec(
      text.trim(),
    );
  if (match === null)
    throw inputError(`'${text}' is not a schedule`, {
      hint: 'Copy one from a finding: it begins with `m1-`.',
    });
  const [, version, program = '', turns = '', choices, name = 'sc'] = match;
  const memory = memoryModels.find((model) => model === name);
  if (version !== machineVersion)
    throw inputError(
      `the schedule is of machine version ${version}, and this Millrace has ${machineVersion}`,
      {
        hint: 'Run the program again to find a new one.',
      },
    );
  if (memory === undefined)
    throw inputError(`the schedule names a memory model that this Millrace has not: ${name}`, {
      hint: 'Copy all of the schedule from the finding.',
    });
  return {
    program,
    memory,
    stretches: turns.split(/[.,]/).map(Number),
    choices: choices === undefined ? [] : choices.split(',').map(Number),
  };
}
