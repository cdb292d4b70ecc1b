// `debian:VERSION`: the kernel source as Debian has it, patches applied, from its package `linux-source-SERIES`, of the
// system's own sources or else of any of Debian's suites.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError, type Progress, runOrThrow, type StepUpdate } from '../base/index.js';
import { type Apt, download, updateLists, versionsOf } from './apt.js';
import { asTree, type CachedTree, cachedTrees, folderName, keepTree, withTreesLocked } from './cache.js';
import { debianSuites, newestRelease, type RemoteKernel } from './suites.js';
import type { Tree } from './types.js';
import { unpack } from './unpack.js';

export interface DebianOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  readonly cacheDirectory?: string;
  /** Ask for a newer package even when the cache has one of the series. */
  readonly update?: boolean;
  /** Keys that Debian's suites are signed with, instead of those of the package debian-archive-keyring. */
  readonly keyring?: string;
}

interface Wanted {
  /** `6.12`, as in the package's name; null for the newest that Debian has. */
  readonly series: string | null;
  /** `6.12.117-1~deb12u1`, or the beginning of it; null for the newest of the series. */
  readonly version: string | null;
}

/**
 * Reads `debian:6.12`, `debian:6.12.117`, `debian:6.12.117-1~deb12u1` or `debian:newest`.
 * Errors: `input` for anything else.
 */
export function parseDebian(spec: string): Wanted {
  const version = spec.slice('debian:'.length);
  if (version === 'newest') return { series: null, version: null };
  const series = /^(\d+\.\d+)([.~-][0-9A-Za-z.+~-]*)?$/.exec(version);
  if (series === null)
    throw inputError(`'${spec}' names no Debian kernel`, {
      hint: 'Give a series or a version, as debian:6.12 or debian:6.12.117-1~deb12u1, or debian:newest.',
    });
  return { series: series[1] as string, version: version === series[1] ? null : version };
}

function fits(wanted: Wanted, version: string): boolean {
  const { series, version: exact } = wanted;
  if (series === null) return true;
  const begin = exact ?? series;
  return version === begin || (version.startsWith(begin) && /^[.~-]/.test(version.slice(begin.length)));
}

/**
 * A tree of the cache that is what `spec` asks for, the newest of them; null when there is none. For `debian:newest`
 * that is the newest that was fetched.
 */
export async function cachedDebian(spec: string, cacheDirectory?: string): Promise<CachedTree | null> {
  const wanted = parseDebian(spec);
  const trees = await cachedTrees(cacheDirectory);
  return (
    trees.find(
      (tree) => tree.spec.startsWith('debian:') && fits(wanted, tree.spec.slice('debian:'.length)),
    ) ?? null
  );
}

/**
 * Opens Debian's kernel source: from the cache when it is there, else fetched with apt, as any user. Which one
 * `debian:newest` is, Debian is asked each time.
 * Errors: `input` for a version that Debian does not have, `environment` when there is no apt, when apt
 * cannot fetch or verify, or when unpacking fails; `interrupted`, with nothing half done in the cache.
 */
export async function openDebian(spec: string, options: DebianOptions): Promise<Tree> {
  const wanted = parseDebian(spec);
  const ask = options.update || wanted.series === null;
  const there = ask ? null : await cachedDebian(spec, options.cacheDirectory);
  if (there !== null) return asTree(there, spec);
  return withTreesLocked(options.cacheDirectory, options, async (directory, signal) => {
    const meanwhile = ask ? null : await cachedDebian(spec, options.cacheDirectory);
    if (meanwhile !== null) return asTree(meanwhile, spec);
    const { progress } = options;
    const own: Apt = { directory: join(directory, '.apt'), signal };
    const found = await progress.step(`Looking for ${spec}`, async (update) => {
      update('fetching package lists');
      await updateLists(own);
      const found =
        (await inOwnSources(wanted, own)) ?? (await inAnySuite(wanted, spec, own, update, options.keyring));
      update(found.version);
      return found;
    });
    const { series, version, apt } = found;
    const exact = `debian:${version}`;
    const cached = (await cachedTrees(options.cacheDirectory)).find((tree) => tree.spec === exact);
    if (cached !== undefined) return asTree(cached, spec);
    return asTree(await fetch(directory, series, version, apt, progress), spec);
  });
}

interface Found {
  readonly series: string;
  readonly version: string;
  /** The state with the lists that have it. */
  readonly apt: Apt;
}

async function inOwnSources(wanted: Wanted, apt: Apt): Promise<Found | null> {
  const { series } = wanted;
  if (series === null) return null;
  const packages = await versionsOf([`linux-source-${series}`], apt);
  const found = packages.find(({ version }) => fits(wanted, version));
  return found === undefined ? null : { series, version: found.version, apt };
}

async function inAnySuite(
  wanted: Wanted,
  spec: string,
  own: Apt,
  update: StepUpdate,
  keyring?: string,
): Promise<Found> {
  update('fetching the package lists of all of Debian’s suites');
  const { apt, kernels, complaints } = await debianSuites(own, keyring);
  const found =
    wanted.series === null
      ? newestRelease(kernels)
      : kernels.find(({ series, version }) => series === wanted.series && fits(wanted, version));
  if (found !== undefined) return { series: found.series, version: found.version, apt };
  const same = kernels.filter(({ series }) => series === wanted.series);
  const offers = same.length > 0 ? same.map(({ version }) => version) : kernels.map(({ series }) => series);
  throw inputError(`Debian has no ${spec.slice('debian:'.length)}`, {
    excerpt: [`It has: ${[...new Set(offers)].map((offer) => `debian:${offer}`).join(', ')}`, complaints]
      .filter((line) => line !== '')
      .join('\n'),
    hint: 'Give one of those, or the path of a kernel tree or tarball.',
  });
}

/**
 * Every kernel source that Debian has now, in any suite, the newest first.
 * Errors: as {@link openDebian}'s.
 */
export async function remoteKernels(options: DebianOptions): Promise<readonly RemoteKernel[]> {
  return withTreesLocked(options.cacheDirectory, options, async (directory, signal) =>
    options.progress.step('Looking through Debian', async (update) => {
      update('fetching package lists');
      const own: Apt = { directory: join(directory, '.apt'), signal };
      await updateLists(own);
      const { kernels } = await debianSuites(own, options.keyring);
      update(`${kernels.length} versions`);
      return kernels;
    }),
  );
}

async function fetch(
  directory: string,
  series: string,
  version: string,
  apt: Apt,
  progress: Progress,
): Promise<CachedTree> {
  const name = `linux-source-${series}`;
  const folder = folderName(`${name}-${version}`);
  const { file, digest } = await progress.step(`Downloading ${name} ${version}`, (update) =>
    download({ name, version }, update, apt),
  );
  const aside = join(directory, `.new-${folder}`);
  const { signal } = apt;
  try {
    const kept = await progress.step(`Unpacking ${name} ${version}`, async (update) => {
      await mkdir(aside);
      await runOrThrow('dpkg-deb', ['-x', file, join(aside, 'package')], { signal });
      const sources = join(aside, 'package', 'usr', 'src');
      const tarball = (await readdir(sources)).find((entry) => entry.startsWith(`${name}.tar.`));
      if (tarball === undefined) throw inputError(`${name} ${version} holds no ${name}.tar`);
      const unpacked = await unpack(join(sources, tarball), join(aside, 'tree'), { signal, update });
      const spec = `debian:${version}`;
      return keepTree(directory, unpacked.path, { name: folder, spec, version: unpacked.version, digest });
    });
    await rm(file, { force: true });
    return kept;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
