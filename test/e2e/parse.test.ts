// `millrace parse` as a user runs it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ParseOutput, parseOutputSchema } from '../../src/report/index.js';
import { plainReport, prefixed } from '../report/read-console.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

const stamped = (second: number, text: string) =>
  prefixed(text, (i) => `[    ${second}.${String(i).padStart(6, '0')}] `);
const log = [
  stamped(
    1,
    'Linux version 6.12.117\nKTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: mill\n    1..2',
  ),
  stamped(2, plainReport),
  stamped(3, plainReport),
  stamped(4, plainReport.replaceAll('mill_', 'loom_')),
  stamped(
    5,
    'WARNING: CPU: 1 PID: 72 at mill.c:40 mill_stop+0x1f/0x80\n---[ end trace 0000000000000000 ]---',
  ),
  stamped(
    6,
    '    ok 1 turns\n    # stops: EXPECTATION FAILED at mill.c:9\n    not ok 2 stops\nnot ok 1 mill',
  ),
].join('');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-parse-'));
  await writeFile(join(directory, 'console.log'), log);
});
afterAll(() => rm(directory, { recursive: true }));

function millrace(args: readonly string[], input = '') {
  return execa(process.execPath, [main, ...args], { cwd: directory, reject: false, input });
}

describe('millrace parse', () => {
  test('prints races with both stacks and values, tests and troubles, within 80 columns', async () => {
    const { stdout, stderr, exitCode } = await millrace(['parse', 'console.log']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "3 KCSAN reports of 2 races

      1. mill_read / mill_write
        2 reports, first at 2.000 s
        write of 4 bytes at 0xffff888104a3f0e8 by task 72 on cpu 3
          mill_write+0x5a/0x110
          mill_thread+0x21/0x40 [mill]
          kthread+0x17a/0x1c0
        read of 4 bytes at 0xffff888104a3f0e8 by interrupt on cpu 5
          mill_read+0x21/0x90
          call_timer_fn+0x38/0x1a0
        value changed: 0x00000003 -> 0x00000002
        reported 2.000 s after boot on cpu 5 in swapper/5 (pid 0) kernel 6.12.117

      2. loom_read / loom_write
        1 report, first at 4.000 s
        write of 4 bytes at 0xffff888104a3f0e8 by task 72 on cpu 3
          loom_write+0x5a/0x110
          loom_thread+0x21/0x40 [mill]
          kthread+0x17a/0x1c0
        read of 4 bytes at 0xffff888104a3f0e8 by interrupt on cpu 5
          loom_read+0x21/0x90
          call_timer_fn+0x38/0x1a0
        value changed: 0x00000003 -> 0x00000002
        reported 4.000 s after boot on cpu 5 in swapper/5 (pid 0) kernel 6.12.117

      1 other kernel report

      1. warning at 5.000 s
        WARNING: CPU: 1 PID: 72 at mill.c:40 mill_stop+0x1f/0x80
        by pid 72 on cpu 1
        (no stack)

      Tests: 1 passed, 1 failed
        failed mill.stops
          stops: EXPECTATION FAILED at mill.c:9"
    `);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('prints JSON that its schema describes, from standard input too', async () => {
    const { stdout } = await millrace(['parse', 'console.log', '--json']);
    const output = parseOutputSchema.parse(JSON.parse(stdout)) as ParseOutput;
    expect(output.reports.map(({ kind }) => kind)).toEqual([
      'data-race',
      'data-race',
      'data-race',
      'warning',
    ]);
    expect(output.races).toEqual([
      { functions: ['mill_read', 'mill_write'], count: 2, first: 2.000001 },
      { functions: ['loom_read', 'loom_write'], count: 1, first: 4.000001 },
    ]);
    expect(output.tests.map(({ path, status }) => [...path, status])).toEqual([
      ['mill', 'turns', 'passed'],
      ['mill', 'stops', 'failed'],
      ['mill', 'failed'],
    ]);
    expect(output.troubles).toMatchObject([{ kind: 'warning', time: 5 }]);
    expect((await millrace(['parse', '--json'], log)).stdout).toBe(stdout);
    expect((await millrace(['parse', '-', '--json'], log)).stdout).toBe(stdout);
  });

  test('says so when there is nothing in the log', async () => {
    expect((await millrace(['parse'], 'hello\n')).stdout).toBe('No KCSAN report in standard input.');
    expect(JSON.parse((await millrace(['parse', '--json'], '')).stdout)).toEqual({
      reports: [],
      races: [],
      tests: [],
      troubles: [],
      damages: [],
      missing: [],
    });
  });

  test('never lets a log speak to the terminal', async () => {
    const evil = plainReport
      .replaceAll('mill_write', 'mill\u202e_\u009b31mwrite')
      .replace('swapper/5', '\x1b]0;owned\x07sh\u009d0;x');
    const trouble = 'BUG: Bad page\u009b2J state\u202e\n';
    for (const more of [[], ['--json']]) {
      const { stdout } = await millrace(['parse', ...more], evil + trouble);
      expect(stdout).toContain('Bad page');
      expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    }
  });

  test.each([
    [['parse', 'none.log'], 'no file none.log'],
    [['parse', '.'], '. is a directory'],
    [['parse', 'console.log', '--vmlinux', 'none'], 'cannot read none'],
    [['parse', 'console.log', '--vmlinux', 'console.log'], 'console.log has no symbols'],
    [['parse', 'console.log', '--unknown'], 'unknown'],
  ])('%j is bad input: exit code 2 and a reason', async (args, reason) => {
    const { stdout, stderr, exitCode } = await millrace(args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('at ');
  });

  test('leaves out a result that ran into the next line, and says that the log is damaged', async () => {
    const lost = log.replace(
      /stops\n(\[.*\] )not ok 1 mill/,
      'sto$1ok fail:1 skip:0 total:2\n$1not ok 1 mill',
    );
    expect(lost).not.toBe(log);
    const { stdout } = await millrace(['parse'], lost);
    expect(stdout).toContain('The log is damaged in 1 place:\n  a result that is no test’s, left out at 6.');
    expect(stdout).not.toContain('failed mill.sto');
  });

  test('ends quietly when the reader of its output has seen enough', async () => {
    const flood = join(directory, 'flood.log');
    await writeFile(flood, plainReport.repeat(20_000));
    const { stdout, stderr } = await execa('sh', [
      '-c',
      `"$0" "$1" parse "$2" --json | head -c 10`,
      process.execPath,
      main,
      flood,
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: '{"reports"', stderr: '' });
  });

  test('keeps every test and trouble of a long log, in their order', async () => {
    const many = 30_000;
    const results = Array.from(
      { length: many },
      (_, i) => `# ${'x'.repeat(200)}\nok ${i + 1} case_${i + 1}\n`,
    );
    const { stdout } = await execa(process.execPath, [main, 'parse', '--json'], {
      input: `KTAP version 1\n1..${many}\n${results.join('')}`,
    });
    const { tests } = JSON.parse(stdout) as ParseOutput;
    expect(tests.map(({ path }) => path[0])).toEqual(results.map((_, i) => `case_${i + 1}`));
  });

  test('counts every race of a long log, in text and in JSON', async () => {
    const many = 21_000;
    const access = (type: string, name: string) =>
      `${type} to 0xffff888000000010 of 4 bytes by task 83 on cpu 5:\n ${name}+0x1e/0x20\n\n`;
    const input = Array.from(
      { length: many },
      (_, i) =>
        `BUG: KCSAN: data-race in a_${i} / b_${i}\n\n${access('write', `a_${i}`)}${access('read', `b_${i}`)}`,
    ).join('');
    const [text, json] = await Promise.all([
      execa(process.execPath, [main, 'parse'], { input }),
      execa(process.execPath, [main, 'parse', '--json'], { input }),
    ]);
    expect(text.stdout).toContain(`${many} KCSAN reports of ${many} races\n`);
    expect(text.stdout).toContain('20000 further races: --json prints them all.');
    expect((JSON.parse(json.stdout) as ParseOutput).races.length).toBe(many);
  });
});
