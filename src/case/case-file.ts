// A file that a case names: inside its folder, an ordinary file, of a bounded size.
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { displayPath, inputError, type Location, type MillraceError } from '../base/index.js';

/** Bytes that one file of a case may have. */
export const maxCaseFileBytes = 4 * 1024 * 1024;

/**
 * Reads `name` of the case in `directory`, as UTF-8. `at` is where the case names it.
 * Errors: `input` for a file that is missing, is none, leads out of the folder, is too large or is not UTF-8.
 */
export async function readCaseFile(directory: string, name: string, at?: Location): Promise<string> {
  const path = join(directory, name);
  const fail = (message: string, hint: string): MillraceError =>
    inputError(message, { ...(at === undefined ? {} : { at }), hint });
  const real = await realpath(path).catch(() => null);
  if (real === null)
    throw fail(`there is no file ${displayPath(path)}`, `Create ${name}, or name the file that is meant.`);
  const inside = relative(await realpath(directory), real);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`))
    throw fail(`${name} leads out of the case folder`, 'Copy the file into the case folder.');
  const { size, isFile } = await stat(real).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile) throw fail(`${name} is not an ordinary file`, 'Name a file.');
  if (size > maxCaseFileBytes)
    throw fail(
      `${name} is larger than ${maxCaseFileBytes / 1024 / 1024} MiB`,
      'A case holds source and data only.',
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real));
  } catch (cause) {
    throw inputError(`${displayPath(path)} is not UTF-8 text`, { hint: 'Save it as UTF-8.', cause });
  }
}
