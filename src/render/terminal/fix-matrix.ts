// Several fixes side by side: a row a finding, a column a fix.
import type { FixMatrix } from '../../judge/index.js';
import { fixRowText, weakestText } from '../../words/index.js';
import type { ResultOptions } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, wrapLines } from './text.js';

export function matrixLines(matrix: FixMatrix | null, options: ResultOptions): string[] {
  if (matrix === null) return [];
  const colours = paletteFor(options);
  const cell = (is: boolean, word: string) => (is ? colours.yellow(word) : '-');
  // Places of one finding that fare alike are one row.
  const groups = new Map<string, { cells: readonly string[]; text: string; count: number }>();
  for (const row of matrix.rows) {
    const text = printable(fixRowText(row));
    const cells = [
      printable(row.test),
      cell(row.base, 'yes'),
      ...row.fixes.map((is) => cell(is, row.base ? 'yes' : 'new')),
    ];
    const key = [text, ...cells].join('\n');
    groups.set(key, { cells, text, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  const rows = [...groups.values()].map(({ cells, text, count }) => [
    count === 1 ? text : `${text} (${count} places)`,
    ...cells,
  ]);
  const verdicts = matrix.fixes.map(({ kind, outcome }) => {
    const text = kind.replace('-', ' ');
    return outcome === 'as-expected' ? colours.green(text) : colours.red(text);
  });
  const counts = matrix.fixes.map(
    ({ interleavings, complete }) => `${complete ? 'all ' : ''}${interleavings}`,
  );
  return [
    ...tableLines(
      ['FINDING', 'TEST', 'BASE', ...matrix.fixes.map(({ name }) => printable(name))],
      [...rows, ['interleavings', '', '', ...counts], ['verdict', '', '', ...verdicts]],
      { ...options, indent: 2 },
    ),
    ...wrapLines(printable(weakestText(matrix)), options.columns, { first: 2, rest: 2 }),
  ];
}
