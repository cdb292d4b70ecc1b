// The commits of a git repository, and a checkout of one after the other in the cache. The repository is only read: index
// and files are Millrace's own, no configured program runs, and nothing is fetched.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheDirectory, environmentError, inputError, interruptedError } from '../base/index.js';
import { filtersOff, gitIn } from './git.js';
import { kernelVersion } from './makefile.js';
import type { Tree } from './types.js';

export interface Commit {
  /** Full hash. */
  readonly hash: string;
  /** As `Fixes:` has it: 12 digits, more where these are not unique. */
  readonly short: string;
  readonly subject: string;
  /** ISO 8601, of the author's clock and place. */
  readonly authored: string;
  readonly parents: readonly string[];
}

export interface Range {
  /** The commit that has all the others in its history. */
  readonly newest: string;
  /** Neither these nor what is in their history belongs to the range. */
  readonly without: readonly string[];
  /** Only commits that change one of these paths; all commits when not given. */
  readonly paths?: readonly string[] | undefined;
}

/** A repository: the top of a checkout, or a bare one. Errors: `input` where there is none. */
export async function openHistory(path: string, signal?: AbortSignal): Promise<History> {
  const top = await realpath(resolve(path)).catch(() => null);
  const found = top === null ? null : await gitIn(top, ['rev-parse', '--absolute-git-dir'], signal);
  if (top === null || found === null)
    throw inputError(`there is no git repository at ${path}`, {
      hint: 'Give a clone of the kernel: a checkout, or a bare repository.',
    });
  return new History(top, found.stdout.trim());
}

export class History {
  /** The folder that was opened. */
  readonly path: string;
  private readonly gitDirectory: string;

  /** Call {@link openHistory}. */
  constructor(path: string, gitDirectory: string) {
    this.path = path;
    this.gitDirectory = gitDirectory;
  }

  /** Errors: `input` when `revision` names no commit here. */
  async commit(revision: string, signal?: AbortSignal): Promise<Commit> {
    // A name that begins with a dash would be an option.
    const format = '--format=%H%x00%h%x00%aI%x00%P%x00%s';
    const result = /^-|[\0\n]/.test(revision)
      ? null
      : await this.git(['log', '-1', '--abbrev=12', format, `${revision}^{commit}`, '--'], signal);
    const [hash = '', short = '', authored = '', parents = '', subject = ''] =
      result?.stdout.trimEnd().split('\0') ?? [];
    if (hash === '')
      throw inputError(`${this.path} has no commit ${revision}`, {
        hint: 'Is the clone deep enough? Name a commit, a tag or a branch.',
      });
    return { hash, short, authored, subject, parents: parents.split(' ').filter((one) => one !== '') };
  }

  /** Whether `older` is `newer`, or is in its history. */
  async isAncestor(older: string, newer: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.git(['merge-base', '--is-ancestor', older, newer], signal)) !== null;
  }

  /** The oldest commit that added one of `paths`; null when none did. */
  async firstWith(paths: readonly string[], newest: string, signal?: AbortSignal): Promise<string | null> {
    const added = await this.git(
      ['log', '--diff-filter=A', '--no-renames', '--format=%H', newest, '--', ...literal(paths)],
      signal,
    );
    return lines(added?.stdout).at(-1) ?? null;
  }

  /**
   * The commits of a range, those first that leave most open whichever way they turn out: nearest the middle first, as
   * `git bisect` takes them. The newest one is among them if it changes one of the paths.
   */
  async middleFirst(range: Range, signal?: AbortSignal): Promise<string[]> {
    const result = await this.git(['rev-list', '--bisect-all', ...rangeArguments(range)], signal);
    if (result === null) throw environmentError(`git cannot list the commits of ${this.path}`);
    return lines(result.stdout).map((line) => line.split(' ')[0] ?? '');
  }

  /** How many commits a range has. */
  async count(range: Range, signal?: AbortSignal): Promise<number> {
    const result = await this.git(['rev-list', '--count', ...rangeArguments(range)], signal);
    return Number(result?.stdout.trim() ?? 0);
  }

  /** Runs `work` with a folder of this repository's own in the cache, to itself. */
  async withCheckout<T>(
    work: (checkout: Checkout) => Promise<T>,
    {
      cache,
      signal,
    }: { readonly cache?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const name = createHash('sha256').update(this.gitDirectory).digest('hex').slice(0, 16);
    const folder = join(cache ?? cacheDirectory(), 'checkouts', name);
    await mkdir(folder, { recursive: true });
    const release = await lock(folder, {
      lockfilePath: join(folder, '.lock'),
      stale: 15_000,
      retries: 2,
    }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ELOCKED') throw cause;
      throw environmentError(`another Millrace is checking out commits of ${this.path}`, {
        hint: 'Wait for it to end.',
        cause,
      });
    });
    try {
      return await work(new Checkout(this, folder, signal));
    } finally {
      await release().catch(() => {});
    }
  }

  /** Null when git fails. */
  git(
    args: readonly string[],
    signal: AbortSignal | undefined,
    checkout?: { folder: string; index: string },
  ) {
    return gitIn(
      checkout?.folder ?? this.path,
      [`--git-dir=${this.gitDirectory}`, ...args],
      signal,
      checkout === undefined ? {} : { GIT_INDEX_FILE: checkout.index, GIT_WORK_TREE: checkout.folder },
    );
  }
}

/** One folder that holds one commit after the other: only what differs is written. */
export class Checkout {
  private readonly history: History;
  private readonly folder: string;
  private readonly signal: AbortSignal | undefined;

  constructor(history: History, folder: string, signal: AbortSignal | undefined) {
    this.history = history;
    this.folder = folder;
    this.signal = signal;
  }

  /** The tree of a commit. It holds until the next call. Errors: `environment` when git cannot write it. */
  async tree({ hash, short }: Pick<Commit, 'hash' | 'short'>): Promise<Tree> {
    const files = join(this.folder, 'tree');
    const index = join(this.folder, 'index');
    const state = join(this.folder, 'commit');
    // Whoever was ended in the midst of a change left files that the index does not know of.
    const held = await readFile(state, 'utf8').catch(() => '');
    if (held !== hash) {
      if (held === '' || !existsSync(index)) {
        await rm(files, { recursive: true, force: true });
        await rm(index, { force: true });
        await mkdir(files, { recursive: true });
      }
      await rm(state, { force: true });
      const filters = await filtersOff(this.history.path, this.signal);
      const done = await this.history.git(
        [...filters, 'read-tree', '--reset', '-u', '--no-recurse-submodules', hash],
        this.signal,
        { folder: files, index },
      );
      if (this.signal?.aborted) throw interruptedError();
      if (done === null)
        throw environmentError(`git cannot check out ${short} of ${this.history.path}`, {
          hint: `Is the clone whole, and is there room in ${this.folder}?`,
        });
      await writeFile(state, hash);
    }
    const version = await kernelVersion(files);
    if (version === null)
      throw inputError(`${short} is no kernel tree: it has no top Makefile with a VERSION`);
    return {
      path: files,
      spec: `${this.history.path}@${short}`,
      version,
      identity: `commit-${hash}`,
      commit: hash,
    };
  }
}

function rangeArguments({ newest, without, paths }: Range): string[] {
  return [
    newest,
    ...without.map((one) => `^${one}`),
    ...(paths === undefined ? [] : ['--', ...literal(paths)]),
  ];
}

/** No path of a case is a pattern. */
function literal(paths: readonly string[]): string[] {
  return paths.map((path) => `:(literal,top)${path}`);
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}
