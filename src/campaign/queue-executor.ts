// The side that asks: puts jobs into the queue, a bounded number at a time, and waits for their results in the store.
import { interruptedError } from '../base/index.js';
import type { Job } from './job.js';
import { pause } from './pause.js';
import { connect, type QueueAddress, Queues, queueName, storeId } from './queue.js';
import type { JobEnd } from './result.js';
import type { Executor } from './run-campaign.js';
import type { Store } from './store.js';
import { offerTree } from './trees.js';

/** Milliseconds between looks at the store and the queue, for each job that is out. */
const lookAgain = 1000;

/** Milliseconds that a command to the queue may take before it counts as away. */
const patience = 5000;

export interface QueueExecutorOptions {
  /** Jobs in the queue at a time. */
  readonly slots: number;
  /** Put every tree into the store, also those that workers could fetch. */
  readonly shareTrees: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface QueueExecutor extends Executor {
  close(): Promise<void>;
}

/** Errors: `environment` when there is no queue. */
export async function queueExecutor(
  store: Store,
  address: QueueAddress,
  { slots, shareTrees, signal }: QueueExecutorOptions,
): Promise<QueueExecutor> {
  const queues = new Queues(await connect(address));
  const id = await storeId(store);
  const out = new Set<string>();
  let workers: number | null = null;
  const countWorkers = async () => {
    const counts = await answered(Promise.all(queues.all().map((queue) => queue.getWorkersCount())));
    workers = counts === null ? null : counts.reduce((sum, one) => sum + one, 0);
  };
  const timer = setInterval(() => void countWorkers(), 2000);
  timer.unref();
  const offers = new Map<string, Promise<void>>();
  const offer = (job: Job) => {
    const { identity, spec } = job.tree;
    if (!shareTrees && spec.startsWith('debian:')) return;
    const begun = offers.get(identity) ?? offerTree(store, job.tree, signal);
    offers.set(identity, begun);
    return begun;
  };

  const run = async (job: Job, stop: AbortSignal): Promise<JobEnd> => {
    const queue = queues.of(queueName(id, job));
    await store.offer(job);
    await offer(job);
    out.add(job.key);
    try {
      for (;;) {
        const result = await store.find(job.key);
        if (result !== null) return { kind: 'done', result };
        if (stop.aborted) throw interruptedError();
        const failure = await answered(lookIn());
        if (failure !== null && failure !== undefined) return { kind: 'failed', reason: failure };
        await pause(lookAgain, stop);
      }
    } finally {
      out.delete(job.key);
      // A job that nobody has begun is taken back; one that is being done is left to its worker.
      if (stop.aborted) await answered(queue.remove(job.key));
    }

    /** Why it failed there; undefined while it is out. What the queue has lost is put in anew. */
    async function lookIn(): Promise<string | undefined> {
      const queued = await queue.getJob(job.key);
      if (queued === undefined) {
        await queue.add(
          'job',
          { job },
          { jobId: job.key, attempts: 1, removeOnComplete: true, removeOnFail: false },
        );
        return undefined;
      }
      if (!(await queued.isFailed())) return undefined;
      const reason = queued.failedReason ?? 'no reason is known';
      await queued.remove();
      // Done by another worker meanwhile, which came too late for the queue.
      return (await store.find(job.key)) === null ? reason : undefined;
    }
  };

  return {
    slots,
    run,
    state: () => (workers === null ? '' : workers === 0 ? 'no worker is connected' : `${workers} connected`),
    close: async () => {
      clearInterval(timer);
      await queues.close();
    },
  };
}

/** Null where the queue does not answer in time: it is asked again at the next look. */
async function answered<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patience);
  });
  try {
    return await Promise.race([question, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    question.catch(() => {});
  }
}
