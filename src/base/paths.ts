// Where Millrace keeps its state, after the XDG base directory specification.
import { join } from 'node:path';
import envPaths from 'env-paths';

/** `$XDG_CACHE_HOME/millrace`: trees, objects, builds. Everything in it can be had again. */
export function cacheDirectory(): string {
  return envPaths('millrace', { suffix: '' }).cache;
}

/** `./.millrace/runs` below `workingDirectory`: one folder a run, kept until the user removes it. */
export function runsDirectory(workingDirectory: string): string {
  return join(workingDirectory, '.millrace', 'runs');
}
