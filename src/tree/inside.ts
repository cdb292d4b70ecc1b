// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about.
// Paths inside a tree, from patches and cases that a stranger may have written: nothing may lead out of the tree.
import { lstat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { inputError, type Location } from '../base/index.js';

/**
 * Checks that `path` names a file inside a tree by its text alone.
 * Errors: `input` for an absolute path, `..`, an empty part, a backslash or a control character, or git's own folder.
 */
export function checkInside(path: string, at?: Location): void {
  const parts = path.split('/');
  const odd = /[\\\u0000-\u001f\u007f]/.test(path) || parts.some((part) => part === '' || part === '.');
  if (isAbsolute(path) || parts.includes('..') || odd || parts[0] === '.git')
    throw inputError(`'${printable(path)}' is not a path inside a kernel tree`, {
      hint: 'Give paths from the top of the tree, with `/` and without `..`.',
      ...(at === undefined ? {} : { at }),
    });
}

/**
 * What stands at `path` in the tree at `top`: a file, a folder, or nothing.
 * Errors: `input` when the path leads out by its text, through a symbolic link, or through a file.
 */
export async function entryInside(
  top: string,
  path: string,
  at?: Location,
): Promise<'file' | 'directory' | 'absent'> {
  checkInside(path, at);
  const parts = path.split('/');
  const place = at === undefined ? {} : { at };
  for (let depth = 1; depth <= parts.length; depth++) {
    const part = parts.slice(0, depth).join('/');
    const stat = await lstat(join(top, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (stat === null) return 'absent';
    if (stat.isSymbolicLink())
      throw inputError(`'${path}' goes through the symbolic link '${part}' of the tree`, {
        hint: 'Name the file that the link stands for.',
        ...place,
      });
    if (depth === parts.length && stat.isDirectory()) return 'directory';
    if (depth === parts.length && stat.isFile()) return 'file';
    if (!stat.isDirectory())
      throw inputError(`'${path}' cannot be: '${part}' is not a folder in the tree`, place);
  }
  return 'absent';
}

function printable(path: string): string {
  return JSON.stringify(path).slice(1, -1);
}
