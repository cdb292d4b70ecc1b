import { describe, expect, test } from 'vitest';
import { judgeKcsan as judgeOf } from '../../src/judge/index.js';
import type { KcsanRun, KcsanTest } from '../../src/model/index.js';
import type { RaceReport } from '../../src/report/index.js';
import { tw686x } from './runs.js';
import { worded } from './worded.js';

const judgeKcsan = (...args: Parameters<typeof judgeOf>) => worded(judgeOf(...args));

const functions = ['tw686x_disable_channel', 'tw686x_dma_delay'] as const;
const judged = { ...tw686x, tests: tw686x.tests.slice(0, 1) };
const name = judged.tests[0]?.name ?? expect.fail();

const report: RaceReport = {
  title: `data-race in ${functions.join(' / ')}`,
  kind: 'data-race',
  unknownOrigin: false,
  accesses: [],
  valueChanged: null,
  time: null,
  reporter: null,
};

function sampled(hits: number, more: Partial<KcsanTest> = {}): KcsanTest {
  const first = hits > 0 ? 1 : null;
  return {
    name,
    sides: [],
    executions: 1000,
    hits,
    printed: hits,
    pairs: [{ functions, hits, first }],
    races: hits > 0 ? [{ report, variable: null, hits, first: 1, schedule: 'k1' }] : [],
    findings: [],
    warnings: [],
    counters: { setupWatchpoints: 400 },
    virtualSeconds: 1,
    stoppedBy: 'end',
    timelines: [],
    ...more,
  };
}

function run(side: string, one: KcsanTest): KcsanRun {
  const options = { executions: 1000, seed: 1, maxTime: 60, maxMemory: 32, maxSteps: 1000 };
  return { name: side, compiler: 'clang', program: 'x', settings: [], unmodelled: [], options, tests: [one] };
}

const judge = (base: KcsanTest, fixed: KcsanTest | null) =>
  judgeKcsan(judged, run('base', base), fixed === null ? null : run('hold-lock', fixed));

describe('a sample under KCSAN’s algorithm', () => {
  test.each([
    ['shown', 'as-expected', 14, null],
    ['not-shown', 'not-as-expected', 0, null],
    ['fix-shown', 'as-expected', 14, 0],
    ['fix-incomplete', 'not-as-expected', 14, 1],
    ['inconclusive', 'inconclusive', 5, 0],
  ] as const)('is judged %s, %s, by %s hits and %s with the fix', (kind, outcome, hits, left) => {
    const verdict = judge(sampled(hits), left === null ? null : sampled(left));
    expect([verdict.kind, verdict.outcome]).toEqual([kind, outcome]);
    expect(JSON.stringify(verdict)).not.toMatch(/all interleavings|every interleaving|this was all/);
    expect(verdict.limits.join(' ')).toContain('a sample');
  });

  test('says how many executions would do where a clean fixed side may be chance', () => {
    const { reason, pairs } = judge(sampled(5), sampled(0));
    // Fisher's exact test: 5 of 1000 against none of 1000 is 3 %, and 10 of 2000 are enough.
    expect(pairs[0]?.chance).toBeCloseTo(0.0311, 3);
    expect(pairs[0]?.needed).toBe(2000);
    expect(reason).toContain('--max-schedules 2000');
  });

  test('finds a fix harmful that fails in a way the base does not', () => {
    const who = { name: 'read', context: 'task', cpu: 0 } as const;
    const waits = [{ who, wait: { on: 'mutex', own: true }, loops: false }] as const;
    const deadlock = { findings: [{ kind: 'deadlock', facts: { fact: 'waits', waits } }] } as const;
    expect(judge(sampled(14), sampled(0, deadlock)).kind).toBe('fix-harmful');
    expect(judge(sampled(14, deadlock), sampled(0, deadlock)).kind).toBe('fix-incomplete');
  });

  test('takes a fixed side for clean only when KCSAN watched it alike', () => {
    const { kind, reason } = judge(sampled(14), sampled(0, { counters: { setupWatchpoints: 100 } }));
    expect(kind).toBe('inconclusive');
    expect(reason).toContain('watched 100 accesses');
  });

  test('expects silence of a control, and says when time ran out', () => {
    const control = { ...judged, tests: [{ name, title: 'Control', races: [] }] };
    const quiet = run('base', sampled(0, { pairs: [], stoppedBy: 'time' }));
    expect(judgeKcsan(control, quiet, null)).toMatchObject({
      kind: 'not-shown',
      outcome: 'as-expected',
    });
    expect(judgeKcsan(control, quiet, null).limits.join(' ')).toContain('--max-time');
    const loud = run('base', sampled(3, { pairs: [] }));
    expect(judgeKcsan(control, loud, null)).toMatchObject({ kind: 'shown', outcome: 'not-as-expected' });
  });
});
