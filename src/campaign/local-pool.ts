// Jobs on this machine, a process each.
import { attempt } from './attempt.js';
import type { Executor } from './run-campaign.js';
import type { Store } from './store.js';

/** `slots`: processes at a time. Of real kernels one at a time: each has all the processors, and its time is measured. */
export function localPool(store: Store, slots: number): Executor {
  return {
    slots,
    takes: (job, beside) => job.engine !== 'kernel' || beside.every(({ engine }) => engine !== 'kernel'),
    run: (job, signal) => attempt(store, job, signal),
  };
}
