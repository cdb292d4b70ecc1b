// Which files of the host may be shown: those of the input's own folders. A stranger's source names any file it likes,
// by #include, #line or a symbolic link, and a result that quotes it would carry it away.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';

/** Bytes of a file that is read to be quoted. */
const mostBytes = 16 * 1024 * 1024;

/** Whether `path` is an ordinary file that lies in one of `folders`, also where links on its way lead. */
export function isOwnFile(path: string, folders: readonly string[]): boolean {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isFile()) return false;
    return folders.some((folder) => isBelow(realpathSync(folder), real));
  } catch {
    return false;
  }
}

/** The text of {@link isOwnFile}; null for any other, or for one that is too large. */
export function readOwnFile(path: string, folders: readonly string[]): string | null {
  if (!isOwnFile(path, folders)) return null;
  try {
    return statSync(path).size > mostBytes ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Both as realpath() gives them. */
function isBelow(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
}
