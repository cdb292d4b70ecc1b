// Errors as text, and exit codes: 0 as expected, 1 not so, 2 usage or bad input, 3 the environment failed, 4 inconclusive,
// 130 interrupted.

import { environmentError, InputErrors, MillraceError, type Outcome, printableText } from '../base/index.js';
import { coloursFor } from './colour.js';

const pc = coloursFor(process.stderr);

export const exitCodes = {
  expected: 0,
  unexpected: 1,
  input: 2,
  environment: 3,
  /** Nothing speaks against what was expected, and something was cut: another run may tell more. */
  inconclusive: 4,
  interrupted: 130,
} as const;

const outcomeCodes: Readonly<Record<Outcome, number>> = {
  'as-expected': exitCodes.expected,
  'not-as-expected': exitCodes.unexpected,
  'not-run': exitCodes.environment,
  inconclusive: exitCodes.inconclusive,
};

/** As the networking CI takes it (NIPA): pass, fail, skip, and a warning where a reader has to decide. */
const nipaCodes: Readonly<Record<Outcome, number>> = {
  'as-expected': 0,
  'not-as-expected': 1,
  'not-run': 4,
  inconclusive: 5,
};

/** The CIs whose exit codes differ from ours. */
export const ciNames = ['nipa'] as const;

/** Of what was found: the one rule for every command. `ci`: whose codes, ours when absent. */
export function exitCodeFor(outcome: Outcome, ci?: (typeof ciNames)[number]): number {
  return (ci === undefined ? outcomeCodes : nipaCodes)[outcome];
}

const whyNot: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['no space is left', 'Make room, or set TMPDIR or XDG_CACHE_HOME to a folder with room.'],
  EDQUOT: ['the disk quota is used up', 'Make room, or set TMPDIR or XDG_CACHE_HOME to a folder with room.'],
  EROFS: ['the file system is read-only', 'Work in a folder that can be written to.'],
  EACCES: ['permission denied', 'Work with files and folders that you may use.'],
  EPERM: ['not permitted', 'Work with files and folders that you may use.'],
  EMFILE: ['too many files are open', 'Raise the limit: `ulimit -n`.'],
  ENFILE: ['too many files are open on this machine', 'End other programs.'],
  ENOMEM: ['there is not enough memory', 'End other programs, or use fewer workers.'],
  EAGAIN: ['no process or thread more can be started', 'Raise the limit: `ulimit -u`.'],
  ENOENT: ['it is not there', 'Was it moved or removed meanwhile?'],
  EIO: ['the device failed', 'Look at the system’s log.'],
};

/** What the system refused, as an error that says so; null for anything else. */
function systemError(error: unknown): MillraceError | null {
  const { code = '', syscall, path } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || syscall === undefined) return null;
  if (syscall === 'uv_cwd')
    return environmentError('the working directory is gone', { hint: 'Change to a folder that is there.' });
  const [reason, hint] = whyNot[code] ?? [];
  if (reason === undefined || hint === undefined) return null;
  return environmentError(`${path ?? syscall}: ${reason} (${syscall})`, { hint, cause: error });
}

export function exitCodeOf(error: unknown): number {
  return exitCodes[error instanceof MillraceError ? error.kind : 'environment'];
}

export function printError(error: unknown): void {
  process.stderr.write(`${errorText(error)}\n`);
}

export function errorText(thrown: unknown): string {
  const error = systemError(thrown) ?? thrown;
  if (error instanceof InputErrors) return [oneLine(error), ...error.problems.map(errorText)].join('\n');
  if (error instanceof MillraceError) {
    const lines = [oneLine(error)];
    if (error.excerpt) lines.push(printableText(error.excerpt).replace(/^/gm, '    '));
    if (error.hint) lines.push(`  ${pc.dim('next:')} ${printableText(error.hint)}`);
    return lines.join('\n');
  }
  // A defect of ours: show all of it.
  return `${pc.red('millrace: internal error:')} ${printableText(error instanceof Error ? (error.stack ?? error.message) : String(error))}`;
}

function oneLine(error: MillraceError): string {
  const { at } = error;
  const place =
    at === undefined
      ? ''
      : `${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}: `;
  return `${pc.red('millrace:')} ${printableText(`${place}${error.message}`)}`;
}
