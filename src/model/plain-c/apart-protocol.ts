// What a check and the thread that explores for it tell each other.
import type { ErrorDetails, ErrorKind } from '../../base/index.js';
import type { Sighting } from '../explore/index.js';
import type { CheckOptions, CheckResult } from './check.js';
import type { UninitializedRead } from './hints.js';

/** Functions and signals stay with whoever asks. */
export type ApartOptions = Omit<CheckOptions, 'signal' | 'onSighting' | 'entry' | 'compiler'>;

export interface ApartRequest {
  readonly files: readonly string[];
  /** As the linker gave it. */
  readonly linked: Uint8Array;
  readonly uninitialized: readonly UninitializedRead[];
  readonly options: ApartOptions;
  /** One word that is not 0 once the user has asked to stop: seen without the event loop. */
  readonly interrupted: SharedArrayBuffer;
}

export type ApartMessage =
  | { readonly step: string }
  | { readonly update: string; readonly fraction: number | undefined }
  | { readonly stepEnded: true }
  | { readonly schedules: number; readonly fraction: number }
  | { readonly sighting: Sighting }
  | { readonly result: CheckResult }
  | { readonly error: ApartError };

/** An error as plain data; `kind` null for a defect of ours. */
export interface ApartError extends Pick<ErrorDetails, 'at' | 'hint' | 'excerpt'> {
  readonly kind: ErrorKind | null;
  readonly message: string;
  readonly stack: string | undefined;
}
