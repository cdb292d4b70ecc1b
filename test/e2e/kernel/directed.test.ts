// A schedule of the model's played on real kernels, as a user runs it: the founding case with its fix.
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runRecordSchema, sectionOf } from '../../../src/record/index.js';

const treeSpec = process.env.MILLRACE_TREE ?? 'debian:6.12';
const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

async function directed(theCase: string, ...options: readonly string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'millrace-directed-'));
  const how = ['--tree', treeSpec, '--engine', 'kernel', '--directed', 'auto', '--json', '--quiet'];
  const args = [file('dist/cli/main.js'), 'run', file(theCase), ...how, ...options];
  const ended = await new Promise<{ exitCode: number | string | null; stdout: string; stderr: string }>(
    (done) => {
      execFile('node', args, { cwd, maxBuffer: 1 << 30 }, (error, stdout, stderr) =>
        done({ exitCode: error === null ? 0 : (error.code ?? null), stdout, stderr }),
      );
    },
  );
  if (ended.stdout === '') throw new Error(ended.stderr);
  const section = sectionOf(runRecordSchema.parse(JSON.parse(ended.stdout)), 'directed');
  if (section === undefined) throw new Error('no directed section');
  const [base, fixed] = section.kernels;
  return { exitCode: ended.exitCode, verdict: section.verdict, base, fixed };
}

test('the founding case does harm in nine rounds of ten, and with the lock held the second side waits', async () => {
  const { exitCode, verdict, base, fixed } = await directed('cases/tw686x-streamoff', '--fix', 'hold-lock');
  for (const { counts, early } of base?.tests ?? []) {
    expect(counts?.harmed).toBeGreaterThanOrEqual(0.9 * (counts?.rounds ?? 0));
    expect(early?.inFirstMeeting).toBeGreaterThan(0);
  }
  expect(base?.tests).toHaveLength(2);
  expect(base?.diff).toContain('+\tmillrace_point(1);');
  // Lines of reports are those of the source, not of the copy with points in it.
  const lines = base?.boots.flatMap(({ reports }) =>
    reports.flatMap(({ accesses }) => accesses.map(({ stack }) => stack[0]?.line)),
  );
  expect(lines).toContain(102);
  expect(fixed?.tests.map(({ waits }) => waits?.side)).toEqual(['dma_delay', 'stop_streaming_1']);
  for (const { counts, waits, model } of fixed?.tests ?? []) {
    expect(counts?.harmed).toBe(0);
    expect(counts?.late).toBeGreaterThan(0);
    expect(waits?.waitsIn).not.toBeNull();
    expect(model.waits?.side.name).toBe(waits?.side);
  }
  expect([verdict?.kind, exitCode]).toEqual(['fix-shown', 0]);
});
