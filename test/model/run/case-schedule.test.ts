import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences, formatCaseSchedule, parseCaseSchedule } from '../../../src/model/run/case-schedule.js';

const digest = fc.stringMatching(/^[0-9a-f]{4}$/);
const schedules = fc.record({
  test: fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/),
  origin: fc.record({ fix: fc.stringMatching(/^[a-z][a-z0-9._-]{0,10}$/), tree: digest, case: digest }),
  schedule: fc.oneof(
    fc.record({
      program: fc.stringMatching(/^[0-9a-f]{8}$/),
      memory: fc.constantFrom('sc' as const, 'tso' as const, 'c11' as const),
      stretches: fc
        .array(fc.tuple(fc.nat(30), fc.nat(999)), { minLength: 1, maxLength: 9 })
        .map((turns) => turns.flat()),
      choices: fc.array(fc.nat(9), { maxLength: 4 }),
    }),
    fc.record({
      program: fc.stringMatching(/^[0-9a-f]{8}$/),
      settings: digest,
      seed: fc.nat(),
      execution: fc.integer({ min: 1, max: 999_999 }),
    }),
  ),
});

describe('the schedule of a case as text', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(parseCaseSchedule(formatCaseSchedule(schedule))).toEqual(schedule);
      }),
    );
  });

  test('may have been broken over lines', () => {
    fc.assert(
      fc.property(schedules, fc.nat(200), (schedule, position) => {
        const text = formatCaseSchedule(schedule);
        const broken = `${text.slice(0, position)}\n    ${text.slice(position)}`;
        expect(parseCaseSchedule(broken)).toEqual(schedule);
      }),
    );
  });

  test.each(['a:base:12ab.34cd:k9-7402eb5e-9f3a-1.7', 'a:base:12ab.34cd:k1-7402eb5e-9f3a-1.0'])(
    'refuses %j, which is no execution of a sample that this version has',
    (text) => {
      expect(() => parseCaseSchedule(text)).toThrow(/execution/);
    },
  );

  test.each(['', 'm1-7402eb5e-0.6', 'a:base:12.34:m1-7402eb5e-0.6', 'a:base:1234.1234:m9-7402eb5e-0.6'])(
    'refuses %j, which is none',
    (text) => {
      expect(() => parseCaseSchedule(text)).toThrow(/schedule/);
    },
  );

  test('tells in what two origins differ', () => {
    const here = { fix: 'base', tree: '1111', case: '2222' };
    expect(differences(here, here)).toEqual([]);
    expect(differences({ ...here, tree: '3333', fix: 'mine' }, here)).toEqual([
      'the fix: mine there, base here',
      "the tree's sources or version (3333, here 1111)",
    ]);
  });
});
