// Objects by content: an object is good as long as every file that was read for it, its flags and the compiler are as
// they were. A record names the files and their digests; the object lies beside it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type CompileJob, type Mounts, mountRoot } from './toolchain/index.js';

interface CacheRecord {
  /** `/millrace/NAME/...` and digest of each file that was read. */
  readonly files: readonly (readonly [string, string])[];
  readonly object: string;
}

// How many states of its files one job is remembered in: the tree's, and those of a few fixes.
const recordsKept = 8;

export class ObjectCache {
  private readonly folder: string;
  private readonly digests = new Map<string, string | null>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The object that this job would give, if it is known; `null` when it must be compiled. */
  async find(job: CompileJob, compilerVersion: string): Promise<Uint8Array | null> {
    for (const record of await this.records(jobKey(job, compilerVersion))) {
      if (!record.files.every(([path, digest]) => this.digest(path, job.mounts) === digest)) continue;
      const object = await readFile(join(this.folder, `${record.object}.o`)).catch(() => null);
      if (object !== null) return object;
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
    const files = [...new Set(opened)].sort().flatMap((path) => {
      const digest = this.digest(path, job.mounts);
      return digest === null ? [] : [[path, digest] as const];
    });
    const name = createHash('sha256').update(key).update(JSON.stringify(files)).digest('hex').slice(0, 32);
    await mkdir(this.folder, { recursive: true });
    await writeFileAtomic(join(this.folder, `${name}.o`), Buffer.from(object));
    const before = (await this.records(key)).filter((record) => record.object !== name);
    const records = [{ files, object: name }, ...before].slice(0, recordsKept);
    await writeFileAtomic(join(this.folder, `${key}.json`), JSON.stringify(records));
  }

  private async records(key: string): Promise<readonly CacheRecord[]> {
    const text = await readFile(join(this.folder, `${key}.json`), 'utf8').catch(() => '[]');
    return JSON.parse(text) as CacheRecord[];
  }

  /** Digest of a file's content; `null` when it is gone or belongs to the compiler itself. */
  private digest(path: string, mounts: Mounts): string | null {
    const [, name = '', inside = ''] = /^\/millrace\/([a-z]+)\/(.*)$/s.exec(path) ?? [];
    const folder = path.startsWith(mountRoot) ? mounts[name] : undefined;
    if (folder === undefined) return null;
    const file = join(folder, inside);
    let digest = this.digests.get(file);
    if (digest === undefined) {
      digest = fileDigest(file);
      this.digests.set(file, digest);
    }
    return digest;
  }
}

function fileDigest(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22);
  } catch {
    return null;
  }
}

/**
 * Real paths are no part of it: an overlay shares the objects of the tree. The names of the architecture's headers are:
 * a new one of them stands in front of one of the tree's, and no file that was read before has changed.
 */
function jobKey(job: CompileJob, compilerVersion: string): string {
  const { arch } = job.mounts;
  const headers = arch === undefined ? [] : readdirSync(arch, { recursive: true, encoding: 'utf8' }).sort();
  return createHash('sha256')
    .update(JSON.stringify([compilerVersion, job.args, job.assembly ?? false, headers]))
    .digest('hex')
    .slice(0, 32);
}
