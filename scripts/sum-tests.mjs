// The last line of `.ci/run`, from vitest's JSON reports: `N passed, N failed`. A step that failed without a failed
// test counts as one.
import { readFileSync } from 'node:fs';

const [failedStep, ...files] = process.argv.slice(2);
const sums = { passed: 0, failed: 0, skipped: 0 };
for (const file of files) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    sums.passed += report.numPassedTests;
    sums.failed += report.numFailedTests;
    sums.skipped += report.numPendingTests;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
if (failedStep !== '0' && sums.failed === 0) sums.failed = 1;
if (sums.skipped > 0) console.log(`${sums.skipped} skipped`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed > 0 || sums.passed === 0 ? 1 : 0;
