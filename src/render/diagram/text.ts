// A diagram as text, the way that commit messages have it.
import { printable } from '../terminal/index.js';
import type { Diagram, DiagramCell } from './diagram.js';

const gutter = 2;
const narrowest = 16;

/** Lines of at most `columns` characters, as long as each column of the diagram can have 16. */
export function diagramLines({ columns: headings, rows }: Diagram, columns: number): string[] {
  const width = Math.max(narrowest, Math.floor((columns + gutter) / Math.max(1, headings.length)) - gutter);
  const heads = headings.map((heading) => cellLines({ text: heading, depth: 0 }, width));
  const rules = heads.map((lines) => ['-'.repeat(Math.max(...lines.map(({ length }) => length)))]);
  return [
    ...beside(heads, width),
    ...beside(rules, width),
    ...rows.flatMap(({ cells }) =>
      beside(
        cells.map((cell) => (cell === null ? [] : cellLines(cell, width))),
        width,
      ),
    ),
  ];
}

/** Blocks of lines next to each other. */
function beside(blocks: readonly (readonly string[])[], width: number): string[] {
  const height = Math.max(0, ...blocks.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((lines) => (lines[row] ?? '').padEnd(width))
      .join(' '.repeat(gutter))
      .trimEnd(),
  );
}

/** A cell's text, what does not fit continued below and further in. */
export function cellLines({ text, depth }: Pick<DiagramCell, 'text' | 'depth'>, width: number): string[] {
  const first = '  '.repeat(Math.min(depth, Math.floor(width / 4)));
  const rest = `${first}  `;
  const lines: string[] = [];
  let left = printable(text);
  for (let margin = first; ; margin = rest) {
    const room = Math.max(1, width - margin.length);
    if (left.length <= room) return [...lines, margin + left];
    const blank = left.lastIndexOf(' ', room);
    const bracket = left.lastIndexOf('(', room - 1) + 1;
    const cut = blank > room / 3 ? blank : bracket > room / 3 ? bracket : room;
    const end = betweenCharacters(left, cut);
    lines.push(margin + left.slice(0, end));
    left = left.slice(end).trimStart();
  }
}

/** `at`, or one further where the two halves of one character stand on both sides of it. */
function betweenCharacters(text: string, at: number): number {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1)) ? at + 1 : at;
}
