// The files of a program that a source includes, as far as they are its own: found by the names in #include lines,
// whether or not their conditions hold. What only the preprocessor could tell is left to it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { inputError } from '../../base/index.js';

export interface SourceFiles {
  /** The folder that holds the source and all that it includes by a path from one to the other. */
  readonly folder: string;
  /** Whether a word for thread-local storage is in one of them. */
  readonly usesThreadLocals: boolean;
}

const includeLine = /^[ \t]*#[ \t]*include(?:_next)?[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm;
const threadLocalWord = /\b(__thread|_Thread_local|thread_local)\b/;

/** `searched`: folders for headers. Errors: `input` when `file` cannot be read. */
export function sourceFiles(file: string, searched: readonly string[]): SourceFiles {
  const start = resolve(file);
  const seen = new Map<string, string>([[start, readSource(start, file)]]);
  let folder = dirname(start);
  for (const [path, text] of seen)
    for (const [, quoted, angled] of text.matchAll(includeLine)) {
      const name = quoted ?? angled ?? '';
      const places = [...(quoted === undefined ? [] : [dirname(path)]), ...searched];
      const found = places.map((place) => resolve(place, name)).find((place) => existsSync(place));
      if (found === undefined || seen.has(found) || name.startsWith('/')) continue;
      if (quoted !== undefined && found === resolve(dirname(path), name))
        folder = commonFolder(folder, found);
      seen.set(found, readHeader(found));
    }
  return { folder, usesThreadLocals: [...seen.values()].some((text) => threadLocalWord.test(text)) };
}

/** The folder nearest to the root that is needed for both. */
function commonFolder(folder: string, file: string): string {
  let common = folder;
  while (relative(common, file).startsWith(`..${sep}`)) common = join(common, '..');
  return common;
}

function readSource(path: string, shown: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw inputError(`${shown} cannot be read: ${(error as Error).message}`);
  }
}

function readHeader(path: string): string {
  try {
    // A stranger may name a device or a pipe, which would never end.
    return statSync(path).isFile() ? readFileSync(path, 'latin1') : '';
  } catch {
    // The compiler says what is wrong with it.
    return '';
  }
}
