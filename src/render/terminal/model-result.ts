// What a run of the model engine found, on the terminal: a pure function of the evidence.

import { type Evidence, engineOf } from '../../evidence/index.js';
import type { ModelRun, ModelTest } from '../../model/index.js';
import { classReasonText, lockRuleText, suggestionText } from '../../words/index.js';
import { nameOf } from '../variable-name.js';
import { coverageLines } from './coverage.js';
import { matrixLines } from './fix-matrix.js';
import { headLines, placeLines, verdictLines } from './model-parts.js';
import { failureLines, findingLines, modelRaceLines } from './model-race.js';
import { bulletLines, limitBullets, type ResultOptions, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** Text without a line end behind the last line; no line is longer than `options.columns`, which is at least 60. */
export function renderModelResult(evidence: Evidence, options: ResultOptions): string {
  const explored = engineOf(evidence, 'model');
  const kernels = explored?.kernels ?? [];
  const sections = [
    headLines(evidence, options),
    section('Interleavings', interleavingLines(kernels, options), options),
    section('How far each side came', coverageLines(kernels, options), options),
    ...kernels.flatMap((run) => run.tests.flatMap((test) => testSections(run, test, options))),
    section('The fixes side by side', matrixLines(explored?.matrix ?? null, options), options),
    section('What the races are', raceKindLines(evidence, options), options),
    section('Assumed of the callers', bulletLines(evidence.assumptions, options), options),
    section('Limits', limitBullets(explored?.limits ?? [], options), options),
    section('Record', placeLines(evidence, options), options),
    verdictLines(explored?.verdict ?? null, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Of each variable that races on the base: the rule of its locks, and whether a lock or a marking is missing. */
function raceKindLines({ variables }: Evidence, options: ResultOptions): string[] {
  const racing = variables.filter(({ races, accesses }) => races.length > 0 && accesses.length > 0);
  return racing.flatMap((variable) => {
    const { rule, classification } = variable;
    const texts = [
      ...(rule === null ? [] : [`${lockRuleText(rule)}.`]),
      ...(classification === null
        ? []
        : [classReasonText(classification.reason), ...classification.suggestions.map(suggestionText)]),
    ];
    const kind = classification === null ? '' : ` (${kinds[classification.kind]})`;
    return [
      ...wrapLines(printable(`${nameOf(variable)}${kind}`), options.columns, { first: 2, rest: 4 }),
      ...texts.flatMap((text) => wrapLines(printable(text), options.columns, { first: 4, rest: 4 })),
    ];
  });
}

const kinds = { bug: 'a bug', marking: 'a marking is missing', open: 'open' } as const;

function interleavingLines(runs: readonly ModelRun[], options: ResultOptions): string[] {
  const colours = paletteFor(options);
  const rows = runs.flatMap((run) =>
    run.tests.map((test) => [
      printable(test.name),
      printable(run.name),
      whole(test.interleavings),
      shareText(test),
      ...[test.races, test.failures, test.findings].map(({ length }) =>
        length === 0 ? '0' : colours.yellow(whole(length)),
      ),
    ]),
  );
  if (rows.length === 0) return [];
  const heads = ['TEST', 'KERNEL', 'RUN', 'OF', 'RACES', 'INVARIANTS', 'OTHER'];
  return tableLines(heads, rows, { ...options, indent: 2, right: [2, 3, 4, 5, 6] });
}

function shareText({ complete, interleavings, estimate, guarantee }: ModelTest): string {
  if (complete) return `all ${whole(interleavings)}`;
  if (guarantee !== null) return `p >= ${guarantee.toPrecision(2)}`;
  return estimate === null ? 'unknown' : `about ${whole(estimate)}`;
}

function testSections(run: ModelRun, test: ModelTest, options: ResultOptions): string[][] {
  const on = printable(`${test.name}, ${run.name}`);
  const spaced = (blocks: readonly string[][]) =>
    blocks.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines]);
  return [
    section(
      `Races in ${on}`,
      spaced(test.races.map((race, index) => modelRaceLines(race, index + 1, options))),
      options,
    ),
    section(`Harm in ${on}`, spaced(test.failures.map((failure) => failureLines(failure, options))), options),
    section(
      `Other findings in ${on}`,
      spaced(
        test.findings.map((finding, index) => findingLines(finding, test.findings.slice(0, index), options)),
      ),
      options,
    ),
  ];
}
