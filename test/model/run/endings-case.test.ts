// A side that does not come back, in a real child process: a run ends at its limit of time and when it is interrupted,
// with what was found by then in its record.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();
const main = join(import.meta.dirname, '../../../dist/cli/main.js');
const theCase = join(import.meta.dirname, 'cases/endless');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-run-endings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `interruptAfter`: milliseconds from when it explores to SIGINT. */
async function runCase(args: readonly string[], interruptAfter?: number) {
  const command = ['run', theCase, '--tree', spec ?? '', ...args];
  const child = spawn(process.execPath, [main, ...command], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let progress = '';
  child.stderr.on('data', (chunk) => {
    const before = /Explore|Sample/.test(progress);
    progress += chunk;
    if (interruptAfter !== undefined && !before && /Explore|Sample/.test(progress))
      setTimeout(() => child.kill('SIGINT'), interruptAfter);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const runs = join(folder, '.millrace/runs');
  const [newest = ''] = (await readdir(runs))
    .filter((name) => name.includes('endless'))
    .sort()
    .reverse();
  return { code, record: JSON.parse(await readFile(join(runs, newest, 'run.json'), 'utf8')) };
}

const titled = (title: string) => `${title}${spec === null ? ` (${noTree})` : ''}`;

test.skipIf(spec === null)(titled('it ends at --max-time with the race that it met before'), async () => {
  const { code, record } = await runCase(['--max-time', '1']);
  expect(code).toBe(0);
  expect(record.status).toBe('finished');
  expect(record.engines[0].kernels[0].tests).toMatchObject([
    { complete: false, stoppedBy: 'time', races: [{ lines: ['harness.c:26', 'harness.c:18'] }] },
  ]);
});

test.skipIf(spec === null)(titled('and when it is interrupted, at once or later'), async () => {
  for (let after = 0; ; after = Math.max(500, after * 2)) {
    const { code, record } = await runCase(['--max-time', '600'], after);
    expect(code).toBe(130);
    expect(record.status).toBe('interrupted');
    // How long it takes to come to the race is the machine's affair.
    if (record.engines[0].kernels[0]?.tests[0]?.races.length === 1) break;
  }
});

test.skipIf(spec === null)(titled('a sample under KCSAN ends likewise'), async () => {
  expect((await runCase(['--max-time', '1', '--detector', 'kcsan'])).record.status).toBe('finished');
  const { code, record } = await runCase(['--max-time', '600', '--detector', 'kcsan'], 300);
  expect(code).toBe(130);
  expect(record.status).toBe('interrupted');
});
