// STREAMOFF from vb2_streamoff() down: what real videobuf2 guarantees, and what it does not.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { type Case, loadCase } from '../../../src/case/index.js';
import {
  defaultModelOptions,
  type ModelRun,
  parseCaseSchedule,
  replayModel,
  runModel,
} from '../../../src/model/index.js';
import { replayTable } from '../../../src/render/execution/index.js';
import { openTree, type Tree } from '../../../src/tree/index.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();

describe.skipIf(spec === null)(`videobuf2${spec === null ? ` (${noTree})` : ''}`, () => {
  let tree: Tree;
  let theCase: Case;
  let base: ModelRun;
  const common = () => ({ case: theCase, tree, options: defaultModelOptions, progress: silentProgress });

  beforeAll(async () => {
    tree = await openTree(spec ?? '');
    theCase = await loadCase(join(import.meta.dirname, '../../../cases/tw686x-vb2-streamoff'));
    base = await runModel({ ...common(), fix: null });
  }, 300_000);

  test('races as without it, in as many interleavings, but for two STREAMOFFs on one queue', () => {
    const summary = base.tests.map(({ name, complete, interleavings, races, failures, findings }) => ({
      name,
      complete,
      interleavings,
      lines: races.map(({ lines }) =>
        lines
          .map((line) => Number(line.split(':')[1]))
          .sort()
          .join('x'),
      ),
      failures: failures.length,
      findings,
    }));
    expect(summary).toEqual([
      {
        name: 'streamoff_vs_delay',
        complete: true,
        interleavings: 53,
        lines: ['102x133', '102x135', '103x134', '103x136'],
        failures: 2,
        findings: [],
      },
      {
        name: 'streamoff_two_queues',
        complete: true,
        interleavings: 144,
        lines: ['102x102', '103x103'],
        failures: 1,
        findings: [],
      },
      { name: 'streamoff_one_queue', complete: true, interleavings: 2, lines: [], failures: 0, findings: [] },
    ]);
  });

  test('the stack goes up to the ioctl, with the lock of the queue and the names of what races', () => {
    const [race] = base.tests[0]?.races ?? [];
    const [writer] = race?.report.accesses ?? [];
    expect(writer?.stack.map((frame) => `${frame.function}${frame.inlined ? ' (inlined)' : ''}`)).toEqual([
      'tw686x_disable_channel',
      'tw686x_stop_streaming',
      '__vb2_queue_cancel',
      'vb2_core_streamoff',
      'vb2_streamoff',
      'vidioc_streamoff (inlined)',
      'streamoff_side',
    ]);
    expect(race?.sides.map(({ locks }) => locks.map(({ name, kind }) => `${name} ${kind}`))).toEqual([
      ['tw686x_video_channel.vb_mutex mutex'],
      ['tw686x_dev.lock spinlock'],
    ]);
    expect(race?.sides.map(({ variable }) => variable)).toEqual(
      Array(2).fill({
        name: 'pending_dma_en',
        signed: false,
        struct: 'tw686x_dev',
        field: 'pending_dma_en',
        offset: expect.any(Number),
        size: 4,
        object: 'fake.dev.pending_dma_en',
      }),
    );
  });

  test('every schedule that it gives can be run again', async () => {
    const schedules = base.tests.flatMap(({ races, failures }) =>
      [...races, ...failures].map(({ schedule }) => schedule.text),
    );
    for (const text of new Set(schedules)) {
      const replay = await replayModel({
        ...common(),
        fix: null,
        schedule: parseCaseSchedule(text),
      });
      expect(replay.findings.length).toBeGreaterThan(0);
      for (const line of replayTable(replay, 80).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test('hold-lock ends it: nothing in any interleaving', async () => {
    const fixed = await runModel({ ...common(), fix: theCase.fixes[0] ?? null });
    for (const one of fixed.tests)
      expect(one).toMatchObject({ complete: true, interleavings: 2, races: [], failures: [], findings: [] });
  });
});
