// The pieces that a result on the terminal is put together from.

import type { RunStatement } from '../../evidence/index.js';
import type { RunState } from '../../record/index.js';
import { limitText, runStatementText } from '../../words/index.js';
import { paletteFor, printable, type TerminalOptions, wrapLines } from './text.js';

export interface ResultOptions extends TerminalOptions {
  /** Where the record is; the place it was made at when absent. */
  readonly directory?: string;
  /** From `stateOf`, which alone can tell a running process; the record's own status when absent. */
  readonly state?: RunState;
}

/** A title over its lines; nothing when there are none. */
export function section(title: string, lines: readonly string[], options: TerminalOptions): string[] {
  return lines.length === 0 ? [] : [paletteFor(options).bold(title), ...lines];
}

/** Facts of a verdict, a phrase each. */
export function factBullets(facts: readonly RunStatement[], options: TerminalOptions): string[] {
  return bulletLines(facts.map(runStatementText), options);
}

/** What a verdict does not say, a sentence each. */
export function limitBullets(limits: readonly RunStatement[], options: TerminalOptions): string[] {
  return bulletLines(limits.map(limitText), options);
}

/** A sentence each, escaped and wrapped behind a dash. */
export function bulletLines(sentences: readonly string[], options: TerminalOptions): string[] {
  return sentences.flatMap((sentence) =>
    wrapLines(`- ${printable(sentence)}`, options.columns, { first: 2, rest: 4 }),
  );
}

/** `name  text`, the text wrapped beside its name. `text` is printable. */
export function factLines(
  facts: readonly (readonly [name: string, text: string])[],
  options: TerminalOptions,
): string[] {
  const colours = paletteFor(options);
  const width = Math.max(0, ...facts.map(([name]) => name.length)) + 4;
  return facts.flatMap(([name, text]) => {
    const lines = wrapLines(text, options.columns, { first: width, rest: width });
    return lines.map((line, index) =>
      index === 0 ? `  ${colours.dim(name.padEnd(width - 2))}${line.slice(width)}` : line,
    );
  });
}

export function seconds(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} s`;
}

export function whole(value: number): string {
  return value.toLocaleString('en-US');
}
