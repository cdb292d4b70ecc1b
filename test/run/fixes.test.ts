import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RaceReport } from '../../src/report/index.js';
import { commitToFix } from '../../src/run/engines/fixes.js';
import { openTree, type Tree } from '../../src/tree/index.js';
import { fakeTree, write } from '../tree/fake-tree.js';

const file = 'drivers/net/foo.c';
let top: string;
let scratch: string;
let clock = 1_700_000_000;

function git(...args: string[]): string {
  clock += 60;
  const date = `${clock} +0000`;
  return execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', '-C', top, ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null' },
  }).trim();
}

function commit(subject: string, lines: readonly string[]): string {
  write(top, file, `${lines.join('\n')}\n`);
  git('add', '.');
  git('commit', '-qm', subject);
  return git('rev-parse', '--short=12', 'HEAD');
}

/** A report whose accesses are on these lines. */
function report(...lines: readonly number[]): RaceReport {
  const access = (line: number) => ({
    type: 'write',
    address: '0x10',
    size: 4,
    context: { kind: 'task', pid: 1, cpu: 0 },
    stack: [
      {
        function: 'helper',
        offset: null,
        size: null,
        module: null,
        file: 'include/helper.h',
        line: 1,
        inlined: true,
      },
      { function: 'foo', offset: null, size: null, module: null, file, line, inlined: false },
    ],
  });
  return {
    title: 'data-race in foo / foo',
    kind: 'data-race',
    accesses: lines.map(access),
  } as unknown as RaceReport;
}

async function found(lines: readonly number[], patch: string | null = null) {
  const tree: Tree = await openTree(top, { cacheDirectory: scratch });
  const fix = patch === null ? null : { name: 'fix', title: 'fix', patch: join(scratch, 'fix.patch') };
  if (fix !== null) writeFileSync(fix.patch, patch ?? '');
  return await commitToFix({ tree, fix, reports: [report(...lines)], sources: [file] });
}

/** A patch that replaces line `line`. */
function replacing(line: number, old: string): string {
  return `--- a/${file}\n+++ b/${file}\n@@ -${line},1 +${line},1 @@\n-${old}\n+int changed;\n`;
}

beforeEach(() => {
  top = fakeTree();
  scratch = mkdtempSync(join(tmpdir(), 'millrace-fixes-'));
  git('init', '-q');
});

afterEach(() => {
  for (const path of [top, scratch]) rmSync(path, { recursive: true });
});

describe('the commit that a fix would name', () => {
  it('is the newest of those that brought the racing lines', async () => {
    commit('foo: the first', ['int a;', 'int b;']);
    const second = commit('foo: write b without the lock', ['int a;', 'int b2;', 'int c;']);
    commit('foo: unrelated', ['int a;', 'int b2;', 'int c3;']);
    expect(await found([1, 2])).toEqual({ commit: second, subject: 'foo: write b without the lock' });
  });

  it('is of the lines that the fix takes out, when these are of one commit', async () => {
    const first = commit('foo: the first', ['int a;', 'int b;']);
    commit('foo: touch b', ['int a;', 'int b2;']);
    expect(await found([1, 2], replacing(1, 'int a;'))).toEqual({ commit: first, subject: 'foo: the first' });
  });

  it('may be the first of the history', async () => {
    const first = commit('foo: the first', ['int a;', 'int b;']);
    expect(first).toMatch(/^[0-9a-f]{12,}$/);
    expect(await found([1, 2])).toEqual({ commit: first, subject: 'foo: the first' });
  });

  it('is not known in a shallow clone, of a changed tree, nor without git', async () => {
    commit('foo: the first', ['int a;', 'int b;']);
    commit('foo: the second', ['int a;', 'int b2;']);
    write(top, file, 'int a;\nint b3;\n');
    expect(await found([1])).toBeNull();
    git('checkout', '-q', '.');
    expect(await found([1])).not.toBeNull();

    const whole = top;
    top = join(scratch, 'shallow');
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${whole}`, top]);
    expect(await found([1])).toBeNull();
    rmSync(join(top, '.git'), { recursive: true });
    expect(await found([1])).toBeNull();
    top = whole;
  });

  it('runs nothing that the checkout’s configuration names', async () => {
    write(top, '.gitattributes', '*.c diff=evil\n');
    commit('foo: the first', ['int a;']);
    const ran = join(scratch, 'ran');
    const script = join(top, '.git/evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${ran}\ncat "$1"\n`, { mode: 0o755 });
    git('config', 'diff.evil.textconv', script);
    expect(await found([1])).not.toBeNull();
    expect(() => execFileSync('test', ['-e', ran])).toThrow();
  });
});
