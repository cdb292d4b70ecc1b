// What settings of KCSAN buy, as a table for each test.
import type { Estimate, TunePoint, TuneResult } from '../../run/index.js';
import { bulletLines, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, type TerminalOptions } from './text.js';

export interface TuneOptions extends TerminalOptions {
  /** Points that are shown of each test, best first. */
  readonly top: number;
}

/** Text without a line end behind the last line. */
export function renderTuneResult(result: TuneResult, options: TuneOptions): string {
  const tests = [...new Set(result.points.map(({ test }) => test))];
  const limits = [
    'A sample of executions in virtual time: docs/kcsan.md says how far such a prediction goes.',
    ...(result.cutShort ? ['Time ran out before the whole grid was sampled: see --max-time.'] : []),
  ];
  return [
    [paletteFor(options).bold(printable(`${result.case} on Linux ${result.tree}: chance of a KCSAN report`))],
    ...tests.map((test) => testLines(test, result, options)),
    section('Limits', bulletLines(limits, options), options),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function testLines(test: string, { points }: TuneResult, options: TuneOptions): string[] {
  const own = points.filter((point) => point.test === test);
  const rows = own
    .slice(0, options.top)
    .map(({ settings, perThousand, toFirst }: TunePoint) => [
      whole(settings.skipWatch),
      `${settings.udelayTask}/${settings.udelayInterrupt}`,
      settings.interruptWatcher ? 'y' : 'n',
      whole(settings.cpus),
      estimate(perThousand, 1),
      estimate(toFirst, 0),
    ]);
  const heads = ['SKIP', 'UDELAY', 'INTR', 'CPUS', 'IN 1000 (95 %)', 'EXECUTIONS TO FIRST (95 %)'];
  const title = `${printable(test)}, best ${rows.length} of ${own.length} settings`;
  return section(title, tableLines(heads, rows, { ...options, indent: 2, right: [0, 1, 3, 4, 5] }), options);
}

function estimate({ value, low, high }: Estimate, digits: number): string {
  const text = (number: number | null) =>
    number === null ? '?' : Number(number.toFixed(digits)).toLocaleString('en-US');
  return `${text(value)} (${text(low)}-${text(high)})`;
}
