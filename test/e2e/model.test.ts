// The model engine as a user runs it. With a kernel tree: a run, its record, a replay, a stop at the boundary.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelTreeSpec, noTree } from '../model/run/kernel-tree.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
const foundingCase = join(import.meta.dirname, '../../cases/tw686x-streamoff');
const spec = await kernelTreeSpec();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function millrace(...args: string[]) {
  const env = spec === null ? {} : { MILLRACE_TREE: spec };
  return execa(process.execPath, [main, ...args], { reject: false, cwd: folder, env });
}

describe('options', () => {
  test.each([
    [['--boots', '3'], '--boots is an option of the kernel engine'],
    [['--detector', 'kcsan', '--workers', '2'], '--workers says how to explore'],
    [['--lockdep'], '--lockdep is an option of the kernel engine'],
    [['--engine', 'kernel', '--strategy', 'pct'], '--strategy is an option of the model engine'],
  ])('of the other engine are bad input: %j', async (args, message) => {
    const { exitCode, stderr } = await millrace('run', foundingCase, ...args);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe.skipIf(spec === null)(`with a kernel tree${spec === null ? ` (${noTree})` : ''}`, () => {
  test('run shows the race, show prints it again, replay takes its schedule', async () => {
    const run = await millrace('run', foundingCase, '--quiet');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('Verdict: race shown\n');
    const show = await millrace('show', 'latest');
    expect(show.stdout).toBe(run.stdout);
    expect((await millrace('runs')).stdout).toMatch(/ model +- +race shown$/m);
    const [model] = JSON.parse((await millrace('show', 'latest', '--json')).stdout).engines;
    const schedule = model.kernels[0].tests[0].failures[0].schedule.text;
    const replay = await millrace('replay', foundingCase, schedule, '--quiet');
    expect(replay).toMatchObject({ exitCode: 0, stderr: '' });
    expect(replay.stdout).toContain('=> broken invariant: after STREAMOFF and the timer');
  });

  test('a fix that ends it exits with 0', async () => {
    const run = await millrace('run', foundingCase, '--quiet', '--fix', 'hold-lock', '--json');
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      engines: [{ engine: 'model', verdict: { kind: 'fix-shown' } }],
    });
  });

  test('a function that nobody supplies stops the run, with its caller and what to do', async () => {
    const broken = join(folder, 'tw686x-boundary');
    await cp(foundingCase, broken, { recursive: true });
    const harness = join(broken, 'harness.c');
    const text = await readFile(harness, 'utf8');
    const call = 'struct fake *fake = state;\n\n\tmillrace_call';
    const line = text.slice(0, text.indexOf(call)).split('\n').length + 1;
    await writeFile(
      harness,
      text
        .replace(call, 'struct fake *fake = state;\n\tmillrace_unknown();\n\tmillrace_call')
        .replace('struct fake {', 'void millrace_unknown(void); struct fake {'),
    );
    const run = await millrace('run', broken, '--quiet');
    expect(run.stderr).toContain(
      `harness.c:${line}: millrace_unknown() is not supplied by the machine, and stop_streaming_side() calls it`,
    );
    expect(run.stderr).toMatch(/MILLRACE_FAKE\(\.\.\., millrace_unknown, \.\.\.\), or add the file/);
    expect(run.exitCode).toBe(2);
    const [newest] = JSON.parse((await millrace('runs', '--json')).stdout).runs;
    expect(newest).toMatchObject({ case: 'tw686x-boundary', engines: ['model'], state: 'failed' });
    const boundary = await millrace('run', broken, '--quiet', '--boundary');
    expect(boundary.stdout).toMatch(/^nobody {3}millrace_unknown\n {11}stop_streaming_side\(\) harness\.c:/m);
  });
});
