// Work items that a driver has initialised, and which of them a side of context WORK stands for: the one whose function
// the side calls. It runs in the side's place, so that whoever cancels or flushes it waits for the side.
import { firstSerialOrder } from '../explore/index.js';
import type { Program } from '../link/index.js';
import { type KernelMachine, kernelMachine, type Machine } from '../machine/index.js';

/** struct work_struct on wasm32 (include/linux/workqueue_types.h, v6.12). */
const offsets = { entry: 4, function: 12 } as const;
const itemBytes = 16;

/** Function pointers that a side's own context calls into, by index of the side. */
export type CalledPointers = ReadonlyMap<number, ReadonlySet<number>>;

/** Milliseconds for one order of the sides: what does not end says nothing. */
const patience = 10_000;

const known = new WeakMap<Program, Map<string, CalledPointers>>();

/**
 * What each side calls when it runs by itself: seen in one order of the sides, on a machine of its own. `makeEntry`: of a
 * test whose sides all run as the functions that the harness names.
 */
export function calledPointers(
  { program, limits }: Machine,
  name: string,
  sides: readonly number[],
  makeEntry: (kernel: KernelMachine) => (argument: number) => number,
): CalledPointers {
  const tests = known.get(program) ?? new Map<string, CalledPointers>();
  known.set(program, tests);
  const before = tests.get(name);
  if (before !== undefined) return before;
  const called = rehearse(kernelMachine(program, limits), sides, makeEntry);
  tests.set(name, called);
  return called;
}

function rehearse(
  kernel: KernelMachine,
  sides: readonly number[],
  makeEntry: (kernel: KernelMachine) => (argument: number) => number,
): CalledPointers {
  const { machine: m } = kernel;
  const { blocks, tableFunctions } = m.program;
  try {
    const until = performance.now() + patience;
    firstSerialOrder(m, makeEntry(kernel), () => performance.now() > until);
  } catch {
    // The run itself meets it, and tells of it.
    return new Map();
  }
  const firstBlock = new Map<number, number>();
  blocks.forEach(({ function: holder }, index) => {
    if (!firstBlock.has(holder)) firstBlock.set(holder, index);
  });
  const calledBy = (context: number) =>
    new Set(
      [...tableFunctions].flatMap(([pointer, index]) => {
        const block = firstBlock.get(index);
        return block !== undefined && m.coverage.has(context, block) ? [pointer] : [];
      }),
    );
  return new Map(sides.map((side) => [side, calledBy(side + 1)]));
}

/** The item whose function is among `pointers`; 0 when there is none, or more than one. */
export function itemOf(m: Machine, pointers: ReadonlySet<number>): number {
  const { layout, heap } = m;
  const found = [
    ...itemsIn(m, layout.dataStart, layout.dataEnd, pointers),
    ...heap.blocks
      .filter(({ freeSite }) => freeSite === 0)
      .flatMap(({ address, size }) => itemsIn(m, address, address + size, pointers)),
  ];
  return found.length === 1 ? (found[0] as number) : 0;
}

/** INIT_WORK() leaves a list that points to itself, and behind it the function. */
function itemsIn(m: Machine, start: number, end: number, pointers: ReadonlySet<number>): number[] {
  const items: number[] = [];
  const word = (address: number) => m.words[address >> 2] as number;
  for (let item = (start + 3) & ~3; item + itemBytes <= end; item += 4) {
    const entry = item + offsets.entry;
    if (word(entry) === entry && word(entry + 4) === entry && pointers.has(word(item + offsets.function)))
      items.push(item);
  }
  return items;
}
