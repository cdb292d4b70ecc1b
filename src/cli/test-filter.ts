// `--test` and `--filter`: which tests of a case are run.
import { didYouMean, inputError } from '../base/index.js';
import type { Case } from '../case/index.js';

/** Errors: `input` for a test that the case does not have, and for both options at once. */
export function filterOf(
  { filter, test }: { readonly filter?: string | undefined; readonly test: string | undefined },
  theCase: Case,
): { filter?: string } {
  if (test === undefined) return filter === undefined ? {} : { filter };
  if (filter !== undefined) throw inputError('--test and --filter say the same thing: give one of them');
  const names = theCase.tests.map(({ name }) => name);
  if (!names.includes(test))
    throw inputError(`the case ${theCase.name} has no test ${test}`, {
      hint: didYouMean(test, names) ?? `It has: ${names.join(', ')}.`,
    });
  return { filter: `${theCase.suite}.${test}` };
}
