// Tables without rules, fitted to the terminal: the widest columns are narrowed and their cells wrapped.
import Table from 'cli-table3';
import { paletteFor, type TerminalOptions, widthOf, wrapLines } from './text.js';

export interface TableOptions extends TerminalOptions {
  /** Cells before each line. */
  readonly indent?: number;
  /** Columns of numbers, by index, set flush right. */
  readonly right?: readonly number[];
}

const gap = 2;
const ruleless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gap),
};

/** Lines of a table; cells are printable or coloured by us. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string[] {
  const colours = paletteFor(options);
  const indent = options.indent ?? 0;
  const cells = [head.map((title) => colours.dim(title)), ...rows];
  const widths = fitted(cells, options.columns - indent - gap * (head.length - 1));
  const table = new Table({
    chars: ruleless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, index) => (options.right?.includes(index) ? 'right' : 'left')),
  });
  for (const row of cells) {
    table.push(row.map((cell, index) => wrapLines(cell, widths[index] ?? 1).join('\n')));
  }
  const margin = ' '.repeat(indent);
  return table
    .toString()
    .split('\n')
    .map((line) => margin + line.trimEnd());
}

/** Widths of the columns that add up to at most `room`, taken from the widest first, none below one cell. */
function fitted(rows: readonly (readonly string[])[], room: number): number[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(1, ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  for (;;) {
    const widest = Math.max(...widths);
    if (widest <= 1 || widths.reduce((sum, width) => sum + width, 0) <= room) return widths;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}
