// Where a long bench works: a folder that is kept when asked for, and a signal that Ctrl-C gives.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * @param name begins the folder's name where none is given
 * @param keep path of a folder that stays behind; undefined for one that goes
 */
export function workspace(name, keep) {
  const interrupted = new AbortController();
  for (const one of ['SIGINT', 'SIGTERM']) process.once(one, () => interrupted.abort());
  const { signal } = interrupted;
  const directory = keep === undefined ? mkdtempSync(join(tmpdir(), `millrace-${name}-`)) : resolve(keep);
  mkdirSync(directory, { recursive: true });
  return {
    directory,
    signal,
    /** The process ends with 130 when `work` was interrupted. */
    async run(work) {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) throw error;
        console.error('interrupted');
        process.exitCode = 130;
      } finally {
        if (keep === undefined) rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}
