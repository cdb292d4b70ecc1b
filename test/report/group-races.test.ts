import { describe, expect, it } from 'vitest';
import { createRaceGroups, groupRaces, racingFunctions } from '../../src/report/index.js';
import { plainReport, prefixed, readConsole } from './read-console.js';

const reportsOf = (text: string) => readConsole(text).reports;
const at = (time: string, text: string) => prefixed(text, `[    ${time}] `);
const swapped = plainReport.replace('mill_read / mill_write', 'mill_write / mill_read');

describe('grouping', () => {
  it('counts reports of a pair as one race, whatever the order, and keeps the earliest time', () => {
    const other = plainReport.replaceAll('mill_', 'loom_');
    const text = at('3.000000', plainReport) + at('1.500000', other) + at('2.000000', swapped);
    expect(groupRaces(reportsOf(text))).toEqual([
      { functions: ['mill_read', 'mill_write'], count: 2, first: 2 },
      { functions: ['loom_read', 'loom_write'], count: 1, first: 1.5 },
    ]);
  });

  it.each([
    ['mill_read [mill] / mill_write [mill]', ['mill_read', 'mill_write']],
    ['mill_read+0x1/0x2 drivers/mill.c:3 / mill_write', ['mill_read', 'mill_write']],
    // A mailer took the rest of the title: the stacks have the names, below what was inlined.
    ['mill_read /', ['mill_read', 'mill_write']],
    ['', ['mill_read', 'mill_write']],
  ])('finds the functions of "data-race in %s"', (pair, functions) => {
    const inlined = ' mill_set mill.h:3 [inline]\n mill_write+0x5a/0x110';
    const text = plainReport
      .replace('mill_read / mill_write', pair)
      .replace(' mill_write+0x5a/0x110', inlined);
    expect(reportsOf(text).map(racingFunctions)).toEqual([functions]);
  });

  it('has one function for a race of unknown origin', () => {
    const text =
      'BUG: KCSAN: data-race in mill_read+0x21/0x90\nrace at unknown origin, with read to 0xffff888104a3f0e8 of 4 bytes by task 1 on cpu 0:\n mill_read+0x21/0x90\n';
    expect(groupRaces(reportsOf(text))).toEqual([{ functions: ['mill_read'], count: 1, first: null }]);
  });

  it('keeps to its limit and says how many reports it did not count', () => {
    const groups = createRaceGroups(1);
    for (const report of reportsOf(plainReport + plainReport.replaceAll('mill_', 'loom_') + swapped))
      groups.add(report);
    expect(groups.races()).toEqual([{ functions: ['mill_read', 'mill_write'], count: 2, first: null }]);
    expect(groups.overflow()).toBe(1);
  });
});
