// Where things lie in the program's linear memory: its data, then for each context a stack and room for the frames
// that Asyncify saves, then the heap.
import { maxContexts } from '../detect/index.js';
import type { HeapLayout } from './heap.js';

/** Bytes below this are never a program's: a null pointer with a small offset ends here. */
export const nullPage = 1024;

const stackBytes = 64 * 1024;
const asyncifyBytes = 32 * 1024;
const arenaBytes = 512 * 1024;
const pageBytes = 64 * 1024;

export interface MemoryLayout {
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly heap: HeapLayout;
  readonly end: number;
  stackTop(context: number): number;
  stackLow(context: number): number;
  /** Bytes of a stack, and those behind its top that hold saved frames. */
  readonly stackBytes: number;
  readonly asyncifyBytes: number;
}

/** `heapBase`, `dataEnd`: what the linker says; `limit`: bytes that the memory may have. */
export function layoutMemory(heapBase: number, dataEnd: number, limit: number): MemoryLayout {
  const contexts = alignUp(heapBase, 64);
  const room = stackBytes + asyncifyBytes;
  const heapStart = alignUp(contexts + maxContexts * room, pageBytes);
  const arenas = maxContexts * arenaBytes;
  const end = alignUp(Math.max(limit, heapStart + arenas + pageBytes), pageBytes);
  const stackLow = (context: number) => contexts + context * room;
  const stackTop = (context: number) => stackLow(context) + stackBytes;
  return {
    dataStart: nullPage,
    dataEnd: Math.max(dataEnd, nullPage),
    heap: { start: heapStart, arena: arenaBytes, shared: end - heapStart - arenas },
    end,
    stackTop,
    stackLow,
    stackBytes,
    asyncifyBytes,
  };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
