// `--workers`: threads that explore.
import { inputError } from '../base/index.js';

/** Each has a machine of its own, of some 100 MiB. */
const mostWorkers = 64;

/** One when not given. Errors: `input`. */
export function workersOf(given: number | undefined): number {
  const workers = given ?? 1;
  if (!(Number.isInteger(workers) && workers > 0 && workers <= mostWorkers))
    throw inputError(`--workers wants a whole number from 1 to ${mostWorkers}`);
  return workers;
}
