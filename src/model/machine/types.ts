// What the machine and its neighbours agree on.
import type { MemoryModel } from '../memory/index.js';
import type { Machine } from './machine.js';

/** How an execution ended. */
export type Ending =
  /** Whoever runs it wanted no more of it: {@link LongExecution}. */
  | 'given-up'
  | 'complete'
  /** The scheduler gave it up: another execution covers it. */
  | 'abandoned'
  /** A context was stopped that could have gone on: see {@link Cut}. */
  | 'cut'
  /** An input did not meet what the program assumes. */
  | 'assumed-away'
  /** An incident stopped it. */
  | 'failed'
  /** Something has to be seen at a finer grain: explore anew. */
  | 'refine';

/** Things that cost executions and are looked at only once a program is seen to need them. */
export const refinements = { unlocks: 1, nesting: 2, fewThreads: 4, time: 8, arrivals: 16 } as const;

export interface MachineLimits {
  /** Operations of one context in one execution, plain accesses included. */
  readonly steps: number;
  /** Bytes of linear memory. */
  readonly memory: number;
  /** Threads of one execution, the first one among them; as many as are modelled when not given. */
  readonly threads?: number | undefined;
  /** Which old values atomic loads can still read; sequential consistency when not given. */
  readonly memoryModel?: MemoryModel | undefined;
  /** Bytes of each context's stack, and for what is saved of its frames; those of kernel code when not given. */
  readonly stack?: { readonly stackBytes: number; readonly asyncifyBytes: number } | undefined;
}

/** What a context runs. */
export type Entry = (argument: number) => number;

/** A function that the program imports; its last argument is the site of the call. */
export type Import = (...args: never[]) => unknown;

/** An operation without a footprint: it commutes with all others, so nobody asks the scheduler about it. */
export const noFootprint = -1;

/** Imports in the place of some that the machine has, or besides them: what another detector looks at. */
export type ImportOverride = (
  machine: Machine,
  imports: Readonly<Record<string, Import>>,
) => Record<string, Import>;
