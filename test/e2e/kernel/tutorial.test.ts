// docs/tutorial.md, done as it says, on a real tree: the report, the case, the lines by hand, the race, the fix.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyPatch } from 'diff';
import { afterAll, beforeAll, expect, test } from 'vitest';

const cli = resolve('dist/cli/main.js');
const tree = process.env.MILLRACE_TREE ?? 'debian:6.12';
const fix = resolve('cases/tw686x-streamoff/hold-lock.patch');

let folder = '';
let tutorial = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-tutorial-'));
  tutorial = await readFile('docs/tutorial.md', 'utf8');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function block(language: string, index = 0): string {
  const found = [...tutorial.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(
    (match) => match[1] === language,
  );
  return found[index]?.[2] ?? '';
}

function millrace(...args: string[]): Promise<{ exitCode: number; stdout: string }> {
  return new Promise((done) => {
    execFile('node', [cli, ...args], { cwd: folder, maxBuffer: 1 << 28 }, (error, stdout) =>
      done({ exitCode: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

/** The output that the tutorial shows below a command, from its verdict on where it leaves the rest out. */
function shown(index: number): string {
  return block('console', index).replace(/^\$.*\n(?:\.\.\.\n)?/, '');
}

test('the report becomes the case that the tutorial shows', async () => {
  await writeFile(join(folder, 'report.txt'), block('text'));
  const { exitCode, stdout } = await millrace(
    'new',
    'streamoff',
    '--from-report',
    'report.txt',
    '--tree',
    tree,
  );
  expect([exitCode, stdout]).toEqual([0, shown(0)]);
});

test('as it is, it compiles and finds the race', async () => {
  const { exitCode, stdout } = await millrace('run', 'streamoff', '--tree', tree, '--json');
  const [model] = JSON.parse(stdout).engines;
  expect([exitCode, model.verdict.kind]).toEqual([0, 'shown']);
  expect(model.kernels[0].tests[0].races).toHaveLength(4);
});

test('at most ten lines by hand, and the harm is shown', async () => {
  const patch = block('diff');
  expect(patch.split('\n').filter((line) => /^\+(?!\+\+)/.test(line)).length).toBeLessThanOrEqual(10);
  const path = join(folder, 'streamoff/harness.c');
  const patched = applyPatch(await readFile(path, 'utf8'), patch);
  expect(patched).not.toBe(false);
  await writeFile(path, patched || '');
  const { exitCode, stdout } = await millrace('run', 'streamoff', '--tree', tree);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(shown(1));
});

test('with the fix nothing is left', async () => {
  const { exitCode, stdout } = await millrace('run', 'streamoff', '--tree', tree, '--fix', fix);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(shown(2));
});
