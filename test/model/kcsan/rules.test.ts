// For each of KCSAN's rules, threads of which it must speak and threads of which it must be silent (rules.c), with the
// setting that makes the difference.
import { beforeAll, describe, expect, it } from 'vitest';
import type { KcsanSettings } from '../../../src/model/detect/kcsan/index.js';
import type { Program } from '../../../src/model/link/index.js';
import { sample, watchExecutions } from '../../../src/model/sampling/index.js';
import { formatRaceReport } from '../../../src/report/index.js';
import { eventText } from '../../../src/words/index.js';
import { readConsole } from '../../report/read-console.js';
import { compileRules, freshProgram, reportsOf, sampleRule, spoken } from './run-rules.js';

const normal = { reportValueChangeOnly: true, assumePlainWritesAtomic: true } as const;

/** Sentence, pair, settings, what is said: nothing, or something that contains this. */
type Row = readonly [string, string, Partial<KcsanSettings>, string | null];

const rows: readonly Row[] = [
  ['a plain write meets a plain read', 'write_read', {}, 'read_var / write_var: read / write'],
  ['both sides hold a lock', 'locked', {}, null],
  ['a write changes nothing, and strictness asks', 'same_value', {}, 'read / write'],
  ['a write changes nothing, and VALUE_CHANGE_ONLY', 'same_value', normal, null],
  ['a write in an RCU function changes nothing', 'same_value_rcu', normal, 'note_rcu_write / read_var'],
  ['two plain writes meet', 'write_write', {}, 'write / write'],
  ['two plain writes, ASSUME_PLAIN_WRITES_ATOMIC', 'write_write', normal, null],
  ['two plain writes that are not aligned', 'write_write_skewed', normal, 'write / write'],
  ['two increments, whatever plain writes are', 'increments', normal, 'read-write / read-write'],
  ['both accesses are marked', 'marked', {}, null],
  ['a marked write meets a plain read', 'marked_write', {}, 'read / write (marked)'],
  ['the same with IGNORE_ATOMICS', 'marked_write', { ignoreAtomics: true }, 'read, unknown origin'],
  ['a builtin meets a plain read', 'builtin', {}, 'read / read-write (marked)'],
  ['the writer is not instrumented', 'unseen', {}, 'read, unknown origin'],
  ['that, without unknown origins', 'unseen', { reportRaceUnknownOrigin: false }, null],
  ['one bit changes', 'one_bit', normal, 'read / read-write'],
  ['one bit changes, PERMISSIVE', 'one_bit', { ...normal, permissive: true }, null],
  ['a boolean changes, PERMISSIVE', 'boolean', { ...normal, permissive: true }, 'read / read-write'],
  ['an asserted only writer has another', 'writer_asserted', normal, 'assert no writes / write (marked)'],
  ['an asserted only writer has a reader', 'writer_asserted_read', normal, null],
  ['an asserted only access has a reader', 'access_asserted', normal, 'assert no accesses / read (marked)'],
  ['asserted bits change', 'bits_change', normal, 'assert no writes / write (marked)'],
  ['other bits than the asserted ones change', 'bits_stay', normal, null],
  ['a write falls into an asserted scope', 'scoped', normal, 'assert no writes (reordered) / write'],
  ['a read falls into a scope asserted to have no writes', 'scoped_read', normal, null],
  [
    'a read falls into a scope asserted to have no accesses',
    'access_scoped',
    normal,
    'assert no accesses (re',
  ],
  ['a write comes when the asserted scope is over', 'scope_over', normal, null],
  ['both sides increment what is __data_racy', 'racy', {}, null],
  ['one side says data_race()', 'excused', { reportRaceUnknownOrigin: false }, null],
  ['and its value changes under the other', 'excused', {}, 'read, unknown origin'],
  ['both sides say data_race()', 'both_excused', {}, null],
  ['both sides are in nested atomic regions', 'nested', {}, null],
  ['one side is in an atomic region', 'nested_one', {}, 'read-write / read-write'],
  ['both sides are in flat atomic regions', 'flat', {}, null],
  ['a flat atomic region is over', 'flat_late', {}, 'read-write / read-write'],
  ['the next access counts as atomic', 'next', {}, null],
  ['the access after that', 'next_late', {}, 'increment_next_late / '],
  ['a write of all meets a write of a part', 'part', {}, 'write_field / write_object'],
  ['an access of no bytes', 'nothing', {}, null],
  [
    'a copy meets a write, though nothing changes',
    'copied',
    { ...normal, assumePlainWritesAtomic: false },
    'copy_object / write_field: read / write',
  ],
  ['KCSAN is not enabled', 'write_read', { earlyEnable: false }, null],
];

describe('KCSAN on the model machine', () => {
  let program: Program;
  let weakProgram: Program;
  beforeAll(async () => {
    program = await compileRules(false);
    weakProgram = await compileRules(true);
  });

  it.each(rows)('speaks, or is silent, when %s', async (_, pair, settings, expected) => {
    const lines = await spoken(program, pair, settings);
    if (expected === null) expect(lines).toEqual([]);
    else expect(lines.join('\n')).toContain(expected);
  });

  it('sees an access that a relaxed unlock does not order, with WEAK_MEMORY alone', async () => {
    const { relaxed, released, strong } = {
      relaxed: await spoken(weakProgram, 'relaxed', { weakMemory: true }),
      released: await spoken(weakProgram, 'released', { weakMemory: true }),
      strong: await spoken(program, 'relaxed', {}),
    };
    expect(relaxed).toContain(
      'data-race in release_late / release_late: read-write / read-write (reordered)',
    );
    expect(released).toEqual([]);
    expect(strong).toEqual([]);
  });

  it('prints reports that parse and print again to the same text', async () => {
    const reports = [
      ...(await reportsOf(program, 'write_read', {})),
      ...(await reportsOf(program, 'unseen', {})),
      ...(await reportsOf(program, 'bits_change', normal)),
      ...(await reportsOf(program, 'scoped', normal)),
      ...(await reportsOf(weakProgram, 'relaxed', { weakMemory: true })),
    ];
    expect(reports.length).toBeGreaterThan(5);
    expect(reports.some(({ accesses }) => accesses.some(({ reorderedTo }) => reorderedTo))).toBe(true);
    expect(reports.some(({ valueChanged }) => valueChanged?.mask != null)).toBe(true);
    for (const report of reports) {
      const text = formatRaceReport(report);
      const { reports: parsed } = readConsole(text);
      expect(parsed.map((each) => formatRaceReport(each))).toEqual([text]);
    }
  });

  it('gives the same executions again to who watches them, step by step', async () => {
    const settings = { skipWatch: 20_000, skipWatchRandomize: true, delayRandomize: true };
    const limits = { executions: 300, maxTime: Number.POSITIVE_INFINITY };
    const { races, hits } = await sample(freshProgram(program, 'increments', settings), limits);
    expect([hits > 0, hits < 300, races.some(({ first }) => first > 1)]).toEqual([true, true, true]);
    const firsts = [...new Set(races.map(({ first }) => first))].sort((a, b) => a - b);
    const watched = await watchExecutions(freshProgram(program, 'increments', settings), firsts);
    expect(watched).toHaveLength(firsts.length);
    for (const { report, first } of races) {
      const execution = watched[firsts.indexOf(first)] ?? expect.fail();
      expect(execution.reports.map((one) => one.report)).toContainEqual(report);
      const told = execution.steps.map(({ event }) => eventText(event));
      const watching = told.findIndex((what) => /^stalls \d+ us, watching$/.test(what));
      expect(watching).toBeGreaterThanOrEqual(0);
      expect(told.indexOf('reports the race')).toBeGreaterThan(watching);
      expect(told.slice(watching)).toContain('read-write');
    }
  });

  it('prints a race once in REPORT_ONCE_IN_MS, and finds it as often', async () => {
    const once = await sampleRule(program, 'write_read', { reportOnceInMs: 3000 });
    expect(once.hits).toBe(once.executions);
    expect(once.printed).toBeLessThan(once.hits);
    expect(once.printed).toBeLessThanOrEqual(once.races.length);
    expect(once.printed).toBeGreaterThan(0);
  });

  it('prints a race again when REPORT_ONCE_IN_MS is over', async () => {
    const again = await sampleRule(program, 'write_read', { reportOnceInMs: 4 }, 60);
    // Never again would be once for each pair of frames.
    expect(again.printed).toBeGreaterThan(again.races.length);
    expect(again.printed).toBeLessThan(again.hits);
  });

  it('counts an access that finds no free slot, and says nothing of it', async () => {
    const crowd = await sampleRule(program, 'crowd', { numWatchpoints: 3, skipWatch: 1 });
    expect(crowd.counters.noCapacity).toBeGreaterThan(0);
    expect(crowd.races).toEqual([]);
    const pair = await sampleRule(program, 'write_read', { numWatchpoints: 3, skipWatch: 2 });
    expect([pair.counters.noCapacity, pair.hits]).toEqual([0, pair.executions]);
  });

  it('watches one access in SKIP_WATCH', async () => {
    const few = await sampleRule(program, 'write_read', { skipWatch: 400 });
    const many = await sampleRule(program, 'write_read', { skipWatch: 1 });
    expect(few.counters.setupWatchpoints).toBeGreaterThan(0);
    expect(few.counters.setupWatchpoints).toBeLessThan(many.counters.setupWatchpoints / 20);
  });

  it('gives the same sample for the same seed', async () => {
    const settings = { skipWatch: 11 };
    const again = { skipWatch: 11, strict: false };
    expect(await sampleRule(program, 'increments', settings)).toEqual(
      await sampleRule(program, 'increments', again),
    );
  });
});
