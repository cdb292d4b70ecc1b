// One run of make: progress while it goes on, the whole log kept, the first error in its place.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  environmentError,
  inputError,
  type MillraceError,
  run,
  type StepUpdate,
  withoutForeignText,
} from '../../base/index.js';
import { type BuildError, buildStep, createErrorFinder } from './make-output.js';

export interface MakeOptions {
  readonly source: string;
  readonly objects: string;
  /** `CC=…`, `KCSAN_SANITIZE=n`, … */
  readonly variables: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: number;
  /** Where the log goes, absolute. */
  readonly log: string;
  /** Objects that a whole build makes, from the last one; null when there was none. */
  readonly expectedObjects: number | null;
  readonly update: StepUpdate;
  /** A path as the compiler names it to a file of the user's, where it is one. */
  readonly ownFile: (path: string) => string | null;
  readonly signal?: AbortSignal | undefined;
}

/** Objects compiled and assembled. */
export interface MakeResult {
  readonly objects: number;
}

/** The command as one would type it. */
export function makeCommand(
  options: Pick<MakeOptions, 'source' | 'objects' | 'variables' | 'jobs'>,
): readonly string[] {
  const { source, objects, variables, jobs } = options;
  return ['make', '-C', source, `O=${objects}`, 'ARCH=x86_64', ...variables, `-j${jobs}`, 'vmlinux'];
}

/**
 * Builds vmlinux.
 * Errors: `input` when the first error is in a file of the user's (the harness, a patched source), `environment`
 * for any other, with the lines of the error and the log's path; `interrupted`.
 */
export async function make(options: MakeOptions): Promise<MakeResult> {
  const log = createWriteStream(options.log);
  const errors = createErrorFinder();
  let objects = 0;
  const [program = 'make', ...args] = makeCommand(options);
  try {
    const { exitCode } = await run(program, args, {
      signal: options.signal,
      env: options.env,
      onLine: (line) => {
        log.write(`${line}\n`);
        errors.push(line);
        const step = buildStep(line);
        if (step === null) return;
        if (step.isObject) objects += 1;
        const { expectedObjects } = options;
        const count = expectedObjects === null ? `${objects} objects` : `${objects}/${expectedObjects}`;
        options.update(
          `${count} ${step.text}`,
          expectedObjects === null ? undefined : Math.min(1, objects / expectedObjects),
        );
      },
    });
    if (exitCode !== 0) throw buildFailure(shownError(errors.first(), options), options);
    return { objects };
  } finally {
    log.end();
    await once(log, 'close');
  }
}

/** Of a file outside the build, which a harness can include, the place alone. */
function shownError(error: BuildError | null, { source, objects }: MakeOptions): BuildError | null {
  if (error === null) return null;
  const root = dirname(source);
  const isOwn = (file: string) => resolve(objects, file).startsWith(`${root}/`);
  const message =
    error.file === null || isOwn(error.file)
      ? error.message
      : 'an error in a file outside the case and the tree';
  return { ...error, message, excerpt: withoutForeignText(error.excerpt, isOwn) };
}

function buildFailure(first: BuildError | null, options: MakeOptions): MillraceError {
  const hint = `The whole log: ${options.log}`;
  if (first === null)
    return environmentError('the kernel build failed without an error that could be read', { hint });
  const own = first.file === null ? null : options.ownFile(first.file);
  const details = { excerpt: first.excerpt, hint };
  if (own === null) return environmentError(`the kernel build failed: ${first.message}`, details);
  return inputError(first.message, {
    ...details,
    at: {
      file: own,
      ...(first.line === null ? {} : { line: first.line }),
      ...(first.column === null ? {} : { column: first.column }),
    },
  });
}
