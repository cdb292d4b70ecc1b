// What boots gave, as the table has it: the first pair that the case expects, and the time spent on its test.
import { racingFunctions } from '../../dist/report/index.js';

/** The test that comes first in a case, and its first pair of functions. */
export function pairOf(theCase) {
  const [test] = theCase.tests;
  return { test: test.name, functions: [...test.races[0].functions].sort() };
}

/**
 * One boot for the table.
 * @param boot a BootRecord, or as much of it as this takes; with `times`, the host's seconds of each report
 * @returns host's seconds from QEMU's start; `guestSeconds` that the pair's test ran its sides
 */
export function boiledDown(boot, pair) {
  const isOfPair = (report) => racingFunctions(report).join() === pair.functions.join();
  const ofPair = boot.reports.filter(isOfPair);
  const firstIndex = boot.reports.findIndex(isOfPair);
  const guestSeconds = boot.exercises.find(({ test }) => test === pair.test)?.milliseconds / 1000;
  return {
    outcome: boot.outcome,
    firstKtap: boot.firstKtap,
    firstOfPair: firstIndex < 0 ? null : (boot.times?.[firstIndex] ?? fromGuest(boot, firstIndex)),
    ofPair: ofPair.length,
    others: boot.reports.length - ofPair.length,
    guestSeconds: Number.isNaN(guestSeconds) ? null : guestSeconds,
  };
}

/** A record has the first report's time by the host's clock; the guest's own stamps lead on from there. */
function fromGuest({ firstReport, reports }, index) {
  return firstReport + (reports[index].time - reports[0].time);
}
