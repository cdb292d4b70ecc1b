// Where Millrace keeps its state, after the XDG base directory specification.
import { readdirSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import envPaths from 'env-paths';

/** `$XDG_CACHE_HOME/millrace`: trees, objects, builds. Everything in it can be had again. */
export function cacheDirectory(): string {
  return envPaths('millrace', { suffix: '' }).cache;
}

/** `./.millrace/runs` below `workingDirectory`: one folder a run, kept until the user removes it. */
export function runsDirectory(workingDirectory: string): string {
  return join(workingDirectory, '.millrace', 'runs');
}

/** The folders of the runs below `workingDirectory`, newest first; none where there are none. */
export function runFolders(workingDirectory: string): string[] {
  const runs = runsDirectory(resolve(workingDirectory));
  // Ids begin with the time, and `-2`, `-10` count within a second.
  const order = new Intl.Collator('en', { numeric: true });
  try {
    const folders = readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).sort((a, b) => order.compare(b, a));
    return names.map((name) => join(runs, name));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** A path as messages show it: relative to the working directory where it lies inside, absolute elsewhere. */
export function displayPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
