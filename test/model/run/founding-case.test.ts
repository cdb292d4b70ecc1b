// The founding case on the real tree: what it must find, and that it is silent where it must be.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { type Case, loadCase } from '../../../src/case/index.js';
import { judgeModel } from '../../../src/judge/index.js';
import {
  defaultModelOptions,
  listBoundary,
  type ModelRun,
  type ModelTest,
  parseCaseSchedule,
  replayModel,
  runModel,
} from '../../../src/model/index.js';
import { replayFindings, replayTable } from '../../../src/render/execution/index.js';
import { openTree, type Tree } from '../../../src/tree/index.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();
const core = 'drivers/media/pci/tw686x/tw686x-core.c';

describe.skipIf(spec === null)(`the founding case${spec === null ? ` (${noTree})` : ''}`, () => {
  let folder: string;
  let tree: Tree;
  let theCase: Case;
  let base: ModelRun;
  const common = () => ({ case: theCase, tree, options: defaultModelOptions, progress: silentProgress });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-model-'));
    tree = await openTree(spec ?? '');
    theCase = await loadCase(join(import.meta.dirname, '../../../cases/tw686x-streamoff'));
    base = await runModel({ ...common(), fix: null });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const testOf = (run: ModelRun, name: string) => run.tests.find((one) => one.name === name) as ModelTest;

  /** A patch of the tree's core file, whose text at hand it changes. */
  async function patchOf(name: string, change: (text: string) => string) {
    const text = await readFile(join(tree.path, core), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    const patch = join(folder, `${name}.patch`);
    const diff = createTwoFilesPatch(`a/${core}`, `b/${core}`, text, changed).replace(/^=+\n/, '');
    await writeFile(patch, `Subject: ${name}\n\ndiff --git a/${core} b/${core}\n${diff}`);
    return { name, title: name, patch };
  }

  test('STREAMOFF against the timer races on four pairs of lines, in 53 interleavings and no more', () => {
    const { races, complete, interleavings } = testOf(base, 'streamoff_vs_delay');
    expect({ complete, interleavings }).toEqual({ complete: true, interleavings: 53 });
    const lines = races.map((race) => race.lines.map((line) => Number(line.split(':')[1])).sort());
    expect(lines).toEqual([
      [102, 133],
      [102, 135],
      [103, 134],
      [103, 136],
    ]);
  });

  test('each access has its whole stack, its CPU, its context and the locks it held', () => {
    const [race] = testOf(base, 'streamoff_vs_delay').races;
    const stacks = race?.report.accesses.map(({ stack }) =>
      stack.map(({ function: name, file, line }) => `${name} ${file?.split('/').at(-1)}:${line}`),
    );
    expect(stacks).toEqual([
      [
        'tw686x_disable_channel tw686x-core.c:102',
        'tw686x_stop_streaming tw686x-video.c:557',
        'stop_streaming_side harness.c:87',
      ],
      ['tw686x_dma_delay tw686x-core.c:133'],
    ]);
    expect(race?.sides.map(({ side }) => side)).toEqual([
      { name: 'stop_streaming', context: 'task', cpu: 0 },
      { name: 'dma_delay', context: 'timer', cpu: 1 },
    ]);
    expect(race?.sides.map(({ locks }) => locks.map(({ kind, taken }) => `${kind} ${taken.line}`))).toEqual([
      [],
      ['spinlock 131'],
    ]);
  });

  test('the harm is shown: stale pending state is written back after the disable', () => {
    const failures = testOf(base, 'streamoff_vs_delay').failures.map(({ text, schedule }) => [
      text,
      schedule.preemptions,
    ]);
    expect(failures).toEqual([
      ["after STREAMOFF and the timer, the channel's bit in DMA_CHANNEL_ENABLE is clear", 2],
      ['after the timer, the other channel, which was never stopped, is enabled', 1],
    ]);
  });

  test('STREAMOFF on two channels races with itself', () => {
    const { races, complete } = testOf(base, 'streamoff_two_channels');
    expect(complete).toBe(true);
    expect(races.map(({ lines }) => lines.map((line) => line.split(':')[1]))).toEqual([
      ['102', '102'],
      ['103', '103'],
    ]);
  });

  test('hold-lock ends it: nothing in any interleaving', async () => {
    const fixed = await runModel({ ...common(), fix: theCase.fixes[0] ?? null });
    for (const one of fixed.tests)
      expect(one).toMatchObject({ complete: true, interleavings: 2, races: [], failures: [], findings: [] });
    expect(judgeModel(theCase, base, fixed)).toMatchObject({
      kind: 'fix-shown',
      outcome: 'as-expected',
      about: ['race'],
      reason: { says: 'silence', fix: 'hold-lock', interleavings: 4, preemptions: null },
    });
  });

  test('half a fix leaves pending_dma_cmd racing, and is not taken for a whole one', async () => {
    const half = await patchOf('half', (text) =>
      text
        .replace(
          '\tdev->pending_dma_en &= ~BIT(channel);\n\tdev->pending_dma_cmd',
          '\tspin_lock_irqsave(&dev->lock, flags);\n\tdev->pending_dma_en &= ~BIT(channel);\n' +
            '\tspin_unlock_irqrestore(&dev->lock, flags);\n\tdev->pending_dma_cmd',
        )
        .replace(
          'void tw686x_disable_channel(struct tw686x_dev *dev, unsigned int channel)\n{\n',
          'void tw686x_disable_channel(struct tw686x_dev *dev, unsigned int channel)\n{\n\tunsigned long flags;\n',
        ),
    );
    const fixed = await runModel({ ...common(), fix: half });
    const lines = testOf(fixed, 'streamoff_vs_delay').races.map((race) =>
      race.lines.map((line) => Number(line.split(':')[1])),
    );
    // Three lines more stand before the second field.
    expect(lines).toEqual([
      [106, 137],
      [106, 139],
    ]);
    expect(judgeModel(theCase, base, fixed)).toMatchObject({
      kind: 'fix-incomplete',
      outcome: 'not-as-expected',
    });
  });

  test('the same run gives the same bytes', async () => {
    expect(JSON.stringify(await runModel({ ...common(), fix: null }))).toBe(JSON.stringify(base));
  });

  test('a schedule replays to the same table, and shows what it was found for', async () => {
    const failure = testOf(base, 'streamoff_vs_delay').failures[1];
    const request = {
      ...common(),
      fix: null,
      schedule: parseCaseSchedule(failure?.schedule.text ?? ''),
    };
    const replay = await replayModel(request);
    expect(replay.differences).toEqual([]);
    expect(replayFindings(replay).at(-1)).toContain(failure?.text);
    const table = replayTable(replay, 80);
    const [heading] = table.split('\n').slice(0, 1);
    expect(heading).toMatch(/^CPU 0: stop_streaming \(task\) +CPU 1: dma_delay \(timer\)$/);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await replayModel(request)).toEqual(replay);
  });

  test('a schedule of other code is refused, with what differs', async () => {
    const text = testOf(base, 'streamoff_vs_delay').failures[0]?.schedule.text ?? '';
    const schedule = parseCaseSchedule(text);
    const replayed = replayModel({ ...common(), fix: theCase.fixes[0] ?? null, schedule });
    await expect(replayed).rejects.toMatchObject({
      kind: 'input',
      hint: expect.stringContaining('the fix: base there, hold-lock here'),
    });
  });

  test('the boundary says who supplies what, and who calls it', async () => {
    const boundary = await listBoundary({ ...common(), fix: null });
    const of = (name: string) => boundary.find((entry) => entry.name === name);
    expect(of('_raw_spin_lock_irqsave')).toMatchObject({ supplier: 'machine' });
    expect(of('_raw_spin_lock_irqsave')?.callers).toContainEqual({
      function: 'tw686x_dma_delay',
      file: core,
      line: 131,
    });
    expect(boundary.some(({ name }) => name.startsWith('__tsan_'))).toBe(false);
    expect(of('pci_enable_device')).toMatchObject({ supplier: 'nobody' });
  });
});
