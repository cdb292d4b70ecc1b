// Tables without rules, fitted to the terminal: the widest columns are narrowed and their cells wrapped.
import { paletteFor, type TerminalOptions, widthOf, wrapLines } from './text.js';

export interface TableOptions extends TerminalOptions {
  /** Cells before each line. */
  readonly indent?: number;
  /** Columns of numbers, by index, set flush right. */
  readonly right?: readonly number[];
}

const gap = 2;
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
  const wrapped = cells.map((row) => row.map((cell, index) => wrapLines(cell, widths[index] ?? 1)));
  // Wrapped between words, a column may have become narrower than it had to.
  const used = widths.map((_, index) =>
    Math.max(...wrapped.map((row) => Math.max(...(row[index] ?? ['']).map(widthOf)))),
  );
  const margin = ' '.repeat(indent);
  return wrapped.flatMap((row) => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = row.map((lines, index) => {
        const text = lines[line] ?? '';
        const padding = ' '.repeat((used[index] ?? 0) - widthOf(text));
        return options.right?.includes(index) ? padding + text : text + padding;
      });
      return margin + parts.join(' '.repeat(gap)).trimEnd();
    });
  });
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
