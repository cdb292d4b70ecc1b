// KCSAN's detector with a kernel tree: the founding case from the command line, and cases of KCSAN's own suite.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run, silentProgress } from '../../../src/base/index.js';
import { compileModel, findModelCompiler } from '../../../src/model/compile/index.js';
import { buildSuite, runSelftest, SuiteMachine } from '../../../src/model/conformance/index.js';
import { kcsanConfigLines, kcsanSettings } from '../../../src/model/detect/kcsan/index.js';
import { type RunRecord, sectionOf } from '../../../src/record/index.js';
import { createConsoleReader, type RaceReport } from '../../../src/report/index.js';
import { defaultTreeSpec, openTree } from '../../../src/tree/index.js';
import { comparable, racingLines } from './comparable.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fragment = (strict: boolean) =>
  new Map([
    ['KCSAN', 'y'],
    ['KUNIT', 'y'],
    ['KCSAN_REPORT_ONCE_IN_MS', '100'],
    ...(strict ? ([['KCSAN_STRICT', 'y']] as const) : []),
  ]);

/** The lines that a run prints with a kunitconfig of these symbols. */
async function linesInForce(symbols: Readonly<Record<string, string>>): Promise<string[]> {
  const tree = await openTree(await defaultTreeSpec(), { progress: silentProgress });
  const { configuration } = await compileModel({
    tree,
    fragment: new Map(Object.entries({ KCSAN: 'y', KUNIT: 'y', ...symbols })),
    units: [],
    kcsan: true,
    compiler: await findModelCompiler(),
    progress: silentProgress,
  });
  return kcsanConfigLines(kcsanSettings(configuration.values));
}

describe('KCSAN on the model machine, with a kernel tree', () => {
  it('prints every symbol of the tree’s Kconfig.kcsan, but that of the suite, as Kconfig has it', async () => {
    const { path } = await openTree(await defaultTreeSpec(), { progress: silentProgress });
    const kconfig = readFileSync(join(path, 'lib/Kconfig.kcsan'), 'utf8');
    const symbols = [...kconfig.matchAll(/^config (KCSAN_\w+)/gm)].map(([, symbol]) => `CONFIG_${symbol}`);
    const lines = await linesInForce({});
    const printed = lines.map((line) => /CONFIG_\w+/.exec(line)?.[0] ?? line);
    expect([...printed, 'CONFIG_KCSAN_KUNIT_TEST'].sort()).toEqual(symbols.sort());
    expect(lines).toContain('CONFIG_KCSAN_REPORT_VALUE_CHANGE_ONLY=y');
    expect(lines).toContain('# CONFIG_KCSAN_INTERRUPT_WATCHER is not set');
    const strict = await linesInForce({ KCSAN_STRICT: 'y', KCSAN_PERMISSIVE: 'y' });
    expect(strict).toContain('CONFIG_KCSAN_WEAK_MEMORY=y');
    expect(strict).toContain('CONFIG_KCSAN_INTERRUPT_WATCHER=y');
    expect(strict).toContain('# CONFIG_KCSAN_REPORT_VALUE_CHANGE_ONLY is not set');
    expect(strict).toContain('# CONFIG_KCSAN_PERMISSIVE is not set');
  });

  it('takes CONFIG_KCSAN_VERBOSE where the kernel does, with lockdep', async () => {
    const off = await linesInForce({ KCSAN_VERBOSE: 'y' });
    expect(off).toContain('# CONFIG_KCSAN_VERBOSE is not set');
    const on = await linesInForce({ DEBUG_KERNEL: 'y', PROVE_LOCKING: 'y', KCSAN_VERBOSE: 'y' });
    expect(on).toContain('CONFIG_KCSAN_VERBOSE=y');
  });

  it('offers 32 threads where the kernel is preemptible and interrupts come upon watchers', async () => {
    const tree = await openTree(await defaultTreeSpec(), { progress: silentProgress });
    const symbols = new Map([...fragment(false), ['KCSAN_INTERRUPT_WATCHER', 'y']]);
    const counts = async (preemption: 'PREEMPT' | 'PREEMPT_NONE', cpus: number) => {
      const suite = await buildSuite(tree, new Map([...symbols, [preemption, 'y']]), 'suite');
      const machine = new SuiteMachine(suite.program, suite.settings, cpus, 1);
      const cases = machine.cases();
      const threads = cases.flatMap((one) => (one.name === 'test_novalue_change' ? [one.threads] : []));
      return { machine, cases, threads };
    };
    expect((await counts('PREEMPT_NONE', 8)).threads).toEqual([2, 3, 4, 5, 6]);
    expect((await counts('PREEMPT_NONE', 5)).threads).toEqual([2, 3]);
    const { machine, cases, threads } = await counts('PREEMPT', 4);
    expect(threads).toEqual([2, 3, 4, 5, 8, 16, 32]);
    for (const name of ['test_basic', 'test_novalue_change']) {
      const place = cases.findIndex((one) => one.name === name && one.threads === 32);
      expect(machine.run(place)).toMatchObject({ name, threads: 32, result: 'ok', failures: [] });
    }
  });

  it('reports the race of the founding case, and none with the fix', async () => {
    const { exitCode, stdout } = await run(
      process.execPath,
      ['dist/cli/main.js', 'run', 'tw686x-streamoff', '--detector', 'kcsan', '--fix', 'hold-lock', '-q'],
      { cwd: root, env: { NO_COLOR: '1' } },
    );
    expect(stdout).toContain('BUG: KCSAN: data-race in tw686x_disable_channel / tw686x_dma_delay');
    expect(stdout).toContain('CONFIG_KCSAN_SKIP_WATCH=100');
    expect(stdout).toContain('Verdict: race shown, fix shown');
    expect(exitCode).toBe(0);
  });

  it('prints the races of a boot but for addresses, PIDs and the frames below the harness', async () => {
    const booted: RaceReport[] = [];
    const reader = createConsoleReader({ onReport: (report) => booted.push(report) });
    reader.write(readFileSync(join(root, 'test/e2e/kernel/fixtures/tw686x-streamoff.txt')));
    reader.end();
    const { stdout } = await run(
      process.execPath,
      ['dist/cli/main.js', 'run', 'tw686x-streamoff', '--detector', 'kcsan', '--json', '-q'],
      { cwd: root },
    );
    const sampled = sectionOf(JSON.parse(stdout) as RunRecord, 'kcsan');
    const modelled = (sampled?.kernels[0]?.tests ?? []).flatMap(({ races }) =>
      races.map(({ report }) => report),
    );
    expect(booted).toHaveLength(4);
    for (const report of booted) {
      const same = modelled.find((other) => racingLines(other) === racingLines(report));
      expect(same && comparable(same)).toEqual(comparable(report));
    }
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
