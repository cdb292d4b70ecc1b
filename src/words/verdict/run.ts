// The verdict on a run, of however many engines, in English.
import type { RunReason, RunStatement, RunVerdict } from '../../evidence/index.js';
import type { VerdictKind } from '../../judge/index.js';
import { kindText } from './kinds.js';
import { reasonWords } from './reasons.js';
import { engineNames, statementWords, type Words, wordsOf } from './statements.js';

export const runStatementWords: Words<RunStatement> = {
  ...statementWords,
  'by-engine': ({ engine, what }) => `${engineNames[engine]}: ${runStatementText(what)}`,
  'engines-differ': ({ verdicts }) =>
    `the engines differ: ${verdicts.map((one) => `${engineNames[one.engine]}: ${verdictText(one)}`).join('; ')}`,
  unfinished: ({ status, error }) => unfinished[status] + (error === null ? '' : `: ${error}`),
  'locks-of-some': ({ test, kernel, executions, interleavings }) =>
    `locks held at accesses of ${test} (${kernel}) are of ${executions} executions out of ${interleavings} interleavings`,
  'outcomes-not-compared': ({ test, kernel }) =>
    `outcomes of ${test} (${kernel}) were not compared with those of serial orders`,
};

const unfinished = {
  running: 'the run was cut off before there was a verdict',
  finished: 'the run ended without a verdict',
  failed: 'the run failed',
  interrupted: 'the run was interrupted',
} as const;

/** A phrase without a full stop. */
export function runStatementText(fact: RunStatement): string {
  return wordsOf(runStatementWords, fact);
}

/** What a verdict does not say, as a sentence. None of these begins with a name. */
export function limitText(limit: RunStatement): string {
  const text = runStatementText(limit);
  const whole = /[.:!?]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

export const runReasonWords: Words<RunReason> = {
  ...reasonWords,
  unjudged: ({ lacking }) => `Not enough to tell: ${lacking.map(runStatementText).join('; ')}.`,
  'by-engines': ({ differ, reasons }) =>
    [
      ...(differ === null
        ? []
        : [`Not enough to tell: ${runStatementText({ says: 'engines-differ', verdicts: differ })}.`]),
      ...reasons.map(({ engine, reason }) => `${engineNames[engine]}: ${runReasonText(reason)}`),
    ].join(' '),
};

/** A sentence, or one for each engine, with a full stop. */
export function runReasonText(reason: RunReason): string {
  return wordsOf(runReasonWords, reason);
}

const endings: Readonly<Record<Exclude<VerdictKind, 'not-shown' | 'inconclusive'>, string>> = {
  shown: '',
  'fix-shown': ', fix shown',
  'fix-incomplete': ', fix incomplete',
  'fix-harmful': ', fix harmful',
};

/** `race shown, fix shown`; of a deadlock, `deadlock shown`. */
export function verdictText({ kind, about }: Pick<RunVerdict, 'kind' | 'about'>): string {
  if (kind === 'inconclusive') return kind;
  if (kind === 'fix-harmful' && about.length === 0) return 'fix harmful';
  const what = about.map(kindText).join(' and ');
  if (kind === 'not-shown') return about.length === 0 ? 'nothing found' : `${what} not shown`;
  return `${what} shown${endings[kind]}`;
}
