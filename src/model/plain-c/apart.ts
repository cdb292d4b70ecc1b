// A check whose exploration runs in a thread of its own: nothing that the program does keeps anybody from ending it, and
// what was found by then is told.
import { type Answer, builtFile, interruptedError, type Progress, WorkThread } from '../../base/index.js';
import type { Sighting } from '../explore/index.js';
import type { ApartRequest, ApartResult, ApartTold } from './apart-protocol.js';
import type { CheckOptions, CheckResult } from './check.js';
import { compileCheck } from './compile-check.js';
import type { CheckReplay } from './replay.js';

type Options = Omit<CheckOptions, 'onSighting' | 'entry'>;

/** What the thread has told. */
interface Told {
  schedules: number;
  fraction: number;
  readonly sightings: Sighting[];
}

/** Compiles and explores. Errors: `input` when a file does not compile or calls what is not modelled. */
export async function checkApart(
  files: readonly string[],
  options: Options,
  progress: Progress,
): Promise<CheckResult> {
  const told: Told = { schedules: 0, fraction: 0, sightings: [] };
  const { answer, request, elapsed } = await askApart<CheckResult>(files, null, options, progress, (one) => {
    if ('sighting' in one) told.sightings.push(one.sighting);
    else Object.assign(told, one);
  });
  if ('result' in answer) return answer.result;
  const { partialResult } = await import('./partial-result.js');
  return await partialResult(request, { ...told, elapsed, stoppedBy: answer.endedBy });
}

/**
 * Compiles, and runs one schedule again. Errors: `input` also when the schedule belongs to another program;
 * `interrupted`.
 */
export async function replayApart(
  files: readonly string[],
  schedule: string,
  options: Options,
  progress: Progress,
): Promise<CheckReplay> {
  const { answer } = await askApart<CheckReplay>(files, schedule, options, progress);
  if (!('result' in answer) || options.signal?.aborted) throw interruptedError();
  return answer.result;
}

async function askApart<Result extends ApartResult>(
  files: readonly string[],
  schedule: string | null,
  options: Options,
  progress: Progress,
  onTold?: (told: ApartTold) => void,
): Promise<{ readonly answer: Answer<Result>; readonly request: ApartRequest; readonly elapsed: number }> {
  // It reads its code while the compiler runs.
  const thread = new WorkThread<ApartRequest, ApartTold, Result>(builtFile('cli/check-thread.js'));
  try {
    const { linked, uninitialized } = await compileCheck(files, options, progress);
    const { signal, compiler: _, ...plain } = options;
    const request: ApartRequest = { files, linked, uninitialized, options: plain, schedule };
    const began = performance.now();
    const answer = await thread.ask(request, { signal, progress, onTold });
    return { answer, request, elapsed: performance.now() - began };
  } finally {
    await thread.close();
  }
}
