// A campaign as one web page: the matrix, and each cell with its reason, its record and its command.
import type { Element } from 'hast';
import { quoted } from '../../base/index.js';
import type { CampaignView, CellView } from '../../campaign/index.js';
import { htmlDocument } from '../html/document.js';
import { el, facts, list, section, table } from '../html/elements.js';
import { cellName, cellReason, cellText, countsText, matrixOf, standingOf } from './words.js';

const style = `
body { max-width: none }
.cell { display: inline-block; padding: 0 .5rem; border-radius: .75rem; text-decoration: none; white-space: nowrap }
`;

/** A whole HTML document, ending in a line end. Nothing is loaded, and nothing runs. */
export function renderCampaignPage(view: CampaignView, millrace: string): string {
  const matrix = matrixOf(view);
  const places = new Map(view.cells.map((cell, index) => [cell, `cell-${index + 1}`]));
  const link = (cell: CellView | undefined): Element | string =>
    cell === undefined
      ? ''
      : el(`a.cell.${standingOf(cell)}`, cellText(cell), { href: `#${places.get(cell) ?? ''}` });
  const rows = matrix.rows.map(({ names, cells }) => [...names, ...cells.map(link)]);
  const title = view.title || 'Campaign';
  return htmlDocument({
    title,
    style,
    body: [
      el('header', [
        el('h1', title),
        el(`p.verdict.${standings[view.outcome]}`, outcomes[view.outcome]),
        el('p', countsText(view)),
      ]),
      el('main', [
        ...section('matrix', 'Matrix', [table([...matrix.heads, ...matrix.trees], rows)]),
        ...section(
          'cells',
          'Cells',
          view.cells.map((cell) =>
            el(`section.card#${places.get(cell) ?? ''}`, [
              el('h3', cellName(cell, matrix)),
              el(`p.verdict.${standingOf(cell)}`, cellText(cell)),
              ...(cellReason(cell) === '' ? [] : [el('p', cellReason(cell))]),
              ...list(sentences(cell)),
              facts(factsOf(cell)),
            ]),
          ),
        ),
      ]),
      el('footer', `Millrace ${millrace}, campaign ${view.id}.`),
    ],
  });
}

const outcomes = {
  'as-expected': 'all as expected',
  'not-as-expected': 'not as expected',
  inconclusive: 'not all cells tell',
  'not-run': 'nothing ran',
} as const;

const standings = {
  'as-expected': 'good',
  'not-as-expected': 'bad',
  inconclusive: 'open',
  'not-run': 'open',
} as const;

function sentences({ verdict }: CellView): readonly string[] {
  return verdict === null ? [] : [...verdict.lacking, ...verdict.remaining, ...verdict.harms];
}

function factsOf(cell: CellView): (readonly [string, Element | string])[] {
  const { command, record, host, seconds, failures } = cell;
  return [
    ...(seconds === null ? [] : [['took', `${seconds.toFixed(1)} s on ${host ?? 'this machine'}`] as const]),
    ...(command === null ? [] : [['command', el('code', command.map(quoted).join(' '))] as const]),
    ...(record === null ? [] : [['record', el('code', `millrace show ${quoted(record)}`)] as const]),
    ...failures.map((reason, index) => [`try ${index + 1}`, reason] as const),
  ];
}
