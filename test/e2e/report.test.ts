import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepsRecord } from '../render/stored.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-report-'));
  const directory = join(folder, '.millrace', 'runs', stepsRecord.id);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'run.json'), JSON.stringify(stepsRecord));
});
afterAll(() => rm(folder, { recursive: true }));

function millrace(...args: string[]) {
  return execa(process.execPath, [main, ...args], {
    reject: false,
    cwd: folder,
    env: { SHELL: '/bin/bash' },
  });
}

describe('millrace report', () => {
  test('writes up a run from its record alone, to standard output or a file', async () => {
    const [mail, page] = await Promise.all([
      millrace('report', 'latest', '--as', 'mail', '--in-reply-to', '<1@example.org>', '--subject', 'Re: x'),
      millrace('report', stepsRecord.id, '--as', 'html', '-o', 'page.html'),
    ]);
    expect(mail).toMatchObject({ exitCode: 0, stderr: '' });
    expect(mail.stdout).toMatch(/^Subject: Re: x\nIn-Reply-To: <1@example\.org>\n/);
    expect(page).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('refuses a form, a run and a file that are none', async () => {
    const [form, run, file] = await Promise.all([
      millrace('report', 'latest', '--as', 'pdf'),
      millrace('report', 'none', '--as', 'json'),
      millrace('report', 'latest', '--as', 'json', '-o', 'no/such/folder/x.json'),
    ]);
    expect([form.exitCode, run.exitCode, file.exitCode]).toEqual([2, 2, 3]);
    expect(form.stderr).toContain('commit-message');
    expect(run.stderr).toContain('`millrace runs` lists');
    expect(file.stderr).toContain('cannot write no/such/folder/x.json');
  });

  test('completes runs and forms', async () => {
    const complete = (...words: string[]) => millrace('--get-yargs-completions', 'millrace', ...words);
    const [runs, forms] = await Promise.all([
      complete('report', '2026'),
      complete('report', 'latest', '--as', ''),
    ]);
    expect(runs.stdout).toBe(stepsRecord.id);
    expect(forms.stdout.split('\n')).toEqual(expect.arrayContaining(['mail', 'html', 'sarif']));
    expect(forms.stdout).not.toContain('latest');
  });
});
