// What makes one state of a tree differ from another, found without reading its 85,000 files.
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fdir } from 'fdir';
import { environmentError, interruptedError } from '../base/index.js';

/**
 * Digest of path, size, times, mode and inode of every file below `top`. The time of the last status change is
 * among them, which an edit that puts the old modification time back cannot hide from.
 */
export async function identityByStat(top: string, signal?: AbortSignal): Promise<string> {
  const files = await new fdir()
    .withRelativePaths()
    .exclude((name) => name === '.git' || name === '.millrace')
    .crawl(top)
    .withPromise();
  if (signal?.aborted) throw interruptedError();
  if (files.length === 0) throw environmentError(`cannot read ${top}`);
  const hash = createHash('sha256');
  for (const path of files.sort()) {
    const stat = lstatSync(join(top, path), { throwIfNoEntry: false });
    if (stat !== undefined)
      hash.update(`${path}\0${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.mode} ${stat.ino}\n`);
  }
  return `stat-${hash.digest('hex').slice(0, 32)}`;
}
