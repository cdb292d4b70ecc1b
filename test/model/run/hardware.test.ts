// The device of the founding case on the model machine: its registers from device.yaml, the chip as a side of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { findCase, loadCase } from '../../../src/case/index.js';
import { type RunRecord, sectionOf } from '../../../src/record/index.js';
import { runCase } from '../../../src/run/index.js';
import { cachedTrees, openTree } from '../../../src/tree/index.js';

const spec = process.env.MILLRACE_TREE ?? (await cachedTrees())[0]?.path ?? 'debian:6.12';
let folder = '';
let record: RunRecord;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-hardware-'));
  const theCase = await loadCase(await findCase('tw686x-hardware'));
  const { run } = await runCase({
    case: theCase,
    tree: await openTree(spec),
    fix: theCase.fixes[0] ?? null,
    engines: { model: {} },
    workingDirectory: folder,
    version: '0',
    command: ['test'],
    progress: silentProgress,
  });
  record = run.record;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('every interleaving of STREAMOFF, the timer and the chip’s interrupt is explored, and the fix ends the race', () => {
  const section = sectionOf(record, 'model');
  expect(section?.verdict?.kind).toBe('fix-shown');
  for (const kernel of section?.kernels ?? [])
    for (const one of kernel.tests) expect(one).toMatchObject({ complete: true });
});

test('the races are those of the case whose registers are plain memory', () => {
  const [base] = sectionOf(record, 'model')?.kernels ?? [];
  const races = base?.tests.flatMap((one) => one.races) ?? [];
  expect(races.length).toBeGreaterThan(0);
  const text = JSON.stringify(races);
  expect(text).toContain('pending_dma_en');
  expect(text).toContain('pending_dma_cmd');
});
