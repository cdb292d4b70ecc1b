// `debian:VERSION`: the kernel source as Debian has it, patches applied, from its package `linux-source-SERIES`.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError, type Progress, runOrThrow } from '../base/index.js';
import { type Apt, download, packagesNamed, updateLists, versionsOf } from './apt.js';
import { asTree, type CachedTree, cachedTrees, folderName, keepTree, withTreesLocked } from './cache.js';
import type { Tree } from './types.js';
import { unpack } from './unpack.js';

export interface DebianOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  readonly cacheDirectory?: string;
  /** Ask for a newer package even when the cache has one of the series. */
  readonly update?: boolean;
}

interface Wanted {
  /** `6.12`, as in the package's name. */
  readonly series: string;
  /** `6.12.117-1~deb12u1`, or the beginning of it; null for the newest. */
  readonly version: string | null;
}

/** Reads `debian:6.12`, `debian:6.12.117` or `debian:6.12.117-1~deb12u1`. Errors: `input` for anything else. */
export function parseDebian(spec: string): Wanted {
  const version = spec.slice('debian:'.length);
  const series = /^(\d+\.\d+)([.~-][0-9A-Za-z.+~-]*)?$/.exec(version);
  if (series === null)
    throw inputError(`'${spec}' names no Debian kernel`, {
      hint: 'Give a series or a version, as debian:6.12 or debian:6.12.117-1~deb12u1.',
    });
  return { series: series[1] as string, version: version === series[1] ? null : version };
}

function fits(wanted: Wanted, version: string): boolean {
  const { series, version: exact } = wanted;
  const begin = exact ?? series;
  return version === begin || (version.startsWith(begin) && /^[.~-]/.test(version.slice(begin.length)));
}

/** A tree of the cache that is what `spec` asks for, the newest of them; null when there is none. */
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
 * Opens Debian's kernel source: from the cache when it is there, else fetched with apt, as any user.
 * Errors: `input` for a version that Debian's sources do not have, `environment` when there is no apt, when apt
 * cannot fetch or verify, or when unpacking fails; `interrupted`, with nothing half done in the cache.
 */
export async function openDebian(spec: string, options: DebianOptions): Promise<Tree> {
  const wanted = parseDebian(spec);
  const there = options.update ? null : await cachedDebian(spec, options.cacheDirectory);
  if (there !== null) return asTree(there, spec);
  return withTreesLocked(options.cacheDirectory, options, async (directory, signal) => {
    const meanwhile = options.update ? null : await cachedDebian(spec, options.cacheDirectory);
    if (meanwhile !== null) return asTree(meanwhile, spec);
    const apt: Apt = { directory: join(directory, '.apt'), signal };
    const { progress } = options;
    const version = await progress.step(`Looking for ${spec}`, async (update) => {
      update('fetching package lists');
      await updateLists(apt);
      const found = await newest(wanted, spec, apt);
      update(found);
      return found;
    });
    const exact = `debian:${version}`;
    const cached = (await cachedTrees(options.cacheDirectory)).find((tree) => tree.spec === exact);
    if (cached !== undefined) return asTree(cached, spec);
    return asTree(await fetch(directory, wanted.series, version, apt, progress), spec);
  });
}

async function newest(wanted: Wanted, spec: string, apt: Apt): Promise<string> {
  const name = `linux-source-${wanted.series}`;
  const versions = await versionsOf(name, apt);
  const found = versions.find((version) => fits(wanted, version));
  if (found !== undefined) return found;
  const series = (await packagesNamed('linux-source-', apt)).filter((other) => /-\d/.test(other));
  const offers =
    versions.length > 0
      ? versions.map((version) => `debian:${version}`)
      : series.map((other) => other.replace('linux-source-', 'debian:'));
  throw inputError(`the sources of this system have no ${spec}`, {
    excerpt:
      offers.length > 0 ? `They have: ${offers.join(', ')}` : 'They have no linux-source package at all.',
    hint: 'Give one of those, or the path of a kernel tree or tarball.',
  });
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
