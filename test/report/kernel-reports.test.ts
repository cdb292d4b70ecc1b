// Each file of kernel-reports/ is a log that we made, under a head that says what a reader finds in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KernelReport } from '../../src/report/index.js';
import { prefixed, readConsole } from './read-console.js';

const folder = join(import.meta.dirname, 'kernel-reports');
const fixtures = readdirSync(folder).map((file) => {
  const [head = '', ...rest] = readFileSync(join(folder, file), 'utf8').split('\n\n');
  return { file, head: head.split('\n'), log: rest.join('\n\n') };
});

describe('a kernel report', () => {
  it.each(fixtures)('of $file is read as its head says', ({ head, log }) => {
    expect(readConsole(log).kernelReports.map(headOf)).toEqual([head]);
  });

  it.each(fixtures)('of $file is the same quoted, with CRLF, and a byte at a time', ({ head, log }) => {
    for (const text of [prefixed(log, '> > '), log.replaceAll('\n', '\r\n'), prefixed(log, '    ')])
      expect(readConsole(text, 1).kernelReports.map(headOf)).toEqual([head]);
  });

  it('keeps two that print at once apart by their callers', () => {
    const [one, other] = ['kasan-uaf.txt', 'lockdep-circular.txt'].map((name) => {
      const fixture = fixtures.find(({ file }) => file === name);
      return { head: fixture?.head, lines: fixture?.log.trimEnd().split('\n') ?? [] };
    });
    const woven: string[] = [];
    for (let i = 0; i < 100; i += 1)
      for (const [caller, lines] of [
        ['T72', one?.lines],
        ['T73', other?.lines],
      ] as const) {
        const line = lines?.[i];
        if (line !== undefined) woven.push(`[    1.000000][${caller.padStart(6)}] ${line}`);
      }
    const found = readConsole(woven.join('\n')).kernelReports.map(headOf);
    expect(found.toSorted()).toEqual([one?.head, other?.head].toSorted());
  });

  it('is each told when one follows the other', () => {
    const text = fixtures.map(({ log }) => log).join('\n');
    const found = readConsole(text).kernelReports.map(headOf);
    expect(found.toSorted()).toEqual(fixtures.map(({ head }) => head).toSorted());
  });

  it('ends where the mail goes on in prose, whatever stands there', () => {
    const { log, head } = fixtures.find(({ file }) => file === 'sched-atomic.txt') ??
      fixtures[0] ?? { log: '', head: [] };
    const prose = `${prefixed(log, '[    1.000000] ')}\nThis is what happens:\nmill_wait()\nmill_wake()\n mill_guess+0x1/0x2\n`;
    expect(readConsole(prose).kernelReports.map(headOf)).toEqual([head]);
  });

  it('is none where a mail only speaks of one', () => {
    const text = 'We saw a BUG: KASAN: use-after-free in mill_read() once.\n  INFO: task hangs are rare.\n';
    expect(readConsole(text).kernelReports).toEqual([]);
  });
});

/** What the head of a file says, from a report. */
function headOf(report: KernelReport): string[] {
  const { kind, title, where, access, object, odebug, locks, stacks, ip } = report;
  const names = (frames: readonly { function: string }[]) => frames.map((frame) => frame.function).join(' ');
  return [
    `kind: ${kind}`,
    `title: ${title}`,
    `where: ${where.task}/${where.pid} cpu ${where.cpu ?? '?'}`,
    ...(access === null ? [] : [`access: ${access.type} ${access.size ?? '?'} ${access.address ?? '?'}`]),
    ...(object === null ? [] : [`object: ${object.cache} ${object.size} ${object.offset}`]),
    ...(odebug === null ? [] : [`odebug: ${odebug.what}, ${odebug.object_type}, ${odebug.hint}`]),
    ...(ip === null ? [] : [`ip: ${ip.function}`]),
    ...locks.map(({ name, how, at, index, by }) =>
      [`lock: ${name} ${how} ${at ?? '?'}`, ...(index === null ? [] : [index, by])].join(' '),
    ),
    ...stacks.flatMap(({ label, stack, questionable }) => [
      `${label} stack: ${names(stack)}`,
      ...(questionable.length === 0 ? [] : [`${label} unsure: ${names(questionable)}`]),
    ]),
  ];
}
