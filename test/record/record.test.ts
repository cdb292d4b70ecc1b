import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentError } from '../../src/base/index.js';
import type { Case } from '../../src/case/index.js';
import { judgeKernel } from '../../src/judge/index.js';
import {
  createRun,
  finishRun,
  type KernelSection,
  listRuns,
  type Run,
  type RunStart,
  readRun,
  recordFileName,
  sectionOf,
  stateOf,
  updateRun,
} from '../../src/record/index.js';
import { base, boot, fixed, hit, run as kernelRun, tw686x } from '../judge/runs.js';

let folder: string;
let start: RunStart;
let unbooted: KernelSection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-record-'));
  const directory = join(folder, 'cases', 'tw686x-streamoff');
  await mkdir(join(directory, 'more'), { recursive: true });
  await writeFile(join(directory, 'case.yaml'), 'title: x\n');
  await writeFile(join(directory, 'more', 'notes.txt'), 'notes\n');
  await writeFile(join(directory, 'hold-lock.patch'), 'diff\n');
  await symlink('/etc/passwd', join(directory, 'link'));
  const fix = { name: 'hold-lock', title: 'Hold the lock', patch: join(directory, 'hold-lock.patch') };
  const settings = {
    cpus: 8,
    memory: 2048,
    timeout: 120,
    seconds: 8,
    boots: 7,
    makeOptions: ['CC=clang-19'],
  };
  const tested: Case = {
    ...tw686x,
    name: 'tw686x-streamoff',
    directory,
    title: 'STREAMOFF against the DMA delay timer',
    description: '',
    expose: {},
    harness: join(directory, 'harness.c'),
    kunitconfig: join(directory, 'kunitconfig'),
    fixes: [fix],
    assumptions: ['One writer a queue: V4L2 holds the queue lock.'],
    kernel: settings,
  };
  unbooted = {
    engine: 'kernel',
    settings: { ...settings, instrument: 'case', lockdep: false },
    kernels: [],
    fields: [],
    verdict: null,
  };
  start = {
    version: '0.1.0',
    command: ['millrace', 'run', 'cases/tw686x-streamoff'],
    engines: [unbooted],
    case: tested,
    harnessPath: null,
    tree: null,
    fix,
    filter: null,
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function newDirectory(): Promise<string> {
  return await mkdtemp(join(folder, 'work-'));
}

async function rewrite(run: Run, change: (record: Record<string, unknown>) => void): Promise<void> {
  const file = join(run.directory, recordFileName);
  const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(record);
  await writeFile(file, JSON.stringify(record));
}

describe('createRun', () => {
  it('leaves a record that says running before anything has run', async () => {
    const work = await newDirectory();
    const run = await createRun(work, start);
    const read = await readRun(run.record.id, work);
    expect(read).toEqual(run);
    expect(read.record.status).toBe('running');
    expect(stateOf(read.record)).toBe('running');
    expect(run.record.id).toMatch(/^\d{8}T\d{6}Z-tw686x-streamoff$/);
  });

  it('copies the case and the fix with their hashes, and follows no symbolic link', async () => {
    const { directory, record } = await createRun(await newDirectory(), start);
    expect(record.case.files.map((file) => file.path)).toEqual([
      'case/case.yaml',
      'case/hold-lock.patch',
      'case/more/notes.txt',
    ]);
    for (const file of [...record.case.files, record.fix ?? expect.fail('no fix')]) {
      const text = await readFile(join(directory, file.path));
      expect(createHash('sha256').update(text).digest('hex')).toBe(file.sha256);
    }
  });

  it('gives runs that start in the same second folders of their own', async () => {
    const work = await newDirectory();
    const runs = await Promise.all([1, 2, 3].map(() => createRun(work, start)));
    expect(new Set(runs.map((run) => run.directory)).size).toBe(3);
    expect(await listRuns(work)).toHaveLength(3);
  });

  it('keeps runs out of git, and an existing .gitignore as it is', async () => {
    const work = await newDirectory();
    await createRun(work, start);
    const ignore = join(work, '.millrace', '.gitignore');
    expect(await readFile(ignore, 'utf8')).toBe('*\n');
    await writeFile(ignore, 'mine\n');
    await createRun(work, start);
    expect(await readFile(ignore, 'utf8')).toBe('mine\n');
  });
});

describe('updateRun', () => {
  it('names consoles inside the record, and copies those that are elsewhere', async () => {
    const work = await newDirectory();
    const run = await createRun(work, start);
    const inside = join(run.directory, 'base', 'boot-1.log');
    await mkdir(join(run.directory, 'base'));
    await writeFile(inside, 'inside\n');
    const outside = join(work, 'console.log');
    await writeFile(outside, 'outside\n');
    const engine = kernelRun(
      [boot({ console: inside }), boot({ console: outside }), boot({ console: outside })],
      {
        build: { built: true, seconds: 1, objects: 1, log: '/nowhere/build.log', image: '/nowhere/bzImage' },
      },
    );
    const { record } = await updateRun(run, { engine: { ...unbooted, kernels: [engine] } });
    const [adopted] = sectionOf(record, 'kernel')?.kernels ?? [];
    expect(adopted?.boots.map((one) => one.console)).toEqual([
      'base/boot-1.log',
      'base/console.log',
      'base/2-console.log',
    ]);
    expect(adopted?.build.log).toBe('/nowhere/build.log');
    expect(await readFile(join(run.directory, 'base/2-console.log'), 'utf8')).toBe('outside\n');
    expect((await readRun(run.directory, work)).record).toEqual(record);
  });
});

describe('finishRun', () => {
  it('keeps runs and verdict so that they read back the same, on another path too', async () => {
    const work = await newDirectory();
    const verdict = judgeKernel(tw686x, base(), fixed());
    const engine = { ...unbooted, kernels: [base(), fixed()], verdict };
    const run = await updateRun(await createRun(work, start), { engine });
    const finished = await finishRun(run, { status: 'finished' });
    expect((await readRun('latest', work)).record).toEqual(finished.record);
    const section = sectionOf(finished.record, 'kernel') ?? expect.fail();
    expect(section.verdict).toEqual(verdict);
    const moved = join(await newDirectory(), 'moved');
    await cp(run.directory, moved, { recursive: true });
    expect((await readRun(join(moved, recordFileName), folder)).record).toEqual(finished.record);
    const stored = section.kernels[0] ?? expect.fail();
    expect(judgeKernel(finished.record.case, stored, null).pairs[0]?.base.hits).toBe(35);
    expect(stored.boots[0]?.reports[0]).toEqual(hit);
  });

  it('says why a run failed, or that it was interrupted', async () => {
    const run = await createRun(await newDirectory(), start);
    const error = environmentError('make failed', { hint: 'Install flex.' });
    const failed = await finishRun(run, { status: 'failed', error });
    expect(failed.record.error).toEqual({
      kind: 'environment',
      message: 'make failed',
      hint: 'Install flex.',
    });
    expect((await finishRun(run, { status: 'interrupted' })).record).toMatchObject({
      status: 'interrupted',
      error: null,
    });
  });
});

describe('a run that was cut off', () => {
  it('shows as cut off once its process is gone', async () => {
    const work = await newDirectory();
    const run = await createRun(work, start);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await rewrite(run, (record) => {
      record.process = { ...run.record.process, pid: child.pid, started: null };
    });
    expect(stateOf((await readRun('latest', work)).record)).toBe('cut off');
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'is not mistaken for running when its process id is used again',
    () => {
      return createRun(folder, start).then(({ record }) => {
        expect(stateOf({ ...record, process: { ...record.process, started: '1' } })).toBe('cut off');
        expect(stateOf({ ...record, process: { ...record.process, machine: 'another boot' } })).toBe(
          'cut off',
        );
        expect(stateOf({ ...record, status: 'finished', process: { ...record.process, pid: 1 } })).toBe(
          'finished',
        );
      });
    },
  );
});

describe('readRun and listRuns', () => {
  it('list the newest first, and what cannot be read with the reason', async () => {
    const work = await newDirectory();
    const first = await createRun(work, start);
    const second = await createRun(work, start);
    await writeFile(join(first.directory, recordFileName), '{ "format": 2, "id"');
    await mkdir(join(work, '.millrace', 'runs', '19990101T000000Z-empty'));
    const listed = await listRuns(work);
    expect(listed.map((one) => ('problem' in one ? one.problem.message : one.record.id))).toEqual([
      second.record.id,
      'not a run record: it is not JSON',
      'no run.json in it',
    ]);
  });

  it('say what is missing or wrong, as bad input', async () => {
    const work = await newDirectory();
    await expect(readRun('latest', work)).rejects.toMatchObject({
      kind: 'input',
      message: 'there is no run here yet',
    });
    expect(await listRuns(work)).toEqual([]);
    await expect(readRun('nonesuch', work)).rejects.toMatchObject({ message: 'no run called nonesuch' });
    const run = await createRun(work, start);
    await rewrite(run, (record) => {
      record.status = 'walking';
    });
    await expect(readRun('latest', work)).rejects.toThrow(/not a run record: status: /);
    await rewrite(run, (record) => {
      record.format = 4;
    });
    await expect(readRun('latest', work)).rejects.toThrow('made by a newer Millrace');
  });
});
