// Why a verdict is what it is, in English: a sentence with a full stop.

import { plural } from '../../base/index.js';
import type { RunReason, RunStatement } from '../../evidence/index.js';
import type { Reason, SampledReports, Statement } from '../../judge/index.js';
import { percent, significant, times } from '../figures.js';
import { allText, extentText, pairText, reportText, statementText, type Words } from './statements.js';

export const reasonWords: Words<Reason> = {
  told: ({ text }) => text,
  'not-enough': ({ lacking }) => `Not enough to tell: ${all(lacking)}.`,
  'nothing-expected': ({ found }) => `The case expects nothing: ${all(found)}.`,
  'fix-harms': ({ fix, harms, remaining }) => {
    const still = remaining.length === 0 ? '' : `; besides, ${all(remaining)}`;
    return `With ${fix}: ${all(harms)}${still}.`;
  },
  'fix-leaves': ({ fix, remaining }) => `With ${fix}: ${all(remaining)}.`,
  missed: ({ lacking }) => `${all(lacking)}.`,
  explored: ({ tests }) => {
    const parts = tests.map(({ test, races, invariants, findings, extent }) => {
      const what = [
        ...(races === 0 ? [] : [`races on ${plural(races, 'pair')} of lines`]),
        ...(invariants === 0 ? [] : [plural(invariants, 'failed invariant')]),
        ...findings.map(({ kind, count }) => (count === 1 ? kind : `${kind} (${count})`)),
      ];
      return `${test}: ${what.join(' and ')} in ${extentText(extent)}`;
    });
    return `${parts.join('; ')}.`;
  },
  silence: ({ fix, interleavings, preemptions, besides = 0 }) => {
    const bound = preemptions === null ? '' : ` with at most ${plural(preemptions, 'preemption')}`;
    const of = `${allText(interleavings)}${bound}`;
    if (besides > 0)
      return `With ${fix}, nothing of what the case is about found in ${of}; ${plural(besides, 'other race')} ${besides === 1 ? 'is' : 'are'} left.`;
    return fix === null ? `Nothing found in ${of}.` : `With ${fix}, nothing found in ${of}.`;
  },
  'not-everything': ({ fix, why }) => {
    const but = why === 'cut' ? 'executions were cut' : 'not all interleavings were run';
    return fix === null ? `Nothing was found, but ${but}.` : `With ${fix} nothing was found, but ${but}.`;
  },
  'missed-in-sample': ({ lacking }) => `${all(lacking)}; what a sample does not see may still be there.`,
  sampled: ({ reports }) => `${sampledText(reports)}.`,
  'sample-silent': ({ fix, executions }) => {
    const text = `KCSAN reports nothing ${sampleText(executions)}`;
    return fix === null ? `${text}.` : `With ${fix}, ${text}.`;
  },
  'sample-ended': ({ fix, reports, executions, chance }) =>
    `${sampledText(reports)}, and with ${fix} KCSAN reports nothing ${sampleText(executions)}; ${unchanged(chance)}.`,
  'not-reported-in-boots': ({ boots, pairs }) => {
    const parts = pairs.map(({ functions, overlaps, most }) => {
      const bound =
        most === null ? '' : ` (with 95 % confidence at most ${significant(most * 1000)} in 1000)`;
      return `no report of ${pairText(functions)} in ${plural(overlaps, 'overlapped round')}${bound}`;
    });
    return `${plural(boots, 'boot')} gave ${parts.join(' and ')}.`;
  },
  'control-silent': ({ boots, overlaps }) =>
    `${plural(boots, 'boot')} gave no report in ${plural(overlaps, 'overlapped round')}, as the case expects.`,
  'control-reported': ({ races }) => {
    const parts = races.map(({ functions, count }) => `${pairText(functions)} was reported ${times(count)}`);
    return `${parts.join('; ')}, where the case expects no race.`;
  },
  booted: ({ reports }) => `${bootedText(reports)}.`,
  'boots-with-fix': ({ reports, fix, statements }) =>
    `${bootedText(reports)}; with ${fix}: ${all(statements)}.`,
  directed: ({ shown }) => `${all(shown)}.`,
  'directed-with-fix': ({ shown, fix, statements }) => `${all(shown)}; with ${fix}: ${all(statements)}.`,
  'boots-ended': ({ fix, chance, pairs }) => {
    const parts = pairs.map(
      ({ functions, hits, overlaps, boots, fixedOverlaps, fixedBoots }) =>
        `${pairText(functions)} was reported ${times(hits)} in ${overlaps} overlapped rounds of ${plural(boots, 'boot')}, and with ${fix} never in ${fixedOverlaps} of ${fixedBoots}`,
    );
    return `${parts.join('; ')}; ${unchanged(chance)}.`;
  },
};

/** The statements that a reason tells. */
export function statementsIn(reason: RunReason): readonly RunStatement[] {
  switch (reason.says) {
    case 'not-enough':
    case 'unjudged':
    case 'missed':
    case 'missed-in-sample':
      return reason.lacking;
    case 'fix-harms':
      return [...reason.harms, ...reason.remaining];
    case 'fix-leaves':
      return reason.remaining;
    case 'boots-with-fix':
    case 'directed-with-fix':
      return reason.statements;
    case 'directed':
      return reason.shown;
    case 'by-engines':
      return reason.reasons.flatMap((one) =>
        statementsIn(one.reason).map((what) => ({ says: 'by-engine', engine: one.engine, what }) as const),
      );
    default:
      return [];
  }
}

function all(statements: readonly Statement[]): string {
  return statements.map(statementText).join('; ');
}

function sampledText(reports: readonly SampledReports[]): string {
  return `KCSAN reports ${reports.map(reportText).join('; ')}`;
}

function sampleText(executions: number): string {
  return `in a sample of ${plural(executions, 'execution')}`;
}

function unchanged(chance: number): string {
  return `had the fix changed nothing, the chance of that would be ${percent(chance)}`;
}

function bootedText(reports: Extract<Reason, { says: 'booted' }>['reports']): string {
  const parts = reports.map(({ functions, hits, boots, bootsWithHit }) => {
    const share = boots > 0 ? `, in ${bootsWithHit} of ${boots} boots that completed` : '';
    return `${pairText(functions)} was reported ${times(hits)}${share}`;
  });
  return parts.join('; ');
}
