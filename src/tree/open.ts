// From what the user calls a tree to a tree that is there.
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inputError, type Progress, silentProgress } from '../base/index.js';
import { asTree, cachedTrees } from './cache.js';
import { cachedDebian, openDebian } from './debian.js';
import { checkoutOf } from './git.js';
import { identityByStat } from './identity.js';
import { kernelVersion } from './makefile.js';
import { cachedTarball, openTarball } from './tarball.js';
import type { Tree } from './types.js';
import { isTarball } from './unpack.js';

export interface TreeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress;
  /** Instead of `$XDG_CACHE_HOME/millrace`. */
  readonly cacheDirectory?: string;
  /** For `debian:`, ask for a newer package even when the cache has one of the series. */
  readonly update?: boolean;
  /** For `debian:`, the keys of Debian's suites, instead of those that the system has. */
  readonly keyring?: string;
}

/**
 * Opens a kernel tree: an unpacked tree or git checkout by its path, `debian:VERSION`, or a kernel tarball. The
 * last two are fetched and unpacked into the cache when they are not there yet.
 * Errors: `input` when there is no such tree, `environment` when it cannot be fetched, unpacked or read.
 */
export async function openTree(spec: string, options: TreeOptions = {}): Promise<Tree> {
  const withProgress = { ...options, progress: options.progress ?? silentProgress };
  if (spec.startsWith('debian:')) return openDebian(spec, withProgress);
  const path = await realpath(resolve(spec)).catch(() => null);
  if (path === null)
    throw inputError(`there is no kernel tree at ${spec}`, {
      hint: 'Give the top folder of a kernel tree, a kernel tarball, or debian:VERSION.',
    });
  if ((await stat(path)).isDirectory()) return openDirectory(path, spec, options);
  if (isTarball(path)) return openTarball(path, spec, withProgress);
  throw inputError(`${spec} is neither a folder nor a tarball`, {
    hint: 'Tarballs end in .tar.xz, .tar.gz, .tar.bz2, .tar.zst or .tar.',
  });
}

/** The tree that `spec` names if it is there; null where {@link openTree} would fetch or unpack it first. */
export async function findTree(spec: string, options: TreeOptions = {}): Promise<Tree | null> {
  const isDebian = spec.startsWith('debian:');
  if (!isDebian && !isTarball(spec)) return openTree(spec, options);
  const find = isDebian ? cachedDebian : cachedTarball;
  const cached = await find(spec, options.cacheDirectory);
  return cached === null ? null : asTree(cached, spec);
}

async function openDirectory(path: string, spec: string, options: TreeOptions): Promise<Tree> {
  for (const cached of await cachedTrees(options.cacheDirectory))
    if ((await realpath(cached.path)) === path) return asTree({ ...cached, path }, spec);
  const version = await kernelVersion(path);
  if (version === null)
    throw inputError(`${spec} is not a kernel tree: it has no top Makefile with a VERSION`, {
      hint: 'Give the top folder of a kernel tree.',
    });
  const checkout = await checkoutOf(path, options.signal);
  if (checkout === null)
    return { path, spec, version, identity: await identityByStat(path, options.signal), commit: null };
  const commit = `${checkout.commit}${checkout.isDirty ? '-dirty' : ''}`;
  return { path, spec, version, identity: checkout.identity, commit };
}

export interface DefaultTreeOptions extends TreeOptions {
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * What to open when no tree is named: `$MILLRACE_TREE`; the kernel tree that the working directory is in; the newest
 * tree of the cache; else `debian:6.12`.
 */
export async function defaultTreeSpec(options: DefaultTreeOptions = {}): Promise<string> {
  const named = (options.environment ?? process.env).MILLRACE_TREE;
  if (named) return named;
  let directory = resolve(options.workingDirectory ?? process.cwd());
  for (;;) {
    if (await isKernelTop(directory)) return directory;
    const up = dirname(directory);
    if (up === directory) break;
    directory = up;
  }
  const newest = (await cachedTrees(options.cacheDirectory))[0];
  if (newest === undefined) return 'debian:6.12';
  return newest.spec.startsWith('debian:') ? newest.spec : newest.path;
}

/** Opens {@link defaultTreeSpec}'s tree. */
export async function defaultTree(options: DefaultTreeOptions = {}): Promise<Tree> {
  return openTree(await defaultTreeSpec(options), options);
}

async function isKernelTop(directory: string): Promise<boolean> {
  if ((await kernelVersion(directory)) === null) return false;
  // Other projects have a VERSION in their Makefile too.
  return (await stat(resolve(directory, 'Kbuild')).catch(() => null))?.isFile() ?? false;
}
