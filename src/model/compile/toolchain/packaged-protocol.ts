// What Millrace and the packaged compiler's process say to each other, over Node's channel between processes: one
// request after the other; a reply for each job as it ends, then the word that all are done.
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

export type PackagedMessage =
  | { readonly reply: PackagedReply }
  /** Seconds of processor time that the process has used since it began. */
  | { readonly done: { readonly seconds: number } };
