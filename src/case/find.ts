// Which case is meant: a folder, or one of those that come with Millrace, by name.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean, inputError } from '../base/index.js';
import { caseFileName } from './load.js';

// The same number of steps up from src/case/ and from dist/case/.
const bundledDirectory = fileURLToPath(new URL('../../cases/', import.meta.url));

/** The names of the cases that come with Millrace, sorted. */
export async function bundledCases(): Promise<readonly string[]> {
  const names = await readdir(bundledDirectory).catch(() => []);
  const found = await Promise.all(names.map((name) => isFile(join(bundledDirectory, name, caseFileName))));
  return names.filter((_, index) => found[index]).sort();
}

/**
 * The absolute path of the case folder that `nameOrPath` means: a folder (or the case.yaml in it) first, else the
 * bundled case of that name. Errors: `input`, with the nearest name.
 */
export async function findCase(nameOrPath: string): Promise<string> {
  const path = resolve(nameOrPath);
  if (await isFile(join(path, caseFileName))) return path;
  if (path.endsWith(`/${caseFileName}`) && (await isFile(path))) return resolve(path, '..');
  const bundled = await bundledCases();
  if (bundled.includes(nameOrPath)) return join(bundledDirectory, nameOrPath);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  throw inputError(
    isFolder ? `the folder ${nameOrPath} has no ${caseFileName}` : `there is no case ${nameOrPath}`,
    {
      hint:
        didYouMean(nameOrPath, bundled) ??
        `Name a folder with a ${caseFileName} in it, or one of these: ${bundled.join(', ') || '(none)'}.`,
    },
  );
}

/** What {@link findCase} finds the folder by, from `workingDirectory`: a name, or a path. */
export function caseArgument(folder: string, workingDirectory: string): string {
  if (dirname(folder) === resolve(bundledDirectory)) return basename(folder);
  const path = relative(workingDirectory, folder);
  if (path === '') return '.';
  return path.startsWith('..') ? folder : path;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
