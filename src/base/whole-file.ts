// Files that are there as a whole or not at all: written beside their name, all bytes of them, brought to the disk, and
// only then given the name. On a full disk the file that was there before stays.
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { environmentError } from './errors.js';
import { displayPath } from './paths.js';

/**
 * `sync`: false where a file that a crash of the machine damages is noticed, and made anew.
 * Errors: `environment` with the reason; what was there before is unchanged then.
 */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array,
  { sync = true }: { readonly sync?: boolean } = {},
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const beside = `${target}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const mode = (await stat(target).catch(() => null))?.mode;
    const file = await open(beside, 'wx', mode === undefined ? 0o666 : mode & 0o777);
    try {
      // Writes until all is written, unlike write(), which may write a part.
      await file.writeFile(contents);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw cannotWrite(path, cause as NodeJS.ErrnoException);
  }
}

/**
 * As {@link writeWhole} where `path` is an ordinary file or none yet; a device, a pipe or a socket is written to as it
 * is, and never replaced.
 */
export async function writeResult(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there === null || there.isFile()) return writeWhole(path, text);
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw cannotWrite(path, cause as NodeJS.ErrnoException);
  }
}

function cannotWrite(path: string, cause: NodeJS.ErrnoException): Error {
  const [reason, hint] = reasons[cause.code ?? ''] ?? [cause.code ?? cause.message, 'Name another place.'];
  return environmentError(`cannot write ${displayPath(path)}: ${reason}`, { hint, cause });
}

const full = 'Make room there, or name a place with room.';
const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['the disk is full', full],
  EDQUOT: ['the disk quota is used up', full],
  EFBIG: [
    'it would be larger than files may be here',
    'Raise the limit (`ulimit -f`), or name another place.',
  ],
  EROFS: ['the file system is read-only', 'Work in a folder that can be written to.'],
  EACCES: ['permission denied', 'Work in a folder that you may write to.'],
  ENOENT: ['its folder is not there', 'Create the folder, or name another.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  ENOTDIR: ['a part of its path is no folder', 'Name another place.'],
};
