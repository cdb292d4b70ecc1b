// A diagram as SVG, for a slide or a web page: light or dark as the reader's screen is.
import type { Element, ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { s } from 'hastscript';
import { printable } from '../terminal/index.js';
import type { Diagram, DiagramCell } from './diagram.js';
import { cellLines } from './text.js';

/** Of a character of the monospaced face, a line, and the space around. In px. */
const character = 7.25;
const line = 18;
const margin = 16;
const laneGap = 16;
/** Characters in a lane. */
const laneCharacters = 52;
const lane = laneCharacters * character + 2 * 8;

const style = `
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
  .title, .heading { font-weight: 600 }
  .page { fill: #ffffff } .lane { fill: #f6f8fa } .races { fill: #ffd7d5 }
  .function { fill: #0550ae } .access, .operation { fill: #57606a } .raced { fill: #a40e26 }
  .note { fill: #57606a } .time { stroke: #57606a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .page { fill: #0d1117 } .lane { fill: #161b22 } .races { fill: #5c1a1f }
    .function { fill: #79c0ff } .access, .operation { fill: #9ea7b3 } .raced { fill: #ffb3ae }
    .note { fill: #9ea7b3 } .time { stroke: #9ea7b3 }
  }
`;

/** A whole SVG document, ending in a line end. Nothing in it is loaded from elsewhere or runs. */
export function renderSvg(diagram: Diagram): string {
  const text = toHtml(svgElement(diagram), {
    space: 'svg',
    closeSelfClosing: true,
    closeEmptyElements: true,
    allowParseErrors: true,
  });
  // HTML's serializer leaves what XML does not allow in text.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text.replaceAll(']]>', ']]&#x3E;')}\n`;
}

function svgElement({ title, columns, rows, notes }: Diagram): Element {
  const width = 2 * margin + columns.length * lane + Math.max(0, columns.length - 1) * laneGap;
  const left = (column: number) => margin + column * (lane + laneGap);
  const content: ElementContent[] = [];
  let y = margin + 3.5 * line;
  for (const { cells } of rows) {
    const blocks = cells.map((cell) => (cell === null ? [] : cellLines(cell, laneCharacters)));
    const height = Math.max(0, ...blocks.map(({ length }) => length)) * line;
    for (const [column, cell] of cells.entries())
      if (cell !== null) content.push(...cellElements(cell, blocks[column] ?? [], left(column), y, height));
    y += height;
  }
  const bottom = y + line / 2;
  const under = notes.map((note, index) =>
    textElement('note', margin, bottom + (index + 1.2) * line, printable(note)),
  );
  const height = bottom + (notes.length === 0 ? 0 : (notes.length + 0.5) * line) + margin;
  return s(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width: String(round(width)),
      height: String(round(height)),
      role: 'img',
    },
    [
      s('title', printable(title)),
      s('style', style),
      s('rect', { className: ['page'], width: '100%', height: '100%' }),
      textElement('title', margin, margin + 0.8 * line, printable(title)),
      ...columns.flatMap((heading, column) => [
        s('rect', {
          className: ['lane'],
          x: String(round(left(column))),
          y: String(round(margin + 1.4 * line)),
          width: String(round(lane)),
          height: String(round(bottom - margin - 1.4 * line)),
          rx: '6',
        }),
        textElement('heading', left(column) + 8, margin + 2.5 * line, printable(heading)),
      ]),
      ...content,
      ...under,
    ],
  );
}

function cellElements(
  cell: DiagramCell,
  lines: readonly string[],
  x: number,
  y: number,
  height: number,
): Element[] {
  const background = cell.races
    ? [
        s('rect', {
          className: ['races'],
          x: String(round(x)),
          y: String(round(y)),
          width: String(round(lane)),
          height: String(height),
        }),
      ]
    : [];
  return [
    ...background,
    ...lines.map((text, index) =>
      textElement(cell.races ? 'raced' : cell.kind, x + 8, y + (index + 0.72) * line, text),
    ),
  ];
}

function textElement(name: string, x: number, y: number, text: string): Element {
  const indent = text.length - text.trimStart().length;
  return s(
    'text',
    { className: [name], x: String(round(x + indent * character)), y: String(round(y)) },
    text.trimStart(),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
