// A run under KCSAN's detector with a kernel tree, from its record: shown, reported, run again, replayed.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/base/index.js';
import { sectionOf } from '../../../src/record/index.js';
import { runRecordSchema } from '../../../src/record/record-schema.js';
import { reportFormats } from '../../../src/render/index.js';
import { formatRaceReport } from '../../../src/report/index.js';

const program = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'millrace-kcsan-record-'));
const millrace = (...args: string[]) =>
  run(process.execPath, [program, ...args], { cwd: directory, env: { NO_COLOR: '1' } });

const recordOf = async (id: string) => {
  const { stdout } = await millrace('show', id, '--json');
  return runRecordSchema.parse(JSON.parse(stdout));
};

describe('a run of both detectors', () => {
  let id = '';
  beforeAll(async () => {
    const { exitCode, stderr } = await millrace(
      ...['run', 'tw686x-streamoff', '--test', 'streamoff_vs_delay', '--detector', 'both'],
      ...['--fix', 'hold-lock', '--max-schedules', '2000', '--quiet'],
    );
    expect(exitCode, stderr).toBe(0);
    const { stdout } = await millrace('runs', '--json');
    [{ id }] = JSON.parse(stdout).runs;
  });

  it('has a record with the settings, the pair’s executions, and a schedule of each report', async () => {
    const record = await recordOf(id);
    expect(record.engines.map(({ engine }) => engine)).toEqual(['model', 'kcsan']);
    expect(sectionOf(record, 'model')?.verdict?.kind).toBe('fix-shown');
    const [base, fixed] = sectionOf(record, 'kcsan')?.kernels ?? [];
    expect(base?.settings).toHaveLength(18);
    expect(base?.settings).toContain('CONFIG_KCSAN_SKIP_WATCH=100');
    const [test] = base?.tests ?? [];
    expect(test?.pairs[0]?.hits).toBeGreaterThan(0);
    expect(test?.races[0]?.schedule).toMatch(/^streamoff_vs_delay:base:.*:k1-.*-1\.\d+$/);
    expect(fixed?.tests[0]?.races).toEqual([]);
  });

  it('says which of the exploration’s races KCSAN shows, and writes every form', async () => {
    const { stdout } = await millrace('show', id);
    expect(stdout).toContain('with these settings KCSAN shows tw686x_disable_channel');
    expect(stdout).toContain('Verdict of both detectors: race shown, fix shown');
    for (const form of reportFormats)
      expect((await millrace('report', id, '--as', form)).exitCode, form).toBe(0);
  });

  it('gives the same bytes when it is run again', async () => {
    const { exitCode, stdout } = await millrace('rerun', id, '--json', '--quiet');
    const differences = JSON.parse(stdout);
    expect([exitCode, differences.findings, differences.counts]).toEqual([0, [], []]);
    const [before, after] = [await recordOf(id), await recordOf(differences.run)];
    expect(JSON.stringify(sectionOf(after, 'kcsan'))).toBe(JSON.stringify(sectionOf(before, 'kcsan')));
  });

  it('replays a report, the very same, with two columns', async () => {
    const record = await recordOf(id);
    const races = sectionOf(record, 'kcsan')?.kernels[0]?.tests[0]?.races ?? [];
    expect(races.length).toBeGreaterThan(0);
    for (const { report, schedule } of races) {
      const { exitCode, stdout } = await millrace('replay', 'tw686x-streamoff', schedule, '--quiet');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^CPU 1: stop_streaming \(task\) +CPU 2: dma_delay \(timer\)$/m);
      expect(stdout).toContain(formatRaceReport(report as never).trimEnd());
    }
    const [{ schedule }] = races as [(typeof races)[0]];
    const other = schedule.replace(/-[0-9a-f]{4}-1\./, '-0000-1.');
    const refused = await millrace('replay', 'tw686x-streamoff', other, '--quiet');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('other settings of KCSAN');
  });
});

it('is in the schema that is published', () => {
  const schema = readFileSync(new URL('../../../schemas/run.schema.json', import.meta.url), 'utf8');
  const { $defs, properties } = JSON.parse(schema);
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(['engines']));
  expect(JSON.stringify($defs)).toContain('{"type":"string","const":"kcsan"}');
});
