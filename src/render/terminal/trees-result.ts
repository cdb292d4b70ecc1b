// One case on several trees: a row each, and why.
import type { TreeOutcome } from '../../run/index.js';
import { factLines, section } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, type TerminalOptions } from './text.js';

/** Text without a line end behind the last line. */
export function renderTreesResult(
  name: string,
  fix: string | null,
  outcomes: readonly TreeOutcome[],
  options: TerminalOptions,
): string {
  const rows = outcomes.map((one) => [
    printable(one.tree),
    one.version ?? '-',
    one.base,
    ...(fix === null ? [] : [one.fix ?? '-']),
  ]);
  const heads = ['TREE', 'VERSION', 'BASE', ...(fix === null ? [] : ['FIX'])];
  const reasons = outcomes.map(({ tree, reason, run }) => {
    const where = run === null ? '' : ` (millrace show ${run})`;
    return [printable(tree), printable(`${reason}${where}`)] as const;
  });
  const title = fix === null ? name : `${name}, fix ${fix}`;
  return [
    [paletteFor(options).bold(printable(title)), ...tableLines(heads, rows, { ...options, indent: 2 })],
    section('Why', factLines(reasons, options), options),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
