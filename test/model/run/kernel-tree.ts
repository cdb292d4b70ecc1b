// The kernel tree that tests of the model engine read, when there is one.
import { cachedTrees } from '../../../src/tree/index.js';

/** What openTree() takes: `$MILLRACE_TREE`, or the newest Debian tree of the 6.12 series in the cache; else null. */
export async function kernelTreeSpec(): Promise<string | null> {
  const named = process.env.MILLRACE_TREE;
  if (named) return named;
  const cached = (await cachedTrees()).find(
    ({ spec, version }) => spec.startsWith('debian:') && version.startsWith('6.12.'),
  );
  return cached?.path ?? null;
}

export const noTree = 'no kernel tree: set MILLRACE_TREE, or run `millrace tree get debian:6.12`';
