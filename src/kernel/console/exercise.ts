// What the harness counted in the guest, from the diagnostics of each test.
import { parseHarnessCounts, type TestResult } from '../../report/index.js';
import type { Exercise } from '../types.js';

/** One entry for each test that printed its counts, and printed them whole; its result line may be lost. */
export function exercisesOf(tests: readonly TestResult[]): readonly Exercise[] {
  return tests.flatMap(({ diagnostics }) => {
    const counts = new Map<string, Exercise>();
    for (const found of diagnostics.map(parseHarnessCounts))
      if (found !== null && found !== 'damaged' && !counts.has(found.test)) counts.set(found.test, found);
    return [...counts.values()];
  });
}
