// One test of a harness as the machine runs it: setup, the sides against each other, the final look. Layout of struct
// millrace_test on wasm32: include/millrace_model.h.
import { inputError } from '../../base/index.js';
import { type KernelMachine, waits } from '../machine/index.js';
import { calledPointers, itemOf } from './work-items.js';

const testOffsets = { stateSize: 4, setup: 8, check: 12, teardown: 16, sides: 20, cpus: 100 } as const;
const sideBytes = 16;
/** `object`: the function that names the timer or the work item that the side is. */
const sideOffsets = { context: 4, run: 8, object: 12 } as const;
const contexts = { task: 1, timer: 2, softirq: 3, hardirq: 4, work: 5 } as const;
const kinds = { 1: 'task', 3: 'softirq', 4: 'hardirq', 5: 'task' } as const;

/** What the first context does, one behind the other. */
const phases = { setup: 0, start: 1, sides: 2, check: 3, teardown: 4, rest: 5 } as const;

/** Both are called when nothing runs but the test itself. */
export interface TestObserver {
  /** Setup is done, and no side has begun. Not told again by executions that begin with what setup left. */
  began(): void;
  /** Of each execution: all sides have come to their end, and the final look has not begun. */
  joined(): void;
}

/**
 * The entry of the first context for the test `name`. Errors: `input` when the harness has no such test, or a side in
 * a context that is not modelled.
 */
export function testEntry(
  kernel: KernelMachine,
  name: string,
  observer?: TestObserver,
): (argument: number) => number {
  return entryFor(kernel, name, observer, true);
}

/** `asItems`: whether a side of context WORK runs the item whose function it calls, where there is one. */
function entryFor(
  { machine: m, cpu, timers, works, callbacks, tasks, allocator, perCpu, clock }: KernelMachine,
  name: string,
  observer: TestObserver | undefined,
  asItems: boolean,
): (argument: number) => number {
  const find = m.exports[`millrace_test_${name}`];
  if (typeof find !== 'function') throw inputError(`the harness has no test ${name}`);
  /** Addresses of the test and of its state, contexts that have been waited for, {@link phases}. */
  const own = m.perExecution({ test: 0, state: 0, joined: 0, phase: phases.setup as number });
  const word = (address: number) => m.words[address >> 2] as number;
  /** False when it has not returned for good: the entry must return at once. */
  const call = (pointer: number, ...args: number[]): boolean => {
    const callee = m.functionAt(pointer) as ((...args: number[]) => number) | null;
    callee?.(...args);
    return !m.suspending;
  };
  const objectOf = (side: number) => {
    const pointer = word(side + sideOffsets.object);
    return pointer === 0 ? 0 : (m.functionAt(pointer) as (state: number) => number)(own.state);
  };

  const begin = () => {
    own.test = (find as () => number)();
    cpu.start(0, 'task');
    cpu.stacks.limit = word(own.test + testOffsets.cpus);
    clock.begin();
    perCpu.begin();
    const size = word(own.test + testOffsets.stateSize);
    own.state = m.heap.allocate(0, size, 0);
    m.bytes.fill(0, own.state, own.state + size);
  };
  const sidesOf = () => {
    const sides: number[] = [];
    for (let side = own.test + testOffsets.sides; word(side) !== 0; side += sideBytes) sides.push(side);
    return sides;
  };
  const itemsOf = (sides: readonly number[]): number[] => {
    const isWork = (side: number) => word(side + sideOffsets.context) === contexts.work;
    const unnamed = sides.flatMap((side, index) =>
      isWork(side) && word(side + sideOffsets.object) === 0 ? [index] : [],
    );
    const called =
      unnamed.length === 0 || !asItems
        ? new Map<number, ReadonlySet<number>>()
        : calledPointers(m, name, unnamed, (other) => entryFor(other, name, undefined, false));
    return sides.map((side, index) => {
      const pointers = called.get(index);
      if (pointers !== undefined) return itemOf(m, pointers);
      return isWork(side) ? objectOf(side) : 0;
    });
  };
  /** By address of a side: the timer or work item that it is. */
  const objectsOf = new Map<number, number>();
  /** Fills {@link objectsOf}. */
  const makePending = () => {
    objectsOf.clear();
    const sides = sidesOf();
    const items = itemsOf(sides);
    sides.forEach((side, index) => {
      const isTimer = word(side + sideOffsets.context) === contexts.timer;
      const object = isTimer ? objectOf(side) : (items[index] as number);
      if (object === 0) return;
      objectsOf.set(side, object);
      if (isTimer) timers.arm(object, 0);
      else works.queue(object);
    });
  };
  const startSides = () => {
    makePending();
    for (const side of sidesOf()) {
      const kind = word(side + sideOffsets.context);
      const object = objectsOf.get(side);
      if (object !== undefined) {
        callbacks.startHeld(object);
        continue;
      }
      const entry = m.functionAt(word(side + sideOffsets.run));
      const context = kinds[kind as keyof typeof kinds];
      if (entry === null || context === undefined)
        throw inputError(`test ${name}: a side runs in a context that the machine does not have`);
      const isTask = context === 'task';
      const spawned = m.spawn(0, isTask ? entry : cpu.interruptEntry(entry, context), own.state, 0);
      cpu.start(spawned, 'task');
      cpu.stacks.place(spawned, context);
    }
    callbacks.startHeld();
  };
  /** Waits for every context that can still do something. */
  const join = (): boolean => {
    for (; own.joined < m.count - 1; own.joined++) {
      const context = own.joined + 1;
      const slot = m.sync.endOf(context);
      m.waitingFor[0] = waits.sides;
      if (!m.resuming && (callbacks.isIdle(context) || tasks.isIdle(context))) continue;
      if (!m.reach(-1, 0, false, slot << 1, 0, 0)) return false;
      m.acquire(slot);
      m.joined();
    }
    return true;
  };

  return () => {
    if (own.phase === phases.setup) {
      if (!m.resuming) begin();
      if (!call(word(own.test + testOffsets.setup), own.state)) return 0;
      observer?.began();
      own.phase = phases.start;
      m.setupDone();
    }
    if (own.phase === phases.start) {
      startSides();
      own.phase = phases.sides;
      m.setupDone();
    }
    if (own.phase === phases.sides) {
      if (!join()) return 0;
      observer?.joined();
      own.phase = phases.check;
    }
    if (own.phase === phases.check) {
      if (!call(word(own.test + testOffsets.check), 0, own.state)) return 0;
      own.phase = phases.teardown;
    }
    if (own.phase === phases.teardown) {
      if (!call(word(own.test + testOffsets.teardown), own.state)) return 0;
      // What teardown leaves to RCU, and to work items, still frees.
      callbacks.startHeld();
      own.phase = phases.rest;
    }
    if (!join()) return 0;
    allocator.noteLeaks();
    perCpu.noteLeaks();
    return 0;
  };
}
