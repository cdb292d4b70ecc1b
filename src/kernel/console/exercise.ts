// What the harness counted in the guest, from the diagnostics of each test (include/millrace_kernel.h).
import type { TestResult } from '../../report/index.js';
import type { Exercise } from '../types.js';

const countLine = /millrace: rounds=(\d+) overlaps=(\d+) violations=(\d+) ms=(\d+)/;

/** One entry for each test that printed its counts. */
export function exercisesOf(tests: readonly TestResult[]): readonly Exercise[] {
  return tests.flatMap(({ path, diagnostics }) => {
    const counts = diagnostics.map((line) => countLine.exec(line)).find((match) => match !== null);
    if (!counts) return [];
    const [rounds = 0, overlaps = 0, violations = 0, milliseconds = 0] = counts.slice(1).map(Number);
    return [{ test: path.at(-1) ?? '', rounds, overlaps, violations, milliseconds }];
  });
}
