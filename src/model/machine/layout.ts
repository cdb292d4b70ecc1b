// Where things lie in the program's linear memory: its data, then for each context a stack and room for the frames
// that Asyncify saves, then the heap.
import { maxContexts } from '../detect/index.js';
import type { HeapLayout } from './heap.js';

/** Bytes below this are never a program's: a null pointer with a small offset ends here. */
export const nullPage = 1024;

/** Stacks of kernel code: several times THREAD_SIZE, as instrumented code takes more. */
const kernelStack = { stackBytes: 64 * 1024, asyncifyBytes: 32 * 1024 } as const;
/** Of a process's threads: the limit that is usual (RLIMIT_STACK). What is not touched takes no memory of the host's. */
export const threadStack = { stackBytes: 8 * 1024 * 1024, asyncifyBytes: 1024 * 1024 } as const;
const arenaBytes = 512 * 1024;
const pageBytes = 64 * 1024;

export interface MemoryLayout {
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly heap: HeapLayout;
  readonly end: number;
  stackTop(context: number): number;
  stackLow(context: number): number;
  /** The context whose stack, or what lies behind it, is at an address; -1 for none. */
  contextAt(address: number): number;
  /** Bytes of a stack, and those behind its top that hold saved frames. */
  readonly stackBytes: number;
  readonly asyncifyBytes: number;
}

/** `heapBase`, `dataEnd`: what the linker says; `limit`: bytes that all but stacks may have. */
export function layoutMemory(
  heapBase: number,
  dataEnd: number,
  limit: number,
  { stackBytes, asyncifyBytes }: Pick<MemoryLayout, 'stackBytes' | 'asyncifyBytes'> = kernelStack,
): MemoryLayout {
  const contexts = alignUp(heapBase, 64);
  const room = stackBytes + asyncifyBytes;
  const heapStart = alignUp(contexts + maxContexts * room, pageBytes);
  const arenas = maxContexts * arenaBytes;
  const end = alignUp(heapStart + Math.max(arenas + pageBytes, limit - contexts), pageBytes);
  const stackLow = (context: number) => contexts + context * room;
  const stackTop = (context: number) => stackLow(context) + stackBytes;
  return {
    dataStart: nullPage,
    dataEnd: Math.max(dataEnd, nullPage),
    heap: { start: heapStart, arena: arenaBytes, shared: end - heapStart - arenas },
    end,
    stackTop,
    stackLow,
    contextAt: (address) =>
      address >= contexts && address < contexts + maxContexts * room
        ? Math.floor((address - contexts) / room)
        : -1,
    stackBytes,
    asyncifyBytes,
  };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
