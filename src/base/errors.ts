// The errors that Millrace raises on purpose. They carry what the user can do next; `cli/` alone turns them into text.

/** Where in a file something is wrong. Lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Why a run could not be done.
 * - `input`: the user's case, patch, log or command line is wrong (exit code 2)
 * - `environment`: a tool, the network, the build or QEMU failed (exit code 3)
 * - `interrupted`: the user or a signal asked to stop (exit code 130)
 */
export type ErrorKind = 'input' | 'environment' | 'interrupted';

export interface ErrorDetails {
  /** What to do next, one sentence in the imperative. */
  readonly hint?: string;
  readonly at?: Location;
  /** Text to show as it is below the message: compiler output, the lines of a failed hunk. */
  readonly excerpt?: string;
  readonly cause?: unknown;
}

/**
 * What the user, the input or the machine did wrong, with where it is and what to do next. Anything else that is thrown is a
 * defect of Millrace.
 */
export class MillraceError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly at: Location | undefined;
  readonly excerpt: string | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MillraceError';
    this.kind = kind;
    this.hint = details.hint;
    this.at = details.at;
    this.excerpt = details.excerpt;
  }
}

export function inputError(message: string, details?: ErrorDetails): MillraceError {
  return new MillraceError('input', message, details);
}

export function environmentError(message: string, details?: ErrorDetails): MillraceError {
  return new MillraceError('environment', message, details);
}

export function interruptedError(): MillraceError {
  return new MillraceError('interrupted', 'interrupted');
}

/** Several things wrong with one input, reported together so that they can be mended together. */
export class InputErrors extends MillraceError {
  readonly problems: readonly MillraceError[];

  constructor(message: string, problems: readonly MillraceError[]) {
    super('input', message);
    this.name = 'InputErrors';
    this.problems = problems;
  }
}
