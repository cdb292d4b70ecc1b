// A run with its record, whichever engines take part: made at the first moment, brought up to date at each step, and
// finished whatever happens.
import { MillraceError } from '../base/index.js';
import { type StockSteps, stockSteps } from '../export/index.js';
import { createRun, finishRun, type Run, type RunStart, type RunUpdate, updateRun } from '../record/index.js';

/** What the steps of a run write to. */
export interface Recording {
  /** The record's folder: consoles and logs written below it need no copying. */
  readonly directory: string;
  update(update: RunUpdate): Promise<void>;
  /** How long something took that began at `since` (of performance.now()). */
  timed(name: string, since: number): Promise<void>;
}

/** Runs `steps`; the record says how far they came, also when they fail or are interrupted. */
export async function recorded(
  {
    workingDirectory,
    signal,
  }: { readonly workingDirectory: string; readonly signal?: AbortSignal | undefined },
  start: RunStart,
  steps: (recording: Recording) => Promise<void>,
): Promise<Run> {
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
    await steps(recording);
    return await finishRun(run, { status: 'finished' });
  } catch (error) {
    const interrupted = error instanceof MillraceError && error.kind === 'interrupted';
    await finishRun(run, interrupted ? { status: 'interrupted' } : { status: 'failed', error });
    throw error;
  }
}

/** Null without a toolchain: a run that needs none goes on. */
async function stockOf(
  { case: theCase, engines }: RunStart,
  signal: AbortSignal | undefined,
): Promise<StockSteps | null> {
  // kunit.py knows no device.
  if (theCase.device !== undefined) return null;
  const booted = engines.find(({ engine }) => engine === 'kernel');
  const makeOptions = booted?.engine === 'kernel' ? booted.settings?.makeOptions : undefined;
  try {
    return await stockSteps(theCase, makeOptions ?? theCase.kernel.makeOptions, signal);
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'environment') return null;
    throw error;
  }
}
