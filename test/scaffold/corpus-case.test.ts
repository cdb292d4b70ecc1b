// Cases that come with Millrace, explored with their fixes: lifetimes that are shown, and a fix that is refused.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { findCase, loadCase } from '../../src/case/index.js';
import { sectionOf } from '../../src/record/index.js';
import { runCase } from '../../src/run/index.js';
import { openTree, type Tree } from '../../src/tree/index.js';
import { kernelTreeSpec } from '../model/run/kernel-tree.js';

let folder: string;
let tree: Tree;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-corpus-'));
  tree = await openTree((await kernelTreeSpec()) ?? 'debian:6.12');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function verdictOf(name: string, fix: string) {
  const theCase = await loadCase(await findCase(name));
  const ran = await runCase({
    case: theCase,
    tree,
    fix: theCase.fixes.find((one) => one.name === fix) ?? null,
    workingDirectory: folder,
    version: '0.1.0',
    command: ['millrace', 'run'],
    progress: silentProgress,
    engines: { model: {} },
  });
  const model = sectionOf(ran.run.record, 'model');
  expect(model?.kernels.every(({ tests }) => tests.every(({ complete }) => complete))).toBe(true);
  return model?.verdict;
}

test('a use after free is shown on the base that a fix was taken out of, and ended by the fix', async () => {
  expect(await verdictOf('sunkbd-reinit', 'upstream')).toMatchObject({
    kind: 'fix-shown',
    outcome: 'as-expected',
    expectations: [{ kind: 'use-after-free', functions: ['sunkbd_reinit'], fixed: 0 }],
    remaining: [],
    // The race that the base has too, and that is not what the case is about.
    limits: expect.arrayContaining([
      { says: 'aside', what: expect.objectContaining({ says: 'race', variable: 'enabled' }) },
    ]),
  });
});

test('a fix that ends it and sleeps under a spinlock is harmful', async () => {
  const verdict = await verdictOf('sunkbd-reinit', 'under-lock');
  expect(verdict).toMatchObject({ kind: 'fix-harmful', outcome: 'not-as-expected' });
  expect(verdict?.harms).toContainEqual({
    says: 'new',
    what: expect.objectContaining({ kind: 'sleep-in-atomic' }),
  });
});

test('remove that waits for its work item is silent in every interleaving', async () => {
  expect(await verdictOf('elo-remove', 'none')).toMatchObject({
    kind: 'not-shown',
    outcome: 'as-expected',
    lacking: [],
  });
});

test('a wait for a work item under the lock that it takes is a deadlock, each in the way of the other', async () => {
  const theCase = await loadCase(await findCase('btmtksdio-close'));
  const { run } = await runCase({
    case: theCase,
    tree,
    fix: theCase.fixes[0] ?? null,
    workingDirectory: folder,
    version: '0.1.0',
    command: ['millrace', 'run'],
    progress: silentProgress,
    engines: { model: {} },
  });
  const model = sectionOf(run.record, 'model');
  expect(model?.verdict).toMatchObject({ kind: 'fix-shown', outcome: 'as-expected' });
  const [deadlock] = model?.kernels[0]?.tests[0]?.findings ?? [];
  expect(deadlock?.waits).toMatchObject([
    {
      side: { name: 'btmtksdio_close' },
      holds: [{ name: 'host', kind: 'mutex' }],
      wait: { on: 'callback-end', who: { name: 'btmtksdio_txrx_work' } },
    },
    { side: { name: 'btmtksdio_txrx_work' }, holds: [], lock: 'host' },
  ]);
});
