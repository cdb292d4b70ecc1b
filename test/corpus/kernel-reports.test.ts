// Real kernel reports, from mailing lists and syzkaller's tests, against what their collector wrote down for each. The
// corpus lies beside the project and is not part of it; `npm run bench:reports` prints the table.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportOf, scoreReport } from '../../bench/score-reports.mjs';
import { readConsole } from '../report/read-console.js';

const corpus = join(import.meta.dirname, '../../../shared/corpus/reports');
const present = existsSync(join(corpus, 'truth.json'));
const truth: readonly Record<string, string>[] = present
  ? JSON.parse(readFileSync(join(corpus, 'truth.json'), 'utf8'))
  : [];
/** Share of the fields that has to be right. */
const floor = 0.99;

describe.skipIf(!present)('the corpus of real kernel reports', () => {
  it(`is read with ${floor * 100} % of its fields right`, () => {
    const fields = truth.flatMap((entry) => {
      const text = readFileSync(join(corpus, entry.file ?? ''));
      return scoreReport(entry, reportOf(entry, readConsole(text).kernelReports));
    });
    const right = fields.filter((field) => field.right).length;
    expect(right / fields.length).toBeGreaterThan(floor);
  });

  it('reads the same a byte at a time', () => {
    for (const entry of truth.slice(0, 20)) {
      const text = readFileSync(join(corpus, entry.file ?? ''));
      expect(readConsole(text, 1).kernelReports).toEqual(readConsole(text).kernelReports);
    }
  });
});
