// Which commit of a history brought what a test shows, or ended it. Only commits that change what the test reads are
// tried; what that leaves out is made good at the end, where the commit found and each of its parents have been tested.
import { inputError } from '../base/index.js';
import type { Commit, History } from '../tree/index.js';

/** What a test says of one commit: `untested` when it cannot say, or when what it tests is not there yet (`absent`). */
export type CommitState = 'shown' | 'silent' | 'absent' | 'untested';

export interface CommitTest<T> {
  readonly state: CommitState;
  /** Paths that the result depends on. Missing ones cost time, and are no danger. */
  readonly reads: readonly string[];
  readonly detail: T;
}

export interface TestedCommit<T> extends CommitTest<T> {
  readonly commit: Commit;
}

/** The commit after which the test shows something, or the one after which it no longer does. */
export type Sought = 'introduced' | 'ended';

export interface BisectRequest<T> {
  readonly history: History;
  readonly sought: Sought;
  /** Tested first: shown when sought is `introduced`, else silent. */
  readonly newest: string;
  /** In its history, and the other way round; null to begin with the commit that added one of `begin`. */
  readonly oldest: string | null;
  /** Paths that the test cannot do without. */
  readonly begin: readonly string[];
  readonly test: (commit: Commit) => Promise<CommitTest<T>>;
  /** Called before each test. */
  readonly onTest?: (commit: Commit, left: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface BisectResult<T> {
  readonly sought: Sought;
  readonly outcome:
    | {
        /** The state changes with `commit`: it and its parents were tested, but for parents that lack what is tested. */
        readonly kind: 'found';
        readonly commit: TestedCommit<T>;
        readonly parents: readonly TestedCommit<T>[];
      }
    /** One of these, the newest first: those between could not be tested. */
    | { readonly kind: 'among'; readonly commits: readonly Commit[] }
    /** An end of the range is not as it has to be. */
    | { readonly kind: 'end'; readonly which: 'newest' | 'oldest'; readonly tested: TestedCommit<T> };
  /** In the order in which they were tested. */
  readonly tested: readonly TestedCommit<T>[];
  /** Commits of the range, and how many of them change what the tests read. */
  readonly range: { readonly commits: number; readonly touching: number };
}

/**
 * Errors: `input` when an end is no commit, or the oldest one is not in the newest one's history; whatever `test` throws.
 */
export async function bisect<T>(request: BisectRequest<T>): Promise<BisectResult<T>> {
  const { history, sought, signal } = request;
  const after: CommitState = sought === 'introduced' ? 'shown' : 'silent';
  const known = new Map<string, TestedCommit<T>>();
  const paths = new Set(request.begin);
  const test = async (hash: string, left: number) => {
    const seen = known.get(hash);
    if (seen !== undefined) return seen;
    const commit = await history.commit(hash, signal);
    request.onTest?.(commit, left);
    const tested = { commit, ...(await request.test(commit)) };
    for (const path of tested.reads) paths.add(path);
    known.set(commit.hash, tested);
    return tested;
  };
  const isBefore = ({ state }: CommitTest<T>) =>
    sought === 'introduced' ? state === 'silent' || state === 'absent' : state === 'shown';

  const newest = await history.commit(request.newest, signal);
  const { without, oldest } = await beginning(request, newest);
  const result = async (outcome: BisectResult<T>['outcome']): Promise<BisectResult<T>> => ({
    sought,
    outcome,
    tested: [...known.values()],
    range: {
      commits: await history.count({ newest: newest.hash, without }, signal),
      touching: await history.count({ newest: newest.hash, without, paths: [...paths] }, signal),
    },
  });
  const last = await test(newest.hash, 0);
  if (last.state !== after) return result({ kind: 'end', which: 'newest', tested: last });
  if (oldest !== null) {
    const first = await test(oldest, 0);
    if (!isBefore(first)) return result({ kind: 'end', which: 'oldest', tested: first });
  }

  let bad = newest.hash;
  const before = [...without];
  let all = false;
  for (;;) {
    const range = { newest: bad, without: before, paths: all ? undefined : [...paths] };
    const order = await history.middleFirst(range, signal);
    const open = order.filter((hash) => !known.has(hash));
    const [next] = open;
    if (next !== undefined) {
      const tested = await test(next, open.length);
      if (tested.state === after) bad = next;
      else if (isBefore(tested)) before.push(next);
      continue;
    }
    const others = order.filter((hash) => hash !== bad);
    if (others.length > 0 && (all || order.includes(bad)))
      return result({ kind: 'among', commits: await commitsOf(history, [bad, ...others], signal) });
    if (order.includes(bad)) {
      const commit = await test(bad, 0);
      const parents: TestedCommit<T>[] = [];
      for (const parent of commit.commit.parents) parents.push(await test(parent, 0));
      const same = parents.find(({ state }) => state === after);
      if (same === undefined && parents.every(isBefore)) return result({ kind: 'found', commit, parents });
      if (all && same === undefined) {
        const unknown = parents.filter((parent) => !isBefore(parent)).map((parent) => parent.commit);
        return result({ kind: 'among', commits: [commit.commit, ...unknown] });
      }
      if (same !== undefined) bad = same.commit.hash;
    }
    // A commit in the history of one that was before it: the state has changed more than once.
    else if (all) return result({ kind: 'among', commits: await commitsOf(history, [bad], signal) });
    // What was read does not explain the change: each commit counts from here on.
    all = true;
  }
}

/** What is left out of the range, and the commit to test at its old end. */
async function beginning<T>(
  { history, oldest, begin, sought, signal }: BisectRequest<T>,
  newest: Commit,
): Promise<{ without: readonly string[]; oldest: string | null }> {
  if (oldest !== null) {
    const { hash, short } = await history.commit(oldest, signal);
    if (hash === newest.hash || !(await history.isAncestor(hash, newest.hash, signal)))
      throw inputError(`${short} is not in the history of ${newest.short}`, {
        hint: `Give the older commit of the two, or their merge base: git merge-base ${short} ${newest.short}.`,
      });
    return { without: [hash], oldest: hash };
  }
  if (sought === 'ended')
    throw inputError('the commit that shows it is missing', { hint: 'Give it: --bad COMMIT.' });
  const first = await history.firstWith(begin, newest.hash, signal);
  if (first === null) return { without: [], oldest: null };
  return { without: (await history.commit(first, signal)).parents, oldest: null };
}

async function commitsOf(
  history: History,
  hashes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (const hash of hashes) commits.push(await history.commit(hash, signal));
  return commits;
}
