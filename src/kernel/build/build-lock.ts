// One build at a time in a folder; another one waits its turn.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { environmentError, interruptedError, type Progress } from '../../base/index.js';

/** A lock that nobody has touched for so long was left by a process that is gone. */
const staleMs = 20_000;

/**
 * Takes the lock of `folder`, when its turn comes; returns what releases it.
 * Errors: `interrupted` when `signal` fires while it waits, `environment` when the folder cannot be locked at all.
 */
export async function lockBuild(
  folder: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<() => Promise<void>> {
  const first = await tryLock(folder);
  if (first !== null) return first;
  return progress.step('Wait for another build of this kernel', async () => {
    for (;;) {
      // Rejects when the signal fires, which the next line tells.
      await sleep(500, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      if (signal?.aborted) throw interruptedError();
      const release = await tryLock(folder);
      if (release !== null) return release;
    }
  });
}

/** Null when another holds it. */
async function tryLock(folder: string): Promise<(() => Promise<void>) | null> {
  const options = { lockfilePath: join(folder, 'build.lock'), stale: staleMs, update: staleMs / 4 };
  try {
    return await lockfile.lock(folder, options);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ELOCKED') return null;
    throw environmentError(`cannot lock ${folder}: ${code ?? String(error)}`, {
      hint: 'Check that the cache can be written to, and has room.',
      cause: error,
    });
  }
}
