// What KCSAN would report of a case, by its algorithm on the model machine, on the terminal: a pure function of the
// record. The reports are as a kernel prints them.
import { type Evidence, engineOf } from '../../evidence/index.js';
import { shareInterval } from '../../judge/index.js';
import type { KcsanRun, KcsanTest } from '../../model/index.js';
import { formatRaceReport } from '../../report/index.js';
import { recordedText } from '../../words/index.js';
import { predictions } from '../story/predictions.js';
import { headLines, placeLines, verdictLines } from './model-parts.js';
import { bulletLines, factLines, limitBullets, type ResultOptions, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, wrapLines } from './text.js';

/**
 * Text without a line end behind the last line. Reports are not wrapped: their form is KCSAN's. Behind the result of an
 * exploration, what that has said is not said again.
 */
export function renderKcsanResult(evidence: Evidence, options: ResultOptions): string {
  const sampled = engineOf(evidence, 'kcsan');
  const kernels = sampled?.kernels ?? [];
  const isAlone = engineOf(evidence, 'model') === undefined;
  const sections = [
    isAlone ? headLines(evidence, options) : titleLines(kernels, options),
    settingLines(kernels, options),
    section('Executions', countLines(kernels, options), options),
    ...kernels.flatMap((run) => run.tests.map((test) => reportLines(run, test, options))),
    section('Of the races that the exploration found', predictionLines(evidence, options), options),
    isAlone ? section('Assumed of the callers', bulletLines(evidence.assumptions, options), options) : [],
    section('Limits', limitBullets(sampled?.limits ?? [], options), options),
    isAlone ? section('Record', placeLines(evidence, options), options) : [],
    verdictLines(sampled?.verdict ?? null, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function titleLines([run]: readonly KcsanRun[], options: ResultOptions): string[] {
  const title = paletteFor(options).bold('As KCSAN sees it, in a sample on the model machine');
  const facts = run === undefined ? [] : [['sample', `seed ${run.options.seed}, ${run.compiler}`] as const];
  return [title, ...factLines(facts, options)];
}

/** Symbols that are set, then those that are not. */
function settingLines([base]: readonly KcsanRun[], options: ResultOptions): string[] {
  const lines = base?.settings ?? [];
  const bare = (line: string) => line.replace(/^# | is not set$/g, '');
  const isSet = (line: string) => !line.startsWith('#');
  const facts: [string, string][] = [
    ['set', lines.filter(isSet).map(bare).join(' ')],
    [
      'not set',
      lines
        .filter((line) => !isSet(line))
        .map(bare)
        .join(' '),
    ],
  ];
  return section(
    'Settings in force',
    factLines(
      facts.filter(([, text]) => text !== '').map(([name, text]) => [name, printable(text)]),
      options,
    ),
    options,
  );
}

function countLines(runs: readonly KcsanRun[], options: ResultOptions): string[] {
  const rows = runs.flatMap((run) =>
    run.tests.map(({ name, executions, hits, printed, counters }) => [
      printable(name),
      printable(run.name),
      whole(executions),
      whole(counters.setupWatchpoints ?? 0),
      whole(hits),
      perThousand(hits, executions),
      whole(printed),
    ]),
  );
  if (rows.length === 0) return [];
  const heads = ['TEST', 'KERNEL', 'RUN', 'WATCHED', 'HIT', 'IN 1000 (95 %)', 'PRINTED'];
  return tableLines(heads, rows, { ...options, indent: 2, right: [2, 3, 4, 5, 6] });
}

function perThousand(hits: number, executions: number): string {
  if (executions === 0) return '-';
  const { low, high } = shareInterval(hits, executions);
  const [rate, least, most] = [hits / executions, low, high ?? 1].map((share) => (1000 * share).toFixed(1));
  return `${rate} (${least}-${most})`;
}

function reportLines(run: KcsanRun, test: KcsanTest, options: ResultOptions): string[] {
  const blocks = test.races.flatMap(({ report, hits, first, schedule }) => [
    ...wrapLines(
      `In ${whole(hits)} of ${whole(test.executions)} executions, first in number ${whole(first)}:`,
      options.columns,
      { first: 2, rest: 4 },
    ),
    ...formatRaceReport(report).trimEnd().split('\n').map(printable),
    ...wrapLines(printable(`schedule: ${schedule}`), options.columns, { first: 2, rest: 4 }),
    '',
  ]);
  const other = [
    ...test.findings.map(({ kind, facts }) => `${kind}: ${recordedText(facts)}`),
    ...test.warnings.map((text) => `The kernel would warn: ${text}`),
  ];
  const lines = [...blocks, ...bulletLines(other, options)];
  if (lines.at(-1) === '') lines.pop();
  return section(`Reports in ${printable(test.name)}, ${printable(run.name)}`, lines, options);
}

/** Only where both detectors looked. */
function predictionLines(evidence: Evidence, options: ResultOptions): string[] {
  const { shown, silent } = predictions(evidence);
  return [
    ...bulletLines(
      shown.map((text) => `with these settings KCSAN shows ${text}`),
      options,
    ),
    ...bulletLines(
      silent.map((text) => `this sample of KCSAN’s does not show ${text}`),
      options,
    ),
  ];
}
