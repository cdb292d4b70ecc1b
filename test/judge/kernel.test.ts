import { describe, expect, it } from 'vitest';
import { judgeKernel as judge } from '../../src/judge/index.js';
import type { BootOutcome, BootRecord, KernelRun } from '../../src/kernel/index.js';
import {
  access,
  base,
  boot,
  clean,
  core,
  exercise,
  fixed,
  frame,
  hit,
  passed,
  racing,
  readByTimer,
  report,
  run,
  times,
  trouble,
  tw686x,
  writeByStreamoff,
} from './runs.js';
import { worded } from './worded.js';

const judgeKernel = (...args: Parameters<typeof judge>) => worded(judge(...args));

const pair = 'tw686x_disable_channel / tw686x_dma_delay';

/** Seven fixed boots, the first of them as given. */
function fixedWith(first: Partial<BootRecord>, more: Partial<KernelRun> = {}): KernelRun {
  return fixed(0, { boots: [boot(first), ...times(6, clean)], ...more });
}

function baseWith(first: Partial<BootRecord>): KernelRun {
  return base(0, { boots: [{ ...racing, ...first }, ...times(6, racing)] });
}

describe('the base alone', () => {
  it('shows the race when the pair was reported', () => {
    const verdict = judgeKernel(tw686x, base(1), null);
    expect(verdict.kind).toBe('shown');
    expect(verdict.reason).toBe(`${pair} was reported 5 times, in 1 of 1 boots that completed.`);
    expect(verdict.outcome).toBe('as-expected');
  });

  it('shows the race even when the boot that reported it panicked', () => {
    const verdict = judgeKernel(
      tw686x,
      run([{ ...racing, outcome: 'panicked', detail: 'Kernel panic', tests: [] }]),
      null,
    );
    expect(verdict.kind).toBe('shown');
    expect(verdict.limits.join()).toContain('1 of 1 boots panicked: Kernel panic');
    expect(verdict.pairs[0]?.base.perBoot).toMatchObject({ count: 0, value: null });
  });

  it('does not show it when no report came from rounds that overlapped, and bounds the rate', () => {
    const verdict = judgeKernel(tw686x, run([clean, clean]), null);
    expect(verdict.kind).toBe('not-shown');
    expect(verdict.reason).toBe(
      `2 boots gave no report of ${pair} in 2000 overlapped rounds (with 95 % confidence at most 1.8 in 1000).`,
    );
    expect(verdict.outcome).toBe('not-as-expected');
  });

  it('does not take a report of another pair for the expected one', () => {
    const other = report([
      readByTimer,
      access('write', 'task', [frame('tw686x_enable_channel', `${core}:150`)]),
    ]);
    const verdict = judgeKernel(tw686x, run([boot({ reports: [other] })]), null);
    expect(verdict.kind).toBe('not-shown');
    expect(verdict.otherRaces).toEqual([
      {
        functions: ['tw686x_dma_delay', 'tw686x_enable_channel'],
        base: 1,
        fixed: null,
        touches: true,
        inSources: true,
        variable: null,
        sameVariable: false,
      },
    ]);
  });

  it.each([
    ['the sides never overlapped', { exercises: [exercise({ overlaps: 0 })] }, 'counted no round'],
    ['the test did not run', { tests: [], exercises: [] }, 'did not run streamoff_vs_delay'],
    ['the test was skipped', { tests: [passed('streamoff_vs_delay', 'skipped')] }, 'did not run'],
  ] as const)('is inconclusive when %s', (_what, more, lacking) => {
    const verdict = judgeKernel(tw686x, run([boot(more)]), null);
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.lacking.join()).toContain(lacking);
    expect(verdict.outcome).toBe('inconclusive');
  });

  it.each(['hung', 'panicked', 'exited', 'flooded', 'killed', 'interrupted'] satisfies BootOutcome[])(
    'is inconclusive when its only boot %s, and that is an environment error',
    (outcome) => {
      const verdict = judgeKernel(
        tw686x,
        run([boot({ outcome, detail: 'why', tests: [], exercises: [] })]),
        null,
      );
      expect(verdict.kind).toBe('inconclusive');
      expect(verdict.reason).toContain('why');
      expect(verdict.outcome).toBe('not-run');
    },
  );

  it('is inconclusive when one of two silent boots did not complete', () => {
    const verdict = judgeKernel(tw686x, run([clean, boot({ outcome: 'hung' })]), null);
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.outcome).toBe('inconclusive');
  });
});

describe('a case that expects no race', () => {
  const control = { ...tw686x, tests: tw686x.tests.map((test) => ({ ...test, races: [] })) };

  it('is as expected without a report', () => {
    const verdict = judgeKernel(control, run([clean]), null);
    expect(verdict.kind).toBe('not-shown');
    expect(verdict.outcome).toBe('as-expected');
  });

  it('is not as expected with any', () => {
    const verdict = judgeKernel(control, run([racing]), null);
    expect(verdict.kind).toBe('shown');
    expect(verdict.reason).toBe(`${pair} was reported 5 times, where the case expects no race.`);
    expect(verdict.outcome).toBe('not-as-expected');
  });

  it('is inconclusive when nothing overlapped', () => {
    const idle = run([boot({ exercises: [exercise({ overlaps: 0 })] })]);
    expect(judgeKernel(control, idle, null).kind).toBe('inconclusive');
  });
});

describe('a fix that is shown', () => {
  it('is clean in enough boots, exercised as the base was', () => {
    const verdict = judgeKernel(tw686x, base(), fixed());
    expect(verdict.kind).toBe('fix-shown');
    expect(verdict.reason).toMatchInlineSnapshot(
      `"tw686x_disable_channel / tw686x_dma_delay was reported 35 times in 7000 overlapped rounds of 7 boots, and with hold-lock never in 7000 of 7; had the fix changed nothing, the chance of that would be 0.029 %."`,
    );
    expect(verdict.outcome).toBe('as-expected');
  });

  it('goes by the weaker of the two chances', () => {
    const [evidence] = judgeKernel(tw686x, base(), fixed()).pairs;
    expect(evidence?.chance?.byOverlap).toBeCloseTo(2 ** -35, 15);
    expect(evidence?.chance?.byBoot).toBeCloseTo(1 / 3432, 9);
    expect(evidence?.chance?.weaker).toBe(evidence?.chance?.byBoot);
  });

  it('says nothing about an expected pair that the base did not show', () => {
    const two = {
      ...tw686x,
      tests: [
        ...tw686x.tests,
        {
          name: 'two_channels',
          title: '',
          races: [{ functions: ['tw686x_disable_channel', 'tw686x_disable_channel'] as const }],
        },
      ],
    };
    const verdict = judgeKernel(two, base(), fixed());
    expect(verdict.kind).toBe('fix-shown');
    expect(verdict.limits).toContain(
      'nothing is said about tw686x_disable_channel / tw686x_disable_channel, which was not seen on the base',
    );
    expect(verdict.limits).toContain('the base did not run two_channels');
  });

  it('is not held against a trouble, a failed test or a foreign race that the base has too', () => {
    const foreign = report([access('read', 'task', [frame('tick_do_update_jiffies64')])]);
    const both = {
      troubles: [trouble('rcu-stall', 'INFO: rcu_preempt detected stalls on CPUs 3, 21002 jiffies')],
      reports: [foreign],
    };
    const first = { ...both, reports: [...racing.reports, foreign] };
    const after = {
      ...both,
      troubles: [trouble('rcu-stall', 'INFO: rcu_preempt detected stalls on CPUs 5, 21337 jiffies')],
    };
    expect(judgeKernel(tw686x, baseWith(first), fixedWith(after)).kind).toBe('fix-shown');
  });

  it('is not held against a race elsewhere that is new', () => {
    const foreign = report([
      access('read', 'task', [frame('jiffies_read', 'kernel/time/jiffies.c:9')]),
      access('write', 'task', [frame('jiffies_write', 'kernel/time/jiffies.c:10')]),
    ]);
    const verdict = judgeKernel(tw686x, base(), fixedWith({ reports: [foreign] }));
    expect(verdict.kind).toBe('fix-shown');
    expect(verdict.otherRaces).toMatchObject([
      { functions: ['jiffies_read', 'jiffies_write'], base: 0, fixed: 1 },
    ]);
  });
});

describe('a fix that is incomplete', () => {
  it.each([
    ['the pair is still reported', { reports: [hit] }, `${pair} still races, reported once`],
    [
      'another pair in the same function is reported',
      { reports: [report([readByTimer, access('write', 'task', [frame('tw686x_enable_channel')])])] },
      'tw686x_dma_delay / tw686x_enable_channel races in the same code, reported once (0 times on the base)',
    ],
    [
      'the same function races with something unknown',
      { reports: [report([writeByStreamoff])] },
      'tw686x_disable_channel races in the same code',
    ],
    [
      'the race moved to another function of the driver',
      {
        reports: [
          report([
            access('read', 'task', [frame('tw686x_new_a', `${core}:201`)]),
            access('write', 'task', [frame('tw686x_new_b', `${core}:202`)]),
          ]),
        ],
      },
      "tw686x_new_a / tw686x_new_b races in the case's sources, reported once, and never on the base",
    ],
  ] as const)('leaves it so when %s', (_what, first, remaining) => {
    const verdict = judgeKernel(tw686x, base(), fixedWith(first));
    expect(verdict.kind).toBe('fix-incomplete');
    expect(verdict.remaining.join()).toContain(remaining);
    expect(verdict.reason).toContain(remaining);
    expect(verdict.outcome).toBe('not-as-expected');
  });

  it('counts a hit in a boot that hung', () => {
    const verdict = judgeKernel(tw686x, base(), fixedWith({ reports: [hit], outcome: 'hung' }));
    expect(verdict.kind).toBe('fix-incomplete');
  });

  it('leaves the invariants or the test failing as they did', () => {
    const violated = {
      exercises: [exercise({ violations: 3 })],
      tests: [passed('streamoff_vs_delay', 'failed')],
    };
    const verdict = judgeKernel(tw686x, baseWith(violated), fixedWith(violated));
    expect(verdict.kind).toBe('fix-incomplete');
    expect(verdict.remaining).toEqual([
      "the harness's invariants still fail: in 3 rounds, against 3 on the base",
      'test streamoff_vs_delay still failed',
    ]);
  });
});

describe('a fix that is harmful', () => {
  it.each([
    ['warning', 'WARNING: CPU: 3 PID: 81 at kernel/time/timer.c:1612'],
    ['lockdep', 'WARNING: possible circular locking dependency detected'],
    ['rcu-stall', 'INFO: rcu_preempt self-detected stall on CPU'],
    ['hung-task', 'INFO: task millrace/0:83 blocked for more than 10 seconds.'],
    ['soft-lockup', 'watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [millrace/0:83]'],
    ['sleeping-in-atomic', 'BUG: sleeping function called from invalid context at mm/slab.h:323'],
    ['kasan', 'BUG: KASAN: slab-use-after-free in tw686x_dma_delay'],
    ['ubsan', 'UBSAN: array-index-out-of-bounds in x.c:1:2'],
    ['oops', 'Oops: general protection fault'],
    ['panic', 'Kernel panic - not syncing: Fatal exception'],
  ] as const)('brings a %s that the base does not have', (kind, title) => {
    const verdict = judgeKernel(tw686x, base(), fixedWith({ troubles: [trouble(kind, title)] }));
    expect(verdict.kind).toBe('fix-harmful');
    expect(verdict.harms).toEqual([`new ${kind}, once: ${title}`]);
    expect(verdict.outcome).toBe('not-as-expected');
    const before = baseWith({ troubles: [trouble(kind, title)] });
    expect(judgeKernel(tw686x, before, fixedWith({ troubles: [trouble(kind, title)] })).kind).toBe(
      'fix-shown',
    );
  });

  it.each(['failed', 'crashed'] as const)('lets a test end as %s that passed on the base', (status) => {
    const verdict = judgeKernel(tw686x, base(), fixedWith({ tests: [passed('streamoff_vs_delay', status)] }));
    expect(verdict.kind).toBe('fix-harmful');
    expect(verdict.harms).toEqual([`test streamoff_vs_delay ${status}; it passed on the base`]);
  });

  it('breaks invariants that held on the base', () => {
    const verdict = judgeKernel(tw686x, base(), fixedWith({ exercises: [exercise({ violations: 1 })] }));
    expect(verdict.harms).toEqual(["the harness's invariants failed in 1 round, and in none on the base"]);
  });

  it('hangs in so many boots that chance does not explain it', () => {
    const hung = boot({
      outcome: 'hung',
      detail: 'the time limit of 120 s passed',
      tests: [],
      exercises: [],
    });
    const verdict = judgeKernel(tw686x, base(), run(times(7, hung), { name: 'hold-lock' }));
    expect(verdict.kind).toBe('fix-harmful');
    expect(verdict.harms.join()).toContain('7 of 7 boots hung: the time limit of 120 s passed');
    expect(verdict.outcome).toBe('not-as-expected');
  });

  it('is so even when the race is still there', () => {
    const first = { reports: [hit], troubles: [trouble('lockdep', 'WARNING: inconsistent lock state')] };
    expect(judgeKernel(tw686x, base(), fixedWith(first)).kind).toBe('fix-harmful');
  });
});

describe('a clean fixed side that shows nothing yet', () => {
  it('ran too few boots, and is told how many would do', () => {
    const verdict = judgeKernel(tw686x, base(3), fixed(3));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.reason).toMatchInlineSnapshot(
      `"Not enough to tell: too few boots to tell for tw686x_disable_channel / tw686x_dma_delay: had the fix changed nothing, the chance of no report would be 5 %; 7 boots of each kernel would be enough (--boots 7); 3 and 3 completed."`,
    );
    expect(verdict.pairs[0]?.needed).toEqual({ perKernel: 7, fixed: 17 });
    expect(judgeKernel(tw686x, base(7), fixed(7)).kind).toBe('fix-shown');
    expect(judgeKernel(tw686x, base(3), fixed(17)).kind).toBe('fix-shown');
    expect(judgeKernel(tw686x, base(6), fixed(6)).kind).toBe('inconclusive');
    expect(judgeKernel(tw686x, base(3), fixed(16)).kind).toBe('inconclusive');
    expect(verdict.outcome).toBe('inconclusive');
  });

  it('had few hits to compare with, however many rounds', () => {
    const rare = base(0, { boots: [{ ...racing, reports: [hit] }, ...times(19, clean)] });
    const verdict = judgeKernel(tw686x, rare, fixed(20));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.chance).toBeCloseTo(0.5, 9);
  });

  it.each([
    [
      'the sides hardly met',
      times(7, boot({ exercises: [exercise({ overlaps: 400 })] })),
      'overlapped in 10 % of the rounds against 25 %',
    ],
    [
      'the harness did far less',
      times(7, boot({ exercises: [exercise({ rounds: 1000, overlaps: 300 })] })),
      'overlapped 2100 times against 7000',
    ],
    ['the test did not run', times(7, boot({ tests: [], exercises: [] })), 'did not run streamoff_vs_delay'],
    [
      'one boot hung',
      [boot({ outcome: 'hung', detail: 'time limit', tests: [], exercises: [] }), ...times(12, clean)],
      'with the fix 1 of 13 boots hung: time limit',
    ],
    [
      'one boot was interrupted',
      [
        boot({ outcome: 'interrupted', tests: [passed('streamoff_vs_delay', 'crashed')] }),
        ...times(12, clean),
      ],
      'with the fix 1 of 13 boots was interrupted',
    ],
  ] as const)('is inconclusive when %s', (_what, boots, lacking) => {
    const verdict = judgeKernel(tw686x, base(), run(boots, { name: 'hold-lock' }));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.lacking.join()).toContain(lacking);
  });

  it('accepts half the overlaps, and no fewer', () => {
    const half = (overlaps: number) =>
      fixed(0, { boots: times(20, boot({ exercises: [exercise({ overlaps })] })) });
    expect(judgeKernel(tw686x, base(), half(500)).kind).toBe('fix-shown');
    expect(judgeKernel(tw686x, base(), half(499)).kind).toBe('inconclusive');
  });

  it('counts boots that did nearly as much whole', () => {
    const nearly = fixed(0, { boots: times(7, boot({ exercises: [exercise({ overlaps: 900 })] })) });
    expect(judgeKernel(tw686x, base(), nearly).kind).toBe('fix-shown');
  });

  it('counts boots that did less for less', () => {
    const lazy = fixed(0, { boots: times(7, boot({ exercises: [exercise({ overlaps: 500 })] })) });
    expect(judgeKernel(tw686x, base(), lazy).pairs[0]?.chance?.byBoot).toBeCloseTo(1 / 120, 9);
  });

  it.each([
    ['accelerator', { accelerator: 'kvm' }, 'accelerator: tcg against kvm'],
    ['release', { release: '6.13' }, 'kernel release: 6.12.117 against 6.13'],
    [
      'settings',
      { settings: [['CONFIG_KCSAN_STRICT', 'y']] },
      'CONFIG_KCSAN_SKIP_WATCH: 100 against not set',
    ],
  ] as const)('was not run alike: %s', (_what, more, lacking) => {
    const verdict = judgeKernel(tw686x, base(), fixed(7, more));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.lacking).toEqual([`the two kernels differ in ${lacking}`]);
  });

  it('has no rate to compare with when no base boot with a hit completed', () => {
    const panicked: BootRecord = { ...racing, outcome: 'panicked', exercises: [] };
    const verdict = judgeKernel(tw686x, base(0, { boots: [panicked, ...times(6, clean)] }), fixed());
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.lacking.join()).toContain('from boots that did not complete');
  });

  it('cannot be judged when the race was seen with the fix alone', () => {
    const verdict = judgeKernel(tw686x, run([clean]), fixedWith({ reports: [hit] }));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.reason).toContain(`${pair} was reported with the fix, once, and never on the base`);
  });

  it('is an environment error when no fixed boot completed', () => {
    const killed = boot({ outcome: 'killed', tests: [], exercises: [] });
    const verdict = judgeKernel(tw686x, base(), run([killed], { name: 'hold-lock' }));
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.outcome).toBe('not-run');
  });
});

it('makes a verdict that JSON holds without loss', () => {
  for (const verdict of [judgeKernel(tw686x, base(), fixed()), judgeKernel(tw686x, run([]), null)]) {
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  }
});
