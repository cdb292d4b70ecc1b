// What KCSAN would have reported of a case, on the terminal. The reports are as a kernel prints them.
import { shareInterval } from '../../evidence/index.js';
import type { KcsanRun, KcsanTest } from '../../model/index.js';
import { formatRaceReport } from '../../report/index.js';
import type { KcsanResult } from '../../run/index.js';
import { bulletLines, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, type TerminalOptions, wrapLines } from './text.js';

/** Text without a line end behind the last line. Reports are not wrapped: their form is KCSAN's. */
export function renderKcsanResult(result: KcsanResult, options: TerminalOptions): string {
  const { runs } = result;
  const [base] = runs;
  const sections = [
    [paletteFor(options).bold(printable(`${result.case} on Linux ${result.tree}, as KCSAN sees it`))],
    section(
      'Settings in force',
      (base?.settings ?? []).map((line) => `  ${line}`),
      options,
    ),
    section('Not modelled', bulletLines(base?.unmodelled ?? [], options), options),
    section('Executions', countLines(runs, options), options),
    ...runs.flatMap((run) => run.tests.map((test) => reportLines(run, test, options))),
    section('Limits', bulletLines(limits(runs), options), options),
    verdictLines(result, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function countLines(runs: readonly KcsanRun[], options: TerminalOptions): string[] {
  const rows = runs.flatMap((run) =>
    run.tests.map(({ name, executions, hits, printed, counters }) => {
      const { low, high } = shareInterval(hits, executions);
      const per = (share: number) => (share * 1000).toFixed(1);
      return [
        printable(name),
        printable(run.name),
        whole(executions),
        whole(counters.setupWatchpoints ?? 0),
        whole(hits),
        `${per(hits / executions)} (${per(low)}-${per(high ?? 1)})`,
        whole(printed),
      ];
    }),
  );
  const heads = ['TEST', 'KERNEL', 'RUN', 'WATCHED', 'HIT', 'IN 1000 (95 %)', 'PRINTED'];
  return tableLines(heads, rows, { ...options, indent: 2, right: [2, 3, 4, 5, 6] });
}

function reportLines(run: KcsanRun, test: KcsanTest, options: TerminalOptions): string[] {
  const blocks = test.races.map(({ report, hits, first }) => [
    `In ${whole(hits)} of ${whole(test.executions)} executions, first in number ${whole(first)}:`,
    formatRaceReport(report).trimEnd(),
  ]);
  const other = [
    ...test.findings.map(({ kind, message }) => `${kind}: ${message}`),
    ...test.warnings.map((text) => `The kernel would warn: ${text}`),
  ];
  return section(
    `Reports in ${printable(test.name)}, ${printable(run.name)}`,
    [...blocks.flat(), ...bulletLines(other, options)],
    options,
  );
}

function limits(runs: readonly KcsanRun[]): string[] {
  const short = runs.some(({ tests }) => tests.some(({ stoppedBy }) => stoppedBy === 'time'));
  return [
    'A sample: what KCSAN did not see in it may be there. --detector happens-before looks at every interleaving.',
    'Time is virtual: 50 ns a step, rounds as in the kernel engine. docs/kcsan.md says what that leaves out.',
    ...(short ? ['Time ran out before all executions were run: see --max-time.'] : []),
  ];
}

function verdictLines({ missed, left, runs, expected }: KcsanResult, options: TerminalOptions): string[] {
  const name = ({ functions }: KcsanResult['missed'][number]) => functions.join(' / ');
  const fixed = runs.length > 1;
  const text = expected
    ? `KCSAN reports every race that the case expects${fixed ? ', and none of them with the fix' : ''}.`
    : [
        ...(missed.length > 0 ? [`KCSAN did not report ${missed.map(name).join(', ')}.`] : []),
        ...(left.length > 0 ? [`With the fix KCSAN still reports ${left.map(name).join(', ')}.`] : []),
      ].join(' ');
  return wrapLines(paletteFor(options).bold(printable(text)), options.columns, { first: 0, rest: 2 });
}
