// Real apt and dpkg-deb on a package repository in a folder: no network, and no signature, which only Debian can make.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedTrees, findTree, openTree } from '../../src/tree/index.js';
import { fakeTree, temporary, write } from './fake-tree.js';

const hasApt = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb', '/usr/bin/setpriv'].every((path) =>
  existsSync(path),
);
const version = '6.12.117-1~deb12u1';
let work: string;
let repository: string;
let cacheDirectory: string;

const open = (spec: string, more = {}) => openTree(spec, { cacheDirectory, ...more });
const deb = () => join(repository, `linux-source-6.12_${version}_all.deb`);

/** A package as Debian builds it: one tarball of the tree below usr/src. */
function build(): void {
  const root = join(work, 'root');
  mkdirSync(join(root, 'usr/src'), { recursive: true });
  renameSync(fakeTree(), join(work, 'linux-source-6.12'));
  execFileSync('tar', [
    '-C',
    work,
    '-cJf',
    join(root, 'usr/src/linux-source-6.12.tar.xz'),
    'linux-source-6.12',
  ]);
  const control = `Package: linux-source-6.12\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@b>\nDescription: x\n`;
  write(root, 'DEBIAN/control', control);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', root, deb()], { stdio: 'ignore' });
  const digest = createHash('sha256').update(readFileSync(deb())).digest('hex');
  const file = `Filename: ./linux-source-6.12_${version}_all.deb\nSize: ${statSync(deb()).size}\nSHA256: ${digest}\n`;
  const others = ['6.1', 'tools'].map((name) =>
    `${control}${file}`.replace('linux-source-6.12\n', `linux-source-${name}\n`),
  );
  write(repository, 'Packages', [`${control}${file}`, ...others].join('\n'));
}

beforeAll(() => {
  if (!hasApt) return;
  work = temporary('debian');
  repository = join(work, 'repository');
  mkdirSync(repository);
  build();
  write(work, 'sources.list', `deb [trusted=yes] file:${repository} ./\n`);
  write(
    work,
    'apt.conf',
    `Dir::Etc::sourcelist "${work}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n` +
      `APT::Update::Post-Invoke { "touch ${work}/hook-ran"; };\n`,
  );
});

afterAll(() => {
  if (hasApt) rmSync(work, { recursive: true });
});

beforeEach(() => {
  cacheDirectory = temporary('cache');
  vi.stubEnv('APT_CONFIG', `${work}/apt.conf`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cacheDirectory, { recursive: true });
});

describe.skipIf(!hasApt)('debian:VERSION', () => {
  it('is fetched, unpacked and kept, and found again without asking', async () => {
    expect(await findTree('debian:6.12', { cacheDirectory })).toBeNull();
    const tree = await open('debian:6.12');
    expect(tree).toMatchObject({ spec: 'debian:6.12', version: '6.12.117' });
    expect(readFileSync(join(tree.path, 'Kbuild'), 'utf8')).toContain('drivers');
    expect((await cachedTrees(cacheDirectory))[0]?.spec).toBe(`debian:${version}`);
    expect(readdirSync(join(cacheDirectory, 'trees/.apt/archives'))).toEqual(['partial']);
    expect(existsSync(join(work, 'hook-ran')), 'a hook of the system was run').toBe(false);

    vi.stubEnv('PATH', '/nowhere');
    for (const spec of ['debian:6.12', 'debian:6.12.117', `debian:${version}`])
      expect(await open(spec)).toEqual({ ...tree, spec });
    expect(await findTree('debian:6.1', { cacheDirectory })).toBeNull();
  });

  it('is not fetched again when the update finds the same', async () => {
    const tree = await open('debian:6.12');
    const [first] = await cachedTrees(cacheDirectory);
    expect(await open('debian:6.12', { update: true })).toEqual(tree);
    expect(await cachedTrees(cacheDirectory)).toEqual([first]);
  });

  it('uses a download that was finished before', async () => {
    write(cacheDirectory, `trees/.apt/archives/linux-source-6.12_${version}_all.deb`, readFileSync(deb()));
    expect((await open(`debian:${version}`)).version).toBe('6.12.117');
  });

  it('that is not there is an input error that lists what is', async () => {
    await expect(open('debian:6.99')).rejects.toMatchObject({
      kind: 'input',
      excerpt: 'They have: debian:6.1, debian:6.12',
    });
    await expect(open('debian:6.12.1')).rejects.toMatchObject({ excerpt: `They have: debian:${version}` });
    for (const spec of ['debian:', 'debian:bookworm', 'debian:6', 'debian:6.12 x', 'debian:-o'])
      await expect(open(spec), spec).rejects.toMatchObject({ kind: 'input' });
  });

  it('with a package that is not the one of the list is an environment error that leaves no tree', async () => {
    const good = readFileSync(deb());
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(bad.length - 100) ^ 1, bad.length - 100);
    writeFileSync(deb(), bad);
    try {
      await expect(open('debian:6.12')).rejects.toMatchObject({ kind: 'environment' });
      expect(await cachedTrees(cacheDirectory)).toEqual([]);
    } finally {
      writeFileSync(deb(), good);
    }
    expect((await open('debian:6.12')).version).toBe('6.12.117');
  });

  it('with a source that cannot be read is an environment error with what apt says', async () => {
    const list = join(work, 'sources.list');
    const good = readFileSync(list, 'utf8');
    writeFileSync(list, `${good}deb [trusted=yes] file:${work}/none ./\n`);
    try {
      await expect(open('debian:6.12')).rejects.toMatchObject({
        kind: 'environment',
        message: 'apt could not fetch the package lists',
        excerpt: expect.stringContaining('none'),
      });
    } finally {
      writeFileSync(list, good);
    }
  });
});

it('debian:VERSION on a system without apt says what to do', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(open('debian:6.12')).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('does not have'),
    hint: expect.stringContaining('kernel.org'),
  });
});
