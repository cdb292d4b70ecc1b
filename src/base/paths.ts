// Where Millrace keeps its state, after the XDG base directory specification.
import { isAbsolute, join, relative } from 'node:path';
import envPaths from 'env-paths';

/** `$XDG_CACHE_HOME/millrace`: trees, objects, builds. Everything in it can be had again. */
export function cacheDirectory(): string {
  return envPaths('millrace', { suffix: '' }).cache;
}

/** `./.millrace/runs` below `workingDirectory`: one folder a run, kept until the user removes it. */
export function runsDirectory(workingDirectory: string): string {
  return join(workingDirectory, '.millrace', 'runs');
}

/** A path as messages show it: relative to the working directory where it lies inside, absolute elsewhere. */
export function displayPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
