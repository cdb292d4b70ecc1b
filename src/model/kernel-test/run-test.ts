// One test of a harness as the machine runs it: setup, the sides against each other, the final look. Layout of struct
// millrace_test on wasm32: include/millrace_model.h.
import { inputError } from '../../base/index.js';
import type { KernelMachine } from '../machine/index.js';

const testOffsets = { stateSize: 4, setup: 8, check: 12, teardown: 16, sides: 20 } as const;
const sideBytes = 16;
const sideOffsets = { context: 4, run: 8, timer: 12 } as const;
const contexts = { task: 1, timer: 2, softirq: 3, hardirq: 4 } as const;

/**
 * The entry of the first context for the test `name`. Errors: `input` when the harness has no such test, or a side in
 * a context that is not modelled.
 */
export function testEntry(
  { machine: m, cpu, timers }: KernelMachine,
  name: string,
): (argument: number) => number {
  const find = m.exports[`millrace_test_${name}`];
  if (typeof find !== 'function') throw inputError(`the harness has no test ${name}`);
  let state = 0;
  let joined = 0;
  const word = (address: number) => m.words[address >> 2] as number;
  const call = (pointer: number, ...args: number[]) => {
    const callee = m.functionAt(pointer) as ((...args: number[]) => number) | null;
    return callee === null ? 0 : callee(...args);
  };

  const begin = (test: number) => {
    joined = 0;
    cpu.start(0, 'task');
    state = m.heap.allocate(0, word(test + testOffsets.stateSize), 0);
    m.bytes.fill(0, state, state + word(test + testOffsets.stateSize));
    call(word(test + testOffsets.setup), state);
    for (let side = test + testOffsets.sides; word(side) !== 0; side += sideBytes) {
      const kind = word(side + sideOffsets.context);
      if (kind === contexts.timer) {
        timers.start(call(word(side + sideOffsets.timer), state), 0);
        continue;
      }
      const entry = m.functionAt(word(side + sideOffsets.run));
      if (
        entry === null ||
        (kind !== contexts.task && kind !== contexts.softirq && kind !== contexts.hardirq)
      )
        throw inputError(`test ${name}: a side runs in a context that the machine does not have`);
      const context = m.spawn(0, entry, state, 0);
      cpu.start(context, kind === contexts.task ? 'task' : kind === contexts.softirq ? 'softirq' : 'hardirq');
    }
    timers.startArmed(0);
  };

  let test = 0;
  return () => {
    if (m.stage[0] === 0) {
      test = (find as () => number)();
      begin(test);
      m.stage[0] = 1;
    }
    for (; joined < m.count - 1; joined++) {
      const slot = m.sync.endOf(joined + 1);
      m.waitingFor[0] = 'the sides';
      if (!m.reach(-1, 0, false, slot << 1, 0, 0)) return 0;
      m.acquire(slot);
      m.joined();
    }
    m.stage[0] = 0;
    call(word(test + testOffsets.check), 0, state);
    call(word(test + testOffsets.teardown), state);
    return 0;
  };
}
