// The diagram of a record: of the schedule that says most, or of the first report where there is no schedule.
import type { Evidence } from '../../evidence/index.js';
import { paragraph, printableText } from '../plain/index.js';
import { firstModelRace, firstReport, isHarness } from '../story/index.js';
import { type Diagram, diagramOfReport, diagramOfSchedule, tellingSchedule } from './diagram.js';
import { renderSvg } from './svg.js';
import { diagramLines } from './text.js';

/** Null where the record has neither a schedule nor a report. */
export function diagramOf(evidence: Evidence): Diagram | null {
  const schedule = tellingSchedule(evidence);
  if (schedule !== null && schedule.steps.length > 0) return diagramOfSchedule(schedule, evidence);
  return diagramOfFirstReport(evidence);
}

/** The two stacks of the first report, or of the first race of the model where no kernel reported one. */
export function diagramOfFirstReport(evidence: Evidence): Diagram | null {
  const first = firstReport(evidence);
  const report = first === null ? firstModelRace(evidence)?.report : first.report;
  if (report === undefined) return null;
  const owners = {
    isHarness: (file: string) => isHarness(file, evidence),
    isSource: (file: string) => evidence.run.case.sources.includes(file),
  };
  return diagramOfReport(report, owners, first === null ? noSteps : noOrder);
}

const noOrder = 'A report of KCSAN does not say which access came first.';
const noSteps = 'The record has no steps of the schedule: which access came first, `millrace replay` tells.';

const nothing = 'The record has no race to draw.';

/** Text of at most 80 columns, ending in a line end. */
export function renderDiagramText(evidence: Evidence): string {
  const diagram = diagramOf(evidence);
  if (diagram === null) return `${nothing}\n`;
  const notes = diagram.notes.flatMap((note) => paragraph(note, 80));
  const lines = [...paragraph(diagram.title, 80), '', ...diagramLines(diagram, 80)];
  return `${printableText([...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n'))}\n`;
}

export function renderDiagramSvg(evidence: Evidence): string {
  const empty = { title: nothing, columns: [], rows: [], notes: [nothing] };
  return renderSvg(diagramOf(evidence) ?? empty);
}
