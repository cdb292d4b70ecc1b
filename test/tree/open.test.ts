import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultTreeSpec, openTree } from '../../src/tree/index.js';
import { fakeTree, fingerprint, temporary, write } from './fake-tree.js';

let top: string;
let cacheDirectory: string;

beforeEach(() => {
  top = fakeTree();
  cacheDirectory = temporary('cache');
});

afterEach(() => {
  for (const path of [top, cacheDirectory]) rmSync(path, { recursive: true });
});

const open = () => openTree(top, { cacheDirectory });
const git = (...args: string[]) =>
  execFileSync(
    'git',
    ['-c', 'user.name=A', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', '-C', top, ...args],
    {
      encoding: 'utf8',
    },
  );

describe('a tree opened by its path', () => {
  it('has the version of its Makefile, and no commit', async () => {
    expect(await open()).toMatchObject({ path: top, spec: top, version: '6.12.117', commit: null });
    writeFileSync(join(top, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 13\nSUBLEVEL = 0\nEXTRAVERSION = -rc2\n');
    expect((await open()).version).toBe('6.13.0-rc2');
  });

  it('has another identity after an edit, even one that keeps size and time, and after a file comes or goes', async () => {
    const seen = [(await open()).identity];
    const file = join(top, 'drivers/net/Makefile');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'm\n');
    utimesSync(file, atime, mtime);
    seen.push((await open()).identity);
    write(top, 'drivers/net/new.c', 'x');
    seen.push((await open()).identity);
    rmSync(join(top, 'drivers/net/Makefile'));
    seen.push((await open()).identity);
    expect(new Set(seen).size).toBe(4);
  });

  it('keeps its identity when nothing changed but Millrace’s own runs', async () => {
    const { identity } = await open();
    write(top, '.millrace/runs/1/console.log', 'x');
    expect((await open()).identity).toBe(identity);
  });

  it('is an input error when it is none', async () => {
    for (const spec of [join(top, 'none'), join(top, 'drivers'), join(top, 'Makefile')])
      await expect(openTree(spec, { cacheDirectory })).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('a git checkout', () => {
  beforeEach(() => {
    git('init', '-q');
    writeFileSync(join(top, '.gitignore'), '*.o\n');
    git('add', '.');
    git('commit', '-qm', 'base');
  });

  it('has its commit, and an identity that follows content', async () => {
    const head = git('rev-parse', 'HEAD').trim();
    const clean = await open();
    expect(clean.commit).toBe(head);
    const original = readFileSync(join(top, 'Kbuild'), 'utf8');
    const seen = [clean.identity];
    for (const change of ['one\n', 'two\n']) {
      writeFileSync(join(top, 'Kbuild'), change);
      const tree = await open();
      expect(tree.commit).toBe(`${head}-dirty`);
      seen.push(tree.identity);
    }
    git('add', 'Kbuild');
    expect((await open()).commit).toBe(`${head}-dirty`);
    git('reset', '-q');
    writeFileSync(join(top, 'Kbuild'), original);
    expect((await open()).identity).toBe(clean.identity);
    write(top, 'untracked dir/new.c', 'a');
    seen.push((await open()).identity);
    write(top, 'untracked dir/new.c', 'b');
    seen.push((await open()).identity);
    git('add', '.');
    git('commit', '-qm', 'next');
    seen.push((await open()).identity);
    expect(new Set(seen).size).toBe(6);
  });

  it('is seen to change in a file that git was told not to look at', async () => {
    for (const flag of ['--assume-unchanged', '--skip-worktree']) {
      git('update-index', flag, 'Kbuild');
      const { identity } = await open();
      appendFileSync(join(top, 'Kbuild'), 'more\n');
      expect((await open()).identity).not.toBe(identity);
      git('update-index', `--no-${flag.slice(2)}`, 'Kbuild');
    }
  });

  it('is read without running what its configuration names, and without writing to it', async () => {
    const ran = join(cacheDirectory, 'ran');
    const script = join(top, '.git/evil.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0" >> ${ran}\ncat\n`, { mode: 0o755 });
    for (const hook of ['post-index-change', 'fsmonitor-watchman'])
      writeFileSync(join(top, '.git/hooks', hook), `#!/bin/sh\necho hook >> ${ran}\n`, { mode: 0o755 });
    for (const key of [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.ev.il.process',
      'core.pager',
      'diff.external',
    ])
      git('config', key, script);
    git('config', 'filter.evil.required', 'true');
    git('config', 'core.worktree', '/nowhere');
    writeFileSync(join(top, '.git/info/attributes'), '*.h filter=evil\nKbuild filter=ev.il\n');
    // Changed in place, same size: git has to read and filter the files to know.
    writeFileSync(join(top, 'include/linux/types.h'), 'u\n');
    appendFileSync(join(top, 'Kbuild'), 'more\n');
    const before = fingerprint(top);
    const tree = await open();
    expect(tree.commit).toMatch(/-dirty$/);
    expect(existsSync(ran), 'something of the tree was run').toBe(false);
    expect(fingerprint(top)).toBe(before);
  });

  it('without a commit yet is taken as a plain tree', async () => {
    rmSync(join(top, '.git'), { recursive: true });
    git('init', '-q');
    expect((await open()).commit).toBeNull();
  });
});

describe('when no tree is named', () => {
  const spec = (workingDirectory: string, environment = {}) =>
    defaultTreeSpec({ cacheDirectory, workingDirectory, environment });

  function cached(version: string, source: string): void {
    const name = `linux-${version}`;
    mkdirSync(join(cacheDirectory, 'trees', name), { recursive: true });
    const record = { name, spec: source, version, digest: 'd', fetched: '2026-01-01T00:00:00Z' };
    writeFileSync(join(cacheDirectory, `trees/${name}.json`), JSON.stringify(record));
  }

  it('the environment goes before the tree one stands in, that before the cache, that before Debian’s', async () => {
    const outside = temporary('outside');
    expect(await spec(outside)).toBe('debian:6.12');
    cached('6.9.2', 'debian:6.9.2-1');
    cached('6.12.3', 'debian:6.12.3-1');
    expect(await spec(outside)).toBe('debian:6.12.3-1');
    cached('6.15.0', 'linux-6.15.tar.xz');
    expect(await spec(outside)).toBe(join(cacheDirectory, 'trees/linux-6.15.0'));
    expect(await spec(join(top, 'drivers/media'))).toBe(top);
    expect(await spec(join(top, 'drivers/media'), { MILLRACE_TREE: '/x' })).toBe('/x');
    rmSync(outside, { recursive: true });
  });

  it('another project with a VERSION in its Makefile is not taken for a kernel', async () => {
    const other = temporary('other');
    writeFileSync(join(other, 'Makefile'), 'VERSION = 1\nPATCHLEVEL = 2\n');
    expect(await spec(other)).toBe('debian:6.12');
    rmSync(other, { recursive: true });
  });
});
