// The thread's side of work in a thread of its own.
import { parentPort } from 'node:worker_threads';
import { InputErrors, MillraceError } from './errors.js';
import type { Progress } from './progress.js';
import { watchedSignal } from './watched-signal.js';
import type { FromThread, PlainError, ToThread } from './work-thread.js';

/** What whoever does the work has to do with whoever asked for it. */
export interface Asker<Told> {
  /** Aborted once the user has asked to stop; it is seen without the event loop. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  tell(told: Told): void;
  /** Work begins that keeps the thread busy for so many milliseconds at most; null when it is done. */
  busyFor(milliseconds: number | null): void;
}

/** To be called once by a thread that a `WorkThread` starts. */
export function answerRequests<Request, Told, Result>(
  work: (request: Request, asker: Asker<Told>) => Promise<Result>,
): void {
  const send = (message: FromThread<Told, Result>) => parentPort?.postMessage(message);
  let signal: AbortSignal | null = null;
  const progress = sentProgress(send);
  parentPort?.on('message', (message: ToThread<Request>) => {
    if ('interrupt' in message) {
      // To be asked makes it tell whoever listens to it: child processes end.
      void signal?.aborted;
      return;
    }
    signal = watchedSignal(message.interrupted);
    const asker: Asker<Told> = {
      signal,
      progress,
      tell: (told) => send({ told }),
      busyFor: (milliseconds) => send({ busyFor: milliseconds }),
    };
    work(message.request, asker).then(
      (result) => send({ result }),
      (error: unknown) => send({ error: plain(error) }),
    );
  });
}

function sentProgress(send: (message: FromThread<never, never>) => void): Progress {
  let steps = 0;
  return {
    async step(title, work) {
      const step = ++steps;
      let failed = true;
      send({ step, title });
      try {
        const value = await work((update, fraction) => send({ step, update, fraction }));
        failed = false;
        return value;
      } finally {
        send({ step, failed });
      }
    },
    note: (note) => send({ note }),
  };
}

function plain(error: unknown): PlainError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof MillraceError)) return { kind: null, message, stack };
  const { kind, at, hint, excerpt } = error;
  return {
    kind,
    message,
    stack,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { hint }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(error instanceof InputErrors ? { problems: error.problems.map(plain) } : {}),
  };
}
