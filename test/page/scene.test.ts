// The drawing, the cursor's moves and "why this value": pure functions of a trace.
import { describe, expect, test } from 'vitest';
import {
  accessFrom,
  findingFrom,
  lanesOf,
  sceneOf,
  stepsShown,
  switchFrom,
  type Trace,
  type TraceStep,
  tokensOf,
  whyValue,
} from '../../src/page/index.js';

const place = { function: 'f', file: 'f.c', line: 1 };
const lock = { name: 'lock', kind: 'spinlock', address: 0x100, taken: place };

function step(context: number, kind: TraceStep['kind'], more: Partial<TraceStep> = {}): TraceStep {
  const isAccess = kind === 'read' || kind === 'write' || kind === 'atomic';
  return {
    ...{ context, kind, text: kind, place, stack: [], value: null, locks: [], concurrent: true, pick: -1 },
    ...{ address: 0x40, size: isAccess ? 4 : 0, writes: kind === 'write', variable: isAccess ? 'x' : null },
    ...more,
  };
}

function trace(steps: readonly TraceStep[], more: Partial<Trace> = {}): Trace {
  const side = (name: string, context: 'task' | 'timer' | 'setup', cpu: number) => ({ name, context, cpu });
  return {
    contexts: [
      { number: 0, side: side('setup', 'setup', 2) },
      { number: 1, side: side('writer', 'task', 0) },
      { number: 2, side: side('timer', 'timer', 0) },
    ],
    ...{ steps, picks: [], choices: [], races: [], findings: [], lifetimes: [], waits: [], schedule: '' },
    ...more,
  };
}

const all = (one: Trace) => one.steps.map((_, index) => index);
const view = { unit: 10, width: 1000, start: 0 };

describe('a scene', () => {
  test('has a lane for each CPU, and what interrupts above what it interrupts', () => {
    const one = trace([step(1, 'read'), step(2, 'write')]);
    const [lane, ...others] = lanesOf(one, all(one));
    expect(others).toEqual([]);
    expect(lane?.rows.map(({ label }) => label)).toEqual(['timer', 'writer']);
    const [upper, lower] = lane?.rows ?? [];
    expect(upper?.y).toBeLessThan(lower?.y ?? 0);
  });

  test('shows setup where asked to, and what a finding is about in either case', () => {
    const one = trace(
      [step(0, 'allocate', { concurrent: false }), step(0, 'read', { concurrent: false }), step(1, 'read')],
      {
        lifetimes: [{ allocated: 0, freed: null, used: 2 }],
      },
    );
    expect(stepsShown(one, true)).toEqual([0, 1, 2]);
    expect(stepsShown(one, false)).toEqual([0, 2]);
  });

  test('gives each kind of step a shape of its own, at its time and in its row', () => {
    const kinds = [
      'read',
      'write',
      'atomic',
      'lock',
      'unlock',
      'allocate',
      'free',
      'callback',
      'wait',
    ] as const;
    const one = trace(kinds.map((kind) => step(1, kind)));
    const { marks } = sceneOf(one, { ...view, shown: all(one) });
    expect(new Set(marks.map(({ shape }) => shape)).size).toBe(kinds.length);
    expect(marks.map(({ x }) => x)).toEqual(kinds.map((_, index) => index * 10 + 5));
    expect(new Set(marks.map(({ y }) => y)).size).toBe(1);
  });

  test('makes a span of each stretch without a switch', () => {
    const one = trace([step(1, 'read'), step(1, 'read'), step(2, 'read'), step(1, 'read')]);
    const { spans } = sceneOf(one, { ...view, shown: all(one) });
    expect(spans.map(({ context, x, width }) => [context, x, width])).toEqual([
      [1, 0, 20],
      [2, 20, 10],
      [1, 30, 10],
    ]);
  });

  test('joins the accesses of a race, and marks both', () => {
    const one = trace([step(1, 'write'), step(2, 'read'), step(2, 'read')], {
      races: [{ text: 'race', first: 0, second: 1 }],
    });
    const { links, marks } = sceneOf(one, { ...view, shown: all(one) });
    expect(links.map(({ kind }) => kind)).toEqual(['race']);
    expect(marks.map(({ races }) => races)).toEqual([true, true, false]);
    expect(sceneOf({ ...one, races: [] }, { ...view, shown: all(one) }).links).toEqual([]);
  });

  test('leads from an allocation through the free to the use', () => {
    const one = trace([step(1, 'allocate'), step(1, 'free'), step(2, 'read')], {
      lifetimes: [{ allocated: 0, freed: 1, used: 2 }],
    });
    const [link] = sceneOf(one, { ...view, shown: all(one) }).links;
    expect(link?.kind).toBe('lifetime');
    expect(link?.path.match(/[ML]/g)).toEqual(['M', 'L', 'L']);
  });

  test('closes a deadlock: from each who waits to who holds', () => {
    const one = trace([step(1, 'lock'), step(2, 'lock')], {
      waits: [
        { context: 1, what: 'a spinlock', lock: 'b', holders: [2] },
        { context: 2, what: 'a spinlock', lock: 'a', holders: [1] },
      ],
    });
    const { links } = sceneOf(one, { ...view, shown: all(one) });
    expect(links.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'wait a spinlock, b',
      'wait a spinlock, a',
    ]);
  });

  test('has elements for what is in view alone, of however many steps', () => {
    const one = trace(Array.from({ length: 10_000 }, (_, index) => step(1 + (index % 2), 'read')));
    const { marks } = sceneOf(one, { ...view, shown: all(one), start: 5000 });
    expect(marks.length).toBeLessThan(110);
    expect(marks[0]?.step).toBe(4999);
  });
});

describe('the cursor', () => {
  const one = trace(
    [
      step(1, 'read'),
      step(1, 'write', { address: 0x80 }),
      step(2, 'read'),
      step(2, 'lock'),
      step(1, 'write', { address: 0x42, size: 1 }),
    ],
    { races: [{ text: 'race', first: 2, second: 4 }] },
  );
  test('goes to the next switch and back, and stays where there is none', () => {
    expect(switchFrom(one, all(one), 0, 1)).toBe(2);
    expect(switchFrom(one, all(one), 2, 1)).toBe(4);
    expect(switchFrom(one, all(one), 4, 1)).toBe(4);
    expect(switchFrom(one, all(one), 4, -1)).toBe(3);
  });
  test('goes to the next access that shares a byte', () => {
    expect(accessFrom(one, all(one), 0, 1)).toBe(2);
    expect(accessFrom(one, all(one), 2, 1)).toBe(4);
    expect(accessFrom(one, all(one), 1, 1)).toBe(1);
    expect(accessFrom(one, all(one), 3, 1)).toBe(3);
  });
  test('goes round what the findings are about', () => {
    expect([0, 2, 4].map((position) => findingFrom(one, all(one), position))).toEqual([2, 4, 2]);
  });
});

describe('why this value', () => {
  test('names the write that made it, those before, and the lock that one of the two lacks', () => {
    const one = trace([
      step(0, 'write', { concurrent: false }),
      step(2, 'write', { locks: [lock] }),
      step(1, 'read'),
    ]);
    expect(whyValue(one, 2)).toEqual({
      writer: 1,
      replaced: [0],
      rivals: [],
      lock: { name: 'lock', heldByOther: true, heldByStep: false },
    });
  });
  test('says of a write what it replaced', () => {
    const one = trace([step(2, 'write', { locks: [lock] }), step(1, 'write')]);
    expect(whyValue(one, 1)).toMatchObject({ writer: 1, replaced: [0], lock: { heldByStep: false } });
  });
  test('names whom it races with, and the lock that those two lack', () => {
    const one = trace([step(1, 'read', { locks: [lock] }), step(2, 'write')], {
      races: [{ text: 'race', first: 0, second: 1 }],
    });
    expect(whyValue(one, 0)).toEqual({
      ...{ writer: null, replaced: [], rivals: [1] },
      lock: { name: 'lock', heldByOther: false, heldByStep: true },
    });
  });
  test('names no lock for what was written before there was another context', () => {
    const one = trace([step(0, 'write', { concurrent: false }), step(1, 'read', { locks: [lock] })]);
    expect(whyValue(one, 1)?.lock).toBeNull();
  });
  test('names no lock between steps of one context, nor where nobody takes one', () => {
    expect(whyValue(trace([step(1, 'write', { locks: [lock] }), step(1, 'read')]), 1)?.lock).toBeNull();
    expect(whyValue(trace([step(2, 'write'), step(1, 'read')]), 1)?.lock).toBeNull();
  });
  test('says nothing of what is no access, and of a value that was there before', () => {
    expect(whyValue(trace([step(1, 'lock')]), 0)).toBeNull();
    expect(whyValue(trace([step(1, 'read')]), 0)).toMatchObject({ writer: null, replaced: [] });
  });
});

test('words of C, with comments of several lines', () => {
  const kinds = tokensOf([
    '#include <a.h> /* b',
    'int x',
    '*/ return 0x1f; // "c"',
    'f("a\\"b", \'c\');',
  ]).map((line) => line.filter(({ kind }) => kind !== 'text').map(({ kind, text }) => `${kind} ${text}`));
  expect(kinds).toEqual([
    ['directive #include', 'comment /* b'],
    ['comment int x'],
    ['comment */', 'keyword return', 'literal 0x1f', 'comment // "c"'],
    ['string "a\\"b"', "string 'c'"],
  ]);
});
