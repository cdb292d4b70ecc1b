import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObjectCache } from '../../../src/model/compile/object-cache.js';

let folder: string;
const object = new Uint8Array([1, 2, 3]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  await mkdir(join(folder, 'a'));
  await mkdir(join(folder, 'b'));
  for (const tree of ['a', 'b']) await writeFile(join(folder, tree, 'x.h'), 'int x;\n');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = ['/millrace/tree/x.h', '/usr/lib/clang/include/stdarg.h'];

function job(tree: string, flag = '-O2') {
  return { args: [flag, '/millrace/tree/x.c'], mounts: { tree: join(folder, tree) } };
}

/** As a new run has it: no digest is remembered. */
function cache(): ObjectCache {
  return new ObjectCache(join(folder, 'objects'));
}

describe('the object cache', () => {
  it('gives an object back as long as what it was made of is as it was', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    expect((await cache().find(job('a'), 'clang-1'))?.object).toEqual(Buffer.from(object));
  });

  it('does not, once a header has changed', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    await writeFile(join(folder, 'a', 'x.h'), 'long x;\n');
    expect(await cache().find(job('a'), 'clang-1')).toBeNull();
  });

  it('does not, once a header is gone', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    await rm(join(folder, 'a', 'x.h'));
    expect(await cache().find(job('a'), 'clang-1')).toBeNull();
  });

  it('does not, once the architecture has a header more, which may stand in front of one that was read', async () => {
    const arch = join(folder, 'arch');
    await mkdir(arch);
    const withArch = { ...job('a'), mounts: { ...job('a').mounts, arch } };
    await cache().store(withArch, 'clang-1', object, opened);
    expect((await cache().find(withArch, 'clang-1'))?.object).toEqual(Buffer.from(object));
    await writeFile(join(arch, 'x.h'), 'long x;\n');
    expect(await cache().find(withArch, 'clang-1')).toBeNull();
  });

  it('does not for other flags or another compiler', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    expect(await cache().find(job('a', '-O1'), 'clang-1')).toBeNull();
    expect(await cache().find(job('a'), 'clang-2')).toBeNull();
  });

  it('shares objects between a tree and an overlay of it', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    expect((await cache().find(job('b'), 'clang-1'))?.object).toEqual(Buffer.from(object));
  });

  it('knows both states of a file that changes back and forth, as with a fix and without', async () => {
    await cache().store(job('a'), 'clang-1', object, opened);
    await writeFile(join(folder, 'b', 'x.h'), 'long x;\n');
    await cache().store(job('b'), 'clang-1', new Uint8Array([9]), opened);
    expect((await cache().find(job('a'), 'clang-1'))?.object).toEqual(Buffer.from(object));
    expect((await cache().find(job('b'), 'clang-1'))?.object).toEqual(Buffer.from([9]));
  });
});
