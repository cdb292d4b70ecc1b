// Trees that go through the store to machines that do not have them.
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../src/campaign/index.js';
import { offerTree, treeOfJob } from '../../src/campaign/trees.js';
import { openTree } from '../../src/tree/index.js';
import { smallTree } from '../kernel/small-case.js';

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'millrace-tree-cache-'));

async function offered() {
  const store = new Store(mkdtempSync(join(tmpdir(), 'millrace-store-')));
  await store.prepare();
  const { path } = smallTree();
  const { spec, version, identity } = await openTree(path);
  await offerTree(store, { spec, version, identity });
  return { store, path, tree: { spec, version, identity } };
}

test('a tree that a machine does not have comes from the store, with its identity', async () => {
  const { store, path, tree } = await offered();
  renameSync(path, `${path}-elsewhere`);
  const got = await treeOfJob({ tree }, store.folder, {});
  expect(got.identity).toBe(tree.identity);
  expect(got.path).not.toBe(path);
  expect(readFileSync(join(got.path, 'drivers/foo/foo.c'), 'utf8')).toContain('foo_stop');
  expect((await treeOfJob({ tree }, store.folder, {})).path).toBe(got.path);
});

test('a tree that has been changed since is not offered under its old name', async () => {
  const { store, path, tree } = await offered();
  writeFileSync(join(path, 'drivers/foo/foo.c'), 'changed\n');
  const other = { ...tree, identity: 'stat-of-before' };
  await expect(offerTree(store, other)).rejects.toThrow('is not the one that the campaign was planned with');
  // Where the machine's own has other contents, the store's is taken.
  const got = await treeOfJob({ tree }, store.folder, {});
  expect(readFileSync(join(got.path, 'drivers/foo/foo.c'), 'utf8')).toContain('foo_stop');
});
