// Held locks by their events, values by their types, and findings that are the same with a fix or are not.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { type Case, loadCase } from '../../../src/case/index.js';
import { fixMatrix, judgeModel, leadingFix } from '../../../src/judge/index.js';
import { defaultModelOptions, type ModelRun, runModel } from '../../../src/model/index.js';
import { chainLines } from '../../../src/render/terminal/index.js';
import { openTree } from '../../../src/tree/index.js';
import { worded } from '../../judge/worded.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();

describe.skipIf(spec === null)(`what a run finds${spec === null ? ` (${noTree})` : ''}`, () => {
  let theCase: Case;
  let base: ModelRun;
  let runWith: (fix: string) => Promise<ModelRun>;

  beforeAll(async () => {
    const tree = await openTree(spec ?? '');
    theCase = await loadCase(join(import.meta.dirname, 'cases/findings'));
    const common = { case: theCase, tree, options: defaultModelOptions, progress: silentProgress };
    base = await runModel({ ...common, fix: null });
    const runs = new Map<string, Promise<ModelRun>>();
    runWith = (name) => {
      const fix = theCase.fixes.find((one) => one.name === name) ?? null;
      const run = runs.get(name) ?? runModel({ ...common, fix });
      runs.set(name, run);
      return run;
    };
  }, 300_000);

  const racesOf = (name: string) => base.tests.find((one) => one.name === name)?.races ?? [];
  const sideOf = (name: string, side: string) =>
    racesOf(name)
      .flatMap(({ sides, report }) => sides.map((one, index) => ({ ...one, access: report.accesses[index] })))
      .find((one) => one.side.name === side);

  test('a lock that was downgraded is held, for reading', () => {
    expect(sideOf('downgraded', 'downgrades')?.locks).toMatchObject([
      { kind: 'rw_semaphore (read)', mode: 'downgraded', taken: { function: 'downgrades' } },
    ]);
    expect(sideOf('downgraded', 'writes')?.locks).toEqual([]);
  });

  test('a read section of SRCU is among the locks held', () => {
    expect(sideOf('srcu_reader', 'srcu_reads')?.locks).toMatchObject([{ kind: 'SRCU', mode: 'read' }]);
  });

  test('a race whose execution ends in a use after free has its locks and frames', () => {
    const reader = sideOf('freed', 'reads_freed');
    expect(reader?.locks).toMatchObject([{ kind: 'mutex', mode: 'exclusive' }]);
    expect(reader?.access?.stack.map((frame) => frame.function)).toContain('reads_freed');
    const freer = sideOf('freed', 'frees');
    expect({ type: freer?.access?.type, value: freer?.value }).toEqual({ type: 'write', value: null });
  });

  test('what the harness allocates has the names of the structure that it allocates', () => {
    const [race] = racesOf('adding');
    expect(race?.sides[0].variable).toMatchObject({ struct: 'counter', field: 'value' });
  });

  test('a byte without a sign has none', () => {
    const values = racesOf('byte').flatMap(({ sides }) => sides.map(({ value }) => value));
    expect([...new Set(values)].sort()).toEqual(['129', '255']);
  });

  const findingOf = (test: string, kind: string) =>
    base.tests.find(({ name }) => name === test)?.findings.find((one) => one.kind === kind);

  test('a use after free says who allocated, freed and used the object, and how its count went', () => {
    const found = findingOf('counted', 'use-after-free');
    expect(found?.lifetime).toMatchObject({
      object: 'counted',
      bytes: 8,
      allocated: { place: { function: 'set_up_counted' } },
      freed: { side: { name: 'puts_counted' }, locks: [{ name: 'device.guard', kind: 'spinlock' }] },
      used: { side: { name: 'uses_counted' }, locks: [] },
    });
    expect(found?.lifetime?.freed.stack.map((frame) => frame.function)).toEqual([
      'release',
      'kref_put',
      'puts_counted',
    ]);
    expect(found?.references.map(({ call, count, side }) => [call, count, side.name])).toEqual([
      ['kref_init', '1', 'setup and check'],
      ['kref_put', '0', 'puts_counted'],
    ]);
  });

  test('an object that is freed twice says who freed it first and who again', () => {
    expect(findingOf('twice', 'double-free')?.lifetime).toMatchObject({
      freed: { side: { name: 'puts_counted' }, place: { function: 'release' } },
      used: { side: { name: 'frees_counted' }, place: { function: 'frees_counted' } },
    });
  });

  test('an atomic access of freed memory does not hide what the other order does', () => {
    const twice = base.tests.find(({ name }) => name === 'twice');
    expect(twice?.findings.map(({ kind }) => kind)).toContain('use-after-free');
    const freer = racesOf('twice').flatMap(({ sides }) =>
      sides.filter(({ side }) => side.name === 'puts_counted'),
    );
    expect(freer.map(({ locks }) => locks.map(({ name }) => name))).toEqual([
      ['device.guard'],
      ['device.guard'],
    ]);
  });

  test('what is no use of freed memory has no such history', () => {
    const leak = findingOf('adding', 'memory-leak');
    expect([leak?.lifetime, leak?.references]).toEqual([null, []]);
  });

  test('a wait for what was completed before says so', () => {
    expect(findingOf('completed', 'deadlock')?.waits).toMatchObject([
      {
        side: { name: 'awaits' },
        missed: { call: 'complete', side: { name: 'completes' }, before: true },
      },
    ]);
  });

  test('who is woken before its condition holds missed that wake-up', () => {
    expect(findingOf('woken_early', 'deadlock')?.waits).toMatchObject([
      { holds: [], missed: { call: 'wake_up', place: { function: 'wakes_too_early' } } },
    ]);
    expect(findingOf('woken', 'deadlock')).toBeUndefined();
  });

  test('a race with a primitive names whoever called it', () => {
    const racing = racesOf('completed').map(({ report }) =>
      report.accesses.map(({ stack }) => stack.at(-1)?.function).sort(),
    );
    expect(racing).toEqual([['awaits', 'completes']]);
  });

  test('the same leak of a larger structure is the same finding', async () => {
    const fixed = await runWith('lock');
    const leaks = (run: ModelRun) =>
      run.tests
        .filter(({ name }) => name === 'adding')
        .flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'memory-leak'));
    const [before] = leaks(base);
    const [after] = leaks(fixed);
    expect(before?.facts).not.toEqual(after?.facts);
    expect(before?.fingerprint).toBe(after?.fingerprint);
    expect(before?.inHarness).toBe(true);
    expect(judgeModel(theCase, base, fixed).harms).toEqual([]);
  }, 300_000);

  test('a fix that deadlocks is harmful, each lock with who holds it', async () => {
    const fixed = await runWith('two-locks');
    const { kind, harms } = worded(judgeModel(theCase, base, fixed));
    expect(kind).toBe('fix-harmful');
    expect(harms).toHaveLength(1);
    expect(harms[0]).toMatch(
      /deadlock in adding: adds \(CPU 0\) waits for counter.second, a mutex, held by adds_too since add\(\) harness.c:\d+; adds_too \(CPU 1\) waits for counter.first, a mutex, held by adds since add\(\) harness.c:\d+/,
    );
    const [deadlock] = fixed.tests.flatMap(({ findings }) =>
      findings.filter((one) => one.kind === 'deadlock'),
    );
    expect(deadlock?.waits.map(({ holds }) => holds.map(({ name }) => name))).toEqual([
      ['counter.first'],
      ['counter.second'],
    ]);
    expect(chainLines(deadlock?.waits ?? [], 80, 0).map((line) => line.replace(/:\d+/, ''))).toEqual([
      'adds (task) on CPU 0, in add() harness.c',
      '| holds counter.first (mutex), taken in add() harness.c',
      '| waits for counter.second, a mutex, held since add() harness.c',
      'v',
      'adds_too (task) on CPU 1, in add() harness.c',
      '| holds counter.second (mutex), taken in add() harness.c',
      '| waits for counter.first, a mutex, held since add() harness.c',
      'v',
      'adds (task) on CPU 0',
    ]);
    expect(
      deadlock?.waits.map(({ side, holders }) => [side.name, holders.map((one) => one.side.name)]),
    ).toEqual([
      ['adds', ['adds_too']],
      ['adds_too', ['adds']],
    ]);
  }, 300_000);

  test('of two fixes side by side, the one that deadlocks brings what the base does not have', async () => {
    const only = <T extends { readonly name: string }>(tests: readonly T[]) =>
      tests.filter(({ name }) => name === 'adding');
    const [before, ...fixed] = [base, await runWith('two-locks'), await runWith('lock')].map((run) => ({
      ...run,
      tests: only(run.tests),
    }));
    if (before === undefined) throw new Error('no base');
    const judged = { ...theCase, tests: only(theCase.tests) };
    const verdicts = fixed.map((run) => judgeModel(judged, before, run));
    const matrix = fixMatrix(before, fixed, verdicts);
    expect(matrix.rows.map(({ kind, base: isOnBase, fixes }) => [kind, isOnBase, ...fixes])).toEqual([
      ['race', true, false, false],
      ['deadlock', false, true, false],
    ]);
    expect(matrix.fixes.map(({ kind }) => kind)).toEqual(['fix-harmful', 'fix-shown']);
    expect([matrix.weakest, leadingFix(matrix)]).toEqual(['lock', 'lock']);
    expect(leadingFix({ ...matrix, fixes: matrix.fixes.slice(0, 1), weakest: null })).toBe('two-locks');
  }, 300_000);
});
