// A reply for a mailing list: plain text of 72 columns. What was found and how to see it again comes first and is short;
// all that was run and found stands behind. Everything in it is the record's, or counted up from it.

import { headerText, quoted } from '../../base/index.js';
import { type Evidence, engineOf } from '../../evidence/index.js';
import type { Mail } from '../../mail/index.js';
import type { RunState } from '../../record/index.js';
import {
  harmSentence,
  limitText,
  lockRuleText,
  runReasonText,
  runStatementText,
  statementsIn,
  verdictText,
} from '../../words/index.js';
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
  introducedText,
  isShown,
  modelRaceLines,
  type ReportPlace,
  racingPairs,
  reportLines,
} from '../story/index.js';
import { nameOf } from '../variable-name.js';
import { deviceLimits } from '../virtual-device.js';
import { countBlocks, directedBlocks, fixBlocks, predictionBlocks } from './counts.js';
import { harmBlocks, variableBlocks } from './findings.js';
import { quotation, replyHeaders, replySubject } from './reply.js';
import { kcsanSetup, kernelSetup, modelSetup, reproduceBlocks } from './setup.js';
import { stockBlocks } from './stock.js';

export interface MailOptions {
  /** Message id of the mail that this answers, with or without angle brackets. */
  readonly inReplyTo?: string;
  /** The mail that this answers, whose people, thread and text it takes up. */
  readonly replyTo?: Mail;
  /** Instead of the subject that the record gives. */
  readonly subject?: string;
  /** From `stateOf`; the record's own status when absent. */
  readonly state?: RunState;
}

/** A message without `From` and `To`, which `git send-email` asks for or is told. Ends in a line end. */
export function renderMail(evidence: Evidence, options: MailOptions = {}): string {
  // A mailer takes a line that begins so for the start of the next mail.
  const quoted = options.replyTo === undefined ? [] : quotation(options.replyTo);
  const own = mailBody(evidence, options.state ?? evidence.run.status);
  const body = printableText(joinBlocks([quoted, [own]])).replace(/^From /gm, ' From ');
  return `${[...headers(evidence, options), '', body].join('\n')}\n`;
}

function headers(evidence: Evidence, { inReplyTo, replyTo, subject }: MailOptions): string[] {
  const answer = replyTo === undefined ? undefined : replySubject(replyTo);
  const id = inReplyTo?.replace(/[<>\s]/g, '');
  const isAscii = id !== undefined && /^[\x21-\x7e]+$/.test(id);
  return [
    `Subject: ${headerText(printableText(oneLine(subject ?? answer ?? subjectOf(evidence))))}`,
    ...(replyTo === undefined ? [] : replyHeaders(replyTo)),
    ...(isAscii ? [`In-Reply-To: <${id}>`, `References: <${id}>`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
}

function subjectOf(evidence: Evidence): string {
  const [pair] = racingPairs(evidence);
  if (pair === undefined || !isShown(evidence))
    return `${evidence.run.case.title}: ${verdictText(evidence.verdict)}`;
  return `${engineOf(evidence, 'kernel') === undefined ? '' : 'KCSAN: '}data-race in ${pair}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What, how to reproduce it, one interleaving, the fix, the limits; then all that was found. */
function mailBody(evidence: Evidence, state: RunState): string {
  const { run } = evidence;
  const details = [
    ...kernelSetup(evidence),
    ...modelSetup(evidence),
    ...kcsanSetup(evidence),
    ...firstBlocks(evidence),
    ...variableBlocks(evidence),
    ...valueBlocks(evidence),
    ...countBlocks(evidence),
    ...predictionBlocks(evidence),
    ...harmBlocks(evidence),
    ...stockBlocks(run),
  ].filter((lines) => lines.length > 0);
  return joinBlocks([
    ['Hi,'],
    ...summary(evidence, state),
    ...reproduceBlocks(run),
    ...interleavingBlocks(evidence),
    ...directedBlocks(evidence),
    ...introducedBlocks(evidence),
    ...fixBlocks(evidence),
    ...limitBlocks(evidence),
    ...(details.length === 0
      ? []
      : [['All that was run and found', '--------------------------'], ...details]),
    [`-- \nmillrace ${run.millrace}, run ${run.id}`],
  ]);
}

function introducedBlocks(evidence: Evidence): string[][] {
  const text = introducedText(evidence);
  return text === null ? [] : [paragraph(text, mailColumns)];
}

function summary(evidence: Evidence, state: RunState): string[][] {
  const { run, verdict } = evidence;
  const blocks: string[][] = [];
  if (isShown(evidence)) {
    const pairs = racingPairs(evidence).map((pair) => {
      const [first, second] = pair.split(' / ');
      return `${first}() races with ${first === second ? 'itself' : `${second}()`}`;
    });
    const racing = evidence.variables.filter(({ races }) => races.length > 0);
    const named = racing.filter(({ struct }) => struct !== null).map(nameOf);
    const on = named.length === 0 ? '' : `, on ${listed(named)}`;
    const [rule] = racing.flatMap((one) => one.rule ?? []);
    if (pairs.length > 0) blocks.push(paragraph(`${listed(pairs)}${on}.`, mailColumns));
    if (rule !== undefined) blocks.push(paragraph(sentence(lockRuleText(rule)), mailColumns));
    const harm = evidence.harms.find(({ kernel }) => kernel === 'base');
    if (harm !== undefined) blocks.push(paragraph(harmSentence(harm), mailColumns));
  }
  blocks.push(paragraph(`Verdict: ${verdictText(verdict)}. ${runReasonText(verdict.reason)}`, mailColumns));
  const told = new Set(statementsIn(verdict.reason).map(runStatementText));
  for (const text of verdict.lacking.map(runStatementText).filter((one) => !told.has(one)))
    blocks.push(bullet(`lacking: ${text}`, mailColumns));
  if (state !== 'finished') blocks.push(paragraph(`The run did not come to its end: ${state}.`, mailColumns));
  if (run.error !== null && verdict.reason.says !== 'unjudged')
    blocks.push(paragraph(sentence(run.error.message), mailColumns));
  return blocks;
}

/** One interleaving, without values; the details have them. */
function interleavingBlocks(evidence: Evidence): string[][] {
  const schedule = tellingSchedule(evidence);
  if (schedule === null || schedule.steps.length === 0) return [];
  const diagram = diagramOfSchedule(schedule, evidence, { brief: true });
  return [
    paragraph('One interleaving that shows it:', mailColumns),
    indented(diagramLines(diagram, mailColumns - 2)),
  ];
}

function firstBlocks(evidence: Evidence): string[][] {
  const blocks: string[][] = [];
  const first = firstReport(evidence);
  if (first !== null) {
    const { report, place, expected } = first;
    const other = expected ? '' : ', of a race that the case does not expect';
    blocks.push(
      paragraph(`The first report on the base${other}, ${placeText(place, report.time)}:`, mailColumns),
      indented(reportLines(report, evidence, mailColumns - 2)),
    );
    if (first.schedule !== null)
      blocks.push(
        ['The same execution again, step by step:'],
        commandLines(`millrace replay ${quoted(caseInText(evidence))} ${first.schedule}`, mailColumns, 2),
      );
  }
  const race = firstModelRace(evidence);
  if (race !== null)
    blocks.push(
      paragraph('The first racing pair of accesses that the model engine met:', mailColumns),
      indented(modelRaceLines(race, evidence, mailColumns - 2)),
    );
  return blocks;
}

function placeText(place: ReportPlace, time: number | null): string {
  if (place.kind === 'execution')
    return `by KCSAN's algorithm on the model machine, in execution ${place.execution} of ${place.test}`;
  return `in boot ${place.boot}${time === null ? '' : `, ${time.toFixed(3)} s after it began`}`;
}

function valueBlocks(evidence: Evidence): string[][] {
  const schedule = tellingSchedule(evidence);
  if (schedule === null || schedule.steps.length === 0) return [];
  const diagram = diagramOfSchedule(schedule, evidence);
  return [
    paragraph(
      `The same interleaving with the values that were read and written (${diagram.title}):`,
      mailColumns,
    ),
    indented(diagramLines(diagram, mailColumns - 2)),
  ];
}

function limitBlocks(evidence: Evidence): string[][] {
  const { run } = evidence;
  const [explored, sampled, booted] = (['model', 'kcsan', 'kernel'] as const).map(
    (name) => engineOf(evidence, name) !== undefined,
  );
  const directed = engineOf(evidence, 'directed') !== undefined;
  const limits = evidence.limits.map(limitText);
  if (run.fix === null) limits.push('No fix was tried.');
  if (run.tree?.commit === null)
    limits.push('The tree is not a git checkout, so the record names no commit.');
  const virtual = deviceLimits(evidence);
  limits.push(...virtual);
  if ((booted || directed) && virtual.length === 0)
    limits.push(
      "No hardware was used and no model of it: the harness calls the driver's own functions on structures that it makes up. This is no reproduction from user space.",
    );
  if (!booted && !directed)
    limits.push(
      !sampled
        ? 'No kernel was booted, so there is no report of KCSAN.'
        : 'No kernel was booted: the reports are those of KCSAN’s algorithm on the model machine, with the machine’s addresses and PIDs.',
    );
  if ((booted || sampled) && !explored) limits.push('Interleavings were sampled, not enumerated.');
  return [
    ...(evidence.assumptions.length === 0
      ? []
      : [
          [
            'The harness assumes this of the callers:',
            ...evidence.assumptions.flatMap((text) => bullet(text, mailColumns)),
          ],
        ]),
    ['Limits:', ...limits.flatMap((text) => bullet(sentence(text), mailColumns))],
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
