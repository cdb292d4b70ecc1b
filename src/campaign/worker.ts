// The side that does jobs of a queue, each in a process of its own, until it is told to stop.
import { WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { MillraceError } from '../base/index.js';
import { findEmulator, findToolchain } from '../kernel/index.js';
import { attempt } from './attempt.js';
import { type Job, parseJob, toolchainOf } from './job.js';
import { connect, type QueueAddress, type QueuedJob, queueNameFor, shownAddress, storeId } from './queue.js';
import type { JobEnd } from './result.js';
import type { Store } from './store.js';

/** What a worker tells of, for whoever watches it. */
export type WorkerEvent =
  | { readonly kind: 'ready'; readonly address: string; readonly toolchains: readonly string[] }
  | { readonly kind: 'taken'; readonly job: Job }
  | { readonly kind: 'ended'; readonly job: Job; readonly end: JobEnd }
  | { readonly kind: 'given back'; readonly job: Job }
  | { readonly kind: 'away'; readonly reason: string };

export interface WorkerOptions {
  /** Jobs at a time. */
  readonly slots: number;
  /** Seconds after which a job returns to the queue whose worker is silent. */
  readonly lease: number;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Ends the worker: what it does is given back. */
  readonly signal: AbortSignal;
}

/** Milliseconds that a worker takes at most to give back what it has, once its jobs have ended. */
const closeTimeout = 20_000;

/** How often a job may return to the queue from workers that went silent before it has failed. */
const mostSilences = 5;

/**
 * Takes jobs until the signal fires. A job that it cannot end is given back at once; one that it is killed over returns
 * when its lease is up. Errors: `environment` when there is no queue, or nothing here that jobs need.
 */
export async function work(store: Store, address: QueueAddress, options: WorkerOptions): Promise<void> {
  const redis = await connect(address);
  try {
    await takeJobs(store, redis, shownAddress(address), options);
  } finally {
    redis.disconnect();
  }
}

async function takeJobs(
  store: Store,
  redis: Redis,
  address: string,
  { slots, lease, onEvent, signal }: WorkerOptions,
): Promise<void> {
  const id = await storeId(store);
  const tools = await toolchainsHere(signal);
  const engines = new Map<string, Job['engine']>();
  for (const { engine, toolchain } of tools) engines.set(await queueNameFor(id, engine, toolchain), engine);
  // All of a worker's queues share its slots.
  const gate = slotGate(slots);
  const connections: Redis[] = [];
  const workers = [...engines.keys()].map((name) => {
    const connection = redis.duplicate();
    // Told by the worker.
    connection.on('error', () => {});
    connections.push(connection);
    const worker = new Worker<QueuedJob>(
      name,
      async (queued, token) => {
        const job = parseJob(queued.data.job);
        const leave = await gate.enter();
        try {
          if (signal.aborted) throw new MillraceError('interrupted', 'interrupted');
          onEvent({ kind: 'taken', job });
          const end = await attempt(store, job, signal);
          onEvent({ kind: 'ended', job, end });
          if (end.kind === 'failed') throw new Error(end.reason);
        } catch (error) {
          if (!(error instanceof MillraceError) || error.kind !== 'interrupted') throw error;
          onEvent({ kind: 'given back', job });
          await queued.moveToWait(token);
          throw new WaitingError();
        } finally {
          leave();
        }
      },
      {
        connection,
        // Of real kernels one at a time, as in a pool.
        concurrency: engines.get(name) === 'kernel' ? 1 : slots,
        lockDuration: lease * 1000,
        stalledInterval: (lease * 1000) / 2,
        maxStalledCount: mostSilences,
        drainDelay: 2,
      },
    );
    worker.on('error', (error) => onEvent({ kind: 'away', reason: error.message }));
    return worker;
  });
  onEvent({
    kind: 'ready',
    address,
    toolchains: [...new Set(tools.map(({ toolchain }) => toolchain))],
  });
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    // No more are taken; those that run are being given back; then there is nothing that a connection is needed for. A
    // queue that does not answer meanwhile has them back when their lease is up.
    const settled = Promise.allSettled(workers.map((worker) => worker.pause(true)))
      .then(() => gate.empty())
      .then(() => Promise.allSettled(workers.map((worker) => worker.close(true))));
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, closeTimeout).unref())]);
    for (const connection of connections) connection.disconnect();
  }
}

/** What this machine can do jobs with. Errors: `environment` when that is nothing. */
async function toolchainsHere(
  signal: AbortSignal,
): Promise<readonly { readonly engine: Job['engine']; readonly toolchain: string }[]> {
  const found: { engine: Job['engine']; toolchain: string }[] = [];
  const none = { kernel: { cpus: 1, memory: 1, timeout: 1, seconds: 1, boots: 1, makeOptions: [] } };
  for (const compiler of ['native', 'packaged'] as const)
    await toolchainOf({ engine: 'model', options: {}, compiler }, none, signal).then(
      (toolchain) => found.push({ engine: 'model', toolchain }),
      ignoreMissing,
    );
  const kernelTools = async () => {
    await findEmulator(undefined, signal);
    return (await findToolchain({ signal })).description;
  };
  await kernelTools().then((toolchain) => found.push({ engine: 'kernel', toolchain }), ignoreMissing);
  return found;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof MillraceError) || error.kind !== 'environment') throw error;
}

/** Lets `slots` in at a time; who is let in says when he leaves. */
function slotGate(slots: number) {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = () => {
    inside -= 1;
    for (const wake of waiting.splice(0)) wake();
  };
  const change = () => new Promise<void>((resolve) => waiting.push(resolve));
  return {
    async enter(): Promise<() => void> {
      while (inside >= slots) await change();
      inside += 1;
      return leave;
    },
    async empty(): Promise<void> {
      while (inside > 0) await change();
    },
  };
}
