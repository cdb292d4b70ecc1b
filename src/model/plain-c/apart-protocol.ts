// What a check and the thread that explores for it tell each other.
import type { Sighting } from '../explore/index.js';
import type { CheckOptions, CheckResult } from './check.js';
import type { UninitializedRead } from './hints.js';
import type { CheckReplay } from './replay.js';

/** Functions and signals stay with whoever asks. */
export type ApartOptions = Omit<CheckOptions, 'signal' | 'onSighting' | 'entry' | 'compiler'>;

export interface ApartRequest {
  readonly files: readonly string[];
  /** As the linker gave it. */
  readonly linked: Uint8Array;
  readonly uninitialized: readonly UninitializedRead[];
  readonly options: ApartOptions;
  /** To run again; null to explore. */
  readonly schedule: string | null;
}

export type ApartTold =
  | { readonly schedules: number; readonly fraction: number }
  | { readonly sighting: Sighting };

export type ApartResult = CheckResult | CheckReplay;
