// Whether a program is there that a fresh machine need not have. A test that uses one is skipped where it is not, and
// run again by `.ci/run` when `millrace doctor` has installed what Millrace needs.
import which from 'which';

export function hasProgram(name: string): boolean {
  return which.sync(name, { nothrow: true }) !== null;
}
