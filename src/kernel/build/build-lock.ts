// One build at a time in a folder; another one waits its turn.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { environmentError, interruptedError, type MillraceError, type Progress } from '../../base/index.js';

/** A lock that nobody has touched for so long was left by a process that is gone. */
const staleMs = 20_000;

export interface BuildLock {
  /** Fires when the lock is no longer ours (a machine that slept, a folder that was removed); its reason is the error. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the lock of `folder`, when its turn comes.
 * Errors: `interrupted` when `signal` fires while it waits, `environment` when the folder cannot be locked at all.
 */
export async function lockBuild(
  folder: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<BuildLock> {
  const first = await tryLock(folder);
  if (first !== null) return first;
  return progress.step('Wait for another build of this kernel', async () => {
    for (;;) {
      // Rejects when the signal fires, which the next line tells.
      await sleep(500, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      if (signal?.aborted) throw interruptedError();
      const lock = await tryLock(folder);
      if (lock !== null) return lock;
    }
  });
}

/** Null when another holds it. */
async function tryLock(folder: string): Promise<BuildLock | null> {
  const lost = new AbortController();
  const options = {
    lockfilePath: join(folder, 'build.lock'),
    stale: staleMs,
    update: staleMs / 4,
    // The default throws out of a timer, where nobody can catch it.
    onCompromised: (cause: Error) => lost.abort(lockLost(folder, cause)),
  };
  try {
    const release = await lockfile.lock(folder, options);
    return { lost: lost.signal, release: () => (lost.signal.aborted ? Promise.resolve() : release()) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ELOCKED') return null;
    throw environmentError(`cannot lock ${folder}: ${code ?? String(error)}`, {
      hint: 'Check that the cache can be written to, and has room.',
      cause: error,
    });
  }
}

function lockLost(folder: string, cause: Error): MillraceError {
  return environmentError(`the lock of ${folder} was lost: ${cause.message}`, {
    hint: 'The machine may have slept, or the folder was removed. Run it again.',
    cause,
  });
}
