import { expect, it } from 'vitest';
import { formatRaceReport, type RaceReport } from '../../src/report/index.js';
import { plainReport, readConsole } from './read-console.js';

it('prints what KCSAN printed, but for what a report does not keep', () => {
  const [report] = readConsole(plainReport).reports;
  const kept = plainReport
    .replace('UID: 0 ', '')
    .replace(' #1\n', '\n')
    .replace(/^Hardware.*\n/m, '');
  expect(report && formatRaceReport(report)).toBe(kept);
});

it('prints a report of unknown origin with inlined frames, a reordered access and a mask', () => {
  const place = { file: 'drivers/mill/mill.c', line: 40 };
  const frame = { offset: 0x21, size: 0x90, module: null, ...place, inlined: false };
  const report: RaceReport = {
    title: 'assert: race in mill_read+0x21/0x90',
    kind: 'assert',
    unknownOrigin: true,
    accesses: [
      {
        type: 'assert no writes (reordered)',
        address: '0xffff888104a3f0e8',
        size: 1,
        context: { kind: 'interrupt', pid: null, cpu: 0 },
        stack: [
          { function: 'mill_get', offset: null, size: null, module: null, ...place, inlined: true },
          { function: 'mill_read', ...frame },
        ],
        reorderedTo: { function: 'mill_later', ...frame, module: 'mill' },
      },
    ],
    valueChanged: { old: '0x13', new: '0x02', mask: '0x0f' },
    time: 1,
    reporter: null,
  };
  expect(formatRaceReport(report)).toMatchInlineSnapshot(`
    "==================================================================
    BUG: KCSAN: assert: race in mill_read+0x21/0x90

    race at unknown origin, with assert no writes (reordered) to 0xffff888104a3f0e8 of 1 bytes by interrupt on cpu 0:
     mill_get drivers/mill/mill.c:40 [inline]
     mill_read+0x21/0x90 drivers/mill/mill.c:40
      |
      +-> reordered to: mill_later+0x21/0x90 [mill] drivers/mill/mill.c:40

    value changed: 0x13 -> 0x02
     bits changed: 0x01 with mask 0x0f

    Reported by Kernel Concurrency Sanitizer on:
    ==================================================================
    "
  `);
});
