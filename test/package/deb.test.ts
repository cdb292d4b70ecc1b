// The Debian package as one who installs it meets it: taken apart into a folder, its program run from there.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const top = join(import.meta.dirname, '../..');
const isDebian = existsSync('/usr/bin/dpkg-deb');

describe.skipIf(!isDebian)('the Debian package', () => {
  let folder: string;
  let root: string;
  const installed = (args: readonly string[]) =>
    execa(join(root, 'usr/bin/millrace'), args, {
      cwd: folder,
      reject: false,
      env: { XDG_CACHE_HOME: join(folder, 'cache') },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-deb-test-'));
    root = join(folder, 'root');
    await execa('node', ['scripts/write-man.mjs'], { cwd: top });
    const { stdout } = await execa('node', ['scripts/build-deb.mjs', folder], { cwd: top });
    await execa('dpkg-deb', ['-x', stdout.trim(), root]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('runs from where it is installed, with nothing of the checkout', async () => {
    const version = await installed(['--version']);
    expect([version.exitCode, version.stderr]).toEqual([0, '']);
    await writeFile(
      join(folder, 'race.c'),
      `#include <pthread.h>
int x;
static void *add(void *unused) { x++; return unused; }
int main(void) { pthread_t one; pthread_create(&one, 0, add, 0); x++; pthread_join(one, 0); }
`,
    );
    const checked = await installed(['check', 'race.c', '--compiler', 'packaged']);
    expect([checked.exitCode, checked.stdout]).toEqual([1, expect.stringContaining('data race on x')]);
  });

  test('brings the cases, completions for three shells, and a man page a command', async () => {
    const exported = await installed(['export', 'tw686x-streamoff', '--help']);
    expect(exported.exitCode).toBe(0);
    const pages = await readdir(join(root, 'usr/share/man/man1'));
    expect(pages).toEqual(
      expect.arrayContaining(['millrace.1.gz', 'millrace-run.1.gz', 'millrace-check.1.gz']),
    );
    for (const path of [
      'bash-completion/completions/millrace',
      'zsh/vendor-completions/_millrace',
      'fish/vendor_completions.d/millrace.fish',
    ])
      expect(existsSync(join(root, 'usr/share', path)), path).toBe(true);
    expect(existsSync(join(root, 'usr/lib/millrace/cases/tw686x-streamoff/case.yaml'))).toBe(true);
  });
});
