// Caches that were damaged or that would be stale, disks that are full, and compilers that want too much: rebuilt, or a
// clear error, and what was good stays.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { damagedCache, readCached, run, writeCached, writeResult, writeWhole } from '../../src/base/index.js';
import { ObjectCache } from '../../src/model/compile/object-cache.js';
import { refuseExhausted } from '../../src/model/compile/toolchain/limits.js';
import { nativeClang } from '../model/accesses.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-disks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['empty', () => Buffer.alloc(0)],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['other JSON', () => Buffer.from('{}')],
  [
    'a flipped bit',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]),
  ],
])('a file of a cache that is %s is told of and made anew', async (_, damage) => {
  const file = join(folder, 'kept');
  await writeCached(file, 'key', 'contents');
  expect(String(await readCached(file, 'key'))).toBe('contents');
  const told: unknown[] = [];
  const listen = (path: unknown) => void told.push(path);
  damagedCache.subscribe(listen);
  await writeFile(file, damage(await readFile(file)));
  expect(await readCached(file, 'key')).toBeNull();
  damagedCache.unsubscribe(listen);
  expect(told).toEqual([file]);
  expect(await readdir(folder)).toEqual([]);
});

it('a file of a cache that was exchanged for another is not taken', async () => {
  await writeCached(join(folder, 'a'), 'a', 'contents of a');
  await writeFile(join(folder, 'b'), await readFile(join(folder, 'a')));
  expect(await readCached(join(folder, 'b'), 'b')).toBeNull();
});

/** An object that was made of `text`, kept; then what `change` does. Answers whether it is still taken. */
async function isTaken(text: string, change: (source: string) => Promise<void>): Promise<boolean> {
  const user = join(folder, 'source');
  await mkdir(user);
  await writeFile(join(user, 'a.c'), text);
  const job = { args: ['/millrace/user/a.c'], mounts: { user } };
  const cache = () => new ObjectCache(join(folder, 'objects'));
  await cache().store(job, 'clang-1', new Uint8Array([1]), ['/millrace/user/a.c']);
  expect(await cache().find(job, 'clang-1')).not.toBeNull();
  await change(user);
  return (await cache().find(job, 'clang-1')) !== null;
}

it.each([
  ['#include "x.h"', 'x.h'],
  ['#if __has_include("new.h")\n#endif', 'new.h'],
  ['#define NAME <computed.h>\n#include NAME', 'computed.h'],
])('after %j, %s that comes beside the source makes the object stale', async (text, name) => {
  expect(await isTaken(text, (source) => writeFile(join(source, name), ''))).toBe(false);
});

it('a file that nothing asks for does not', async () => {
  expect(await isTaken('#include "x.h"', (source) => writeFile(join(source, 'other.h'), ''))).toBe(true);
});

it('on a full disk the file that was good stays, and the error says so', async ({ skip }) => {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('no file system can be mounted here: not root');
  }
  try {
    const file = join(disk, 'run.json');
    await writeWhole(file, 'good');
    await expect(writeWhole(file, 'x'.repeat(200_000))).rejects.toThrow('the disk is full');
    expect(await readFile(file, 'utf8')).toBe('good');
    expect(await readdir(disk)).toEqual(['run.json']);
  } finally {
    execFileSync('umount', [disk]);
  }
});

it('a pipe is written to and stays one', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reading = run('cat', [pipe]);
  await writeResult(pipe, 'report');
  expect((await reading).stdout).toBe('report');
  expect(execFileSync('stat', ['-c', '%F', pipe]).toString().trim()).toBe('fifo');
});

it('a device is written to and stays one', async ({ skip }) => {
  const device = join(folder, 'null');
  try {
    execFileSync('mknod', [device, 'c', '1', '3'], { stdio: 'ignore' });
  } catch {
    skip('no device can be made here: not root');
  }
  await writeResult(device, 'report');
  expect(execFileSync('stat', ['-c', '%F', device]).toString().trim()).toBe('character special file');
});

it('where there is no room for temporary files, the error says so and what to set', async ({ skip }) => {
  if ((await nativeClang()) === null) skip('no native clang');
  const disk = join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('no file system can be mounted here: not root');
  }
  try {
    const source = join(folder, 'own.c');
    await writeFile(source, 'int main(void) { return 0; }\n');
    await writeFile(join(disk, 'full'), Buffer.alloc(16 << 10)).catch(() => {});
    const main = join(import.meta.dirname, '../../dist/cli/main.js');
    const { exitCode, stderr } = await run(
      process.execPath,
      [main, 'check', source, '--compiler', 'native'],
      {
        env: { TMPDIR: disk, XDG_CACHE_HOME: join(folder, 'cache') },
      },
    );
    expect(stderr).toContain('TMPDIR');
    expect(stderr).not.toContain('canary.c');
    expect(exitCode).toBe(3);
  } finally {
    execFileSync('umount', [disk]);
  }
});

it('a program that is held to limits ends at them, and its exit code comes through', async () => {
  const tied = { seconds: 1, memory: 512 * 1024 * 1024 };
  const code = (script: string) => run('sh', ['-c', script], { tied }).then(({ exitCode }) => exitCode);
  expect(await code('exit 7')).toBe(7);
  expect([137, 152]).toContain(await code('while :; do :; done'));
});

it('what a killed process has started ends with it', async () => {
  const base = join(import.meta.dirname, '../../dist/base/index.js');
  const script = `import { run } from ${JSON.stringify(base)};
run('sh', ['-c', 'echo $$; exec sleep 600'], { tied: {}, onLine: (line) => { console.log(line); process.kill(process.pid, 'SIGKILL'); } });`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
}, 120_000);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it.each([
  [152, '', 'MILLRACE_COMPILER_SECONDS'],
  [134, 'LLVM ERROR: out of memory', 'MILLRACE_COMPILER_MEMORY'],
  [1, 'fatal error: IO failure on output stream: No space left on device', 'TMPDIR'],
])('a compiler that ends with %i %j: the error names %s', (exitCode, stderr, named) => {
  expect(() => refuseExhausted({ exitCode, stderr }, 'clang', 'a.c')).toThrow(
    expect.objectContaining({ kind: 'environment', hint: expect.stringContaining(named) }),
  );
});

it('a compiler that found an error in the source is none of these', () => {
  expect(() =>
    refuseExhausted({ exitCode: 1, stderr: 'a.c:1:1: error: expected }' }, 'clang', 'a.c'),
  ).not.toThrow();
});
