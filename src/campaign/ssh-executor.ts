// Jobs on other machines over ssh, for those who have nothing else in common: each host runs `millrace worker --lines`,
// gets the case with the job, and sends the record with the result.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentError, inputError, interruptedError } from '../base/index.js';
import type { Job } from './job.js';
import { type Asked, packFolder, type Told, toldSchema, unpackInto } from './lines.js';
import { pause } from './pause.js';
import type { JobEnd } from './result.js';
import type { Executor } from './run-campaign.js';
import { insideOf, type Store } from './store.js';

export interface SshOptions {
  /** As ssh takes them. */
  readonly hosts: readonly string[];
  /** Jobs at a time on each host. */
  readonly perHost: number;
  /** The program that connects, with its options. */
  readonly ssh: readonly string[];
  /** What Millrace is called there. */
  readonly millrace: string;
}

export interface SshExecutor extends Executor {
  close(): void;
}

/** Milliseconds that a host is left alone after its connection has ended so often. */
const restFor = (failures: number) => Math.min(60_000, 1000 * 2 ** failures);

/** Errors: `input` for what is no host. */
export function sshExecutor(store: Store, options: SshOptions): SshExecutor {
  const wrong = options.hosts.find((name) => !/^[^\s-][^\s]*$/.test(name));
  if (wrong !== undefined || options.hosts.length === 0)
    throw inputError(`${JSON.stringify(wrong ?? '')} is no host`, {
      hint: 'Name hosts as ssh takes them, with commas between: --hosts alpha,me@beta.',
    });
  const hosts = options.hosts.map((name) => new Host(name, options));
  const isFree = (host: Host, job: Job) =>
    host.mayWork() &&
    host.jobs.length < options.perHost &&
    (job.engine !== 'kernel' || host.jobs.every(({ engine }) => engine !== 'kernel'));
  return {
    slots: hosts.length * options.perHost,
    async run(job, signal) {
      const asked = await askedOf(job);
      for (;;) {
        if (signal.aborted) throw interruptedError();
        if (hosts.every(({ isOther }) => isOther))
          throw environmentError('every host has another build of Millrace than this machine', {
            hint: 'Install the same version on all of them.',
          });
        const [host] = hosts.filter((one) => isFree(one, job)).sort((a, b) => a.jobs.length - b.jobs.length);
        // Chosen and asked without a pause, so that no other job takes the same place.
        if (host !== undefined) return await keep(store, await host.ask(asked, signal));
        await pause(200, signal);
      }
    },
    state: () => {
      const away = hosts.filter((host) => !host.mayWork());
      return away.map(({ name, reason }) => `${name} does not answer (${reason})`).join(', ');
    },
    close: () => {
      for (const host of hosts) host.close();
    },
  };
}

async function askedOf(job: Job): Promise<Asked> {
  const { fix, case: theCase } = job;
  const isOwn = fix === null || insideOf(theCase.folder, fix.patch) !== null;
  return {
    job,
    files: await packFolder(theCase.folder),
    patch: isOwn ? null : (await readFile(fix.patch)).toString('base64'),
  };
}

async function keep(store: Store, told: Exclude<Told, { kind: 'ready' }>): Promise<JobEnd> {
  if (told.kind === 'failed') return { kind: 'failed', reason: told.reason };
  return await store.withScratch(async (scratch): Promise<JobEnd> => {
    const record = told.record === null ? null : join(scratch, 'record');
    if (record !== null && told.record !== null) await unpackInto(record, told.record);
    return { kind: 'done', result: await store.keep(told.result, record, scratch) };
  });
}

type Answer = Exclude<Told, { kind: 'ready' }>;

/** A machine with its connection, which is made when it is needed. */
class Host {
  readonly name: string;
  /** Why its last connection ended. */
  reason = 'not tried yet';
  /** It has another Millrace, which no waiting changes. */
  isOther = false;
  private readonly options: SshOptions;
  private readonly asked = new Map<string, { job: Job; answer: (told: Answer) => void }>();
  private child: ChildProcess | null = null;
  private failures = 0;
  private restUntil = 0;

  constructor(name: string, options: SshOptions) {
    this.name = name;
    this.options = options;
  }

  get jobs(): readonly Job[] {
    return [...this.asked.values()].map(({ job }) => job);
  }

  mayWork(): boolean {
    return !this.isOther && performance.now() >= this.restUntil;
  }

  async ask(asked: Asked, signal: AbortSignal): Promise<Answer> {
    const child = this.connected();
    const { key } = asked.job;
    const answer = new Promise<Answer>((resolve) => this.asked.set(key, { job: asked.job, answer: resolve }));
    child.stdin?.write(`${JSON.stringify(asked)}\n`);
    let stop: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(interruptedError());
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([answer, stopped]);
    } finally {
      this.asked.delete(key);
      if (stop !== undefined) signal.removeEventListener('abort', stop);
    }
  }

  /** The far side sees the end of its input, and ends what it does. */
  close(): void {
    this.child?.stdin?.end();
    this.child?.kill();
  }

  private connected(): ChildProcess {
    if (this.child !== null) return this.child;
    const [program = 'ssh', ...first] = this.options.ssh;
    const child = spawn(
      program,
      [...first, this.name, ...this.options.millrace.split(' '), 'worker', '--lines'],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.child = child;
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = `${said}${String(chunk)}`.slice(-2000);
    });
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => this.hear(line));
    child.once('error', (error) => this.ended(error.message));
    child.once('close', (code) =>
      this.ended(said.trim().split('\n').at(-1) || `it ended with exit code ${code}`),
    );
    return child;
  }

  private hear(line: string): void {
    const told = toldSchema.safeParse(parseJson(line));
    // What a login shell prints is no answer.
    if (!told.success) return;
    this.failures = 0;
    if (told.data.kind === 'ready') {
      const { program } = told.data;
      if (this.jobs.every((job) => job.program === program)) return;
      this.isOther = true;
      this.close();
      this.ended('it has another build of Millrace');
      return;
    }
    const key = told.data.kind === 'failed' ? told.data.key : told.data.result.key;
    this.asked.get(key)?.answer(told.data);
  }

  private ended(reason: string): void {
    if (this.child === null) return;
    this.child = null;
    this.reason = reason;
    this.restUntil = performance.now() + restFor(this.failures);
    this.failures += 1;
    for (const [key, { answer }] of [...this.asked])
      answer({ kind: 'failed', key, reason: `the connection to ${this.name} ended: ${reason}` });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
