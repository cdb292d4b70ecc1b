// Work in a thread of its own: whoever asks stays free to hear signals and to look at the clock, and ends the thread
// when it does not come back.
import { Worker } from 'node:worker_threads';
import { type ErrorDetails, type ErrorKind, InputErrors, MillraceError } from './errors.js';
import type { Progress, StepUpdate } from './progress.js';

/** What a thread is told. */
export type ToThread<Request> =
  | { readonly request: Request; readonly interrupted: SharedArrayBuffer }
  | { readonly interrupt: true };

/** What it answers: any number of messages, the last of which is a result or an error. `step`: a number of its own. */
export type FromThread<Told, Result> =
  | { readonly step: number; readonly title: string }
  | { readonly step: number; readonly update: string; readonly fraction: number | undefined }
  | { readonly step: number; readonly failed: boolean }
  | { readonly note: string }
  | { readonly busyFor: number | null }
  | { readonly told: Told }
  | { readonly result: Result }
  | { readonly error: PlainError };

/** An error as plain data; `kind` null for a defect of ours. */
export interface PlainError extends Pick<ErrorDetails, 'at' | 'hint' | 'excerpt'> {
  readonly kind: ErrorKind | null;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of {@link InputErrors}. */
  readonly problems?: readonly PlainError[] | undefined;
}

export interface AskOptions<Told> {
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  readonly onTold?: ((told: Told) => void) | undefined;
}

/** Why a thread was ended without an answer: it was not back in time, or not soon enough after an interruption. */
export type EndedBy = 'time' | 'interrupt';

export type Answer<Result> = { readonly result: Result } | { readonly endedBy: EndedBy };

/**
 * How late an answer may be before the thread is ended: microseconds of this process's processor time, so that a machine
 * with more to do than it can ends nothing that comes back, and milliseconds for work that waits for ever.
 */
const patience = { processor: 1_500_000, time: 60_000 } as const;

/** Milliseconds between two looks at that. */
const lookEvery = 100;

/** Milliseconds that `setTimeout()` takes. */
const longestTimer = 2 ** 31;

/** A thread that does one piece of work after the other. It begins to read its code at once. */
export class WorkThread<Request, Told, Result> {
  private readonly worker: Worker;

  /** `file`: calls `answerRequests()`. */
  constructor(file: string) {
    this.worker = new Worker(file);
    this.worker.unref();
  }

  /** Errors: those of the work. After an answer without a result the thread is of no more use. */
  async ask(request: Request, options: AskOptions<Told>): Promise<Answer<Result>> {
    const { worker } = this;
    const asking = new Asking<Told, Result>(worker, options);
    worker.ref();
    try {
      return await asking.answer(request);
    } catch (error) {
      // What the thread itself died of, or a defect of ours: it may be in any state.
      if (!(error instanceof MillraceError)) await this.close();
      throw error;
    } finally {
      asking.close();
      worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

interface OpenStep {
  readonly update: StepUpdate;
  readonly end: (failed: boolean) => void;
}

class Asking<Told, Result> {
  private readonly worker: Worker;
  private readonly options: AskOptions<Told>;
  private readonly steps = new Map<number, OpenStep>();
  private readonly clearing: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(worker: Worker, options: AskOptions<Told>) {
    this.worker = worker;
    this.options = options;
  }

  answer(request: unknown): Promise<Answer<Result>> {
    const { worker, options } = this;
    const { signal } = options;
    const interrupted = new SharedArrayBuffer(4);
    return new Promise((resolve, reject) => {
      const end = (endedBy: EndedBy) => {
        this.endAfter(null, () => {});
        worker.off('exit', onExit);
        void worker.terminate().then(() => resolve({ endedBy }));
      };
      const interrupt = () => {
        Atomics.store(new Int32Array(interrupted), 0, 1);
        worker.postMessage({ interrupt: true });
        this.endAfter(0, () => end('interrupt'));
      };
      const onMessage = (message: FromThread<Told, Result>) => {
        if ('result' in message) resolve({ result: message.result });
        else if ('error' in message) reject(errorOf(message.error));
        else if ('told' in message) options.onTold?.(message.told);
        else if ('note' in message) options.progress.note(message.note);
        else if ('step' in message) this.follow(message);
        else if (!signal?.aborted) this.endAfter(message.busyFor, () => end('time'));
      };
      const onExit = () => reject(new Error('a thread ended before its work was done'));
      worker.on('message', onMessage).once('error', reject).once('exit', onExit);
      signal?.addEventListener('abort', interrupt, { once: true });
      this.clearing.push(
        () => worker.off('message', onMessage).off('error', reject).off('exit', onExit),
        () => signal?.removeEventListener('abort', interrupt),
      );
      worker.postMessage({ request, interrupted });
      if (signal?.aborted) interrupt();
    });
  }

  close(): void {
    clearTimeout(this.timer);
    for (const clear of this.clearing) clear();
    for (const { end } of this.steps.values()) end(false);
  }

  private follow(message: Extract<FromThread<Told, Result>, { step: number }>): void {
    if ('title' in message) {
      const ended = new Error('the step failed in its thread');
      void this.options.progress
        .step(message.title, (update) => {
          return new Promise<void>((resolve, reject) => {
            this.steps.set(message.step, { update, end: (failed) => (failed ? reject(ended) : resolve()) });
          });
        })
        // The work's own error says why.
        .catch(() => {});
      return;
    }
    const step = this.steps.get(message.step);
    if ('update' in message) step?.update(message.update, message.fraction);
    else {
      step?.end(message.failed);
      this.steps.delete(message.step);
    }
  }

  /** When the answer should be there: what was to be before is forgotten; null for never. */
  private endAfter(milliseconds: number | null, end: () => void): void {
    clearTimeout(this.timer);
    if (milliseconds === null || milliseconds > longestTimer) return;
    this.timer = setTimeout(() => {
      const used = processorTime();
      const late = performance.now();
      this.timer = setInterval(() => {
        const isOver =
          processorTime() - used > patience.processor || performance.now() - late > patience.time;
        if (isOver) end();
      }, lookEvery);
    }, milliseconds);
  }
}

/** Microseconds, of all threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function errorOf({ kind, message, stack, problems, ...details }: PlainError): Error {
  const error =
    kind === null
      ? new Error(message)
      : problems === undefined
        ? new MillraceError(kind, message, details)
        : new InputErrors(
            message,
            problems.map((problem) => errorOf(problem) as MillraceError),
          );
  if (stack !== undefined) error.stack = stack;
  return error;
}
