// A kernel tarball as a tree: unpacked once into the cache, found again by its content.

import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Progress } from '../base/index.js';
import { asTree, type CachedTree, cachedTree, folderName, keepTree, withTreesLocked } from './cache.js';
import type { Tree } from './types.js';
import { fileDigest, unpack } from './unpack.js';

interface Identified {
  /** Its folder in the cache. */
  readonly name: string;
  readonly digest: string;
}

async function identify(file: string, signal: AbortSignal | undefined): Promise<Identified> {
  const digest = await fileDigest(file, signal);
  const stem = basename(file).replace(/\.(tar(\.\w+)?|txz|tgz)$/, '');
  return { name: folderName(`${stem}-${digest.slice(0, 12)}`), digest };
}

/** The tree of a tarball that was unpacked before; null when it was not. */
export async function cachedTarball(file: string, cacheDirectory?: string): Promise<CachedTree | null> {
  return cachedTree((await identify(file, undefined)).name, cacheDirectory);
}

/** Opens the tarball at `file`, unpacking it when its content is new. Errors as `unpack`. */
export async function openTarball(
  file: string,
  spec: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly progress: Progress;
    readonly cacheDirectory?: string;
  },
): Promise<Tree> {
  const { name, digest } = await identify(file, options.signal);
  const there = await cachedTree(name, options.cacheDirectory);
  if (there !== null) return asTree(there, spec);
  return withTreesLocked(options.cacheDirectory, options, async (directory, signal) => {
    const meanwhile = await cachedTree(name, options.cacheDirectory);
    if (meanwhile !== null) return asTree(meanwhile, spec);
    const aside = join(directory, `.new-${name}`);
    try {
      const kept = await options.progress.step(`Unpacking ${basename(file)}`, async (update) => {
        const { path, version } = await unpack(file, aside, { signal, update });
        return keepTree(directory, path, { name, spec: basename(file), version, digest });
      });
      return asTree(kept, spec);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  });
}
