// KCSAN's detector with a kernel tree: the founding case from the command line, and cases of KCSAN's own suite.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run, silentProgress } from '../../../src/base/index.js';
import { buildSuite, runSelftest, SuiteMachine } from '../../../src/model/conformance/index.js';
import { defaultTreeSpec, openTree } from '../../../src/tree/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fragment = (strict: boolean) =>
  new Map([
    ['KCSAN', 'y'],
    ['KUNIT', 'y'],
    ['KCSAN_REPORT_ONCE_IN_MS', '100'],
    ...(strict ? ([['KCSAN_STRICT', 'y']] as const) : []),
  ]);

describe('KCSAN on the model machine, with a kernel tree', () => {
  it('reports the race of the founding case, and none with the fix', async () => {
    const { exitCode, stdout } = await run(
      process.execPath,
      ['dist/cli/main.js', 'run', 'tw686x-streamoff', '--detector', 'kcsan', '--fix', 'hold-lock', '-q'],
      { cwd: root, env: { NO_COLOR: '1' } },
    );
    expect(stdout).toContain('BUG: KCSAN: data-race in tw686x_disable_channel / tw686x_dma_delay');
    expect(stdout).toContain('CONFIG_KCSAN_SKIP_WATCH=100');
    expect(stdout).toContain('none of them with the fix.');
    expect(exitCode).toBe(0);
  });

  it('passes cases of KCSAN’s own suite, and its selftest, in both configurations', async () => {
    const tree = await openTree(await defaultTreeSpec(), { progress: silentProgress });
    for (const strict of [false, true]) {
      const suite = await buildSuite(tree, fragment(strict), 'suite');
      const machine = new SuiteMachine(suite.program, suite.settings, 8, 1);
      const cases = machine.cases();
      expect(new Set(cases.map(({ name }) => name)).size).toBe(30);
      const wanted = ['test_barrier_nothreads', 'test_basic', 'test_novalue_change', 'test_missing_barrier'];
      for (const [place, { name, threads }] of cases.entries()) {
        if (!wanted.includes(name) || (threads ?? 2) !== 2) continue;
        const { result, failures } = machine.run(place);
        expect([name, result, failures]).toEqual([
          name,
          name === 'test_barrier_nothreads' && !strict ? 'skip' : 'ok',
          [],
        ]);
      }
      const self = await buildSuite(tree, fragment(strict), 'selftest');
      expect(runSelftest(self.program, self.settings, 1).map(({ passed }) => passed)).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});
