// Jobs through a queue: BullMQ on Redis. The queue only says who does what now; what is done is in the store, and what
// was tried in the journal of the machine that asks. A Redis that loses everything loses no result.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { environmentError, inputError, writeWhole } from '../base/index.js';
import { programDigest, sha256 } from './digest.js';
import type { Job } from './job.js';
import type { Store } from './store.js';

export interface QueueAddress {
  /** `redis://USER:PASSWORD@HOST:PORT/DATABASE`, or `rediss://` for TLS. */
  readonly url: string;
  /** File with the certificate of who signed the server's; the system's when absent. */
  readonly authority?: string | undefined;
}

/** Milliseconds that a connection may take when there is none yet. */
const connectTimeout = 10_000;

/** Errors: `input` for what is no address. */
export function checkedAddress(url: string, authority: string | undefined): QueueAddress {
  if (!/^rediss?:\/\/[^\s]+$/.test(url) || !URL.canParse(url))
    throw inputError('--queue wants an address like redis://HOST:6379, or rediss:// for TLS', {
      hint: 'Give one with a password as MILLRACE_QUEUE in the environment, where no list of processes shows it.',
    });
  return { url, authority };
}

/** Without its password. */
export function shownAddress({ url }: QueueAddress): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** A connection that comes back by itself once it was there. Errors: `environment` when there is no such server. */
export async function connect(address: QueueAddress): Promise<Redis> {
  const { url, authority } = address;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout,
    // What BullMQ wants: it waits as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(2000, 100 * times),
    ...(authority === undefined ? {} : { tls: { ca: readFileSync(authority) } }),
  });
  // Each is told again by whoever waits; without a listener it would be printed.
  let last: Error | null = null;
  redis.on('error', (error: Error) => {
    last = error;
  });
  const tooLong = setTimeout(() => redis.disconnect(), connectTimeout);
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (cause) {
    redis.disconnect();
    const { message } = last ?? (cause as Error);
    throw environmentError(`cannot reach the queue at ${shownAddress(address)}: ${message}`, {
      hint: 'Is redis-server running there, with this password, and open to this machine?',
      cause,
    });
  } finally {
    clearTimeout(tooLong);
  }
}

/** What is told apart from other stores' jobs: made once, by whoever comes first. */
export async function storeId(store: Store): Promise<string> {
  const place = join(store.folder, 'id');
  for (;;) {
    const known = await readFile(place, 'utf8').catch(() => null);
    if (known !== null) return known.trim();
    const beside = `${place}.${randomUUID()}`;
    await writeWhole(beside, `${randomUUID()}\n`);
    // A link, unlike a rename, never takes the place of one that is there.
    await link(beside, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(beside);
  }
}

/**
 * The queue that a job goes through: of its store, its program and, where it is known beforehand, its toolchain, so that
 * a worker gets only what it can do.
 */
export function queueName(
  store: string,
  { program, engine, toolchain }: Pick<Job, 'program' | 'engine' | 'toolchain'>,
) {
  const needs = engine === 'kernel' ? 'kernel' : sha256(toolchain).slice(0, 16);
  return `millrace-${store.slice(0, 8)}-${program.slice(0, 16)}-${needs}`;
}

/** Of this program. */
export async function queueNameFor(store: string, engine: Job['engine'], toolchain: string): Promise<string> {
  return queueName(store, { program: await programDigest(), engine, toolchain });
}

export interface QueuedJob {
  readonly job: Job;
}

/** The queues by name, on one connection. */
export class Queues {
  private readonly queues = new Map<string, Queue<QueuedJob>>();
  private readonly redis: Redis;

  constructor(redis: Redis) {
    this.redis = redis;
  }

  of(name: string): Queue<QueuedJob> {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const made = new Queue<QueuedJob>(name, { connection: this.redis });
    made.on('error', () => {});
    this.queues.set(name, made);
    return made;
  }

  all(): readonly Queue<QueuedJob>[] {
    return [...this.queues.values()];
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.all().map((queue) => queue.close()));
    this.redis.disconnect();
  }
}
