// Held locks by their events, values by their types, and findings that are the same with a fix or are not.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { type Case, loadCase } from '../../../src/case/index.js';
import { judgeModel } from '../../../src/judge/index.js';
import { defaultModelOptions, type ModelRun, runModel } from '../../../src/model/index.js';
import { openTree } from '../../../src/tree/index.js';
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
    runWith = async (name) =>
      runModel({ ...common, fix: theCase.fixes.find((fix) => fix.name === name) ?? null });
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
    const { kind, harms } = judgeModel(theCase, base, fixed);
    expect(kind).toBe('race shown, fix harmful');
    expect(harms).toHaveLength(1);
    expect(harms[0]).toMatch(
      /deadlock in adding: adds \(CPU 0\) waits for counter.second, a mutex, held by adds_too since add\(\) harness.c:\d+; adds_too \(CPU 1\) waits for counter.first, a mutex, held by adds since add\(\) harness.c:\d+/,
    );
    const [deadlock] = fixed.tests.flatMap(({ findings }) =>
      findings.filter((one) => one.kind === 'deadlock'),
    );
    expect(
      deadlock?.waits.map(({ side, holders }) => [side.name, holders.map((one) => one.side.name)]),
    ).toEqual([
      ['adds', ['adds_too']],
      ['adds_too', ['adds']],
    ]);
  }, 300_000);
});
