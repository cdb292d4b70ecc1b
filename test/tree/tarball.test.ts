import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/base/index.js';
import { cachedTrees, findTree, openTree } from '../../src/tree/index.js';
import { findTool } from '../report/tools.js';
import { fakeTree, temporary, write } from './fake-tree.js';

let work: string;
let cacheDirectory: string;
let trees: string;

beforeEach(() => {
  work = temporary('tarball');
  renameSync(fakeTree(), join(work, 'linux-6.12'));
  cacheDirectory = join(work, 'cache');
  trees = join(cacheDirectory, 'trees');
});

afterEach(() => rmSync(work, { recursive: true }));

/** Packs `members` of the work folder; tar knows the compression by the name. */
function pack(name: string, ...members: string[]): string {
  const file = join(work, name);
  execFileSync('tar', ['-C', work, '-caPf', file, ...(members.length > 0 ? members : ['linux-6.12'])]);
  return file;
}

const open = (file: string, more = {}) => openTree(file, { cacheDirectory, ...more });
/** What stays in the cache, locks and all. */
const left = () => (existsSync(trees) ? readdirSync(trees).sort() : []);

describe('a kernel tarball', () => {
  it('is unpacked with what apt brings where there is no xz', async ({ skip }) => {
    skip(findTool('xz') === null, 'there is no xz to pack with');
    skip(!existsSync('/usr/lib/apt/apt-helper'), 'there is no apt');
    const file = pack('linux-6.12 of "mine" $HOME.tar.xz');
    const bin = join(work, 'bin');
    mkdirSync(bin);
    for (const name of ['tar', 'sh']) symlinkSync(findTool(name) ?? '', join(bin, name));
    const before = process.env.PATH;
    process.env.PATH = bin;
    try {
      const tree = await open(file);
      expect(readFileSync(join(tree.path, 'include/linux/types.h'), 'utf8')).toBe('t\n');
    } finally {
      process.env.PATH = before;
    }
  });

  it.for([
    ['linux-6.12.tar.xz', 'xz'],
    ['linux-6.12.tar.gz', 'gzip'],
    ['linux-6.12.tar.zst', 'zstd'],
    ['linux-6.12.tar.bz2', 'bzip2'],
    ['linux-6.12.tar', 'tar'],
  ] as const)('is unpacked into the cache once: %s', async ([name, packer], { skip }) => {
    skip(findTool(packer) === null, `there is no ${packer}`);
    const file = pack(name);
    const tree = await open(file);
    expect(tree).toMatchObject({ spec: file, version: '6.12.117', commit: null });
    expect(dirname(tree.path)).toBe(trees);
    expect(readFileSync(join(tree.path, 'include/linux/types.h'), 'utf8')).toBe('t\n');
    expect(left()).toEqual([basename(tree.path), `${basename(tree.path)}.json`]);
    const [first] = await cachedTrees(cacheDirectory);
    expect(await open(file)).toEqual(tree);
    expect(await cachedTrees(cacheDirectory)).toEqual([first]);
    expect(await findTree(file, { cacheDirectory })).toEqual(tree);
    expect((await openTree(tree.path, { cacheDirectory })).identity).toBe(tree.identity);
  });

  it('is known by its content: another under the same name is another tree', async () => {
    const one = await open(pack('linux.tar'));
    write(join(work, 'linux-6.12'), 'drivers/new.c', 'x');
    expect(await findTree(pack('linux.tar'), { cacheDirectory })).toBeNull();
    const two = await open(join(work, 'linux.tar'));
    expect(two.path).not.toBe(one.path);
    expect(two.identity).not.toBe(one.identity);
    expect(existsSync(join(one.path, 'Makefile'))).toBe(true);
  });

  it('without a folder around it is taken too', async () => {
    execFileSync('tar', ['-C', join(work, 'linux-6.12'), '-cf', join(work, 'flat.tar'), '.']);
    expect((await open(join(work, 'flat.tar'))).version).toBe('6.12.117');
  });

  it('tells how far it is', async () => {
    const fractions: number[] = [];
    const progress: Progress = {
      step: (_title, run) => run((_message, fraction) => fractions.push(fraction ?? Number.NaN)),
      note: () => {},
    };
    await open(pack('linux.tar.gz'), { progress });
    expect(fractions.at(-1)).toBe(1);
  });

  it('opened twice at once is unpacked once', async () => {
    const file = pack('linux.tar.gz');
    const steps: string[] = [];
    const progress: Progress = {
      step: (title, run) => {
        steps.push(title);
        return run(() => {});
      },
      note: () => {},
    };
    const [one, two] = await Promise.all([open(file, { progress }), open(file, { progress })]);
    expect(one).toEqual(two);
    expect(steps).toEqual(['Unpacking linux.tar.gz']);
  });

  it('interrupted leaves nothing, and what a killed one left is cleared', async () => {
    const file = pack('linux.tar.gz');
    const controller = new AbortController();
    const progress: Progress = {
      step: (_title, run) => run(() => controller.abort()),
      note: () => {},
    };
    await expect(open(file, { progress, signal: controller.signal })).rejects.toMatchObject({
      kind: 'interrupted',
    });
    expect(left()).toEqual([]);
    write(trees, '.new-linux-0/half', 'x');
    await open(file);
    expect(left()).toHaveLength(2);
    expect(left().join()).not.toContain('.new');
  });
});

describe('a bad tarball', () => {
  it('cut off is an environment error that leaves nothing', async () => {
    write(
      join(work, 'linux-6.12'),
      'big',
      Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251)),
    );
    const names = ['linux.tar.gz', 'linux.tar', ...(findTool('xz') === null ? [] : ['linux.tar.xz'])];
    for (const name of names) {
      const file = pack(name);
      truncateSync(file, 600);
      await expect(open(file), name).rejects.toMatchObject({ kind: 'environment' });
      expect(left()).toEqual([]);
    }
  });

  it('without a kernel in it is an input error that leaves nothing', async () => {
    mkdirSync(join(work, 'other'));
    writeFileSync(join(work, 'other/Makefile'), 'all:\n');
    await expect(open(pack('other.tar.gz', 'other'))).rejects.toMatchObject({ kind: 'input' });
    expect(left()).toEqual([]);
  });

  it('writes nothing outside: not by `..`, not by an absolute path, not through a link', async () => {
    const outside = join(work, 'outside');
    mkdirSync(outside);
    const evil = (name: string, ...args: string[]) =>
      execFileSync('tar', ['-C', work, '-Pcf', join(work, name), 'linux-6.12', ...args]);
    writeFileSync(join(work, 'payload'), 'x');
    evil('dots.tar', '--transform', 's,^payload,../../../outside/evil,', 'payload');
    evil('absolute.tar', '--transform', `s,^payload,${outside}/evil,`, 'payload');
    symlinkSync(outside, join(work, 'linux-6.12/out'));
    evil('link.tar', '--transform', 's,^payload,linux-6.12/out/evil,', 'payload');
    for (const name of ['dots.tar', 'absolute.tar', 'link.tar']) {
      await open(join(work, name)).catch(() => {});
      expect(readdirSync(outside), name).toEqual([]);
    }
  });

  it('with a pipe or a device in it is refused', async () => {
    execFileSync('mkfifo', [join(work, 'linux-6.12/drivers/pipe')]);
    await expect(open(pack('pipe.tar'))).rejects.toThrow(/no file, folder or link/);
    expect(left()).toEqual([]);
  });
});
