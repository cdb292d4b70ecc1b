// What directed rounds showed, on the terminal: a pure function of the evidence.
import { type DirectedEvidence, type Evidence, engineOf } from '../../evidence/index.js';
import { roundTexts, turnTexts } from '../story/directed.js';
import { headLines, placeLines, verdictLines } from './model-parts.js';
import { bulletLines, factLines, limitBullets, type ResultOptions, seconds, section } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable } from './text.js';

/** Text without a line end behind the last line. The diff is not wrapped. Behind another engine's result, without a head. */
export function renderDirectedResult(evidence: Evidence, options: ResultOptions): string {
  const directed = engineOf(evidence, 'directed');
  const kernels = directed?.kernels ?? [];
  const isAlone = evidence.engines.length === 1;
  const [base] = kernels;
  const sections = [
    isAlone
      ? headLines(evidence, options)
      : [paletteFor(options).bold('The schedule played on a real kernel, turn by turn')],
    base === undefined ? [] : section('With these points added', diffLines(base.diff), options),
    ...(base?.tests ?? []).map((test) =>
      section(
        `Turns of ${printable(test.test)}`,
        [
          ...turnTexts(test).flatMap((text, index) =>
            factLines([[String(index + 1), printable(text)]], options),
          ),
          ...factLines([['schedule', printable(test.schedule)]], options),
        ],
        options,
      ),
    ),
    section('Boots', bootLines(kernels, options), options),
    ...kernels.map(({ name, tests }) =>
      section(`Rounds, ${printable(name)}`, bulletLines(tests.flatMap(roundTexts), options), options),
    ),
    isAlone ? section('Assumed of the callers', bulletLines(evidence.assumptions, options), options) : [],
    section('Limits', limitBullets(directed?.limits ?? [], options), options),
    isAlone ? section('Record', placeLines(evidence, options), options) : [],
    verdictLines(directed?.verdict ?? null, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function diffLines(diff: string): string[] {
  return diff
    .trimEnd()
    .split('\n')
    .map((line) => printable(line.replaceAll('\t', '        ')));
}

function bootLines(kernels: DirectedEvidence['kernels'], options: ResultOptions): string[] {
  const boots = kernels.flatMap(({ name, boots: all }) =>
    all.map((boot, index) => ({ name, boot, number: index + 1 })),
  );
  if (boots.length === 0) return [];
  const rows = boots.map(({ name, boot, number }) => [
    printable(name),
    String(number),
    boot.outcome,
    seconds(boot.seconds),
    seconds(boot.firstKtap),
    seconds(boot.firstReport),
    String(boot.reports.length + boot.troubles.length),
  ]);
  const heads = ['KERNEL', 'BOOT', 'OUTCOME', 'TIME', 'FIRST KTAP', 'FIRST REPORT', 'REPORTS'];
  const details = boots.flatMap(({ name, boot, number }) =>
    boot.detail === null ? [] : [`${name} boot ${number}: ${boot.detail}`],
  );
  return [
    ...tableLines(heads, rows, { ...options, indent: 2, right: [1, 3, 4, 5, 6] }),
    ...bulletLines(details, options),
  ];
}
