// A reply for a mailing list: plain text of 72 columns, what was run and what it showed, and what it is not. Everything
// in it is the record's, or counted up from it.
import { headerText, quoted } from '../../base/index.js';
import { type Evidence, evidenceOf } from '../../evidence/index.js';
import type { RunRecord, RunState } from '../../record/index.js';
import { diagramLines, diagramOfSchedule, tellingSchedule } from '../diagram/index.js';
import {
  bullet,
  caseInText,
  commandLines,
  joinBlocks,
  listed,
  mailColumns,
  paragraph,
  printableText,
  sentence,
} from '../plain/index.js';
import {
  firstModelRace,
  firstReport,
  isShown,
  modelRaceLines,
  type ReportPlace,
  racingPairs,
  reportLines,
} from '../story/index.js';
import { countBlocks, fixBlocks, predictionBlocks } from './counts.js';
import { harmBlocks, variableBlocks } from './findings.js';
import { kcsanSetup, kernelSetup, modelSetup, treeBlock } from './setup.js';
import { stockBlocks } from './stock.js';

export interface MailOptions {
  /** Message id of the mail that this answers, with or without angle brackets. */
  readonly inReplyTo?: string;
  /** Instead of the subject that the record gives. */
  readonly subject?: string;
  /** From `stateOf`; the record's own status when absent. */
  readonly state?: RunState;
}

/** A message without `From` and `To`, which `git send-email` asks for or is told. Ends in a line end. */
export function renderMail(record: RunRecord, options: MailOptions = {}): string {
  const evidence = evidenceOf(record);
  // A mailer takes a line that begins so for the start of the next mail.
  const body = printableText(mailBody(record, evidence, options.state ?? record.status)).replace(
    /^From /gm,
    ' From ',
  );
  return `${[...headers(record, evidence, options), '', body].join('\n')}\n`;
}

function headers(record: RunRecord, evidence: Evidence, { inReplyTo, subject }: MailOptions): string[] {
  const id = inReplyTo?.replace(/[<>\s]/g, '');
  const isAscii = id !== undefined && /^[\x21-\x7e]+$/.test(id);
  return [
    `Subject: ${headerText(printableText(oneLine(subject ?? subjectOf(record, evidence))))}`,
    ...(isAscii ? [`In-Reply-To: <${id}>`, `References: <${id}>`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
}

function subjectOf(record: RunRecord, evidence: Evidence): string {
  const [pair] = racingPairs(record, evidence);
  if (pair === undefined || !isShown(evidence)) return `${record.case.title}: ${evidence.verdict.kind}`;
  return `${record.runs.length > 0 ? 'KCSAN: ' : ''}data-race in ${pair}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function mailBody(record: RunRecord, evidence: Evidence, state: RunState): string {
  const blocks = [
    ['Hi,'],
    ...introduction(record, evidence, state),
    treeBlock(record),
    ...(record.runs.length > 0 ? kernelSetup(record) : []),
    ...(record.model === undefined || record.model.runs.length === 0 ? [] : modelSetup(record)),
    ...kcsanSetup(record),
    ...firstBlocks(record),
    ...variableBlocks(evidence),
    ...diagramBlocks(evidence),
    ...countBlocks(record, evidence),
    ...predictionBlocks(evidence),
    ...harmBlocks(record, evidence),
    ...fixBlocks(record, evidence),
    ...stockBlocks(record),
    ...limitBlocks(record, evidence),
    [`-- \nmillrace ${record.millrace}, run ${record.id}`],
  ];
  return joinBlocks(blocks);
}

function introduction(record: RunRecord, evidence: Evidence, state: RunState): string[][] {
  const pairs = listed(racingPairs(record, evidence));
  const what = pairs === '' ? record.case.title : `the race of ${pairs}`;
  const with_ = record.fix === null ? '' : `, without and with a fix (${record.fix.title})`;
  const blocks = [
    paragraph(
      `Below is what Millrace ${record.millrace} was run with to show ${what}${with_}, and what it showed.`,
      mailColumns,
    ),
    paragraph(`Verdict: ${evidence.verdict.kind}.`, mailColumns),
    paragraph(sentence(evidence.verdict.reason), mailColumns, { first: 2, rest: 2 }),
  ];
  for (const text of evidence.verdict.lacking.filter((one) => !evidence.verdict.reason.includes(one)))
    blocks.push(bullet(`lacking: ${text}`, mailColumns));
  if (state !== 'finished') blocks.push(paragraph(`The run did not come to its end: ${state}.`, mailColumns));
  if (record.error !== null && !evidence.verdict.reason.includes(record.error.message))
    blocks.push(paragraph(sentence(record.error.message), mailColumns));
  if (record.runs.length > 0)
    blocks.push(
      paragraph(
        "No hardware was used and no model of it: the harness calls the driver's own functions on structures that it makes up. This is no reproduction from user space.",
        mailColumns,
      ),
    );
  return blocks;
}

function firstBlocks(record: RunRecord): string[][] {
  const blocks: string[][] = [];
  const first = firstReport(record);
  if (first !== null) {
    const { report, place, expected } = first;
    const other = expected ? '' : ', of a race that the case does not expect';
    blocks.push(
      paragraph(`The first report on the base${other}, ${placeText(place, report.time)}:`, mailColumns),
      indented(reportLines(report, record, mailColumns - 2)),
    );
    if (first.schedule !== null)
      blocks.push(
        ['The same execution again, step by step:'],
        commandLines(`millrace replay ${quoted(caseInText(record))} ${first.schedule}`, mailColumns, 2),
      );
  }
  const race = firstModelRace(record);
  if (race !== null)
    blocks.push(
      paragraph('The first racing pair of accesses that the model engine met:', mailColumns),
      indented(modelRaceLines(race, record, mailColumns - 2)),
    );
  return blocks;
}

function placeText(place: ReportPlace, time: number | null): string {
  if (place.kind === 'execution')
    return `by KCSAN's algorithm on the model machine, in execution ${place.execution} of ${place.test}`;
  return `in boot ${place.boot}${time === null ? '' : `, ${time.toFixed(3)} s after it began`}`;
}

function diagramBlocks(evidence: Evidence): string[][] {
  const schedule = tellingSchedule(evidence);
  if (schedule === null || schedule.steps.length === 0) return [];
  const diagram = diagramOfSchedule(schedule, evidence);
  return [
    paragraph(`One interleaving that shows it, step by step (${diagram.title}):`, mailColumns),
    indented(diagramLines(diagram, mailColumns - 2)),
  ];
}

function limitBlocks(record: RunRecord, evidence: Evidence): string[][] {
  const limits = [...evidence.limits];
  if (record.fix === null) limits.push('No fix was tried.');
  if (record.tree?.commit === null) limits.push('The tree is no git checkout: the record names no commit.');
  if (record.runs.length === 0)
    limits.push(
      record.kcsan === undefined
        ? 'No kernel was booted: there is no report of KCSAN.'
        : 'No kernel was booted: reports are of KCSAN’s algorithm on the model machine, and their addresses and PIDs are the machine’s.',
    );
  if ((record.runs.length > 0 || record.kcsan !== undefined) && record.model === undefined)
    limits.push('Interleavings were sampled, not enumerated.');
  return [
    ...(evidence.assumptions.length === 0
      ? []
      : [
          [
            'What the harness takes for granted of the callers:',
            ...evidence.assumptions.flatMap((text) => bullet(text, mailColumns)),
          ],
        ]),
    ['What this does not say:', ...limits.flatMap((text) => bullet(sentence(text), mailColumns))],
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
