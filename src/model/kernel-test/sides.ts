// Who takes part in a test, as the harness names them. Layout of struct millrace_test: include/millrace_model.h.
import { inputError } from '../../base/index.js';
import { type KernelMachine, readString } from '../machine/index.js';

const sidesOffset = 20;
const sideBytes = 16;
const contextOffset = 4;
const most = 5;

/** enum millrace_context, in its order. */
const contexts = ['task', 'timer', 'softirq', 'hardirq', 'work'] as const;

export interface TestSide {
  readonly name: string;
  readonly context: (typeof contexts)[number];
}

/** The sides of the test `name`, in the order of the contexts that run them. Errors: `input` when there is none. */
export function testSides({ machine: m }: KernelMachine, name: string): TestSide[] {
  const find = m.exports[`millrace_test_${name}`];
  if (typeof find !== 'function') throw inputError(`the harness has no test ${name}`);
  const first = (find as () => number)() + sidesOffset;
  const word = (address: number) => m.words[address >> 2] as number;
  const sides: TestSide[] = [];
  for (let index = 0; index < most; index++) {
    const side = first + index * sideBytes;
    if (word(side) === 0) break;
    const context = contexts[word(side + contextOffset) - 1] ?? 'task';
    sides.push({ name: readString(m, word(side)), context });
  }
  return sides;
}
