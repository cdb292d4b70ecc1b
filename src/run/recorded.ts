// A run with its record, whichever engines take part: made at the first moment, brought up to date at each step, and
// finished whatever happens.
import { interruptedError, MillraceError } from '../base/index.js';
import { type StockSteps, stockSteps } from '../export/index.js';
import type { Verdict } from '../judge/index.js';
import { createRun, finishRun, type Run, type RunStart, type RunUpdate, updateRun } from '../record/index.js';
import type { RunBasics } from './start.js';

/** What the steps of a run write to. */
export interface Recording {
  /** The record's folder: consoles and logs written below it need no copying. */
  readonly directory: string;
  update(update: RunUpdate): Promise<void>;
  /** How long something took that began at `since` (of performance.now()). */
  timed(name: string, since: number): Promise<void>;
}

/**
 * Runs `steps`; the record says how far they came, also when they fail or are interrupted. `steps` answer the verdict
 * of the kernel engine, or null when it did not run.
 */
export async function recorded<T extends { readonly kernelVerdict: Verdict | null }>(
  { workingDirectory, signal }: Pick<RunBasics, 'workingDirectory' | 'signal'>,
  start: RunStart,
  steps: (recording: Recording) => Promise<T>,
): Promise<{ readonly run: Run; readonly result: T }> {
  let run = await createRun(workingDirectory, start);
  const update = async (change: RunUpdate) => {
    run = await updateRun(run, change);
  };
  const recording: Recording = {
    directory: run.directory,
    update,
    timed: (name, since) =>
      update({ timings: [...run.record.timings, { name, seconds: (performance.now() - since) / 1000 }] }),
  };
  try {
    await update({ stock: await stockOf(start, signal) });
    const result = await steps(recording);
    return { run: await finishRun(run, { status: 'finished', verdict: result.kernelVerdict }), result };
  } catch (error) {
    const interrupted = error instanceof MillraceError && error.kind === 'interrupted';
    await finishRun(run, interrupted ? { status: 'interrupted' } : { status: 'failed', error });
    throw error;
  }
}

/** Once what was found is in the record, which has no verdict then. Errors: `interrupted`. */
export function endIfInterrupted({ signal }: Pick<RunBasics, 'signal'>): void {
  if (signal?.aborted) throw interruptedError();
}

/** Null without a toolchain: a run that needs none goes on. */
async function stockOf(
  { case: theCase, settings }: RunStart,
  signal: AbortSignal | undefined,
): Promise<StockSteps | null> {
  try {
    return await stockSteps(theCase, settings?.makeOptions ?? theCase.kernel.makeOptions, signal);
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'environment') return null;
    throw error;
  }
}
