// The founding race, brought and ended in a history that is made of a real tree: found by `millrace bisect` alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTree } from '../../../src/tree/index.js';

const cli = resolve('dist/cli/main.js');
const driver = 'drivers/media/pci/tw686x';
const fix = resolve('cases/tw686x-streamoff/hold-lock.patch');

let folder = '';
let linux = '';
const commits: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bisect-'));
  linux = join(folder, 'linux');
  const { path: tree } = await openTree(process.env.MILLRACE_TREE ?? 'debian:6.12');
  mkdirSync(linux);
  const sh = (script: string) =>
    execFileSync('bash', ['-ec', script], {
      cwd: linux,
      env: { ...process.env, TREE: tree, FIX: fix, DRIVER: driver, GIT_CONFIG_GLOBAL: '/dev/null' },
      encoding: 'utf8',
    });
  const commit = (name: string, subject: string) => {
    const author = '-c user.name=A -c user.email=a@example.org -c gc.auto=0';
    commits[name] = sh(
      `git add -A -f; git ${author} commit -q -m '${subject}'; git rev-parse --short=12 HEAD`,
    ).trim();
  };
  const file = (path: string) => join(linux, path);
  const page = (text: string) => {
    mkdirSync(file('Documentation'), { recursive: true });
    writeFileSync(file('Documentation/page.rst'), text);
    commit(text, `Documentation: ${text}`);
  };

  // What a case's compile and its configuration look at, and nothing else.
  sh(`
    git init -q -b main .
    cd "$TREE"
    { find . -name 'Kconfig*' -not -path './arch/*/*'
      find Makefile Kbuild include scripts arch/x86 kernel/bounds.c kernel/sched -not -name '*.dts*' -type f; } |
      tar cf - -T - | tar xf - -C "$OLDPWD"`);
  commit('empty', 'Linux 6.12');
  cpSync(join(tree, driver), file(driver), { recursive: true });
  sh('patch -s -p1 <"$FIX"');
  commit('driver', 'media: tw686x: add the driver');
  page('one');
  appendFileSync(file(`${driver}/tw686x-core.c`), 'no C\n');
  commit('broken', 'media: tw686x: break the build');
  const core = readFileSync(file(`${driver}/tw686x-core.c`), 'utf8').replace(/no C\n$/, '/* end */\n');
  writeFileSync(file(`${driver}/tw686x-core.c`), core);
  commit('mended', 'media: tw686x: mend the build');
  page('two');
  sh('patch -s -R -p1 <"$FIX"');
  commit('brought', 'media: tw686x: shorten the locked section');
  page('three');
  appendFileSync(file('include/linux/spinlock.h'), '/* end */\n');
  commit('header', 'locking: say where it ends');
  sh('patch -s -p1 <"$FIX"');
  commit('ended', 'media: tw686x: hold the lock again');
  page('four');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bisect(...args: string[]) {
  const command = [cli, 'bisect', resolve('cases/tw686x-streamoff'), '--tree', linux, '--quiet', ...args];
  return spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
}

test('finds the commit that brought the race, and what each kernel shows', () => {
  const before = execFileSync('git', ['-C', linux, 'status', '--porcelain', '--ignored'], {
    encoding: 'utf8',
  });
  const { status, stdout, stderr } = bisect('--bad', commits.header ?? '', '--json');
  expect(stderr).toBe('');
  const { outcome, range, tested } = JSON.parse(stdout);
  expect(outcome).toMatchObject({
    kind: 'found',
    commit: {
      commit: { short: commits.brought, subject: 'media: tw686x: shorten the locked section' },
      state: 'shown',
      detail: { reason: expect.stringContaining('in all 53 interleavings') },
    },
    parents: [{ commit: { short: commits.two }, state: 'silent' }],
  });
  expect(range).toEqual({ commits: 8, touching: 5 });
  expect(tested.length).toBeLessThanOrEqual(6);
  expect(status).toBe(0);
  expect(execFileSync('git', ['-C', linux, 'status', '--porcelain', '--ignored'], { encoding: 'utf8' })).toBe(
    before,
  );
});

test('finds the commit that ended it', () => {
  const { status, stdout } = bisect('--fixed', '--bad', commits.three ?? '');
  expect(stdout).toContain(`${commits.ended} ("media: tw686x: hold the lock again") ended it.`);
  expect(status).toBe(0);
});

test('notes the commit with its proof in a record, for mail and commit message', () => {
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
  execFileSync('git', ['-C', linux, 'worktree', 'add', '-q', join(folder, 'racing'), commits.three ?? '']);
  const run = command(
    'run',
    resolve('cases/tw686x-streamoff'),
    '--tree',
    'racing',
    '--fix',
    'hold-lock',
    '-q',
  );
  expect([run.status, run.stderr]).toEqual([0, '']);
  const { id } = JSON.parse(command('runs', '--json').stdout).runs[0];
  expect(bisect('--bad', commits.header ?? '', '--into', id).status).toBe(0);
  const message = command('report', id, '--as', 'commit-message').stdout;
  expect(message).toContain(`\nFixes: ${commits.brought} ("media: tw686x: shorten the locked section")\n`);
  expect(message.replace(/\s+/g, ' ')).toContain(
    `Brought by ${commits.brought} ("media: tw686x: shorten the locked section"): the case shows it there, and ` +
      `${commits.two} ("Documentation: two") before it does not show it (bisection on the model engine, `,
  );
  expect(command('report', id, '--as', 'mail').stdout).toContain(`Brought by ${commits.brought}`);
  const other = bisect('--into', 'none');
  expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('`millrace runs` lists')]);
});

test('tells an end at which the case does not compile', () => {
  const { status, stdout } = bisect('--bad', commits.broken ?? '');
  expect(stdout).toContain(`${commits.broken} ("media: tw686x: break the build"), could not be`);
  expect(status).toBe(4);
});

test('says which of several trees have it, and whether the patch applies and ends it there', () => {
  execFileSync('git', ['-C', linux, 'worktree', 'add', '-q', join(folder, 'shown'), commits.three ?? '']);
  const command = [cli, 'run', resolve('cases/tw686x-streamoff'), '--fix', 'hold-lock', '--quiet', '--json'];
  const run = (trees: string) =>
    spawnSync(process.execPath, [...command, '--trees', trees], { cwd: folder, encoding: 'utf8' });
  const { status, stdout } = run('shown,linux');
  expect(JSON.parse(stdout)).toMatchObject({
    case: 'tw686x-streamoff',
    fix: 'hold-lock',
    trees: [
      { tree: 'shown', base: 'shown', fix: 'ends it' },
      { tree: 'linux', base: 'silent', fix: 'does not apply', reason: expect.stringContaining('already in') },
    ],
  });
  expect(status).toBe(0);
  const missing = run('nowhere');
  expect(JSON.parse(missing.stdout).trees).toMatchObject([{ tree: 'nowhere', base: 'not run', fix: null }]);
  expect(missing.status).toBe(4);
});
