import { execFile, execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTree, temporary } from '../tree/fake-tree.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
let work: string;

beforeEach(() => {
  work = temporary('command');
  renameSync(fakeTree(), join(work, 'linux-6.12'));
  execFileSync('tar', ['-C', work, '-caf', join(work, 'linux-6.12.tar.gz'), 'linux-6.12']);
});

afterEach(() => rmSync(work, { recursive: true }));

function millrace(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, XDG_CACHE_HOME: join(work, 'cache') };
  for (const name of ['CI', 'FORCE_COLOR', 'NO_COLOR']) delete (env as NodeJS.ProcessEnv)[name];
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'tree', ...args], { cwd: work, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('millrace tree', () => {
  it('gets a tarball’s tree, prints its path alone on standard output, and lists it', async () => {
    const missing = await millrace('path', 'linux-6.12.tar.gz');
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('millrace tree get linux-6.12.tar.gz');

    const got = await millrace('get', 'linux-6.12.tar.gz');
    expect(got.code).toBe(0);
    expect(got.stderr).toMatch(/^✔ Unpacking linux-6\.12\.tar\.gz/m);
    const path = got.stdout.trimEnd();
    expect(existsSync(join(path, 'Kbuild'))).toBe(true);
    expect((await millrace('path', 'linux-6.12.tar.gz')).stdout).toBe(got.stdout);
    expect((await millrace('get', '-q', 'linux-6.12.tar.gz')).stderr).toBe('');

    const { trees } = JSON.parse((await millrace('list', '--json')).stdout) as { trees: unknown[] };
    expect(trees).toEqual([
      expect.objectContaining({ version: '6.12.117', spec: 'linux-6.12.tar.gz', path }),
    ]);
    const lines = (await millrace('list')).stdout.split('\n');
    expect(lines[0]).toMatch(/^VERSION +TREE +FETCHED +PATH$/);
    expect(lines[1]).toMatch(/^6\.12\.117 +linux-6\.12\.tar\.gz +\d{4}-\d\d-\d\d +\//);
  });

  it('prints the path of an unpacked tree as it is', async () => {
    expect(await millrace('path', 'linux-6.12')).toMatchObject({
      code: 0,
      stdout: `${join(work, 'linux-6.12')}\n`,
    });
  });

  it('says that there is none yet, or that it is no tree', async () => {
    expect(await millrace('list')).toMatchObject({ code: 0, stdout: '' });
    expect(JSON.parse((await millrace('list', '--json')).stdout)).toEqual({ trees: [] });
    expect((await millrace('get', 'none')).code).toBe(2);
    expect((await millrace('get')).code).toBe(2);
  });
});
