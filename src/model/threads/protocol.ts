// What an exploration and its other threads tell each other.
import type { ExploreOptions } from '../explore/index.js';
import type { Program } from '../link/index.js';
import type { MachineLimits } from '../machine/index.js';

/** What a thread makes a machine of its own from: plain data. */
export type ThreadProgram = Pick<Program, 'linked' | 'wasm'> & {
  readonly limits: MachineLimits;
} & (
    | {
        readonly kind: 'plain C';
        /** Values of `__VERIFIER_nondet_int()` and its like. */
        readonly inputs: readonly number[];
        readonly entry: readonly string[] | undefined;
      }
    | { readonly kind: 'kernel-test'; readonly test: string }
  );

export interface ThreadRequest {
  readonly program: ThreadProgram;
  readonly options: Pick<ExploreOptions, 'strategy' | 'seed' | 'preemptions'>;
  /** One word: see {@link states}. */
  readonly state: SharedArrayBuffer;
}

/** What a thread is at. The exploration sets `busy` and `stop`, the thread the others. */
export const states = { starting: 0, idle: 1, busy: 2, stop: 3, done: 4 } as const;
