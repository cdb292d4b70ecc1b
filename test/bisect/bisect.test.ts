// Bisection of real histories, beside a test of every commit.
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BisectResult, bisect, type CommitState, type Sought } from '../../src/bisect/index.js';
import { type Commit, type History, openHistory } from '../../src/tree/index.js';
import { type MadeCommit, type MadeRepository, makeRepository } from './repository.js';

let cache = '';
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'millrace-bisect-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

const makefile = { Makefile: 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n' };

/** The state is what the file `driver` says; where there is none, the driver is not there yet. */
function stateIn(top: string): CommitState {
  try {
    return readFileSync(join(top, 'driver'), 'utf8').split('\n')[0] as CommitState;
  } catch {
    return 'absent';
  }
}

async function find(
  history: History,
  sought: Sought,
  ends: { newest: string; oldest: string | null },
  reads: readonly string[] = ['driver'],
): Promise<BisectResult<null>> {
  return history.withCheckout(
    (checkout) =>
      bisect({
        history,
        sought,
        ...ends,
        begin: ['driver'],
        test: async (commit: Commit) => ({
          state: stateIn((await checkout.tree(commit)).path),
          reads,
          detail: null,
        }),
      }),
    { cache },
  );
}

async function withRepository(
  commits: readonly MadeCommit[],
  use: (history: History, made: MadeRepository) => Promise<void>,
): Promise<void> {
  const made = makeRepository(commits);
  try {
    await use(await openHistory(made.path), made);
  } finally {
    rmSync(made.path, { recursive: true, force: true });
  }
}

/** A line of commits, each with the state that it has, and a page that changes with each. */
function line(states: readonly CommitState[], texts: readonly string[] = []): MadeCommit[] {
  return states.map((state, index) => ({
    parents: index === 0 ? [] : [index - 1],
    files: {
      ...makefile,
      page: `${index}`,
      ...(state === 'absent' ? {} : { driver: `${state}\n${texts[index] ?? ''}` }),
    },
  }));
}

test('finds the commit after which the test shows it, and tries few others', async () => {
  const states = Array.from({ length: 40 }, (_, index): CommitState => (index < 23 ? 'silent' : 'shown'));
  const touched = states.map((_, index) => `${index >> 2}`);
  await withRepository(line(states, touched), async (history, { hashes }) => {
    const result = await find(history, 'introduced', { newest: 'main', oldest: hashes[1] ?? '' });
    expect(result.outcome).toMatchObject({
      kind: 'found',
      commit: { commit: { hash: hashes[23], subject: 'commit 23' }, state: 'shown' },
      parents: [{ commit: { hash: hashes[22] }, state: 'silent' }],
    });
    expect(result.range).toEqual({ commits: 38, touching: 10 });
    expect(result.tested.length).toBeLessThanOrEqual(8);
  });
});

test('finds the commit that ended it', async () => {
  const states: CommitState[] = ['silent', 'shown', 'shown', 'shown', 'silent', 'silent'];
  await withRepository(line(states), async (history, { hashes }) => {
    const result = await find(history, 'ended', { newest: 'main', oldest: hashes[1] ?? '' });
    expect(result.outcome).toMatchObject({ kind: 'found', commit: { commit: { hash: hashes[4] } } });
  });
});

test('names the commit that brought the driver when it was never without', async () => {
  const states: CommitState[] = ['absent', 'absent', 'shown', 'shown', 'shown'];
  await withRepository(line(states), async (history, { hashes }) => {
    const result = await find(history, 'introduced', { newest: 'main', oldest: null });
    expect(result.outcome).toMatchObject({
      kind: 'found',
      commit: { commit: { hash: hashes[2] } },
      parents: [{ state: 'absent' }],
    });
  });
});

test('says which commits it is among where those between cannot be tested', async () => {
  const states: CommitState[] = ['silent', 'silent', 'untested', 'untested', 'shown', 'shown'];
  const texts = ['', '', 'does not compile', 'nor does this'];
  await withRepository(line(states, texts), async (history, { hashes }) => {
    const result = await find(history, 'introduced', { newest: 'main', oldest: hashes[0] ?? '' });
    const among = result.outcome.kind === 'among' ? result.outcome.commits.map(({ hash }) => hash) : [];
    expect(new Set(among)).toEqual(new Set(hashes.slice(2, 5)));
  });
});

test('finds a change in a file that no test named', async () => {
  const states: CommitState[] = ['silent', 'silent', 'silent', 'shown', 'shown', 'shown', 'shown'];
  await withRepository(line(states), async (history, { hashes }) => {
    // The driver is not among what the tests say that they read: what is found must hold all the same.
    const made = await history.withCheckout(
      (checkout) =>
        bisect({
          history,
          sought: 'introduced',
          newest: 'main',
          oldest: hashes[0] ?? '',
          begin: ['Makefile'],
          test: async (commit) => ({
            state: stateIn((await checkout.tree(commit)).path),
            reads: [],
            detail: null,
          }),
        }),
      { cache },
    );
    expect(made.outcome).toMatchObject({ kind: 'found', commit: { commit: { hash: hashes[3] } } });
  });
});

test('tells an end that is not as it has to be', async () => {
  await withRepository(line(['shown', 'shown', 'silent']), async (history, { hashes }) => {
    const newest = await find(history, 'introduced', { newest: 'main', oldest: hashes[0] ?? '' });
    expect(newest.outcome).toMatchObject({ kind: 'end', which: 'newest', tested: { state: 'silent' } });
    const oldest = await find(history, 'introduced', { newest: hashes[1] ?? '', oldest: hashes[0] ?? '' });
    expect(oldest.outcome).toMatchObject({ kind: 'end', which: 'oldest', tested: { state: 'shown' } });
    await expect(
      find(history, 'introduced', { newest: hashes[0] ?? '', oldest: hashes[1] ?? '' }),
    ).rejects.toThrow('is not in the history of');
    await expect(find(history, 'introduced', { newest: '--output=x', oldest: null })).rejects.toThrow(
      'has no commit --output=x',
    );
  });
});

test('what it finds in a history with merges holds of the commit and of each parent', async () => {
  // A commit shows it when it or one of its parents does: once there, it stays.
  const history = fc.array(
    fc.record({
      back: fc.nat(3),
      merge: fc.option(fc.nat(6), { freq: 2, nil: null }),
      brings: fc.nat(5).map((number) => number === 0),
      broken: fc.nat(7).map((number) => number === 0),
      touches: fc.boolean(),
    }),
    { minLength: 4, maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(history, async (plan) => {
      const states: { shown: boolean; text: number }[] = [];
      const commits: MadeCommit[] = [];
      for (const [index, { back, merge, brings, broken, touches }] of plan.entries()) {
        const first = Math.max(0, index - 1 - back);
        const second = merge === null ? first : Math.max(0, index - 1 - merge);
        const parents = index === 0 ? [] : first === second ? [first] : [first, second];
        const isLast = index === plan.length - 1;
        const shown = index > 0 && (brings || isLast || parents.some((parent) => states[parent]?.shown));
        const text = touches ? index : (states[first]?.text ?? 0);
        states.push({ shown, text });
        const state = broken && index > 0 && !isLast ? 'untested' : shown ? 'shown' : 'silent';
        commits.push({ parents, files: { ...makefile, page: `${index}`, driver: `${state}\n${text}` } });
      }
      await withRepository(commits, async (opened, { hashes }) => {
        const all = ['silent', 'shown'] as const;
        const stateOf = (hash: string) =>
          commits[hashes.indexOf(hash)]?.files.driver?.split('\n')[0] as CommitState;
        const oldest = hashes[0] ?? '';
        if (!(await opened.isAncestor(oldest, 'main'))) return;
        const { outcome, tested } = await find(opened, 'introduced', { newest: 'main', oldest });
        for (const { commit, state } of tested) expect(state).toBe(stateOf(commit.hash));
        if (outcome.kind === 'found') {
          expect(stateOf(outcome.commit.commit.hash)).toBe(all[1]);
          expect(outcome.parents.map(({ commit }) => commit.hash)).toEqual(outcome.commit.commit.parents);
          for (const { commit } of outcome.parents) expect(stateOf(commit.hash)).toBe(all[0]);
        } else {
          // No commit that brought it may be missing among those named, unless another one is there that did.
          expect(outcome.kind).toBe('among');
          const named =
            outcome.kind === 'among' ? outcome.commits.map(({ hash }) => hashes.indexOf(hash)) : [];
          const brought = commits.flatMap(({ parents }, index) =>
            states[index]?.shown && parents.every((parent) => !states[parent]?.shown) ? [index] : [],
          );
          expect(named.some((index) => brought.includes(index))).toBe(true);
        }
      });
    }),
    { numRuns: 8, seed: 1 },
  );
});

test('a checkout that was ended in the midst is begun anew', async () => {
  await withRepository(line(['silent', 'shown', 'silent']), async (history, { hashes }) => {
    const folder = await mkdtemp(join(cache, 'ended-'));
    const commits = await Promise.all(hashes.map((hash) => history.commit(hash)));
    const [first, second] = commits as [Commit, Commit];
    await history.withCheckout(async (checkout) => void (await checkout.tree(first)), { cache: folder });
    const [name = ''] = await readdir(join(folder, 'checkouts'));
    const at = join(folder, 'checkouts', name);
    await rm(join(at, 'commit'));
    await writeFile(join(at, 'tree/page'), 'of another commit');
    const page = await history.withCheckout(
      async (checkout) => readFileSync(join((await checkout.tree(second)).path, 'page'), 'utf8'),
      { cache: folder },
    );
    expect(page).toBe('1');
  });
});
