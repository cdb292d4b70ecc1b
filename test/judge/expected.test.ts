// What a case expects of the model engine besides races, and what is made of it.
import { expect, test } from 'vitest';
import type { ExpectedFinding } from '../../src/case/index.js';
import { judgeModel as judge } from '../../src/judge/index.js';
import { defaultModelOptions, type ModelFinding, type ModelRun } from '../../src/model/index.js';
import { worded } from './worded.js';

const judgeModel = (...args: Parameters<typeof judge>) => worded(judge(...args));

const side = { name: 'work', context: 'work', cpu: 1 } as const;
const place = (name: string) => ({ function: name, file: 'drivers/foo/foo.c', line: 10 });

function finding(
  kind: ModelFinding['kind'],
  functions: readonly string[],
  more: Partial<ModelFinding> = {},
): ModelFinding {
  return {
    kind,
    facts: { fact: 'told', text: `${kind} as it was met` },
    places: functions.map(place),
    sides: [side],
    waits: [],
    lifetime: null,
    references: [],
    inHarness: false,
    fingerprint: `${kind} ${functions.join(' ')}`,
    schedule: { text: 's', preemptions: 1 },
    ...more,
  };
}

function run(name: string, findings: readonly ModelFinding[]): ModelRun {
  const empty = { races: [], failures: [], conflicts: [], timelines: [], cuts: [] };
  const unknown = {
    reach: null,
    coverage: null,
    example: null,
    outcomes: null,
    estimate: null,
    guarantee: null,
  };
  return {
    name,
    compiler: 'clang',
    program: 'p',
    options: defaultModelOptions,
    canaries: [],
    uncalled: [],
    todos: [],
    tests: [
      {
        ...{ ...empty, ...unknown, name: 'foo', sides: [side], complete: true, stoppedBy: 'end' },
        ...{ interleavings: 4, redundant: 0, findings },
      },
    ],
  };
}

const judged = (findings: readonly ExpectedFinding[]) => ({
  suite: 'foo',
  sources: ['drivers/foo/foo.c'],
  tests: [{ name: 'foo', title: 'foo', races: [], findings }],
});
const useAfterFree = finding('use-after-free', ['foo_work', 'foo_remove']);
const wanted = judged([{ kind: 'use-after-free', functions: ['foo_work'] }]);

test('a use after free that is expected is shown, and a fix that ends it is one', () => {
  expect(judgeModel(wanted, run('base', [useAfterFree]), null)).toMatchObject({
    kind: 'shown',
    outcome: 'as-expected',
    reason: 'foo: use-after-free in all 4 interleavings.',
  });
  expect(judgeModel(wanted, run('base', [useAfterFree]), run('fix', []))).toMatchObject({
    kind: 'fix-shown',
    outcome: 'as-expected',
    expectations: [{ kind: 'use-after-free', base: 1, fixed: 0 }],
  });
});

test('one of another kind, or of other functions, is not what is expected', () => {
  for (const other of [finding('use-after-free', ['bar']), finding('double-free', ['foo_work'])])
    expect(judgeModel(wanted, run('base', [other]), null)).toMatchObject({
      kind: 'not-shown',
      outcome: 'not-as-expected',
      lacking: ['no use-after-free in foo_work is found in foo, in all 4 interleavings'],
    });
});

test('a fix that trades it for a deadlock is harmful, and so is one on a base that is silent', () => {
  const deadlock = finding('deadlock', ['foo_remove']);
  for (const before of [[useAfterFree], []])
    expect(judgeModel(wanted, run('base', before), run('fix', [deadlock]))).toMatchObject({
      kind: 'fix-harmful',
      outcome: 'not-as-expected',
    });
});

test('a lost wake-up is a wait for what nobody holds, a deadlock with a holder is none', () => {
  const wait = (on: 'wake-up' | 'mutex', holders: ModelFinding['waits'][number]['holders']) =>
    finding('deadlock', ['foo_wait'], {
      waits: [
        {
          side,
          place: place('foo_wait'),
          ...{ stack: [], holds: [], missed: null },
          ...{ wait: { on }, lock: null, holders },
        },
      ],
    });
  const expected = judged([{ kind: 'lost-wakeup', functions: ['foo_wait'] }]);
  expect(judgeModel(expected, run('base', [wait('wake-up', [])]), null).outcome).toBe('as-expected');
  const held = wait('mutex', [{ side, taken: place('foo_other') }]);
  expect(judgeModel(expected, run('base', [held]), null).outcome).toBe('not-as-expected');
});

test('memory that the harness does not give back is no finding against a case that expects nothing', () => {
  const leak = finding('memory-leak', ['set_up'], { inHarness: true });
  expect(judgeModel(judged([]), run('base', [leak]), null)).toMatchObject({
    kind: 'not-shown',
    outcome: 'as-expected',
  });
  expect(judgeModel(judged([]), run('base', [{ ...leak, inHarness: false }]), null).kind).toBe('shown');
});
