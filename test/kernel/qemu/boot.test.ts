import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MillraceError } from '../../../src/base/index.js';
import { type BootOptions, boot } from '../../../src/kernel/qemu/index.js';
import { announce } from '../console/announce.js';
import { banner, beforeTests, half, whole, withOops, withPanic } from './consoles.js';
import { type FakeQemu, fakeQemu, leftOver } from './fake-qemu.js';

const bootOf = (qemu: FakeQemu, more: Partial<BootOptions> = {}) =>
  boot({ guest: qemu.guest, console: qemu.console, timeout: 30, update: () => {}, ...more });

const printConsole = 'cat $here/console.txt';
/** Ends with the test's own process group only, whatever signal it gets. */
const deaf = "trap '' TERM INT HUP";

/** A guest whose serial line brings `console`, and which said `said`. */
function vouching(console: string, said: string): FakeQemu {
  const qemu = fakeQemu(`${printConsole}; cat $here/announced > "$channel"`, console);
  writeFileSync(join(qemu.folder, 'announced'), announce(said));
  return qemu;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) throw new Error('it never happened');
    await sleep(20);
  }
}

const statusOf = (tests: Awaited<ReturnType<typeof bootOf>>['tests']) =>
  Object.fromEntries(tests.map(({ path, status }) => [path.join('.'), status]));

describe('a boot', () => {
  test('that ends its tests and reboots is completed, with all that its console says', async () => {
    const qemu = fakeQemu(printConsole, whole);
    const record = await bootOf(qemu);
    expect(record).toMatchObject({ outcome: 'completed', detail: null, console: qemu.console });
    expect(readFileSync(qemu.console, 'utf8')).toBe(whole);
    expect(record.reports.map(({ title }) => title)).toEqual(['data-race in slow_stop / slow_timer']);
    expect(statusOf(record.tests)).toEqual({
      'slow.stop_and_timer': 'passed',
      'slow.two_stops': 'passed',
      slow: 'passed',
    });
    expect(record.exercises).toEqual([
      { test: 'stop_and_timer', rounds: 4000, overlaps: 900, violations: 0, milliseconds: 6000 },
      { test: 'two_stops', rounds: 500, overlaps: 20, violations: 1, milliseconds: 6000 },
    ]);
    expect(record.firstKtap).toBeGreaterThan(0);
    expect(record.firstReport).toBeGreaterThanOrEqual(record.firstKtap ?? 0);
    expect(record.seconds).toBeGreaterThanOrEqual(record.firstReport ?? 0);
  });

  test('passes the guest its filter, its time and a seed, and lets a panic end it', async () => {
    const qemu = fakeQemu('printf "%s\\n" "$@" > $here/args; cat $here/console.txt', whole);
    await bootOf(qemu, { guest: { ...qemu.guest, seconds: 7, seed: 3 } });
    const args = readFileSync(join(qemu.folder, 'args'), 'utf8').split('\n');
    expect(args[args.indexOf('-append') + 1]).toBe(
      'kunit.filter_glob=slow.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot panic=-1 no_timer_check tsc=reliable millrace.seconds=7 millrace.seed=3 millrace.channel=0xe9',
    );
    expect(args).toContain('-no-reboot');
  });

  test('whose guest vouches for every record is checked and completed', async () => {
    const record = await bootOf(vouching(whole, whole));
    expect(record).toMatchObject({ outcome: 'completed', detail: null });
    expect(record.consoleCheck).toEqual({ vouched: whole.split('\n').length - 1, damages: [] });
  });

  test('whose console lost what the guest vouches for is damaged, and says where', async () => {
    const lost = whole
      .replace('_stops\n[   14.303000] # slow: pass:2 fail:0', '')
      .replace('slow_stop+', 'slw_stop+');
    const record = await bootOf(vouching(lost, whole));
    expect(record.outcome).toBe('damaged');
    expect(record.detail).toBe(
      'The console is damaged in 2 places, first at "[    2.485000]  slw_stop+0x3c/0x110".',
    );
    expect(record.reports).toEqual([]);
    expect(statusOf(record.tests)).toEqual({ 'slow.stop_and_timer': 'passed', slow: 'passed' });
    expect(record.exercises.map(({ test }) => test)).toEqual(['stop_and_timer', 'two_stops']);
  });

  test('that lost the end of its tests is damaged, not ended by its guest', async () => {
    const record = await bootOf(vouching(whole.replace('ok 1 slow', 'ok slow'), whole));
    expect(record.outcome).toBe('damaged');
  });

  test('without a second channel has no test that the case does not have', async () => {
    const knows = (path: readonly string[]) => path.at(-1) !== 'two_stos';
    const lost = whole.replace('ok 2 two_stops', 'ok 2 two_stos').replace(/.*two_stops: millrace.*\n/, '');
    const record = await bootOf(fakeQemu(printConsole, lost), { knows });
    expect(record.outcome).toBe('damaged');
    expect(record.consoleCheck).toMatchObject({
      vouched: 0,
      damages: [{ kind: 'unknown-test', text: 'slow.two_stos' }],
    });
    expect(statusOf(record.tests)).toEqual({ 'slow.stop_and_timer': 'passed', slow: 'passed' });
  });

  test('that hangs is ended at its time limit, with what came until then', async () => {
    const qemu = fakeQemu(`echo $$ > $here/pids; ${printConsole}; exec sleep 1000`, half);
    const record = await bootOf(qemu, { timeout: 2 });
    expect(record).toMatchObject({ outcome: 'hung', detail: 'The guest did not end within 2 s.' });
    expect(record.reports).toHaveLength(1);
    expect(statusOf(record.tests)).toMatchObject({ 'slow.stop_and_timer': 'passed', slow: 'crashed' });
    expect(record.exercises).toHaveLength(1);
    expect(leftOver(qemu)).toEqual([]);
  });

  test('that hangs behind its tests says so', async () => {
    const record = await bootOf(fakeQemu(`${printConsole}; exec sleep 1000`, whole), { timeout: 2 });
    expect(record.outcome).toBe('hung');
    expect(record.detail).toBe('The tests ended, but the guest did not within 2 s.');
  });

  test('that panics names the panic', async () => {
    const record = await bootOf(fakeQemu(printConsole, withPanic));
    expect(record.outcome).toBe('panicked');
    expect(record.detail).toContain('Fatal exception in interrupt');
    expect(record.reports).toHaveLength(1);
  });

  test('that oopses and goes on is completed, with the oops among its troubles', async () => {
    const record = await bootOf(fakeQemu(printConsole, withOops));
    expect(record.outcome).toBe('completed');
    expect(record.troubles.map(({ title }) => title)).toEqual([
      expect.stringContaining('NULL pointer dereference'),
    ]);
  });

  test('that ends before its tests began has no time of them', async () => {
    const record = await bootOf(fakeQemu(printConsole, beforeTests));
    expect(record).toMatchObject({
      outcome: 'exited',
      detail: 'The guest ended before any test began.',
      firstKtap: null,
      firstReport: null,
      tests: [],
    });
  });

  test('that ends in the midst of its tests is not taken for completed', async () => {
    const record = await bootOf(fakeQemu(printConsole, half));
    expect(record.outcome).toBe('exited');
    expect(record.detail).toBe('The guest ended in the midst of its tests.');
    expect(statusOf(record.tests)).toMatchObject({ slow: 'crashed' });
  });

  test('that starts over and over is ended at its time limit', async () => {
    const qemu = fakeQemu(`while :; do ${printConsole}; sleep 0.05; done`, banner);
    const record = await bootOf(qemu, { timeout: 2 });
    expect(record).toMatchObject({ outcome: 'hung', firstKtap: null });
    expect(readFileSync(qemu.console, 'utf8').split('Linux version').length).toBeGreaterThan(3);
  });

  test('that floods its console is ended, and the file has its limit', async () => {
    const qemu = fakeQemu(`echo $$ > $here/pids; ${printConsole}; exec yes "${'flood '.repeat(20)}"`, half);
    const limit = 4 * 1024 * 1024;
    const record = await bootOf(qemu, { consoleLimit: limit });
    expect(record.outcome).toBe('flooded');
    expect(record.detail).toBe('The guest wrote more than 4 MiB to its console.');
    expect(statSync(qemu.console).size).toBe(limit);
    expect(record.reports).toHaveLength(1);
    expect(leftOver(qemu)).toEqual([]);
  });

  test('with megabytes of console below the limit loses none of them', async () => {
    const line = 'audit: nothing to see here, move along now\n';
    const count = 100_000;
    const qemu = fakeQemu(`yes "${line.trim()}" | head -n ${count}; ${printConsole}`, whole);
    const record = await bootOf(qemu);
    expect(record.outcome).toBe('completed');
    expect(statSync(qemu.console).size).toBe(line.length * count + whole.length);
  });

  test.each(['KILL', 'SEGV', 'ABRT'])(
    'whose QEMU dies by SIG%s says so and keeps its record',
    async (signal) => {
      const record = await bootOf(fakeQemu(`ulimit -c 0; ${printConsole}; kill -${signal} $$`, half));
      expect(record).toMatchObject({ outcome: 'killed', detail: `QEMU was ended by SIG${signal}.` });
      expect(record.reports).toHaveLength(1);
    },
  );

  test('whose QEMU somebody else ends in order, with exit code 0, is killed, not exited', async () => {
    const said = 'qemu-system-x86_64: terminating on signal 15 from pid 1 (/sbin/init)';
    const record = await bootOf(fakeQemu(`${printConsole}; echo '${said}' >&2; exit 0`, half));
    expect(record).toMatchObject({ outcome: 'killed', detail: 'QEMU was ended by SIGTERM.' });
  });

  test('whose QEMU fails in the midst keeps its record, with what QEMU said', async () => {
    const record = await bootOf(fakeQemu(`${printConsole}; echo 'qemu: disk full' >&2; exit 1`, half));
    expect(record.outcome).toBe('killed');
    expect(record.detail).toBe('QEMU failed with exit code 1: qemu: disk full.');
    expect(record.reports).toHaveLength(1);
  });

  test('whose QEMU refuses its arguments is an error of the environment that shows what QEMU said', async () => {
    const qemu = fakeQemu("echo 'qemu-system-x86_64: -smp 2: Invalid SMP CPUs 2' >&2; exit 1");
    const error = await bootOf(qemu).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({
      kind: 'environment',
      message: 'QEMU failed with exit code 1',
      excerpt: 'qemu-system-x86_64: -smp 2: Invalid SMP CPUs 2',
      hint: expect.stringContaining(`The command was: ${qemu.program} -smp 2`),
    });
  });

  test('leaves no process, though QEMU and its children listen to no signal', async () => {
    const qemu = fakeQemu(
      `${deaf}; (${deaf}; (${deaf}; while :; do sleep 1; done) & echo $! >> $here/pids; wait) & echo $! >> $here/pids
echo $$ >> $here/pids; ${printConsole}; while :; do sleep 1; done`,
      half,
    );
    const record = await bootOf(qemu, { timeout: 2 });
    expect(record.outcome).toBe('hung');
    await until(() => leftOver(qemu).length === 0);
    expect(readFileSync(join(qemu.folder, 'pids'), 'utf8').trim().split('\n')).toHaveLength(3);
  });

  test('does not wait for children of QEMU that outlive it', async () => {
    const qemu = fakeQemu(`sleep 1000 & echo $! > $here/pids; ${printConsole}`, whole);
    const record = await bootOf(qemu);
    expect(record.outcome).toBe('completed');
    expect(record.seconds).toBeLessThan(15);
    await until(() => leftOver(qemu).length === 0);
  });

  test('that is interrupted keeps what it had and leaves no process', async () => {
    const qemu = fakeQemu(
      `${deaf}; echo $$ > $here/pids; ${printConsole}; touch $here/said; sleep 1000`,
      half,
    );
    const controller = new AbortController();
    const booting = bootOf(qemu, { signal: controller.signal });
    await until(() => existsSync(join(qemu.folder, 'said')) && statSync(qemu.console).size === half.length);
    controller.abort();
    const record = await booting;
    expect(record).toMatchObject({ outcome: 'interrupted', detail: 'Interrupted by the user.' });
    expect(record.reports).toHaveLength(1);
    expect(readFileSync(qemu.console, 'utf8')).toBe(half);
    await until(() => leftOver(qemu).length === 0);
  });

  test('that is interrupted before it began is a record too', async () => {
    const record = await bootOf(fakeQemu(printConsole, whole), { signal: AbortSignal.abort() });
    expect(record).toMatchObject({ outcome: 'interrupted', reports: [], tests: [], firstKtap: null });
  });

  test('is run under timeout, which ends QEMU even when nobody is left to do so', async () => {
    const qemu = fakeQemu('cat /proc/$PPID/cmdline > $here/parent; cat $here/console.txt', whole);
    await bootOf(qemu, { timeout: 20 });
    const parent = readFileSync(join(qemu.folder, 'parent'), 'utf8').split('\0');
    expect(parent.slice(0, 4)).toEqual(['timeout', '--kill-after=2', '25', qemu.program]);
  });
});
