// The diagram of a record: of the schedule that says most, or of the first report where there is no schedule.
import { type Evidence, evidenceOf } from '../../evidence/index.js';
import type { RunRecord } from '../../record/index.js';
import { paragraph, printableText } from '../plain/index.js';
import { isHarness } from '../story/index.js';
import { type Diagram, diagramOfReport, diagramOfSchedule, tellingSchedule } from './diagram.js';
import { renderSvg } from './svg.js';
import { diagramLines } from './text.js';

/** Null where the record has neither a schedule nor a report. */
export function diagramOf(record: RunRecord, evidence: Evidence): Diagram | null {
  const schedule = tellingSchedule(evidence);
  if (schedule !== null && schedule.steps.length > 0) return diagramOfSchedule(schedule, evidence);
  const [report] = [...recordedReports(record)];
  if (report !== undefined)
    return diagramOfReport(
      report,
      (file) => isHarness(file, record),
      record.runs.length > 0 ? noOrder : noSteps,
    );
  return null;
}

const noOrder = 'A report of KCSAN does not say which access came first.';
const noSteps = 'The record has no steps of the schedule: which access came first, `millrace replay` tells.';

/** Of the base, in the order in which they were seen: from the kernel's boots, else from the model's races. */
function* recordedReports(record: RunRecord) {
  for (const boot of record.runs[0]?.boots ?? []) yield* boot.reports;
  for (const test of record.model?.runs[0]?.tests ?? []) for (const race of test.races) yield race.report;
}

const nothing = 'The record has no race to draw.';

/** Text of at most 80 columns, ending in a line end. */
export function renderDiagramText(record: RunRecord): string {
  const diagram = diagramOf(record, evidenceOf(record));
  if (diagram === null) return `${nothing}\n`;
  const notes = diagram.notes.flatMap((note) => paragraph(note, 80));
  const lines = [...paragraph(diagram.title, 80), '', ...diagramLines(diagram, 80)];
  return `${printableText([...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n'))}\n`;
}

export function renderDiagramSvg(record: RunRecord): string {
  const empty = { title: nothing, columns: [], rows: [], notes: [nothing] };
  return renderSvg(diagramOf(record, evidenceOf(record)) ?? empty);
}
