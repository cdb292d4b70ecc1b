// Text for a terminal of a given width: escaping, wrapping, colour. What comes from a log is data, never markup, so
// it goes through `printable` before anything else is done with it.
import pc from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export { printable } from '../../base/index.js';

export interface TerminalOptions {
  /** Cells; no line is longer. */
  readonly columns: number;
  readonly colour: boolean;
}

export type Palette = ReturnType<typeof pc.createColors>;

export function paletteFor(options: TerminalOptions): Palette {
  return pc.createColors(options.colour);
}

export interface Indent {
  /** Cells before the first line. */
  readonly first: number;
  /** Cells before each line that follows. */
  readonly rest: number;
}

/** Lines of at most `columns` cells; a word that is longer than a line is cut. `text` is printable or coloured by us. */
export function wrapLines(text: string, columns: number, indent: Indent = { first: 0, rest: 0 }): string[] {
  const margin = Math.max(indent.first, indent.rest);
  const width = Math.max(1, columns - margin);
  const fits = text.length <= width && simple.test(text) && text === text.trim();
  const lines = fits ? [text] : wrapAnsi(text, width, { hard: true }).split('\n');
  return lines.map((line, index) => `${' '.repeat(index === 0 ? indent.first : indent.rest)}${line}`);
}

/** Text of one cell a character, which most is: reading it as Unicode takes a hundred times as long. */
const simple = /^[\x20-\x7e]*$/;

export function widthOf(text: string): number {
  return simple.test(text) ? text.length : stringWidth(text);
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
