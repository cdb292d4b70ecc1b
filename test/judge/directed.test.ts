// The verdict on directed rounds: what a schedule did, and with a fix whether it was prevented or only missed.
import { expect, test } from 'vitest';
import { type DirectedRun, type DirectedTest, judgeDirected } from '../../src/judge/index.js';
import type { DirectedCounts } from '../../src/kernel/index.js';
import { boot, run, tw686x } from './runs.js';

const none = { played: 0, harmed: 0, late: 0, strayed: 0, absent: 0, lateTurn: 0, meetings: 0, met: 0 };
const counted = (counts: Partial<DirectedCounts>): DirectedCounts => ({
  test: 'streamoff_vs_delay',
  rounds: 100,
  ...none,
  ...counts,
});

const delay = { name: 'dma_delay', context: 'timer', cpu: 1 } as const;
const place = { function: 'tw686x_dma_delay', file: 'core.c', line: 131 };
const blocked = { shows: [], isPlayed: false, waits: { turn: 1, side: delay, place, holder: null } };

function directed(name: string, counts: DirectedCounts, more: Partial<DirectedTest> = {}): DirectedRun {
  const one: DirectedTest = {
    test: 'streamoff_vs_delay',
    schedule: 'streamoff_vs_delay:base:0000.0000:m1-00000000-0.1',
    preemptions: 1,
    sides: ['stop_streaming', 'dma_delay'],
    turns: [],
    meeting: null,
    model: { shows: ['assertion'], isPlayed: true, waits: null },
    counts,
    early: null,
    waits: null,
    ...more,
  };
  return { ...run([boot()], { name }), points: [], diff: '', tests: [one] };
}

const base = directed('base', counted({ played: 100, harmed: 100 }));
const waits = { test: 'streamoff_vs_delay', side: 'dma_delay', turn: 1, stack: ['foo'], waitsIn: 'foo' };

test('harm on the base is shown', () => {
  const { kind, reason } = judgeDirected(tw686x, base, null);
  expect(kind).toBe('shown');
  expect(reason).toMatchObject({ shown: [{ says: 'harmed', harmed: 100, rounds: 100 }] });
});

test('rounds without harm show nothing, and say what became of them', () => {
  const silent = directed('base', counted({ played: 90, late: 10 }));
  const { kind, lacking } = judgeDirected(tw686x, silent, null);
  expect(kind).toBe('inconclusive');
  expect(lacking).toContainEqual(expect.objectContaining({ says: 'no-harm', played: 90, late: 10 }));
});

test('a fix is shown where the late side is seen to wait, on the kernel and on the model machine', () => {
  const fixed = directed('hold-lock', counted({ late: 95, played: 5 }), { model: blocked, waits });
  expect(judgeDirected(tw686x, base, fixed)).toMatchObject({ kind: 'fix-shown', outcome: 'as-expected' });
});

test('late alone shows no fix: the host may have been busy', () => {
  const unseen = directed('hold-lock', counted({ late: 100 }), { model: blocked });
  expect(judgeDirected(tw686x, base, unseen).kind).toBe('inconclusive');
  const running = { ...waits, waitsIn: null };
  const busy = directed('hold-lock', counted({ late: 100 }), { model: blocked, waits: running });
  expect(judgeDirected(tw686x, base, busy).kind).toBe('inconclusive');
  const other = directed('hold-lock', counted({ late: 100 }), {
    model: blocked,
    waits: { ...waits, turn: 0 },
  });
  expect(judgeDirected(tw686x, base, other).kind).toBe('inconclusive');
});

test('rounds in which a side strayed or was absent show no fix', () => {
  const astray = directed('hold-lock', counted({ played: 80, strayed: 20 }));
  expect(judgeDirected(tw686x, base, astray).kind).toBe('inconclusive');
});

test('harm with the fix is what is left of it', () => {
  const left = directed('hold-lock', counted({ played: 100, harmed: 1 }));
  expect(judgeDirected(tw686x, base, left)).toMatchObject({
    kind: 'fix-incomplete',
    outcome: 'not-as-expected',
  });
});
