// Objects by content: an object is good as long as every file that was read for it, or looked for and not found, its
// flags and the compiler are as they were. A record names the files and their digests; the object lies beside it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { readCached, writeCached } from '../../base/index.js';
import { type CompileJob, type Mounts, mountRoot } from './toolchain/index.js';

interface CacheRecord {
  /** `/millrace/NAME/...` and digest of each file that was read; null for one that was not there. */
  readonly files: readonly (readonly [string, string | null])[];
  readonly object: string;
}

// How many states of its files one job is remembered in: the tree's, and those of a few fixes.
const recordsKept = 8;

/** Mounts that hold what the user writes: files come and go there, and stand in front of others. */
const users = /^\/millrace\/(?:user|case|include[a-z]{2})\//;

export interface CachedObject {
  readonly object: Uint8Array;
  /** `/millrace/NAME/...` of each file that was read for it, or looked for. */
  readonly read: readonly string[];
}

export class ObjectCache {
  private readonly folder: string;
  private readonly digests = new Map<string, string | null>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The object that this job would give, if it is known; `null` when it must be compiled. */
  async find(job: CompileJob, compilerVersion: string): Promise<CachedObject | null> {
    const key = jobKey(job, compilerVersion);
    for (const record of await this.records(key)) {
      if (!record.files.every(([path, digest]) => this.digest(path, job.mounts) === digest)) continue;
      const object = await readCached(this.objectPath(record), objectKey(key, record.files));
      if (object !== null) return { object, read: record.files.map(([path]) => path) };
    }
    return null;
  }

  /** @param opened the files that were read, as `/millrace/NAME/...` */
  async store(
    job: CompileJob,
    compilerVersion: string,
    object: Uint8Array,
    opened: readonly string[],
  ): Promise<void> {
    const key = jobKey(job, compilerVersion);
    const read = opened.filter((path) => this.digest(path, job.mounts) !== null);
    const paths = new Set([...read, ...this.lookedFor(job, read)]);
    const files = [...paths].sort().map((path) => [path, this.digest(path, job.mounts)] as const);
    const name = createHash('sha256').update(objectKey(key, files)).digest('hex').slice(0, 32);
    const record = { files, object: name };
    try {
      await mkdir(this.folder, { recursive: true });
      await writeCached(this.objectPath(record), objectKey(key, files), object);
      const before = (await this.records(key)).filter((other) => other.object !== name);
      const records = [record, ...before].slice(0, recordsKept);
      await writeCached(this.recordsPath(key), key, JSON.stringify(records));
    } catch {
      // A cache that cannot be written costs time, and nothing else.
    }
  }

  private objectPath({ object }: Pick<CacheRecord, 'object'>): string {
    return join(this.folder, `${object}.object`);
  }

  private recordsPath(key: string): string {
    return join(this.folder, `${key}.records`);
  }

  private async records(key: string): Promise<readonly CacheRecord[]> {
    const text = await readCached(this.recordsPath(key), key);
    return text === null ? [] : (JSON.parse(text.toString()) as CacheRecord[]);
  }

  /**
   * Where the compiler looked, or would look, for what the user's files name: beside each of them, and in the user's
   * own search paths. A file that comes there stands in front of the one that was read, or answers `__has_include`.
   */
  private lookedFor(job: CompileJob, read: readonly string[]): string[] {
    const source = job.args.at(-1) ?? '';
    const own = [...new Set([...read, source])].filter((path) => users.test(path));
    const searched = job.args
      .filter((argument) => argument.startsWith('-I'))
      .map((argument) => argument.slice(2))
      .filter((path) => users.test(`${path}/`));
    return own.flatMap((path) => {
      const text = this.text(path, job.mounts);
      const folders = [dirname(path), ...searched];
      const named = [...new Set([...text.matchAll(names)].map(([, name]) => name ?? ''))].flatMap((name) =>
        isAbsolute(name) ? [name] : folders.map((folder) => posix.normalize(`${folder}/${name}`)),
      );
      // A name that is put together by macros is in no text: whatever the folders hold may be meant.
      return computed.test(text) ? [...named, ...folders.map((folder) => `${folder}/`)] : named;
    });
  }

  private text(path: string, mounts: Mounts): string {
    const file = realPath(path, mounts);
    try {
      return file === null ? '' : readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  }

  /** Digest of a file's content, or of a folder's names where `path` ends with `/`; `null` when there is none. */
  private digest(path: string, mounts: Mounts): string | null {
    const file = realPath(path, mounts);
    if (file === null) return null;
    let digest = this.digests.get(file);
    if (digest === undefined) {
      // Outside the mounts, what a file holds is none of our business: it is asked for, and never read.
      if (file === path) digest = existsSync(file) ? 'there' : null;
      else digest = file.endsWith('/') ? folderDigest(file) : fileDigest(file);
      this.digests.set(file, digest);
    }
    return digest;
  }
}

/** What may be the name of a header: between quotes or angle brackets. */
const names = /["<]([^"<>\s\\]{1,200})[">]/g;

/** An include, or a question for one, of something that a macro gives. */
const computed =
  /#\s*(?:include|include_next|embed)\s+[^"<\s]|__has_(?:include(?:_next)?|embed)\s*\(\s*[^"<\s]/;

/** Null for a file of the compiler itself. */
function realPath(path: string, mounts: Mounts): string | null {
  if (!path.startsWith(`${mountRoot}/`)) return ofCompiler.test(path) ? null : path;
  const [, name = '', inside = ''] = /^\/millrace\/([a-z]+)\/(.*)$/s.exec(path) ?? [];
  const folder = mounts[name];
  return folder === undefined ? null : join(folder, inside);
}

const ofCompiler = /\/lib\/clang\//;

function fileDigest(file: string): string | null {
  try {
    return statSync(file).isFile() ? shortDigest(readFileSync(file)) : null;
  } catch {
    return null;
  }
}

function folderDigest(folder: string): string | null {
  try {
    return shortDigest(JSON.stringify(readdirSync(folder).sort()));
  } catch {
    return null;
  }
}

function shortDigest(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

function objectKey(key: string, files: CacheRecord['files']): string {
  return JSON.stringify([key, files]);
}

/**
 * Real paths are no part of it: an overlay shares the objects of the tree. The names of the headers that come along
 * are: a new one of them stands in front of one of the tree's, and no file that was read before has changed.
 */
function jobKey(job: CompileJob, compilerVersion: string): string {
  const { arch, headers } = job.mounts;
  const supplied = [arch, headers].map((folder) =>
    folder === undefined ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort(),
  );
  return createHash('sha256')
    .update(JSON.stringify([compilerVersion, job.args, job.assembly ?? false, supplied]))
    .digest('hex')
    .slice(0, 32);
}
