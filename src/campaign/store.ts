// Where results are kept: a folder, which machines may share. `results/KEY/` has a job's result and its record, whole
// from the moment it has that name; who comes first gives it, and nobody changes it.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, isAbsolute, join, relative } from 'node:path';
import { environmentError, writeWhole } from '../base/index.js';
import { isAlive, markThisProcess, type ProcessMark } from '../record/index.js';
import { filesOf, folderDigest, sha256 } from './digest.js';
import type { Job } from './job.js';
import { type JobResult, jobResultSchema } from './result.js';

export class Store {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Null where there is none yet, or one that is damaged: that one is put away and made anew. */
  async find(key: string): Promise<JobResult | null> {
    const folder = this.resultFolder(key);
    const text = await readFile(join(folder, 'result.json'), 'utf8').catch(ignoreMissing);
    if (text === null) return null;
    const parsed = jobResultSchema.safeParse(parseJson(text));
    const isWhole =
      parsed.success &&
      parsed.data.key === key &&
      (parsed.data.kind === 'refused' || existsSync(join(folder, 'run', 'run.json')));
    if (isWhole) return parsed.data;
    await rename(folder, join(this.folder, 'damaged', `${key}-${randomBytes(4).toString('hex')}`)).catch(
      ignoreMissing,
    );
    return null;
  }

  /** The folder of a job's record; null where it made none. */
  recordOf(result: JobResult): string | null {
    return result.kind === 'run' ? join(this.resultFolder(result.key), 'run') : null;
  }

  /** Keeps a result, with its record if it has one, unless there is one already. Resolves to the one that is kept. */
  async keep(result: JobResult, record: string | null, scratch: string): Promise<JobResult> {
    const whole = join(scratch, 'result');
    await mkdir(whole, { recursive: true });
    if (record !== null) await rename(record, join(whole, 'run'));
    await writeWhole(join(whole, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    for (;;) {
      const earlier = await this.find(result.key);
      if (earlier !== null) return earlier;
      try {
        await rename(whole, this.resultFolder(result.key));
        await syncFolder(join(this.folder, 'results'));
        return result;
      } catch (error) {
        // Another came first: its result is found at the next look.
        if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
  }

  /** Makes the folders, and clears away what processes of this machine left that are no more. */
  async prepare(): Promise<void> {
    try {
      for (const name of ['results', 'scratch', 'damaged', 'cases', 'patches', 'trees', 'plans'])
        await mkdir(join(this.folder, name), { recursive: true });
    } catch (cause) {
      throw environmentError(
        `cannot keep results in ${this.folder}: ${(cause as NodeJS.ErrnoException).code}`,
        {
          hint: 'Name a folder that can be written to with --store.',
          cause,
        },
      );
    }
    for (const name of await readdir(join(this.folder, 'scratch')))
      if (isAbandoned(name)) await rm(join(this.folder, 'scratch', name), { recursive: true, force: true });
  }

  /** A folder to work in, on the store's own file system, gone when `work` ends. */
  async withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.folder, 'scratch', ownName());
    await mkdir(folder);
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Puts a job's case and fix where workers on other machines find them. */
  async offer(job: Job): Promise<void> {
    const { case: theCase, fix } = job;
    const offered = join(this.folder, 'cases', theCase.digest, theCase.name);
    if (!existsSync(offered))
      await this.withScratch(async (scratch) => {
        const copy = join(scratch, theCase.digest);
        for (const [path] of await filesOf(theCase.folder))
          await cp(join(theCase.folder, path), join(copy, theCase.name, path));
        await rename(copy, join(this.folder, 'cases', theCase.digest)).catch(ignoreExisting);
      });
    if (fix === null || insideOf(theCase.folder, fix.patch) !== null) return;
    const patch = join(this.folder, 'patches', `${fix.digest}.patch`);
    if (!existsSync(patch)) await writeWhole(patch, await readFile(fix.patch));
  }

  /** Puts a case and a patch here that came another way; `unpack` writes the case's files into a folder. */
  async accept(job: Job, patch: string | null, unpack: (folder: string) => Promise<void>): Promise<void> {
    const folder = join(this.folder, 'cases', job.case.digest);
    if (!existsSync(folder))
      await this.withScratch(async (scratch) => {
        const copy = join(scratch, 'case');
        await unpack(join(copy, basename(job.case.name)));
        await rename(copy, folder).catch(ignoreExisting);
      });
    if (patch !== null && job.fix !== null)
      await writeWhole(join(this.folder, 'patches', `${job.fix.digest}.patch`), Buffer.from(patch, 'base64'));
  }

  /**
   * The job with its case and its fix as they were offered; as it is where nothing was. Errors: `environment` for an
   * offer that is damaged.
   */
  async taken(job: Job): Promise<Job> {
    const folder = join(this.folder, 'cases', job.case.digest, job.case.name);
    if (!existsSync(folder)) return job;
    if ((await folderDigest(folder)) !== job.case.digest)
      throw environmentError(`the case in ${folder} is damaged`, { hint: 'Remove that folder.' });
    const here = { ...job, case: { ...job.case, folder } };
    if (job.fix === null) return here;
    const own = insideOf(job.case.folder, job.fix.patch);
    if (own !== null) return { ...here, fix: { ...job.fix, patch: join(folder, own) } };
    const patch = join(this.folder, 'patches', `${job.fix.digest}.patch`);
    if (sha256(await readFile(patch)) !== job.fix.digest)
      throw environmentError(`the patch ${patch} is damaged`, { hint: 'Remove that file.' });
    return { ...here, fix: { ...job.fix, patch } };
  }

  private resultFolder(key: string): string {
    return join(this.folder, 'results', key);
  }
}

type Owner = ProcessMark & { readonly host: string };

/** Whose a folder is stands in its name, which is there from its first moment on. */
function ownName(): string {
  const owner: Owner = { ...markThisProcess(), host: hostname() };
  return `${randomBytes(8).toString('hex')}.${Buffer.from(JSON.stringify(owner)).toString('base64url')}`;
}

/** Of a process of this machine that is no more; of other machines nothing is known. */
function isAbandoned(name: string): boolean {
  const owner = parseJson(Buffer.from(name.split('.')[1] ?? '', 'base64url').toString()) as Owner | null;
  return owner !== null && owner.host === hostname() && !isAlive(owner);
}

/** The path of `file` inside `folder`; null where it lies elsewhere. */
export function insideOf(folder: string, file: string): string | null {
  const path = relative(folder, file);
  return path.startsWith('..') || isAbsolute(path) ? null : path;
}

/** So that a rename outlives a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}
