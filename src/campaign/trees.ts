// Kernel trees on the machines that do a campaign's jobs: the machine's own where it is the very one, else from the store,
// where who planned the campaign has put it, packed.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheDirectory, environmentError, runOrThrow } from '../base/index.js';
import { findTree, openTree, type Tree, type TreeOptions } from '../tree/index.js';
import { sha256 } from './digest.js';
import type { Job } from './job.js';
import type { Store } from './store.js';

/** Errors: as `openTree`; `environment` for a tree that cannot be had here. */
export async function treeOfJob(
  { tree: wanted }: Pick<Job, 'tree'>,
  store: string,
  options: TreeOptions,
): Promise<Tree> {
  const here = await findTree(wanted.spec, options).catch(() => null);
  if (here?.identity === wanted.identity) return here;
  const packed = packedTree(store, wanted.identity);
  if (existsSync(packed)) return { ...wanted, path: await unpacked(packed, wanted.identity), commit: null };
  return here ?? (await openTree(wanted.spec, options));
}

/** Puts the tree into the store unless it is there. Errors: `environment` for one that has been changed. */
export async function offerTree(store: Store, wanted: Job['tree'], signal?: AbortSignal): Promise<void> {
  const packed = packedTree(store.folder, wanted.identity);
  if (existsSync(packed)) return;
  const tree = await openTree(wanted.spec, { signal });
  await store.withScratch(async (scratch) => {
    const beside = join(scratch, 'tree.tar.gz');
    const left = ['./.git', './.millrace'].map((name) => `--exclude=${name}`);
    await runOrThrow(
      'tar',
      ['-C', tree.path, ...left, '--use-compress-program=gzip -1', '-cf', beside, '.'],
      {
        signal,
      },
    );
    if ((await openTree(wanted.spec, { signal })).identity !== wanted.identity)
      throw environmentError(`the tree ${wanted.spec} is not the one that the campaign was planned with`);
    await rename(beside, packed);
  });
}

/** Below this machine's cache, unpacked once and never changed. */
async function unpacked(packed: string, identity: string): Promise<string> {
  const cache = join(cacheDirectory(), 'campaign-trees');
  const folder = join(cache, nameOf(identity));
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const release = await lock(cache, { stale: 15_000, retries: { forever: true, maxTimeout: 1000 } });
  try {
    // Whoever left these held the lock, and does no more.
    for (const name of await readdir(cache))
      if (name.startsWith('.new-')) await rm(join(cache, name), { recursive: true, force: true });
    if (existsSync(folder)) return folder;
    const beside = join(cache, `.new-${nameOf(identity)}`);
    await mkdir(beside);
    await runOrThrow('tar', ['-C', beside, '-xzf', packed]);
    await rename(beside, folder);
    return folder;
  } finally {
    await release();
  }
}

function packedTree(store: string, identity: string): string {
  return join(store, 'trees', `${nameOf(identity)}.tar.gz`);
}

/** Short, and nothing in it that kbuild or a shell takes for something else. */
function nameOf(identity: string): string {
  return sha256(identity).slice(0, 32);
}
