// What a console does to its lines on the way: cut, doubled, interleaved, filled with noise.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRaceReport, parseOutputSchema, type RaceReport } from '../../src/report/index.js';
import { kasanReport, kernelReportLines, raceReport } from './arbitraries.js';
import { readConsole } from './read-console.js';

const runs = { numRuns: 300 };
const none: RaceReport[] = [];

/** Lines that other CPUs print: neither stack frames nor anything that begins a report. */
const chatter = fc.oneof(
  fc.constantFrom(
    'usb 1-1: new high-speed USB device number 2 using xhci_hcd',
    'random: crng init done',
    'ok 7 not a test',
    '    # neither this',
    '** 12 printk messages dropped **',
    'audit: type=1400 audit(1731585361.123:2): apparmor="STATUS"',
    '==================================================================',
    '------------[ cut here ]------------',
    'WARNING: CPU: 1 PID: 7 at mm/slub.c:12 kfree+0x1/0x2',
    '',
  ),
  fc.string({ maxLength: 60 }).map((text) => `noise ${text.replace(/[\r\n]/g, ' ')}`),
);

const stamped = (text: string, caller: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `[    1.000000][${caller.padStart(6)}] ${line}`);

const timed = (report: RaceReport): RaceReport => ({ ...report, time: 1 });

describe('any console', () => {
  it('of any bytes, in chunks of any size, throws nothing and reads the same', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .constantFrom('\r', '\n', '\r\n', '\0', '\x1b[1;31m', '\x1b]0;title\x07', '[    1.000000] ', '> ')
        .map(bytes),
      raceReport.map((report) => bytes(formatRaceReport(report).slice(0, 400))),
      fc.constantFrom(...kernelReportLines).map((line) => bytes(`${line}\n`)),
      fc.constantFrom('KTAP version 1\n', '1..2\n', '    # Subtest: a\n', 'not ok 1 a # SKIP\n').map(bytes),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 200 }), (parts, chunk) => {
        const console = Buffer.concat(parts);
        const whole = readConsole(console);
        expect(readConsole(console, chunk)).toEqual(whole);
        const { reports, kernelReports, tests, troubles, damages, missing } = whole;
        parseOutputSchema.parse({
          reports: [...reports, ...kernelReports],
          races: [],
          tests,
          troubles,
          damages,
          missing,
        });
      }),
      runs,
    );
  });

  it('with lines cut and doubled throws nothing', () => {
    const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(100), twice: fc.boolean() }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(raceReport, { minLength: 1, maxLength: 4 }), edits, (reports, changes) => {
        const lines = reports.flatMap((report) => stamped(formatRaceReport(report), 'T1'));
        for (const { at, cut, twice } of changes) {
          const i = at % lines.length;
          const line = lines[i] ?? '';
          lines.splice(i, 1, ...(twice ? [line, line] : [line.slice(0, cut)]));
        }
        expect(readConsole(lines.join('\n')).reports.length).toBeLessThanOrEqual(reports.length * 2);
      }),
      runs,
    );
  });
});

describe('a whole report of another kind', () => {
  it('is found with the lines of other callers between its own, and between reports cut off anywhere', () => {
    fc.assert(
      fc.property(
        kasanReport,
        fc.array(fc.tuple(fc.nat(), chatter), { maxLength: 30 }),
        fc.nat(),
        ({ text, found }, noise, cut) => {
          const lines = stamped(text, 'T72');
          for (const [at, other] of noise)
            lines.splice(at % lines.length, 0, `[    1.000000][    C5] ${other}`);
          const before = stamped(text.slice(0, cut % text.length), 'T71');
          const reports = readConsole([...before, ...lines].join('\n')).kernelReports;
          expect(
            reports.map(({ kind, title, access, object, stacks }) => ({
              kind,
              title,
              access,
              object,
              stacks: stacks.map(({ label, stack, pid }) => ({
                label,
                pid,
                stack: stack.map((frame) => frame.function),
              })),
            })),
          ).toContainEqual(found);
        },
      ),
      runs,
    );
  });

  it('with lines cut, doubled and wrapped throws nothing', () => {
    const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(100), how: fc.nat(2) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.shuffledSubarray([...kernelReportLines]), edits, (text, changes) => {
        const lines = [...text];
        for (const { at, cut, how } of changes) {
          const i = at % Math.max(1, lines.length);
          const line = lines[i] ?? '';
          const changed =
            [[line, line], [line.slice(0, cut)], [line.slice(0, cut), line.slice(cut)]][how] ?? [];
          lines.splice(i, 1, ...changed);
        }
        const { kernelReports: reports } = readConsole(lines.join('\n'));
        parseOutputSchema.parse({ reports, races: [], tests: [], troubles: [], damages: [], missing: [] });
      }),
      runs,
    );
  });
});

describe('a whole report', () => {
  it('is found between reports that were cut off anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(raceReport, fc.nat()), { maxLength: 4 }),
        raceReport,
        fc.nat(),
        (cut, whole, after) => {
          const pieces = cut.map(([report, at]) => {
            const text = formatRaceReport(report);
            return text.slice(0, at % text.length);
          });
          const text = formatRaceReport(whole);
          const console = [...pieces, text, text.slice(0, after % text.length)].join('\n');
          expect(readConsole(console).reports).toContainEqual(whole);
        },
      ),
      runs,
    );
  });

  it('is found with the lines of other callers between its own', () => {
    fc.assert(
      fc.property(raceReport, fc.array(fc.tuple(fc.nat(), chatter), { maxLength: 40 }), (report, noise) => {
        const lines = stamped(formatRaceReport(report), 'T72');
        for (const [at, text] of noise) lines.splice(at % lines.length, 0, `[    1.000000][    C5] ${text}`);
        expect(readConsole(lines.join('\r\n')).reports).toEqual([timed(report)]);
      }),
      runs,
    );
  });

  it('is found for each of several callers, whatever the order in which their lines come', () => {
    fc.assert(
      fc.property(
        fc.array(raceReport, { minLength: 2, maxLength: 4 }),
        fc.array(fc.nat(), { minLength: 200, maxLength: 200 }),
        (reports, turns) => {
          const queues = reports.map((report, i) => stamped(formatRaceReport(report), `T${i}`));
          const woven: string[] = [];
          for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
            const waiting = queues.filter((queue) => queue.length > 0);
            woven.push(waiting[(turns[turn % turns.length] ?? 0) % waiting.length]?.shift() ?? '');
          }
          const found = readConsole(woven.join('\n')).reports;
          expect(found).toHaveLength(reports.length);
          expect(found).toEqual(expect.arrayContaining(reports.map(timed)));
        },
      ),
      runs,
    );
  });

  it('is found once when each of its lines comes twice', () => {
    fc.assert(
      fc.property(raceReport, (report) => {
        const doubled = stamped(formatRaceReport(report), 'T1').flatMap((line) => [line, line]);
        const [found, ...more] = readConsole(doubled.join('\n')).reports;
        expect(more).toEqual(none);
        expect(found).toEqual(timed(report));
      }),
      runs,
    );
  });

  it('reads back from what formatRaceReport prints, and prints the same again', () => {
    fc.assert(
      fc.property(raceReport, (report) => {
        const text = formatRaceReport(report);
        const [read] = readConsole(text).reports;
        expect(read).toEqual(report);
        expect(read && formatRaceReport(read)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('memory', () => {
  it('holds no more than a line’s limit of a line without an end', () => {
    const long = `${'x'.repeat(3_000_000)}\nBUG: KCSAN: data-race in ${'y'.repeat(3_000_000)} / z\n`;
    const [report] = readConsole(long).reports;
    expect(report?.title.length).toBeLessThan(2000);
  });

  it('holds no more than a stack’s limit of a stack without an end', () => {
    const head =
      'BUG: KCSAN: data-race in a / b\nread to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n';
    const [report] = readConsole(head + ' f+0x1/0x2\n'.repeat(5000)).reports;
    expect(report?.accesses[0]?.stack).toHaveLength(512);
  });

  it('holds no more than a few reports that never end', () => {
    let handed = 0;
    const title = (i: number) => `[    1.000000][${`T${i}`.padStart(6)}] BUG: KCSAN: data-race in a / b\n`;
    const text = Array.from({ length: 1000 }, (_, i) => title(i)).join('');
    handed = readConsole(text).reports.length;
    expect(handed).toBe(1000);
  });
});

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}
