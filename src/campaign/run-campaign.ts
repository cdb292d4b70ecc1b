// A campaign from its plan to the results of all its jobs, whoever does them.
import { interruptedError, type Progress, plural } from '../base/index.js';
import type { Job } from './job.js';
import type { JobStatus, Journal } from './journal.js';
import { pause } from './pause.js';
import type { Plan } from './plan.js';
import type { JobEnd } from './result.js';
import type { Store } from './store.js';

/** Who does jobs: processes of this machine, workers behind a queue. */
export interface Executor {
  /** How many jobs it takes at a time. */
  readonly slots: number;
  /** Whether it takes this job beside those that it has. */
  takes?(job: Job, beside: readonly Job[]): boolean;
  /** Errors: `interrupted`; `environment` where no job can be done any more. */
  run(job: Job, signal: AbortSignal): Promise<JobEnd>;
  /** What is worth knowing about it at the moment, for progress; nothing when empty. */
  state?(): string;
}

export interface CampaignRun {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly store: Store;
  readonly executor: Executor;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface CampaignStatus {
  readonly plan: Plan;
  /** By key. */
  readonly jobs: ReadonlyMap<string, JobStatus>;
  /** How many results were there before. */
  readonly found: number;
}

/** Milliseconds between looks at jobs that another process has, or that wait for a better time. */
const lookAgain = 500;

/** Milliseconds before a job is tried again that has failed so often: what ails a machine may pass. */
const backOff = (failures: number) => Math.min(60_000, 1000 * 2 ** (failures - 1));

/**
 * Does each job that has no result yet; a job that another process of this journal does is waited for. Errors:
 * `interrupted`, with every job that was begun given back; `environment` from the executor.
 */
export async function runCampaign(request: CampaignRun): Promise<CampaignStatus> {
  const { plan, journal, progress, signal } = request;
  const title = `${plan.title || 'Campaign'}: ${plural(plan.jobs.length, 'job')}`;
  const found = await adoptFound(request);
  await progress.step(title, async (update) => {
    const controller = new AbortController();
    const stop = () => controller.abort();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await doAll(request, found, controller, update);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    if (signal?.aborted) throw interruptedError();
  });
  return statusOf(plan, journal, found);
}

/** Where a campaign stands, from its journal alone. */
export function statusOf(plan: Plan, journal: Journal, found = 0): CampaignStatus {
  return { plan, jobs: new Map(plan.jobs.map(({ key }) => [key, journal.status(key)])), found };
}

/** The store has the last word on what is done: the journal may have been cut off before it heard, or a folder removed. */
async function adoptFound({ plan, journal, store }: CampaignRun): Promise<number> {
  journal.freeAbandoned();
  let found = 0;
  for (const { key } of plan.jobs) {
    const result = await store.find(key);
    const { state } = journal.status(key);
    if (result !== null) {
      found += 1;
      if (state !== 'done') journal.adopt(result);
    } else if (state === 'done') journal.forget(key);
  }
  return found;
}

async function doAll(
  { plan, journal, executor, signal }: CampaignRun,
  found: number,
  controller: AbortController,
  update: (message: string, fraction?: number) => void,
): Promise<void> {
  const running = new Map<string, { readonly job: Job; readonly ended: Promise<void> }>();
  let failure: unknown;
  let givenBack = 0;
  const waiting = new Set(plan.jobs.filter(({ key }) => journal.status(key).state !== 'done'));
  const notBefore = new Map<Job, number>();
  const total = plan.jobs.length;
  const tell = () => {
    const ended = total - waiting.size - running.size - givenBack;
    const state = executor.state?.() ?? '';
    update(
      [
        `${ended} of ${total} ended${found === 0 ? '' : `, ${found} of them before`}`,
        ...(running.size === 0 ? [] : [`${running.size} running`]),
        ...(state === '' ? [] : [state]),
      ].join(', '),
      total === 0 ? 1 : ended / total,
    );
  };
  const start = (job: Job) => {
    waiting.delete(job);
    const ended = executor
      .run(job, controller.signal)
      .then(
        (end) => {
          journal.settle(job.key, end, plan.attempts);
          const { state, failures } = journal.status(job.key);
          if (state !== 'waiting') return;
          notBefore.set(job, performance.now() + backOff(failures.length));
          waiting.add(job);
        },
        (error: unknown) => {
          journal.release(job.key);
          givenBack += 1;
          failure ??= error;
          controller.abort();
        },
      )
      .finally(() => running.delete(job.key));
    running.set(job.key, { job, ended });
  };
  while (waiting.size + running.size > 0) {
    if (!controller.signal.aborted) {
      for (const job of [...waiting]) {
        if (running.size >= executor.slots) break;
        const beside = [...running.values()].map((one) => one.job);
        if (performance.now() < (notBefore.get(job) ?? 0)) continue;
        if (executor.takes?.(job, beside) === false) continue;
        if (journal.claim(job.key)) start(job);
        else if (['done', 'failed'].includes(journal.status(job.key).state)) waiting.delete(job);
      }
    }
    tell();
    if (running.size === 0 && controller.signal.aborted) break;
    const others = waiting.size > 0 && running.size < executor.slots;
    await Promise.race([
      ...[...running.values()].map(({ ended }) => ended),
      ...(others || running.size === 0 ? [pause(lookAgain, controller.signal)] : []),
    ]);
    if (others && running.size < executor.slots) journal.freeAbandoned();
  }
  tell();
  if (signal?.aborted) return;
  if (failure !== undefined) throw failure;
}
