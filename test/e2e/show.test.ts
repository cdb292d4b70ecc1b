import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRecordSchema } from '../../src/record/record-schema.js';
import { withTexts } from '../../src/words/index.js';
import { times } from '../judge/runs.js';
import { bootFrom, kernel, record } from '../render/records.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
const stored = record(
  kernel('base', times(7, bootFrom('base'))),
  kernel('hold-lock', times(7, bootFrom('fixed'))),
);
const cutOff = record(null, null, {
  id: '20260424T091509Z-tw686x-streamoff',
  status: 'running',
  finished: null,
});

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-show-'));
  for (const one of [stored, cutOff]) {
    const directory = join(folder, '.millrace', 'runs', one.id);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'run.json'), JSON.stringify(one));
  }
});
afterAll(() => rm(folder, { recursive: true }));

function millrace(...args: string[]) {
  return execa(process.execPath, [main, ...args], { reject: false, cwd: folder });
}

describe('millrace runs', () => {
  test('lists the newest first, a run that was cut off as such', async () => {
    const { stdout, exitCode } = await millrace('runs');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "RUN                                ENGINES  FIX        RESULT
      20260424T091509Z-tw686x-streamoff  kernel   -          cut off
      20260423T091509Z-tw686x-streamoff  kernel   hold-lock  race shown, fix shown"
    `);
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await millrace('runs', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        { id: cutOff.id, state: 'cut off', verdict: null },
        { id: stored.id, state: 'finished', verdict: 'race shown, fix shown', fix: 'hold-lock' },
      ],
    });
  });

  test('says on standard error that there is none', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'millrace-no-runs-'));
    const { stdout, stderr, exitCode } = await execa(process.execPath, [main, 'runs'], { cwd: empty });
    await rm(empty, { recursive: true });
    expect(stdout).toBe('');
    expect(stderr).toContain('No run was made here yet');
    expect(exitCode).toBe(0);
  });
});

describe('millrace show', () => {
  test('renders a run from its record alone', async () => {
    const { stdout, exitCode } = await millrace('show', stored.id);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Verdict: race shown, fix shown');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('takes latest and a path, and prints the record as JSON', async () => {
    const latest = await millrace('show', 'latest', '--json');
    expect(JSON.parse(latest.stdout)).toEqual(withTexts(runRecordSchema.parse(cutOff)));
    const path = await millrace('show', join(folder, '.millrace', 'runs', stored.id), '--json');
    expect(JSON.parse(path.stdout)).toEqual(withTexts(runRecordSchema.parse(stored)));
  });

  test('calls a run that is not there bad input', async () => {
    const { stdout, stderr, exitCode } = await millrace('show', 'nonesuch');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('no run called nonesuch');
  });
});
