// Programs that do not come back: every limit and every signal ends them all the same, and what was found is told.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { explore } from '../../src/model/explore/index.js';
import { type CheckOptions, prepareCheck } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const programs = {
  'no-operation': 'for (;;) ;',
  'locals-alone': 'for (unsigned i = 0;; i++) if (i == 7) i = 3;',
  recursion: 'count(60);',
  'long-loop':
    'unsigned s = 1; for (unsigned i = 0; i < 4000000000u; i++) if ((s = s * 1664525u + i) == 7) s++; return (void *)(unsigned long)s;',
  'many-steps': 'for (int i = 0;; i++) { pthread_mutex_lock(&m); pthread_mutex_unlock(&m); }',
  'plain-accesses': 'for (;;) x++;',
} as const;

const text = (body: string) => `
#include <pthread.h>
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
int x, y;
int count(int n) { return n < 2 ? 1 : count(n - 1) + count(n - 2); }
void *loops(void *argument) { ${body} return argument; }
void *races(void *argument) { y++; return argument; }
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, loops, 0);
  pthread_create(&b, 0, races, 0);
  y++;
  pthread_join(a, 0);
  pthread_join(b, 0);
  return 0;
}
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-hangs-'));
  for (const [name, body] of Object.entries(programs)) await writeFile(join(folder, `${name}.c`), text(body));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exploreProgram(name: keyof typeof programs, options: Partial<CheckOptions>) {
  const all = { ...checkOptions, compiler: undefined, ...options };
  const { machine } = await prepareCheck([join(folder, `${name}.c`)], all, silentProgress);
  return explore(machine, all);
}

it.each(['no-operation', 'locals-alone'] as const)(
  '%s: a thread that goes on without an operation is stopped, and the race of the others is found',
  async (name) => {
    const { sightings, stoppedBy } = await exploreProgram(name, {});
    expect(new Set(sightings.map(({ incident }) => incident.kind))).toEqual(
      new Set(['no-progress', 'data-race']),
    );
    expect(stoppedBy).toBe('end');
  },
);

it.each(['recursion', 'long-loop'] as const)(
  '%s: one that may come to its end is cut, and nobody says that it has none',
  async (name) => {
    const { sightings, cuts, complete } = await exploreProgram(name, {});
    expect(new Set(sightings.map(({ incident }) => incident.kind))).toEqual(new Set(['data-race']));
    expect(new Set(cuts.map(({ kind }) => kind))).toEqual(new Set(['rounds']));
    expect(complete).toBe(false);
  },
);

it.each(['many-steps', 'plain-accesses'] as const)(
  '%s: the limit of time ends an execution that the limit of steps would not',
  async (name) => {
    const limits = { maxSteps: 1e12, maxTime: 200 };
    const { complete, stoppedBy } = await exploreProgram(name, limits);
    expect({ complete, stoppedBy }).toEqual({ complete: false, stoppedBy: 'time' });
  },
);

it('Ctrl-C ends a check with 130, and the result says that it was cut off', async () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const limits = ['--strategy', 'random', '--max-schedules', '1e12', '--max-time', '3600'];
  const file = join(folder, 'no-operation.c');
  const child = spawn(process.execPath, [main, 'check', ...limits, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (!stderr.includes('explore') && chunk.includes('explore')) child.kill('SIGINT');
    stderr += chunk.toString();
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  expect(exitCode).toBe(130);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('The exploration was interrupted');
});
