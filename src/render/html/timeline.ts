// One schedule as a timeline: a strip with a tick for each step, which leads to it, and the steps in columns, each of
// which opens.
import type { Element } from 'hast';
import { plural, quoted } from '../../base/index.js';
import type { Evidence, ScheduleEvidence } from '../../evidence/index.js';
import { cellLines, type Diagram, type DiagramCell, diagramOfSchedule } from '../diagram/index.js';
import { commandLines } from '../plain/index.js';
import { el } from './elements.js';

/** What a page's links to a schedule go to. */
export function scheduleId(schedules: readonly ScheduleEvidence[], text: string): string | null {
  const index = schedules.findIndex((schedule) => schedule.text === text);
  return index < 0 ? null : `schedule-${index + 1}`;
}

/** Folded, but for the one that says most. */
export function scheduleElement(
  schedule: ScheduleEvidence,
  evidence: Evidence,
  options: {
    readonly id: string;
    readonly caseName: string;
    readonly open: boolean;
    readonly shows: readonly string[];
  },
): Element {
  const { id, caseName, open, shows } = options;
  const diagram = diagramOfSchedule(schedule, evidence);
  const drawn =
    diagram.rows.length === 0 ? diagram.notes.map((note) => el('p.faint', note)) : timeline(diagram, id);
  return el(
    `details.schedule#${id}`,
    [
      el('summary', `${diagram.title}${shows.length === 0 ? '' : `: ${plural(shows.length, 'harm')}`}`),
      el('div.body', [
        ...(shows.length === 0
          ? []
          : [
              el(
                'ul',
                shows.map((text) => el('li', text)),
              ),
            ]),
        ...drawn,
        el('p.faint', 'Again, step by step:'),
        el(
          'pre',
          commandLines(`millrace replay ${quoted(caseName)} ${quoted(schedule.text)}`, 100, 0).join('\n'),
        ),
      ]),
    ],
    open ? { open: true } : {},
  );
}

function timeline(diagram: Diagram, id: string): Element[] {
  const { columns, rows } = diagram;
  const strip = columns.map((heading, column) =>
    el('div', [
      el('span.name', heading.split(':')[0] ?? ''),
      ...rows.map(({ cells }, row) => {
        const cell = cells[column];
        if (!cell) return el('span.gap');
        return el(`a.tick${cell.races ? '.races' : ''}`, [], {
          href: `#${id}-${row + 1}`,
          title: cell.text,
          ariaLabel: cell.text,
        });
      }),
    ]),
  );
  return [el('div.strip', strip), ...columnsOf(diagram, id)];
}

/** The columns alone, as for a report, which has two stacks and no steps. */
export function columnsOf({ columns, rows, notes }: Diagram, id: string): Element[] {
  return [
    el('div.scroll', [
      el('table.timeline', [
        el('thead', [
          el(
            'tr',
            columns.map((heading) => el('th', heading)),
          ),
        ]),
        el(
          'tbody',
          rows.map(({ cells }, row) => el(`tr#${id}-${row + 1}`, cells.map(stepCell))),
        ),
      ]),
    ]),
    ...notes.map((note) => el('p.faint', note)),
  ];
}

/** Characters. */
const widestCell = 48;

function stepCell(cell: DiagramCell | null): Element {
  if (cell === null) return el('td');
  const depth = Math.min(cell.depth, 3);
  const name = `${cell.kind}${depth === 0 ? '' : `.depth${depth}`}`;
  // Broken here, since a browser would break `dev->lock` at its dash.
  const text = cellLines({ text: cell.text, depth: 0 }, widestCell - 2 * depth).join('\n');
  const inner =
    cell.place === null
      ? el(`div.step.${name}`, text)
      : el(`details.step.${name}`, [el('summary', text), el('p', cell.place)]);
  return el(cell.races ? 'td.races' : 'td', inner);
}
