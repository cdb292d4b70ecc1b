// The message of a commit that ends the race, as kernel people write one (Documentation/process/submitting-patches.rst):
// problem, two columns, effect, how tested, Fixes. A draft: the author signs it.

import { plural } from '../../base/index.js';
import { type Evidence, engineOf, type VariableEvidence } from '../../evidence/index.js';
import { classReasonText, lockRuleText, runReasonText, verdictText } from '../../words/index.js';
import { diagramLines, diagramOf, diagramOfSchedule, tellingSchedule } from '../diagram/index.js';
import {
  bullet,
  mailColumns as columns,
  joinBlocks,
  listed,
  paragraph,
  printableText,
  sentence,
} from '../plain/index.js';
import { introducedText, isShown, modelHarms, racingPairs, subjectPrefix } from '../story/index.js';
import { nameOf } from '../variable-name.js';

/** As wide as `checkpatch.pl` lets a line be. */
const diagramColumns = 75;

/** Plain text, ending in a line end; no line but the diagram's and `Fixes:` is longer than 72 columns. */
export function renderCommitMessage(evidence: Evidence): string {
  if (!isShown(evidence)) return `${printableText(joinBlocks([noMessage(evidence)]))}\n`;
  const blocks = [
    [subjectOf(evidence)],
    ...problemBlocks(evidence),
    ...diagramBlocks(evidence),
    ...effectBlocks(evidence),
    ...testedBlocks(evidence),
    introducedLines(evidence),
    fixesLines(evidence),
  ];
  // git takes a line that begins with # for a comment, and one with dashes for the message's end.
  const text = printableText(joinBlocks(blocks)).replace(/^(?=#|---)/gm, ' ');
  return `${text}\n`;
}

/** What there is to say of a run that shows no race. */
function noMessage({ verdict: { kind, reason } }: Evidence): string[] {
  return paragraph(`[No message: the run does not show the race. ${kind}: ${reason}]`, columns);
}

/** The first that fits: fields, functions, or neither. */
function subjectOf(evidence: Evidence): string {
  const prefix = subjectPrefix(evidence);
  const [pair] = racingPairs(evidence);
  const fields = racing(evidence).flatMap(({ field }) => (field === null ? [] : [field]));
  const candidates = [
    ...(fields.length === 0
      ? []
      : [`fix data ${fields.length === 1 ? 'race' : 'races'} on ${listed([...new Set(fields)])}`]),
    ...(pair === undefined ? [] : [`fix data race in ${pair}`, `fix data race in ${pair.split(' / ')[0]}`]),
    'fix data race',
  ];
  const subject = candidates.map((text) => prefix + text).find(({ length }) => length <= columns);
  return subject ?? `${prefix}fix data race`.slice(0, columns);
}

function racing({ variables }: Evidence): VariableEvidence[] {
  return variables.filter(({ races }) => races.length > 0);
}

function problemBlocks(evidence: Evidence): string[][] {
  const pairs = racingPairs(evidence).map((pair) => {
    const [first, second] = pair.split(' / ');
    return `${first}() races with ${first === second ? 'itself' : `${second}()`}`;
  });
  const named = racing(evidence).filter(({ struct }) => struct !== null);
  const on = named.length === 0 ? '' : `, on ${listed(named.map(nameOf))}`;
  const said = new Set(
    racing(evidence).flatMap(({ rule, classification }) => [
      ...(rule === null ? [] : [lockRuleText(rule)]),
      ...(classification === null || rule !== null || engineOf(evidence, 'model') === undefined
        ? []
        : [classReasonText(classification.reason)]),
    ]),
  );
  return [
    paragraph(`${listed(pairs)}${on}.`, columns),
    ...[...said].map((text) => paragraph(sentence(text), columns)),
  ];
}

function diagramBlocks(evidence: Evidence): string[][] {
  const schedule = tellingSchedule(evidence);
  const diagram =
    schedule !== null && schedule.steps.length > 0
      ? diagramOfSchedule(schedule, evidence, { brief: true })
      : diagramOf(evidence);
  if (diagram === null) return [];
  return [
    diagramLines(diagram, diagramColumns - 2).map((line) => (line === '' ? '' : `  ${line}`)),
    diagram.notes.flatMap((note) => paragraph(note, columns)),
  ];
}

/** At most this many harms: a message is no list of all that goes wrong. */
const mostHarms = 4;

function effectBlocks(evidence: Evidence): string[][] {
  const counted = (engineOf(evidence, 'kernel')?.broken.base ?? []).map(
    ({ text, count }) => `in ${plural(count, 'round')} of the test this did not hold: ${text}`,
  );
  const harms = [...modelHarms(evidence, 'base'), ...counted];
  if (harms.length === 0) return [];
  const more = harms.length - mostHarms;
  return [
    [
      'The effect, as it was seen:',
      '',
      ...harms.slice(0, mostHarms).flatMap((text) => bullet(text, columns)),
      ...(more > 0 ? bullet(`${more} more of the kind`, columns) : []),
    ],
  ];
}

function testedBlocks(evidence: Evidence): string[][] {
  const { verdict } = evidence;
  const { fix, tree, millrace } = evidence.run;
  const [booted] = engineOf(evidence, 'kernel')?.kernels ?? [];
  const on =
    tree === null
      ? ''
      : ` on Linux ${tree.version} (${tree.spec}${tree.commit === null ? '' : `, ${tree.commit}`})`;
  const engines = [
    ...(booted === undefined ? [] : [`KUnit and KCSAN under QEMU (${booted.accelerator})`]),
    ...(engineOf(evidence, 'model') === undefined ? [] : ['its model engine']),
    ...(engineOf(evidence, 'kcsan') === undefined ? [] : ['KCSAN’s algorithm on its model machine']),
  ];
  const how = `with Millrace ${millrace}, ${listed(engines)},${on}`;
  const ended = verdict.kind === 'fix-shown' ? 'Fixed by this' : 'Tried, and not enough';
  const what = fix === null ? 'Shown' : `${ended}: ${fix.title}. Tested`;
  return [
    paragraph(`${what} ${how}: ${verdictText(verdict)}. ${runReasonText(verdict.reason)}`, columns),
    ...(fix === null ? [paragraph('[No fix was run.]', columns)] : []),
  ];
}

function introducedLines(evidence: Evidence): string[] {
  const text = introducedText(evidence);
  return text === null ? [] : paragraph(text, columns);
}

/** On one line, however long: tools read it so. */
function fixesLines({ run: { fixes } }: Evidence): string[] {
  return fixes === null || fixes === undefined ? [] : [`Fixes: ${fixes.commit} ("${fixes.subject}")`];
}
