// Errors as text and as exit codes: 2 usage or bad input, 3 the environment failed, 4 inconclusive, 130 interrupted.

import { InputErrors, MillraceError, printableText } from '../base/index.js';
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

export function exitCodeOf(error: unknown): number {
  return error instanceof MillraceError ? exitCodes[error.kind] : exitCodes.environment;
}

export function printError(error: unknown): void {
  process.stderr.write(`${errorText(error)}\n`);
}

export function errorText(error: unknown): string {
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
