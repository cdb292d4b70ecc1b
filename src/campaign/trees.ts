// The tree that a job names, on the machine that does it.
import { openTree, type Tree, type TreeOptions } from '../tree/index.js';
import type { Job } from './job.js';

/** Errors: as `openTree`. */
export async function treeOfJob(
  { tree: wanted }: Pick<Job, 'tree'>,
  _store: string,
  options: TreeOptions,
): Promise<Tree> {
  return await openTree(wanted.spec, options);
}
