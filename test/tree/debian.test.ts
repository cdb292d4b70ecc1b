// Real apt and dpkg-deb on a package repository in a folder, signed with a key of its own: no network.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
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
import { silentProgress } from '../../src/base/index.js';
import { cachedTrees, findTree, openTree, remoteKernels } from '../../src/tree/index.js';
import { findTool } from '../report/tools.js';
import { fakeTree, temporary, write } from './fake-tree.js';

const programs = ['apt-get', 'dpkg-deb', 'setpriv', 'gpg'];
const hasApt = programs.every((name) => findTool(name) !== null);
const version = '6.12.117-1~deb12u1';
let work: string;
let repository: string;
let cacheDirectory: string;

const open = (spec: string, more = {}) =>
  openTree(spec, { cacheDirectory, keyring: join(work, 'keyring.gpg'), ...more });
const deb = () => join(repository, `linux-source-6.12_${version}_all.deb`);
const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A package as Debian builds it: one tarball of the tree below usr/src. */
function build(): void {
  const root = join(work, 'root');
  mkdirSync(join(root, 'usr/src'), { recursive: true });
  renameSync(fakeTree(), join(work, 'linux-source-6.12'));
  const tarball = join(root, 'usr/src/linux-source-6.12.tar.xz');
  execFileSync('tar', ['-C', work, '-cJf', tarball, 'linux-source-6.12']);
  for (const series of ['5.10', '7.2']) copyFileSync(tarball, tarball.replace('6.12', series));
  write(root, 'DEBIAN/control', control('6.12', version));
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', root, deb()], { stdio: 'ignore' });
}

function control(series: string, of: string): string {
  return `Package: linux-source-${series}\nVersion: ${of}\nArchitecture: all\nMaintainer: A <a@b>\nDescription: x\n`;
}

/** `dists/NAME` with packages that all are the one file, signed. */
function addSuite(name: string, packages: readonly (readonly [string, string])[]): void {
  const file = `Filename: linux-source-6.12_${version}_all.deb\nSize: ${statSync(deb()).size}\nSHA256: ${digestOf(deb())}\n`;
  const folder = join(repository, 'dists', name);
  const list = 'main/binary-amd64/Packages';
  write(folder, list, packages.map(([series, of]) => `${control(series, of)}${file}`).join('\n'));
  const { size } = statSync(join(folder, list));
  const release =
    `Origin: Debian\nLabel: Debian\nSuite: ${name}\nCodename: ${name}\nArchitectures: amd64\nComponents: main\n` +
    `Date: ${new Date().toUTCString()}\nSHA256:\n ${digestOf(join(folder, list))} ${size} ${list}\n`;
  gpg(['--clearsign', '-o', join(folder, 'InRelease'), '--yes'], release);
}

function gpg(args: readonly string[], input = ''): void {
  const home = ['--homedir', join(work, 'gnupg'), '--batch', '--quiet', '--pinentry-mode', 'loopback'];
  execFileSync('gpg', [...home, '--passphrase', '', ...args], { input, stdio: ['pipe', 'pipe', 'ignore'] });
}

beforeAll(() => {
  work = temporary('debian');
  if (!hasApt) return;
  repository = join(work, 'repository');
  mkdirSync(repository);
  mkdirSync(join(work, 'gnupg'), { mode: 0o700 });
  gpg(['--quick-gen-key', 'archive@example.org', 'ed25519', 'sign', 'never']);
  gpg(['--output', join(work, 'keyring.gpg'), '--export']);
  build();
  addSuite('bookworm', [
    ['6.12', version],
    ['6.1', '6.1.192-2'],
    ['tools', '6.1'],
  ]);
  addSuite('bullseye', [['5.10', '5.10.262-1']]);
  addSuite('sid', [
    ['7.2', '7.2.13-1'],
    ['7.2', '7.2.9-1'],
  ]);
  addSuite('experimental', [['7.4', '7.4~rc2-1~exp1']]);
  const source = `deb [arch=amd64 signed-by=${work}/keyring.gpg] file:${repository} bookworm main\n`;
  write(work, 'sources.list', source);
  write(
    work,
    'apt.conf',
    `Dir::Etc::sourcelist "${work}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n` +
      `APT::Architecture "amd64";\nAPT::Architectures "amd64";\n` +
      `APT::Update::Post-Invoke { "touch ${work}/hook-ran"; };\n`,
  );
});

afterAll(() => {
  rmSync(work, { recursive: true });
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

  it('is found in the other suites of the mirror when the own sources do not have it', async () => {
    expect(await open('debian:5.10')).toMatchObject({ spec: 'debian:5.10' });
    expect((await cachedTrees(cacheDirectory))[0]?.spec).toBe('debian:5.10.262-1');
    await open('debian:newest');
    expect((await cachedTrees(cacheDirectory)).map(({ spec }) => spec)).toContain('debian:7.2.13-1');
  });

  it('can be listed, the newest first, each with its suite', async () => {
    const options = { cacheDirectory, progress: silentProgress, keyring: join(work, 'keyring.gpg') };
    expect(await remoteKernels(options)).toEqual([
      { series: '7.4', version: '7.4~rc2-1~exp1', suite: 'experimental' },
      { series: '7.2', version: '7.2.13-1', suite: 'sid' },
      { series: '7.2', version: '7.2.9-1', suite: 'sid' },
      { series: '6.12', version, suite: 'bookworm' },
      { series: '6.1', version: '6.1.192-2', suite: 'bookworm' },
      { series: '5.10', version: '5.10.262-1', suite: 'bullseye' },
    ]);
  });

  it('that is not there is an input error that lists what is', async () => {
    await expect(open('debian:6.99')).rejects.toMatchObject({
      kind: 'input',
      message: 'Debian has no 6.99',
      excerpt: 'It has: debian:7.4, debian:7.2, debian:6.12, debian:6.1, debian:5.10',
    });
    await expect(open('debian:6.12.1')).rejects.toMatchObject({ excerpt: `It has: debian:${version}` });
    for (const spec of ['debian:', 'debian:bookworm', 'debian:6', 'debian:6.12 x', 'debian:-o'])
      await expect(open(spec), spec).rejects.toMatchObject({ kind: 'input' });
  });

  it('of suites that the keyring does not know is refused, and the error says what to install', async () => {
    const other = join(work, 'other.gpg');
    gpg(['--quick-gen-key', 'other@example.org', 'ed25519', 'sign', 'never']);
    gpg(['--yes', '--output', other, '--export', 'other@example.org']);
    await expect(open('debian:5.10', { keyring: other })).rejects.toMatchObject({
      kind: 'environment',
      excerpt: expect.stringContaining('NO_PUBKEY'),
      hint: expect.stringContaining('install a newer debian-archive-keyring'),
    });
    expect(await cachedTrees(cacheDirectory)).toEqual([]);
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
