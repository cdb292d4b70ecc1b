// Several things may be wrong with one case: they are gathered, so that they can be mended together.
import { InputErrors, MillraceError } from '../base/index.js';

/** What `work` gives; or null, with its input errors added to `problems`. Other errors are thrown on. */
export async function collectProblems<T>(
  problems: MillraceError[],
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputErrors) problems.push(...error.problems);
    else if (error instanceof MillraceError && error.kind === 'input') problems.push(error);
    else throw error;
    return null;
  }
}
