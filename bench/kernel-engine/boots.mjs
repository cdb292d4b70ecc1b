// What boots gave, as the table has it: the first pair that the case expects, and the time spent on its test.
import { racingFunctions } from '../../dist/report/index.js';

/** The test that comes first in a case, and its first pair of functions. */
export function pairOf(theCase) {
  const [test] = theCase.tests;
  return { test: test.name, functions: [...test.races[0].functions].sort() };
}

/**
 * One boot for the table.
 * @param boot a BootRecord, or as much of it as this takes
 * @returns host's seconds from QEMU's start; `guestSeconds` that the pair's test ran its sides
 */
export function boiledDown(boot, pair) {
  const ofPair = boot.reports.filter((report) => racingFunctions(report).join() === pair.functions.join());
  const [first] = boot.reports;
  const [firstOfPair] = ofPair;
  const guestSeconds = boot.exercises.find(({ test }) => test === pair.test)?.milliseconds / 1000;
  return {
    outcome: boot.outcome,
    firstKtap: boot.firstKtap,
    // The host's clock has the first report of any pair; the guest's own stamps lead on from there.
    firstOfPair: firstOfPair === undefined ? null : boot.firstReport + (firstOfPair.time - first.time),
    ofPair: ofPair.length,
    others: boot.reports.length - ofPair.length,
    guestSeconds: Number.isNaN(guestSeconds) ? null : guestSeconds,
  };
}
