// A check whose exploration runs in a thread of its own: nothing that the program does keeps anybody from ending it, and
// what was found by then is told.
import { Worker } from 'node:worker_threads';
import { builtFile, MillraceError, type Progress } from '../../base/index.js';
import type { Sighting } from '../explore/index.js';
import type { ApartError, ApartMessage, ApartRequest } from './apart-protocol.js';
import type { CheckOptions, CheckResult } from './check.js';
import { compileCheck } from './compile-check.js';

/**
 * Milliseconds from when an exploration should have ended to when its thread is ended. It looks at the clock itself
 * unless it is inside one operation that takes long.
 */
const grace = 1000;

/** What the thread has told. */
interface Told {
  schedules: number;
  fraction: number;
  readonly sightings: Sighting[];
}

/** Compiles and explores. Errors: `input` when a file does not compile or calls what is not modelled. */
export async function checkApart(
  files: readonly string[],
  options: Omit<CheckOptions, 'onSighting' | 'entry'>,
  progress: Progress,
): Promise<CheckResult> {
  // It reads its code while the compiler runs.
  const worker = new Worker(builtFile('cli/check-thread.js'));
  worker.unref();
  try {
    const { linked, uninitialized } = await compileCheck(files, options, progress);
    const { signal, compiler: _, ...plain } = options;
    const interrupted = new SharedArrayBuffer(4);
    const request: ApartRequest = { files, linked, uninitialized, options: plain, interrupted };
    const told: Told = { schedules: 0, fraction: 0, sightings: [] };
    const began = performance.now();
    const ending = await new Exploring(worker, request, { signal, progress }).wait(told);
    if (typeof ending === 'object') return ending;
    await worker.terminate();
    const { partialResult } = await import('./partial-result.js');
    const elapsed = performance.now() - began;
    return await partialResult(request, { ...told, elapsed, stoppedBy: ending });
  } finally {
    await worker.terminate();
  }
}

class Exploring {
  private readonly worker: Worker;
  private readonly request: ApartRequest;
  private readonly signal: AbortSignal | undefined;
  private readonly progress: Progress;
  private timer: NodeJS.Timeout | undefined;
  private endStep: () => void = () => {};
  private update: (message: string, fraction?: number) => void = () => {};

  constructor(
    worker: Worker,
    request: ApartRequest,
    { signal, progress }: { readonly signal: AbortSignal | undefined; readonly progress: Progress },
  ) {
    this.worker = worker;
    this.request = request;
    this.signal = signal;
    this.progress = progress;
  }

  /** The result, or what kept the thread from giving one. */
  async wait(told: Told): Promise<CheckResult | 'time' | 'interrupt'> {
    const { worker, request, signal } = this;
    let interrupt: () => void = () => {};
    worker.ref();
    try {
      return await new Promise((resolve, reject) => {
        interrupt = () => {
          Atomics.store(new Int32Array(request.interrupted), 0, 1);
          this.endAfter(grace, () => resolve('interrupt'));
        };
        const tooLong = () => resolve(signal?.aborted ? 'interrupt' : 'time');
        worker.on('message', (message: ApartMessage) => {
          if ('result' in message) resolve(message.result);
          else if ('error' in message) reject(errorOf(message.error));
          else if ('sighting' in message) told.sightings.push(message.sighting);
          else if ('schedules' in message) Object.assign(told, message);
          else this.follow(message, tooLong);
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('the thread that explores ended')));
        signal?.addEventListener('abort', interrupt, { once: true });
        if (signal?.aborted) interrupt();
        worker.postMessage(request);
      });
    } finally {
      clearTimeout(this.timer);
      signal?.removeEventListener('abort', interrupt);
      this.endStep();
    }
  }

  private follow(
    message: Extract<ApartMessage, { step: string } | { update: string } | { stepEnded: true }>,
    tooLong: () => void,
  ): void {
    if ('update' in message) this.update(message.update, message.fraction);
    else if ('stepEnded' in message) this.endStep();
    else {
      void this.progress.step(message.step, (update) => {
        this.update = update;
        return new Promise<void>((resolve) => {
          this.endStep = resolve;
        });
      });
      // Each step keeps to the limit by itself, and those behind the first take a second at most.
      if (!this.signal?.aborted) this.endAfter(this.request.options.maxTime + 2 * grace, tooLong);
    }
  }

  /** In place of what was to be before. */
  private endAfter(milliseconds: number, end: () => void): void {
    clearTimeout(this.timer);
    if (milliseconds < longestTimer) this.timer = setTimeout(end, milliseconds);
  }
}

/** Milliseconds that `setTimeout()` takes. */
const longestTimer = 2 ** 31;

function errorOf({ kind, message, stack, ...details }: ApartError): Error {
  const error = kind === null ? new Error(message) : new MillraceError(kind, message, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}
