// What a context runs, while it runs something else in its place: a machine has few contexts, and each can stand for a
// CPU whose tasks take turns.
import type { Frames } from './coroutines.js';
import { type Entry, noFootprint } from './types.js';
import type { Wait } from './waits.js';

export interface Suspended {
  readonly frames: Frames;
  readonly entry: Entry;
  readonly argument: number;
  readonly entrySite: number;
  readonly stage: number;
  readonly result: number;
  /** What it stands before. */
  readonly pending: {
    readonly address: number;
    readonly size: number;
    readonly write: number;
    readonly site: number;
    readonly gate: number;
    readonly object: number;
  };
  readonly waitingFor: Wait | null;
}

/** Something that has not begun. `stack`: a block of {@link MemoryLayout.stackBytes} and `asyncifyBytes`. */
export function notBegun(stackTop: number, entry: Entry, argument: number, site: number): Suspended {
  return {
    frames: { stackTop, stackPointer: stackTop, fresh: true },
    entry,
    argument,
    entrySite: site,
    stage: 0,
    result: 0,
    pending: { address: noFootprint, size: 0, write: 0, site, gate: 0, object: 0 },
    waitingFor: null,
  };
}
