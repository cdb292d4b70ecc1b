// A negative answer that can be trusted: how far sides came, and races of Millrace's own that have to be found.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { loadCase } from '../../../src/case/index.js';
import { judgeModel } from '../../../src/judge/index.js';
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

function caseOf(name: string) {
  return loadCase(join(import.meta.dirname, 'cases', name));
}

describe.skipIf(spec === null)(`a negative answer${spec === null ? ` (${noTree})` : ''}`, () => {
  let tree: Tree;
  let run: ModelRun;
  const runOf = async (name: string) =>
    runModel({
      case: await caseOf(name),
      tree,
      options: defaultModelOptions,
      progress: silentProgress,
      fix: null,
    });

  beforeAll(async () => {
    tree = await openTree(spec ?? '');
    run = await runOf('coverage');
  }, 300_000);

  const coverageOf = (name: string) => run.tests.find((one) => one.name === name)?.coverage;
  const judged = async (name: string) => {
    const theCase = await caseOf('coverage');
    const only = <T extends { readonly name: string }>(tests: readonly T[]) =>
      tests.filter((one) => one.name === name);
    return judgeModel({ ...theCase, tests: only(theCase.tests) }, { ...run, tests: only(run.tests) }, null);
  };

  test.each([
    ['never', [{ kind: 'never-called', function: 'deep', isDefined: true }]],
    ['alone', [{ kind: 'one-side', functions: ['adds', 'deep'] }]],
    [
      'early',
      [
        { kind: 'nothing-shared', functions: ['adds', 'half'] },
        { kind: 'returned-early', function: 'half', reached: 1, lines: 4 },
      ],
    ],
    ['expected', [{ kind: 'never-called', function: 'deep' }]],
    ['control', [{ kind: 'side-stopped', side: { name: 'converts' } }]],
  ])('is none where a side did not come where it should: %s', async (name, unreached) => {
    expect(coverageOf(name)?.unreached).toMatchObject(unreached);
    const { kind, outcome, open } = await judged(name);
    expect({ kind, outcome }).toEqual({ kind: 'inconclusive', outcome: 'inconclusive' });
    expect(open.map((reason) => reason.kind)).toEqual(unreached.map(() => 'unreached'));
  });

  test('stands where both sides came to the end', async () => {
    expect(coverageOf('fine')?.unreached).toEqual([]);
    expect(await judged('fine')).toMatchObject({ kind: 'not-shown', open: [] });
    expect(await judged('control_fine')).toMatchObject({
      kind: 'not-shown',
      outcome: 'as-expected',
      open: [],
    });
  });

  test('tells lines that never ran, and the condition that kept them from it', () => {
    const [, stops] = coverageOf('never')?.sides ?? [];
    const [lines] = stops?.functions ?? [];
    const place = { function: 'stops', file: 'harness.c', line: lines?.reached[0] };
    expect(lines).toMatchObject({
      function: 'stops',
      missed: [(lines?.reached[0] ?? 0) + 2],
      oneWay: [{ place, lines: lines?.missed, calls: ['deep'] }],
    });
  });

  test('has an order of its own to replay', async () => {
    const { example } = run.tests.find(({ name }) => name === 'fine') ?? {};
    expect(example?.preemptions).toBe(0);
    const replay = await replayModel({
      case: await caseOf('coverage'),
      tree,
      fix: null,
      schedule: parseCaseSchedule(example?.text ?? ''),
      options: defaultModelOptions,
      progress: silentProgress,
    });
    expect(replay.findings).toEqual([]);
    expect(replayTable(replay, 100)).toContain('spin_lock');
  });

  test('finds the race that was planted in each unit', () => {
    expect(run.canaries).toEqual([
      { unit: 'lib/bcd.c', found: true },
      { unit: 'harness.c', found: true },
    ]);
  });

  test('is refused where the harness’s copy of a structure is not as the sources have it', async () => {
    await expect(runOf('layout')).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(
        /lay out struct sunkbd differently, at the member added: .*harness\.c:\d+ and .*sunkbd\.c:\d+$/,
      ),
    });
  });

  test('is none where a unit is not instrumented', async () => {
    const blind = await runOf('canary');
    expect(blind.tests.map(({ races }) => races.length)).toEqual([0]);
    expect(blind.canaries).toEqual([
      { unit: 'lib/bcd.c', found: true },
      { unit: 'harness.c', found: false },
    ]);
    expect(judgeModel(await caseOf('canary'), blind, null)).toMatchObject({
      kind: 'inconclusive',
      outcome: 'inconclusive',
      open: [{ kind: 'canary-missed', unit: 'harness.c' }],
    });
  });
});
