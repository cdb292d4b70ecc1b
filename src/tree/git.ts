// What git knows of a checkout. The tree may be a stranger's: nothing that its configuration names is run, nothing
// is fetched, and nothing is written, not even the index that `git status` likes to refresh.
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type RunResult, run } from '../base/index.js';

export interface Checkout {
  /** Full hash of HEAD. */
  readonly commit: string;
  /** Whether any file differs from it, ignored ones aside. */
  readonly isDirty: boolean;
  /** Digest of HEAD and of the content of all that differs. */
  readonly identity: string;
}

const environment = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A partial clone fetches what it misses: not from here.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  LC_ALL: 'C',
};

/**
 * The state of the checkout whose top folder is `top`; null when `top` is not the top of one, has no commit yet, or
 * git is missing or refuses it (another owner's).
 */
export async function checkoutOf(top: string, signal?: AbortSignal): Promise<Checkout | null> {
  if (lstatSync(join(top, '.git'), { throwIfNoEntry: false }) === undefined) return null;
  const filters = await filtersOff(top, signal);
  const git = (...args: string[]) => gitIn(top, [...filters, ...args], signal);
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  const prefix = await git('rev-parse', '--show-prefix');
  if (head === null || prefix?.stdout.trim() !== '') return null;
  const commit = head.stdout.trim();
  const status = await git(
    ...['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'],
    ...['--', '.', ':(exclude).millrace'],
  );
  const flagged = await git('ls-files', '-v', '-z');
  if (status === null || flagged === null) return null;
  const differing = status.stdout.split('\0').filter((entry) => entry !== '');
  // Files that the user told git not to look at: `assume-unchanged` (lower case) and `skip-worktree` (S).
  const unseen = flagged.stdout.split('\0').filter((entry) => /^[a-zS] /.test(entry));
  const hash = createHash('sha256').update(commit);
  for (const entry of [...differing, ...unseen.map((line) => `-- ${line.slice(2)}`)])
    hash.update(`${entry}\0${contentDigest(join(top, entry.slice(3)))}\n`);
  return {
    commit,
    isDirty: differing.length > 0,
    identity: `git-${commit.slice(0, 12)}-${hash.digest('hex').slice(0, 32)}`,
  };
}

/**
 * Options that take every filter out of force: `git status` would run the one that cleans on a changed file, a checkout
 * the one that smudges on each.
 */
export async function filtersOff(top: string, signal: AbortSignal | undefined): Promise<string[]> {
  const found = await gitIn(top, ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], signal);
  const names = new Set(
    (found?.stdout ?? '').split('\0').flatMap((key) => /^filter\.(.+)\.[^.]+$/s.exec(key)?.[1] ?? []),
  );
  return [...names].flatMap((name) =>
    ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((setting) => [
      '-c',
      `filter.${name}.${setting}`,
    ]),
  );
}

/** Runs git on a checkout that may be a stranger's, its files in `top` or in `more.GIT_WORK_TREE`; null when it fails. */
export async function gitIn(
  top: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<RunResult | null> {
  const settings = {
    'core.fsmonitor': 'false',
    'core.hooksPath': '/dev/null',
    'core.untrackedCache': 'false',
    // A configuration could tell git to look less closely than this.
    'core.trustctime': 'true',
    'core.checkStat': 'default',
  };
  const quiet = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  try {
    const result = await run(
      'git',
      ['-C', top, ...('GIT_WORK_TREE' in more ? [] : ['--work-tree=.']), ...quiet, ...args],
      {
        env: { ...environment, ...more },
        signal,
      },
    );
    return result.exitCode === 0 ? result : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

function contentDigest(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'absent';
  const mode = stat.mode & 0o111;
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (!stat.isFile()) return `other ${stat.mtimeMs} ${stat.ctimeMs}`;
  return `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
