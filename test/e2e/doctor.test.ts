import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../src/doctor/index.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'millrace-doctor-'));
});
afterAll(() => rm(empty, { recursive: true }));

function millrace(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [main, ...args], { reject: false, env: { XDG_CACHE_HOME: empty, ...env } });
}

describe('millrace doctor', () => {
  test('on a machine with nothing on PATH, says what is missing for which engine, and exits with 3', async () => {
    const { stdout, exitCode } = await millrace(['doctor'], { PATH: empty, MILLRACE_TREE: '' });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^Model engine: can be used$/m);
    expect(stdout).toMatch(/^Kernel engine: cannot be used yet$/m);
    expect(stdout).toMatch(/^ {2}missing {3}QEMU {21}boots the kernel$/m);
    expect(stdout).toMatch(/^ {2}optional {2}ccache/m);
    expect(stdout).toContain('`millrace tree get debian:6.12`');
    for (const line of stdout
      .split('\n')
      .filter((text) => !text.includes('/') && !text.includes(' install ')))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  test('prints the same as JSON, which its exit code agrees with', async () => {
    const { stdout, exitCode, stderr } = await millrace(['doctor', '--json']);
    const report = JSON.parse(stdout) as DoctorReport;
    expect(report.areas.map(({ area }) => area)).toEqual(['model', 'kernel', 'debian', 'campaigns']);
    for (const { usable, requirements } of report.areas)
      expect(usable).toBe(requirements.every(({ found, required }) => found || !required));
    const engines = report.areas.filter(({ area }) => area !== 'debian');
    expect(exitCode).toBe(engines.every(({ usable }) => usable) ? 0 : 3);
    expect(stderr).toBe('');
    const node = report.areas[0]?.requirements[0];
    expect(node).toMatchObject({ name: 'Node.js', found: true, version: process.versions.node });
  });

  test('has no colour in a pipe', async () => {
    const { stdout } = await millrace(['doctor']);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('completion', () => {
  test('prints a script for the shell', async () => {
    const bash = await millrace(['completion'], { SHELL: '/bin/bash' });
    expect(bash.stdout).toMatch(/complete .*millrace/);
    const zsh = await millrace(['completion'], { SHELL: '/bin/zsh', ZSH_NAME: 'zsh' });
    expect(zsh.stdout).toContain('compdef');
  });

  test('completes commands', async () => {
    const { stdout } = await millrace(['--get-yargs-completions', 'millrace', 'doc'], { SHELL: '/bin/bash' });
    expect(stdout.split('\n')).toContain('doctor');
  });

  test('completes options', async () => {
    const { stdout } = await millrace(['--get-yargs-completions', 'millrace', 'doctor', '--j'], {
      SHELL: '/bin/bash',
    });
    expect(stdout.split('\n')).toContain('--json');
  });
});
