// What the packaged compiler's parent and child processes say to each other: one request as JSON on standard input,
// one line of JSON on standard output for each job as it ends.
import type { LlvmTool, Mounts } from './types.js';

export type PackagedRequest =
  | { readonly do: 'compile'; readonly jobs: readonly PackagedJob[] }
  | {
      readonly do: 'tool';
      readonly tool: LlvmTool;
      readonly args: readonly string[];
      readonly mounts: Mounts;
      /** Where standard output, or what the linker made, is to be written. */
      readonly output: string;
    };

export interface PackagedJob {
  readonly index: number;
  readonly args: readonly string[];
  readonly mounts: Mounts;
  readonly assembly: boolean;
  /** Where the object is to be written. */
  readonly output: string;
}

export interface PackagedReply {
  readonly index: number;
  readonly ok: boolean;
  readonly diagnostics: string;
  readonly opened: readonly string[];
}
