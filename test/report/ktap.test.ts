import { describe, expect, it } from 'vitest';
import { plainReport, prefixed, readConsole } from './read-console.js';

/** As KUnit of v6.12 prints two suites, one of them with a parameterised case. */
const kunit = `KTAP version 1
1..2
    KTAP version 1
    # Subtest: mill
    # module: mill_test
    1..3
    ok 1 mill_turns
    # mill_stops: EXPECTATION FAILED at drivers/mill/mill_test.c:40
    Expected mill->speed == 0, but
        mill->speed == 3 (0x3)
    not ok 2 mill_stops
    ok 3 mill_floods # SKIP no water
# mill: pass:1 fail:1 skip:1 total:3
# Totals: pass:1 fail:1 skip:1 total:3
not ok 1 mill
    KTAP version 1
    # Subtest: loom
    1..1
        KTAP version 1
        # Subtest: loom_weaves
        ok 1 linen
        ok 2 wool
    # loom_weaves: pass:2 fail:0 skip:0 total:2
    ok 1 loom_weaves
ok 2 loom
`;

const summary = (text: string | Uint8Array) =>
  readConsole(text).tests.map(({ path, status, reason }) => [path.join('.'), status, reason]);

const kunitSummary = [
  ['mill.mill_turns', 'passed', null],
  ['mill.mill_stops', 'failed', null],
  ['mill.mill_floods', 'skipped', 'no water'],
  ['mill', 'failed', null],
  ['loom.loom_weaves.linen', 'passed', null],
  ['loom.loom_weaves.wool', 'passed', null],
  ['loom.loom_weaves', 'passed', null],
  ['loom', 'passed', null],
];

describe('KTAP', () => {
  it('is flattened with the path of each test, cases before their suite', () => {
    expect(summary(kunit)).toEqual(kunitSummary);
  });

  it.each([
    ['stamps', '[    1.234567] '],
    ['stamps and callers', '[    1.234567][    T1] '],
    ['log levels of dmesg -x', 'kern  :info  : [    1.234567] '],
  ])('is the same behind %s', (_, prefix) => {
    expect(summary(prefixed(kunit, prefix))).toEqual(kunitSummary);
  });

  it('is the same in the midst of other messages, reports and warnings', () => {
    const lines = prefixed(kunit, '[    1.000000][    T1] ').split('\n');
    const others = [
      '[    1.000000][   T72] random: crng init done',
      '[    1.000000][   C3]  ? asm_sysvec_apic_timer_interrupt+0x1a/0x20',
      ...prefixed(plainReport, '[    1.000000][    C5] ').trim().split('\n'),
      '[    1.000000][   T72] usb 1-1: ok, 2 ports found',
      '[    1.000000][   T72] #  not a diagnostic anybody asked for',
    ];
    const woven = lines.flatMap((line, i) => [line, others[i] ?? '']).join('\n');
    expect(summary(woven)).toEqual(kunitSummary);
    expect(readConsole(woven).reports).toHaveLength(1);
  });

  it('is the same when each line comes twice', () => {
    expect(summary(kunit.replace(/^.*\n/gm, '$&$&'))).toEqual(kunitSummary);
  });

  it('gives each test the diagnostics that stand before its result, and the suite those before its plan', () => {
    const { tests } = readConsole(kunit);
    const of = (name: string) => tests.find(({ path }) => path.join('.') === name)?.diagnostics;
    expect(of('mill.mill_turns')).toEqual([]);
    expect(of('mill.mill_stops')).toEqual([
      'mill_stops: EXPECTATION FAILED at drivers/mill/mill_test.c:40',
      'Expected mill->speed == 0, but',
      'mill->speed == 3 (0x3)',
    ]);
    expect(of('mill')).toEqual([
      'module: mill_test',
      'mill: pass:1 fail:1 skip:1 total:3',
      'Totals: pass:1 fail:1 skip:1 total:3',
    ]);
  });

  it('takes the whole record of a failed expectation, its message not indented', () => {
    const at = (time: string) => `[    ${time}][   T67] `;
    const text = [
      `${at('1.000000')}KTAP version 1`,
      `${at('1.000000')}1..1`,
      `${at('2.000000')}# stops: EXPECTATION FAILED at mill.c:9`,
      `[    2.000000][    C1] usb 1-1: another caller`,
      `${at('2.000000')}mill: still turns after 3 rounds`,
      `${at('2.000001')}mill: another record`,
      `${at('3.000000')}not ok 1 stops`,
    ].join('\n');
    expect(readConsole(text).tests[0]?.diagnostics).toEqual([
      'stops: EXPECTATION FAILED at mill.c:9',
      'mill: still turns after 3 rounds',
    ]);
  });

  it('has the time of each result line', () => {
    const text = prefixed('KTAP version 1\n1..2\nok 1 a\nok 2 b\n', (i) => `[    ${i}.500000] `);
    expect(readConsole(text).tests.map(({ time }) => time)).toEqual([2.5, 3.5]);
  });

  it('says when it begins, and ends when the outermost plan is fulfilled', () => {
    expect(readConsole(`boot\n${kunit}reboot: Restarting system\n`).order).toEqual([
      'start',
      ...kunitSummary.map(([name]) => name),
      'end',
    ]);
    expect(readConsole('KTAP version 1\n1..0 # SKIP nothing matches\n').order).toEqual(['start', 'end']);
  });

  it('names nested tests by the result that follows where no Subtest line comes before', () => {
    const text = `KTAP version 1
1..2
  KTAP version 1
  1..2
    KTAP version 1
    1..2
    not ok 1 test_1
    ok 2 test_2
  not ok 1 test_3
  ok 2 test_4 # SKIP
not ok 1 example_test_1
ok 2 example_test_2
`;
    expect(summary(text)).toEqual([
      ['example_test_1.test_3.test_1', 'failed', null],
      ['example_test_1.test_3.test_2', 'passed', null],
      ['example_test_1.test_3', 'failed', null],
      ['example_test_1.test_4', 'skipped', null],
      ['example_test_1', 'failed', null],
      ['example_test_2', 'passed', null],
    ]);
  });

  it('reads TAP 14: dashes, and a Subtest line one indentation out', () => {
    const text = `TAP version 14
1..2
# Subtest: mill
    1..1
    ok 1 - turns
ok 1 - mill
not ok 2 - loom # TODO not built yet
`;
    expect(summary(text)).toEqual([
      ['mill.turns', 'passed', null],
      ['mill', 'passed', null],
      ['loom', 'failed', 'TODO not built yet'],
    ]);
  });

  it('keeps what stands behind # and is no directive as a diagnostic', () => {
    expect(readConsole('KTAP version 1\n1..1\nok 1 check return code # rcode=0\n').tests).toMatchObject([
      { path: ['check return code'], status: 'passed', reason: null, diagnostics: ['rcode=0'] },
    ]);
  });

  it('calls a suite crashed that got no result, and the case that had spoken', () => {
    const text = kunit.slice(0, kunit.indexOf('    Expected'));
    expect(summary(text)).toEqual([
      ['mill.mill_turns', 'passed', null],
      ['mill.mill_stops', 'crashed', null],
      ['mill', 'crashed', null],
    ]);
    expect(readConsole(text).order).not.toContain('end');
  });

  it('calls a suite crashed whose guest began again', () => {
    const cut = kunit.slice(0, kunit.indexOf('    ok 3'));
    expect(summary(cut + kunit)).toEqual([
      ...kunitSummary.slice(0, 2),
      ['mill', 'crashed', null],
      ...kunitSummary,
    ]);
  });

  it('calls an inner level crashed when an outer result passes it over', () => {
    const text =
      'KTAP version 1\n1..1\n    # Subtest: mill\n    1..1\n        # Subtest: turns\n        ok 1 left\nnot ok 1 mill\n';
    expect(summary(text)).toEqual([
      ['mill.turns.left', 'passed', null],
      ['mill.turns', 'crashed', null],
      ['mill', 'failed', null],
    ]);
  });

  it('takes no result outside a document', () => {
    expect(summary('ok 1 this is no test\nnot ok 2 nor this\n')).toEqual([]);
    expect(summary(`${kunit}ok 3 too late\n`)).toEqual(kunitSummary);
  });
});

describe('a KTAP document that is cut off', () => {
  it('says which plans got fewer results than they announced', () => {
    const { missing, tests } = readConsole(
      'KTAP version 1\n1..2\n    KTAP version 1\n    # Subtest: mill\n    1..3\n    ok 1 one\n    ok 2 two\nok 1 mill\n',
    );
    expect(tests.map(({ path, status }) => [path.join('.'), status])).toEqual([
      ['mill.one', 'passed'],
      ['mill.two', 'passed'],
      ['mill', 'passed'],
    ]);
    expect(missing).toEqual([
      { path: ['mill'], planned: 3, seen: 2, time: null },
      { path: [], planned: 2, seen: 1, time: null },
    ]);
  });

  it('says nothing where all came, or nothing was planned', () => {
    expect(readConsole('KTAP version 1\n1..1\nok 1 mill\n').missing).toEqual([]);
    expect(readConsole('KTAP version 1\nok 1 mill\n').missing).toEqual([]);
  });

  it('is understood when tabs indent it, and a crash ends it', () => {
    const { tests, troubles, missing } = readConsole(
      'TAP version 14\n1..1\n\t# Subtest: mill\n\t1..2\n\tok 1 - one\n\tKernel panic - not syncing: x\n',
    );
    expect(tests.map(({ path, status }) => [path.join('.'), status])).toEqual([
      ['mill.one', 'passed'],
      ['mill', 'crashed'],
    ]);
    expect(troubles.map(({ kind }) => kind)).toEqual(['panic']);
    expect(missing).toContainEqual({ path: ['mill'], planned: 2, seen: 1, time: null });
  });
});
