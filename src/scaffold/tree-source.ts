// The files of a kernel tree as scaffolding reads them: inside the tree and nowhere else, each once.
import { readFileSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fdir } from 'fdir';
import { type CNode, functionDefinitions, openCParser } from '../c-syntax/index.js';
import type { Tree } from '../tree/index.js';

/** Larger ones are tables. */
const mostBytes = 4 * 1024 * 1024;

export interface TreeSource {
  readonly tree: Pick<Tree, 'path' | 'version'>;
  /** The text of a file by its path in the tree; null when there is none, or when the path leads out. */
  read(path: string): string | null;
  /** Its syntax tree. */
  parse(path: string): CNode | null;
  /** Names of the functions that a file defines. */
  functionNames(path: string): ReadonlySet<string>;
  /** Syntax of a piece of text of the tree. */
  parseText(text: string): CNode;
  /** Files directly in a folder with this ending: `.c`, `.h`. */
  filesIn(folder: string, ending: string): readonly string[];
  /**
   * The .c files that define functions, by name; of each group of names, one is enough. Files whose path has a word of
   * a name in it are read first; the whole tree for a name that is not there and has no others beside it.
   */
  filesDefining(groups: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]>;
}

/** Opens a tree for reading its C. */
export async function openTreeSource(tree: Pick<Tree, 'path' | 'version'>): Promise<TreeSource> {
  const parser = await openCParser();
  const top = realpathSync(tree.path);
  const texts = new Map<string, string | null>();
  const nodes = new Map<string, CNode | null>();
  const names = new Map<string, ReadonlySet<string>>();
  let listed: readonly string[] | null = null;

  const read = (path: string): string | null => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const text = readInside(top, path);
    texts.set(path, text);
    return text;
  };
  const list = (): readonly string[] => {
    listed ??= new fdir()
      .withRelativePaths()
      .exclude((_name, path) => isElsewhere(path.slice(top.length + 1)))
      .filter((path) => /\.[ch]$/.test(path))
      .crawl(top)
      .sync()
      .sort();
    return listed;
  };
  return {
    tree,
    read,
    parse(path) {
      const known = nodes.get(path);
      if (known !== undefined) return known;
      const text = read(path);
      const node = text === null ? null : parser.parse(text);
      nodes.set(path, node);
      return node;
    },
    functionNames(path) {
      const known = names.get(path);
      if (known !== undefined) return known;
      const found = new Set(functionDefinitions(read(path) ?? '').map(({ name }) => name));
      names.set(path, found);
      return found;
    },
    parseText: (text) => parser.parse(text),
    filesIn: (folder, ending) =>
      list().filter((path) => posix.dirname(path) === folder && path.endsWith(ending)),
    filesDefining(groups) {
      const sources = list().filter((path) => path.endsWith('.c'));
      return definitions(groups, sources, (path) => bytesInside(top, path));
    },
  };
}

/** Parts of the tree that are no x86-64 kernel. */
function isElsewhere(path: string): boolean {
  if (/^arch\/(?!x86\/?$|x86\/)[^/]/.test(path)) return true;
  return /^(?:Documentation|tools|scripts|samples|usr|\.git|\.millrace)\/?$/.test(path);
}

/** Whether `path` is, by its text, one inside a tree. */
export function isTreePath(path: string): boolean {
  return (
    /^[A-Za-z0-9_.,+@/-]{1,4096}$/.test(path) &&
    !/(^|\/)(\.{0,2}|\.git)(\/|$)/.test(path) &&
    !path.endsWith('/')
  );
}

function readInside(top: string, path: string): string | null {
  return bytesInside(top, path)?.toString('utf8') ?? null;
}

function bytesInside(top: string, path: string): Buffer | null {
  if (!isTreePath(path)) return null;
  try {
    const real = realpathSync(join(top, path));
    if (!real.startsWith(`${top}/`)) return null;
    const bytes = readFileSync(real);
    return bytes.length > mostBytes ? null : bytes;
  } catch {
    return null;
  }
}

function definitions(
  groups: readonly (readonly string[])[],
  sources: readonly string[],
  read: (path: string) => Buffer | null,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const look = (paths: readonly string[], wanted: readonly string[]) => {
    if (wanted.length === 0) return;
    for (const path of paths) {
      const bytes = read(path);
      if (bytes === null || !wanted.some((name) => bytes.includes(name))) continue;
      const defined = new Set(functionDefinitions(bytes.toString('utf8')).map(({ name }) => name));
      for (const name of wanted) if (defined.has(name)) found.set(name, [...(found.get(name) ?? []), path]);
    }
  };
  const words = new Set(
    groups
      .flat()
      .flatMap((name) => name.split('_'))
      .filter((word) => word.length > 3),
  );
  const near = sources.filter((path) => [...words].some((word) => path.includes(word)));
  look(near, groups.flat());
  const seen = new Set(near);
  const others = sources.filter((path) => !seen.has(path));
  const missing = groups.filter((names) => !names.some((name) => found.has(name)));
  look(
    others,
    missing.flatMap((names) => (names.length === 1 ? names : [])),
  );
  const folders = new Set([...found.values()].flat().map((path) => posix.dirname(path)));
  look(
    others.filter((path) => folders.has(posix.dirname(path))),
    missing.flatMap((names) => (names.length === 1 ? [] : names)),
  );
  return found;
}
