// Which of a case's tests run under a filter, so that one left out is not taken for one that did not come to run.
import picomatch from 'picomatch';
import { inputError } from '../base/index.js';
import type { Case } from '../case/index.js';

/**
 * The case with the tests that `filter` leaves, by the rules of `kunit.filter_glob`: `suite_glob.test_glob`, split at
 * the first period, or `suite_glob` alone (kunit_parse_glob_filter() of lib/kunit/executor.c, v6.12).
 * Errors: `input` when no test is left, and for what a kernel command line cannot carry.
 */
export function filterTests(theCase: Case, filter: string): Case {
  if (filter === '' || /[\s"'\\]/.test(filter))
    throw inputError(`"${filter}" is no filter`, {
      hint: 'Write SUITE.TEST with * and ? for any characters, without spaces and quotes.',
    });
  const period = filter.indexOf('.');
  const suite = period < 0 ? filter : filter.slice(0, period);
  const tests = theCase.tests.filter(
    ({ name }) => matches(suite, theCase.suite) && (period < 0 || matches(filter.slice(period + 1), name)),
  );
  if (tests.length === 0)
    throw inputError(`the filter ${filter} leaves none of the tests of ${theCase.name}`, {
      hint: `They are: ${theCase.tests.map(({ name }) => `${theCase.suite}.${name}`).join(', ')}.`,
    });
  return { ...theCase, tests };
}

/** glob_match() of lib/glob.c, v6.12, has *, ? and classes, which ! complements: nothing else of what a shell has. */
function matches(pattern: string, name: string): boolean {
  const plain = { dot: true, nobrace: true, noextglob: true, noglobstar: true, nonegate: true };
  const literal = pattern.replace(/[(){}|+@^]/g, '\\$&').replaceAll('[!', '[^');
  return picomatch.isMatch(name, literal, plain);
}
