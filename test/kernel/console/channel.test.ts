import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkConsole, exercisesOf } from '../../../src/kernel/console/index.js';
import { createConsoleReader, type RaceReport, type TestResult } from '../../../src/report/index.js';
import { half, whole } from '../qemu/consoles.js';
import { announce } from './announce.js';

const check = (console: string, channel: string, ended = true) =>
  checkConsole(Buffer.from(console), channel, { ended });

/** What the sound pieces of a console say. */
function read({ sound }: ReturnType<typeof checkConsole>) {
  const tests: TestResult[] = [];
  const reports: RaceReport[] = [];
  const reader = createConsoleReader({
    onTest: (result) => tests.push(result),
    onReport: (report) => reports.push(report),
  });
  for (const [index, piece] of sound.entries()) {
    if (index > 0) reader.lose();
    reader.write(piece);
  }
  reader.end();
  return { tests, reports, exercises: exercisesOf(tests) };
}

describe('a console held against what the guest announced', () => {
  test('is sound when every record stands there, behind what the firmware said and with its carriage returns', () => {
    const console = `SeaBIOS (version 1.16)\r\n${whole.replaceAll('\n', '\r\n')}`;
    const checked = check(console, announce(whole));
    expect(checked).toMatchObject({ vouched: whole.split('\n').length - 1, damages: [] });
    expect(read(checked).tests.map(({ path }) => path.join('.'))).toEqual([
      'slow.stop_and_timer',
      'slow.two_stops',
      'slow',
    ]);
  });

  test('that the guest did not vouch for is read as it stands, and says that nothing was checked', () => {
    expect(check(whole, '')).toMatchObject({ vouched: 0, damages: [] });
    expect(read(check(whole, '')).tests).toHaveLength(3);
  });

  test('that lost a stretch between two lines names the place, and its result is nobody’s', () => {
    const lost = whole.replace('_stops\n[   14.303000] # slow: pass:2 fail:0', '');
    const checked = check(lost, announce(whole));
    expect(checked.damages).toEqual([
      { kind: 'unvouched', text: '[   14.302000]     ok 2 two skip:0 total:2', time: 14.302 },
    ]);
    expect(read(checked).tests.map(({ path }) => path.join('.'))).toEqual(['slow.stop_and_timer', 'slow']);
  });

  test('that lost whole lines is damaged, though every line that stands there is sound', () => {
    const lost = whole.replace(/.*two_stops: millrace.*\n/, '');
    expect(lost).not.toBe(whole);
    expect(check(lost, announce(whole)).damages).toEqual([{ kind: 'unvouched', text: '', time: null }]);
  });

  test('that lost a character of a function gives no report with the wrong function', () => {
    const checked = check(whole.replace(' slow_timer+', ' slw_timer+'), announce(whole));
    expect(checked.damages).toHaveLength(1);
    expect(read(checked).reports).toEqual([]);
  });

  test('whose channel is mangled itself is damaged', () => {
    const channel = announce(whole);
    expect(check(whole, channel.replace(/^r /m, 'q ')).damages.length).toBeGreaterThan(0);
    expect(check(whole, `${channel.split('\n').slice(0, -3).join('\n')}\n`).damages).toHaveLength(1);
  });

  test('of a guest that was ended may stop in a record, and one that ended may not', () => {
    const cut = half.slice(0, -10);
    expect(check(cut, announce(half), false).damages).toEqual([]);
    expect(check(cut, announce(half), true).damages).toHaveLength(1);
  });

  test('is never misread, whatever characters are lost and doubled: no test’s name, count or function is another', () => {
    const console = readFileSync(join(import.meta.dirname, '../../render/fixtures/base.console'), 'utf8');
    const channel = announce(console);
    const right = read(check(console, channel));
    const names = new Set(right.tests.map(({ path }) => path.join('.')));
    expect(names.size).toBeGreaterThan(1);
    expect(right.reports.length).toBeGreaterThan(1);
    const edit = fc.record({
      at: fc.nat(console.length),
      length: fc.integer({ min: 1, max: 80 }),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const mangled = mangle(console, edits);
        const checked = check(mangled, channel);
        // An empty line behind the last record says nothing.
        if (mangled.trimEnd() !== console.trimEnd()) expect(checked.damages.length).toBeGreaterThan(0);
        const got = read(checked);
        for (const report of got.reports) expect(right.reports).toContainEqual(report);
        for (const exercise of got.exercises) expect(right.exercises).toContainEqual(exercise);
        for (const { path } of got.tests)
          expect(right.tests.map((one) => one.path.at(-1))).toContain(path.at(-1));
      }),
      { numRuns: 300 },
    );
  });
});

/** Takes stretches out of a text, or puts them in twice. */
function mangle(text: string, edits: readonly { at: number; length: number; twice: boolean }[]): string {
  return edits.reduce(
    (now, { at, length, twice }) =>
      now.slice(0, twice ? at + length : at) + now.slice(twice ? at : at + length),
    text,
  );
}
