// What races, under which locks, and what harm it does.

import { plural, quoted } from '../../base/index.js';
import {
  type AccessEvidence,
  type Classification,
  type Evidence,
  engineOf,
  type LinePairEvidence,
  type VariableEvidence,
} from '../../evidence/index.js';
import { classReasonText, lockRuleText, outcomesText, suggestionText } from '../../words/index.js';
import {
  bullet,
  caseInText,
  mailColumns as columns,
  commandLines,
  paragraph,
  sentence,
} from '../plain/index.js';
import { findingStories, modelHarms } from '../story/index.js';
import { nameOf } from '../variable-name.js';

/** Each variable that races, with every access in reach and what they suggest. */
export function variableBlocks({ variables }: Evidence): string[][] {
  const racing = variables.filter(({ races }) => races.length > 0);
  const unnamed = racing.filter(({ struct, accesses }) => struct === null && accesses.length === 0);
  return [...racing.filter((one) => !unnamed.includes(one)).map(variableBlock), ...unnamedBlock(unnamed)];
}

function variableBlock(variable: VariableEvidence): string[] {
  const { races, accesses, rule, classification, reach, offset } = variable;
  const at = offset === null ? '' : ` (offset ${offset})`;
  const lines = paragraph(
    `${nameOf(variable)}${at} races on ${plural(races.length, 'pair')} of lines:`,
    columns,
  );
  for (const pair of races) {
    const sampled = pair.counts.kcsan === null ? '' : `, in ${plural(pair.counts.kcsan.base, 'execution')}`;
    const isAlone = pair.counts.model === null;
    lines.push(...bullet(`${pairText(pair)}${isAlone ? sampled : ''}`, columns));
  }
  if (accesses.length > 0) {
    const all = reach?.complete ? 'All accesses' : 'The accesses seen';
    lines.push(`${all} by the sides, and what they hold:`);
    for (const access of accesses.filter(({ concurrent }) => concurrent))
      lines.push(...bullet(accessText(access), columns));
  }
  if (rule !== null) lines.push(...paragraph(sentence(lockRuleText(rule)), columns));
  return classification === null ? lines : [...lines, ...classified(classification)];
}

/** What reports alone tell: lines, and how often. */
function unnamedBlock(variables: readonly VariableEvidence[]): string[][] {
  if (variables.length === 0) return [];
  const lines = variables.flatMap(({ races }) =>
    races.flatMap((pair) => {
      const count = pair.counts.kernel?.base ?? null;
      return bullet(`${pairText(pair)}${count === null ? '' : `: ${plural(count, 'report')}`}`, columns);
    }),
  );
  const said = variables.flatMap(({ classification }) => (classification === null ? [] : [classification]));
  const once = new Map(said.map((one) => [classReasonText(one.reason), one]));
  return [['The racing pairs of lines on the base:', ...lines, ...[...once.values()].flatMap(classified)]];
}

function pairText({ lines, functions }: LinePairEvidence): string {
  return `${functions[0]} ${shortPlace(lines[0])} and ${functions[1]} ${shortPlace(lines[1])}`;
}

function accessText(access: AccessEvidence): string {
  const held = access.locks.length === 0 ? 'no lock' : access.locks.map(({ name }) => name).join(', ');
  const from = access.from === null ? '' : ` from ${access.from}`;
  const place = shortPlace(`${access.file}:${access.line}`);
  return `${access.function}${from}, ${place}: ${access.marked ? 'marked ' : ''}${access.access}, ${held}`;
}

function classified({ reason, suggestions }: Classification): string[] {
  return [classReasonText(reason), ...suggestions.map(suggestionText)].flatMap((text) =>
    paragraph(text, columns),
  );
}

/** On the base: what the harness counted, and what the model saw, with schedules. */
export function harmBlocks(evidence: Evidence): string[][] {
  const blocks: string[][] = [];
  const broken = engineOf(evidence, 'kernel')?.broken.base ?? [];
  if (broken.length > 0)
    blocks.push([
      'What went wrong on the base, counted by the harness:',
      ...broken.flatMap(({ text, count }) =>
        bullet(`in ${plural(count, 'round')} this did not hold: ${text}`, columns),
      ),
    ]);
  const harms = modelHarms(evidence, 'base');
  if (harms.length > 0) {
    blocks.push([
      'What goes wrong on the base, in some interleaving:',
      ...harms.flatMap((text) => bullet(text, columns)),
    ]);
    const [first] = evidence.harms;
    if (first !== undefined)
      blocks.push([
        'The first of these, step by step:',
        '',
        ...commandLines(`millrace replay ${quoted(caseInText(evidence))} ${first.schedule}`, columns, 2),
      ]);
  }
  blocks.push(...findingBlocks(evidence));
  const outcomes = evidence.outcomes.filter(({ kernel }) => kernel === 'base').map(outcomesText);
  return [...blocks, outcomes.flatMap((text) => paragraph(text, columns))];
}

/** On the base: of each object used after its end who did what to it, and of each deadlock who waits for whom. */
function findingBlocks(evidence: Evidence): string[][] {
  const tests = engineOf(evidence, 'model')?.kernels[0]?.tests ?? [];
  return tests.flatMap(({ name, findings }) =>
    findingStories(findings, evidence, columns - 2).flatMap(({ kind, lines, others }) => {
      const more = others === 0 ? '' : `, the first of ${others + 1} places`;
      return [paragraph(`${kind} in ${name}${more}:`, columns), lines.map((line) => `  ${line}`.trimEnd())];
    }),
  );
}

function shortPlace(place: string): string {
  return place.split('/').at(-1) ?? place;
}
