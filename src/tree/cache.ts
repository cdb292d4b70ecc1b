// Trees that Millrace unpacked: `trees/NAME/` in the cache, each complete from the moment its folder has that name,
// with `trees/NAME.json` beside it, and never changed afterwards.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { cacheDirectory, environmentError, interruptedError, type Progress } from '../base/index.js';
import type { Tree } from './types.js';

const record = z.object({
  name: z.string(),
  /** What it was asked for by, exact: `debian:6.12.117-1~deb12u1`, a tarball's file name. */
  spec: z.string(),
  version: z.string(),
  /** SHA-256 of the archive that it was unpacked from. */
  digest: z.string(),
  fetched: z.iso.datetime(),
});

export type CachedTree = z.infer<typeof record> & { readonly path: string };

export function treesDirectory(cache: string | undefined): string {
  return join(cache ?? cacheDirectory(), 'trees');
}

/** The trees in the cache, the newest kernel first. */
export async function cachedTrees(cache?: string): Promise<CachedTree[]> {
  const directory = treesDirectory(cache);
  const names = (await readdir(directory).catch(() => [])).filter((name) => /^[^.].*\.json$/.test(name));
  const trees: CachedTree[] = [];
  for (const file of names) {
    const parsed = record.safeParse(parseJson(await readFile(join(directory, file), 'utf8').catch(() => '')));
    const path = join(directory, file.slice(0, -'.json'.length));
    if (parsed.success && (await isDirectory(path))) trees.push({ ...parsed.data, path });
  }
  const order = new Intl.Collator('en', { numeric: true });
  return trees.sort((a, b) => order.compare(b.version, a.version) || order.compare(b.spec, a.spec));
}

export async function cachedTree(name: string, cache?: string): Promise<CachedTree | null> {
  return (await cachedTrees(cache)).find((tree) => tree.name === name) ?? null;
}

/** As a tree. Cached trees are not changed by anyone, so that what they came from tells them apart. */
export function asTree(cached: CachedTree, spec: string): Tree {
  const { path, version, digest, name } = cached;
  return { path, spec, version, identity: `cached-${name}-${digest.slice(0, 32)}`, commit: null };
}

/** Runs `work` with the trees' folder to itself, among all processes of this user; waits as long as it takes. */
export async function withTreesLocked<T>(
  cache: string | undefined,
  options: { readonly signal?: AbortSignal | undefined; readonly progress: Progress },
  work: (directory: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const directory = treesDirectory(cache);
  await mkdir(directory, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw environmentError(`cannot keep trees in ${directory}: ${cause.code}`, {
      hint: 'Set XDG_CACHE_HOME to a folder that you can write to.',
      cause,
    });
  });
  const lost = new AbortController();
  const signal = options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal]);
  const release = await acquire(directory, options, () => lost.abort());
  try {
    // Whoever left these held the lock, and does no more.
    for (const name of await readdir(directory))
      if (name.startsWith('.new-')) await rm(join(directory, name), { recursive: true, force: true });
    return await work(directory, signal);
  } catch (error) {
    if (lost.signal.aborted && !options.signal?.aborted)
      throw environmentError(`lost the lock on ${directory}`, {
        hint: 'The machine slept or was very busy: run the command again.',
        cause: error,
      });
    throw error;
  } finally {
    await release().catch(() => {});
  }
}

async function acquire(
  directory: string,
  { signal, progress }: { readonly signal?: AbortSignal | undefined; readonly progress: Progress },
  onLost: () => void,
): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted) throw interruptedError();
    try {
      return await lock(directory, {
        lockfilePath: join(directory, '.lock'),
        stale: 15_000,
        onCompromised: onLost,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (attempt === 0) progress.note('Waiting for another Millrace that is fetching a tree.');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Puts the unpacked tree at `unpacked` into the cache by one rename. Call it with the trees locked. */
export async function keepTree(
  directory: string,
  unpacked: string,
  tree: Omit<z.infer<typeof record>, 'fetched'>,
): Promise<CachedTree> {
  const path = join(directory, tree.name);
  const kept = { ...tree, fetched: new Date().toISOString() };
  await rm(path, { recursive: true, force: true });
  const aside = join(directory, `.new-${tree.name}.json`);
  await writeFile(aside, `${JSON.stringify(kept, null, 2)}\n`);
  await rename(aside, `${path}.json`);
  await rename(unpacked, path);
  return { ...kept, path };
}

/** A name for a folder: kbuild takes no `:` and no space in a path, and shells have their own view of `~`. */
export function folderName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
