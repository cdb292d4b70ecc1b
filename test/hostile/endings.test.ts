// Programs that do not come back: a check of them ends at its limits and when it is asked to, with the exit code for
// that and what was found by then. `--max-time 600` and no limit of the tests' own: what ends them is what is tried.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CheckResult } from '../../src/model/plain-c/index.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-endings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One operation that takes long, over and over: the limit of steps is hours away. */
const filling = 'for (;;) memset(block, 1, 48 << 20);';

const source = (body: string) => `#include <pthread.h>
#include <string.h>
void *malloc(unsigned long size);
static char *block;
static int shared;
static int deep(int n) { return n == 0 ? 0 : deep(n + 1) + 1; }
static void *store(void *unused) { shared = 1; return unused; }
int main(void)
{
	pthread_t thread;
	block = malloc(48 << 20);
	pthread_create(&thread, 0, store, 0);
	${body}
	return pthread_join(thread, 0);
}
`;

interface Ended {
  readonly code: number | null;
  readonly result: CheckResult | null;
}

/** `interruptAfter`: milliseconds from when it explores to SIGINT. */
async function check(body: string, args: readonly string[], interruptAfter?: number): Promise<Ended> {
  const file = join(folder, 'a.c');
  await writeFile(file, source(body));
  const child = spawn(process.execPath, [main, 'check', file, '--json', ...args]);
  let [output, progress] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    const before = progress.includes('explore');
    progress += chunk;
    if (interruptAfter !== undefined && !before && progress.includes('explore'))
      setTimeout(() => child.kill('SIGINT'), interruptAfter);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, result: output === '' ? null : (JSON.parse(output) as CheckResult) };
}

it.each(['for (;;);', 'for (int x = 0;; x++);', 'return deep(1);'])(
  '%s is told of, whatever the limit of time',
  async (body) => {
    const { code, result } = await check(body, ['--max-time', '600']);
    expect(code).toBe(1);
    expect(result?.outcome).toBe('found');
  },
);

it('one operation after the other that takes long ends at --max-time', async () => {
  const { code, result } = await check(filling, ['--max-time', '1']);
  expect(result).toMatchObject({
    outcome: 'inconclusive',
    exploration: { stoppedBy: 'time', complete: false },
  });
  expect(result?.limits).toContainEqual({ kind: 'time', seconds: 1 });
  expect(code).toBe(4);
});

it.each([0, 200, 1500])('and %i ms after it began it ends when interrupted', async (after) => {
  const { code, result } = await check(filling, ['--max-time', '600'], after);
  expect(code).toBe(130);
  expect(result?.exploration).toMatchObject({ stoppedBy: 'interrupt', complete: false });
});

it('what was found before is told then', async () => {
  const body = `shared = 2; pthread_join(thread, 0); if (shared == 2) ${filling} return 0;`;
  // How long it takes to come there is the machine's affair.
  for (let after = 500; ; after *= 4) {
    const { code, result } = await check(body, ['--max-time', '600'], after);
    expect(code).toBe(130);
    if (result === null || result.findings.length === 0) continue;
    expect(result.findings.map(({ kind }) => kind)).toEqual(['data-race']);
    expect(result.findings[0]?.places.map(({ line }) => line).sort()).toEqual([13, 7]);
    break;
  }
});
