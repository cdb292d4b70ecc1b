// A campaign on the terminal: the matrix, and why a cell is not as it should be.
import type { CampaignView, CellView } from '../../campaign/index.js';
import { bulletLines, section } from '../terminal/section.js';
import { tableLines } from '../terminal/table.js';
import { paletteFor, printable, type TerminalOptions, widthOf, wrapLines } from '../terminal/text.js';
import { cellName, cellReason, cellText, countsText, type Matrix, matrixOf, standingOf } from './words.js';

/** More reasons than that are for the page. */
const mostReasons = 30;

/** Text without a line end behind the last line. */
export function renderCampaign(view: CampaignView, options: TerminalOptions): string {
  const matrix = matrixOf(view);
  const { bold, green, red, yellow } = paletteFor(options);
  const colour = { good: green, bad: red, open: yellow };
  const text = (cell: CellView | undefined) =>
    cell === undefined ? '' : colour[standingOf(cell)](cellText(cell));
  const heads = matrix.heads.map((head) => head.toUpperCase());
  const wide = [...heads, ...matrix.trees.map(printable)];
  const rows = matrix.rows.map(({ names, cells }) => [...names.map(printable), ...cells.map(text)]);
  const width = wide.reduce(
    (sum, head, index) => sum + 2 + Math.max(widthOf(head), ...rows.map((row) => widthOf(row[index] ?? ''))),
    0,
  );
  // Where the trees have no room beside each other, each cell has a line.
  const table =
    width <= options.columns
      ? tableLines(wide, rows, { ...options, indent: 2 })
      : tableLines(
          [...heads, 'TREE', 'RESULT'],
          matrix.rows.flatMap(({ names, cells }) =>
            cells.flatMap((cell) =>
              cell === undefined ? [] : [[...names.map(printable), printable(cell.tree), text(cell)]],
            ),
          ),
          { ...options, indent: 2 },
        );
  const reasons = sharedReasons(view.cells, matrix);
  const more = reasons.length - mostReasons;
  return [
    [...(view.title === '' ? [] : wrapLines(bold(printable(view.title)), options.columns)), ...table],
    section(
      'Why',
      bulletLines(
        [...reasons, ...(more > 0 ? [`and ${more} more, which the page has (--page FILE)`] : [])],
        options,
      ),
      options,
    ),
    wrapLines(countsText(view), options.columns),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** A reason that many cells share is told once. */
function sharedReasons(cells: readonly CellView[], matrix: Matrix): string[] {
  const sharing = new Map<string, CellView[]>();
  for (const cell of cells) {
    const reason = cellReason(cell);
    if (standingOf(cell) !== 'good' && reason !== '')
      sharing.set(reason, [...(sharing.get(reason) ?? []), cell]);
  }
  return [...sharing].map(([reason, [first, ...others]]) => {
    const name = first === undefined ? '' : cellName(first, matrix);
    return `${name}${others.length === 0 ? '' : ` and ${others.length} more`}: ${reason}`;
  });
}
