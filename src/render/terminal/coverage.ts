// How far each side came, in a line a side.
import type { ModelRun } from '../../model/index.js';
import { type ResultOptions, whole } from './section.js';
import { tableLines } from './table.js';
import { printable } from './text.js';

/** Empty for records of versions that did not look. */
export function coverageLines(runs: readonly ModelRun[], options: ResultOptions): string[] {
  const rows = runs.flatMap((run) =>
    run.tests.flatMap(({ name, coverage }) =>
      (coverage?.sides ?? []).map(({ side, functions }) => {
        const reached = functions.reduce((sum, one) => sum + one.reached.length, 0);
        const missed = functions.reduce((sum, one) => sum + one.missed.length, 0);
        return [
          printable(name),
          printable(run.name),
          printable(side.name),
          whole(functions.length),
          `${whole(reached)} of ${whole(reached + missed)}`,
        ];
      }),
    ),
  );
  if (rows.length === 0) return [];
  return tableLines(['TEST', 'KERNEL', 'SIDE', 'FUNCTIONS', 'THEIR LINES'], rows, {
    ...options,
    indent: 2,
    right: [3, 4],
  });
}
