// Unpacks a kernel tarball with tar, fed from here so that its progress is known for every kind of compression.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import prettyBytes from 'pretty-bytes';
import which from 'which';
import { environmentError, inputError, runOrThrow, type StepUpdate } from '../base/index.js';
import { kernelVersion } from './makefile.js';

/** tar's option by the file's end; tar finds out for itself only from a file, not from a stream. */
const compressions: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.(tar\.xz|txz)$/, ['-J']],
  [/\.(tar\.gz|tgz)$/, ['-z']],
  [/\.tar\.zst$/, ['--zstd']],
  [/\.tar\.bz2$/, ['-j']],
  [/\.tar$/, []],
];

/** A small Debian has no xz; apt, which fetches the trees, decompresses by itself, and tells the kind by the file's name. */
const aptHelper = '/usr/lib/apt/apt-helper';
const aptDecompressor = `sh -c 'exec ${aptHelper} cat-file "$MILLRACE_TARBALL"'`;

async function hasXz(): Promise<boolean> {
  return (await which('xz', { nothrow: true })) !== null;
}

export function isTarball(path: string): boolean {
  return compressions.some(([pattern]) => pattern.test(path));
}

export interface UnpackOptions {
  readonly signal?: AbortSignal | undefined;
  readonly update: StepUpdate;
}

export interface Unpacked {
  /** The kernel tree, in the given folder or the one folder in it. */
  readonly path: string;
  readonly version: string;
}

/**
 * Unpacks `tarball` into the new folder `into`, which the caller removes.
 *
 * tar itself keeps members inside: it drops a leading `/`, refuses `..`, and makes links that lead out only after
 * all else. What such links lead to is never written, since overlays and patches refuse to go through links.
 * Errors: `environment` when tar fails (damaged file, full disk), `input` when it holds no kernel tree, or anything
 * but files, folders and links.
 */
export async function unpack(tarball: string, into: string, options: UnpackOptions): Promise<Unpacked> {
  await mkdir(into);
  const flags = compressions.find(([pattern]) => pattern.test(tarball))?.[1] ?? [];
  const { size } = await stat(tarball);
  if (flags.length === 0) await refuseCutOff(tarball, size);
  let read = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      options.update(`${prettyBytes(read)} of ${prettyBytes(size)}`, read / size);
      done(null, chunk);
    },
  });
  const common = ['--no-same-owner', '--no-same-permissions', '-C', into];
  if (flags.includes('-J') && !(await hasXz()) && existsSync(aptHelper)) {
    await runOrThrow('tar', ['-x', '-I', aptDecompressor, '-f', tarball, ...common], {
      signal: options.signal,
      env: { LC_ALL: 'C', MILLRACE_TARBALL: tarball },
    });
    return finished(tarball, into);
  }
  const source = createReadStream(tarball, { highWaterMark: 1 << 20 });
  source.on('error', (error) => meter.destroy(error));
  try {
    await runOrThrow('tar', ['-x', ...flags, '-f', '-', ...common], {
      input: source.pipe(meter),
      signal: options.signal,
      env: { XZ_DEFAULTS: '-T0', LC_ALL: 'C' },
    });
  } finally {
    source.destroy();
  }
  return finished(tarball, into);
}

async function finished(tarball: string, into: string): Promise<Unpacked> {
  const entries = await readdir(into, { withFileTypes: true });
  const only = entries.length === 1 && entries[0]?.isDirectory() ? join(into, entries[0].name) : into;
  const version = await kernelVersion(only);
  if (version === null)
    throw inputError(`${tarball} holds no kernel tree: no top Makefile with a VERSION`, {
      hint: 'Give the tarball of a whole kernel tree, as kernel.org has it.',
    });
  await refuseSpecialFiles(only, tarball);
  return { path: only, version };
}

/** Compressed files know their end; tar itself takes one that is cut off between two members for whole. */
async function refuseCutOff(tarball: string, size: number): Promise<void> {
  const end = Buffer.alloc(1024, 1);
  const file = await open(tarball);
  try {
    await file.read(end, 0, end.length, Math.max(0, size - end.length));
  } finally {
    await file.close();
  }
  if (!end.equals(Buffer.alloc(1024)))
    throw environmentError(`${tarball} is cut off: it does not end as a tar archive does`, {
      hint: 'Fetch it again.',
    });
}

async function refuseSpecialFiles(top: string, tarball: string): Promise<void> {
  for (const entry of await readdir(top, { withFileTypes: true })) {
    if (entry.isDirectory()) await refuseSpecialFiles(join(top, entry.name), tarball);
    else if (!entry.isFile() && !entry.isSymbolicLink()) {
      await rm(join(top, entry.name), { force: true });
      throw inputError(`${tarball} holds ${entry.name}, which is no file, folder or link`);
    }
  }
}

/** SHA-256 of a file, in hex. */
export async function fileDigest(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
