import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Progress, silentProgress } from '../../../src/base/index.js';
import { lockBuild } from '../../../src/kernel/build/build-lock.js';

const folderOf = () => mkdtempSync(join(tmpdir(), 'millrace-lock-'));

function recorded(): { readonly progress: Progress; readonly steps: string[] } {
  const steps: string[] = [];
  const progress: Progress = {
    step: (title, work) => {
      steps.push(title);
      return work(() => {});
    },
    note: () => {},
  };
  return { progress, steps };
}

/** Another process that holds the lock until it is ended. */
async function holder(folder: string) {
  const module = import.meta.resolve('proper-lockfile');
  const script = `import lockfile from ${JSON.stringify(module)};
await lockfile.lock(${JSON.stringify(folder)}, { lockfilePath: ${JSON.stringify(join(folder, 'build.lock'))}, stale: 20000, update: 5000 });
console.log('locked');
setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a second build waits for the first, says so, and never runs beside it', async () => {
  const folder = folderOf();
  const order: string[] = [];
  const { progress, steps } = recorded();
  const build = async (name: string) => {
    const { release } = await lockBuild(folder, progress);
    order.push(`${name} begins`);
    await sleep(50);
    order.push(`${name} ends`);
    await release();
  };
  await Promise.all([build('first'), build('second')]);
  const [winner] = order[0]?.split(' ') ?? [];
  const loser = winner === 'first' ? 'second' : 'first';
  expect(order).toEqual([`${winner} begins`, `${winner} ends`, `${loser} begins`, `${loser} ends`]);
  expect(steps).toEqual(['Wait for another build of this kernel']);
});

test('a build of another process is waited for', async () => {
  const folder = folderOf();
  const child = await holder(folder);
  const { progress, steps } = recorded();
  const waiting = lockBuild(folder, progress);
  await expect(Promise.race([waiting, sleep(1200, 'waits')])).resolves.toBe('waits');
  expect(steps).toHaveLength(1);
  // Ends in order, so that it removes its lock.
  child.kill('SIGTERM');
  const { release } = await waiting;
  await release();
});

test('the lock of a process that was killed is taken over once it is old', async () => {
  const folder = folderOf();
  const child = await holder(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = join(folder, 'build.lock');
  expect(existsSync(lock)).toBe(true);
  const old = new Date(Date.now() - 60_000);
  utimesSync(lock, old, old);
  const { progress, steps } = recorded();
  const { release } = await lockBuild(folder, progress);
  expect(steps).toEqual([]);
  await release();
  expect(existsSync(lock)).toBe(false);
});

test('Ctrl-C ends the wait, and leaves the lock to its owner', async () => {
  const folder = folderOf();
  const { release } = await lockBuild(folder, silentProgress);
  const controller = new AbortController();
  const waiting = lockBuild(folder, silentProgress, controller.signal);
  setTimeout(() => controller.abort(), 50);
  await expect(waiting).rejects.toMatchObject({ kind: 'interrupted' });
  expect(existsSync(join(folder, 'build.lock'))).toBe(true);
  await release();
});

test('a folder that cannot be locked at all is an error, not an endless wait', async () => {
  const folder = join(folderOf(), 'file');
  writeFileSync(folder, '');
  await expect(lockBuild(folder, silentProgress)).rejects.toMatchObject({
    kind: 'environment',
    message: `cannot lock ${folder}: ENOTDIR`,
  });
  expect(readFileSync(folder, 'utf8')).toBe('');
});

test('a lock that is taken away is told to its holder, who can stop in order', async () => {
  const folder = folderOf();
  const { lost, release } = await lockBuild(folder, silentProgress);
  rmSync(join(folder, 'build.lock'), { recursive: true });
  await once(lost, 'abort');
  expect(lost.reason).toMatchObject({ kind: 'environment' });
  await release();
}, 15_000);
