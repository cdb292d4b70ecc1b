// The plan as the guest's C has it, and the counts and stacks that come back.
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseDirectedCounts, planHeader, roundOfReports, waitingSides } from '../../../src/kernel/index.js';

test('a plan is an array of turns for each test, and ends with an empty one', () => {
  const text = planHeader([
    {
      test: 'a_vs_b',
      turns: [
        { side: 0, until: { point: 1, occurrence: 2 }, sleeps: true },
        { side: 1, until: null, sleeps: false },
      ],
      meeting: [
        { side: 0, point: 1, occurrence: 1 },
        { side: 1, point: 2, occurrence: 1 },
      ],
    },
    { test: 'c_vs_d', turns: [{ side: 0, until: null, sleeps: false }], meeting: null },
  ]);
  expect(text.split('\n').slice(2)).toEqual([
    'static const struct millrace_turn millrace_turns_a_vs_b[] = {',
    '\t{ .side = 0, .point = 1, .occurrence = 2, .sleeps = true },',
    '\t{ .side = 1 },',
    '};',
    'static const struct millrace_turn millrace_meeting_a_vs_b[] = {',
    '\t{ .side = 0, .point = 1, .occurrence = 1 },',
    '\t{ .side = 1, .point = 2, .occurrence = 1 },',
    '};',
    '',
    'static const struct millrace_turn millrace_turns_c_vs_d[] = {',
    '\t{ .side = 0 },',
    '};',
    '',
    'static const struct millrace_plan millrace_plans[] = {',
    '\t{ .test = "a_vs_b", .turns = millrace_turns_a_vs_b, .count = 2, .meeting = millrace_meeting_a_vs_b },',
    '\t{ .test = "c_vs_d", .turns = millrace_turns_c_vs_d, .count = 1 },',
    '\t{ }',
    '};',
    '',
  ]);
});

const counts = 'rounds=95 played=3 harmed=2 late=90 strayed=1 absent=1 turn=1 meetings=3 met=0';
const line = (sum: number) => `a_vs_b: millrace-directed: sum=${sum.toString(16).padStart(8, '0')} ${counts}`;

test('counts are read where their sum is right', () => {
  expect(parseDirectedCounts(line(crc32(`a_vs_b ${counts}`)))).toEqual({
    test: 'a_vs_b',
    rounds: 95,
    played: 3,
    harmed: 2,
    late: 90,
    strayed: 1,
    absent: 1,
    lateTurn: 1,
    meetings: 3,
    met: 0,
  });
});

test('counts that lost a digit, or their end, are damaged', () => {
  expect(parseDirectedCounts(line(crc32(`a_vs_b ${counts}`)).replace('rounds=95', 'rounds=9'))).toBe(
    'damaged',
  );
  expect(parseDirectedCounts(line(crc32(`a_vs_b ${counts}`)).slice(0, -4))).toBe('damaged');
});

test('another line is about something else', () => {
  expect(
    parseDirectedCounts('a_vs_b: millrace: sum=00000000 rounds=1 overlaps=0 violations=0 ms=1'),
  ).toBeNull();
});

const waits = `[    0.97] millrace-waits: test=a_vs_b turn=1 side=dma_delay
[    0.97] Sending NMI from CPU 1 to CPUs 2:
[    0.97] NMI backtrace for cpu 2
[    0.97] RIP: 0010:queued_spin_lock_slowpath+0x63/0x190
[    0.97] Call Trace:
[    0.97]  <IRQ>
[    0.97]  _raw_spin_lock_irqsave+0x35/0x40
[    0.97]  tw686x_dma_delay+0x2d/0xc0
[    0.97]  ? millrace_item+0x90/0x90
[    0.97]  call_timer_fn+0x1e/0xa0
[    0.97] millrace-waits: end
[    0.98]  unrelated+0x1/0x2
`;

test('a side that waits is told with the function that it waits in', () => {
  expect(waitingSides(waits)).toEqual([
    {
      test: 'a_vs_b',
      side: 'dma_delay',
      turn: 1,
      stack: ['queued_spin_lock_slowpath', '_raw_spin_lock_irqsave', 'tw686x_dma_delay', 'call_timer_fn'],
      waitsIn: 'queued_spin_lock_slowpath',
    },
  ]);
});

test('a side that runs waits in nothing', () => {
  const running = waits
    .replace('queued_spin_lock_slowpath', 'udelay')
    .replace('_raw_spin_lock_irqsave', 'foo');
  expect(waitingSides(running)[0]?.waitsIn).toBeNull();
});

test('reports are counted to the meeting and the round that they came in', () => {
  const report = '[ 0.7] BUG: KCSAN: data-race in a / b';
  const end = (name: string) => `    # ${name}: millrace-directed: sum=00000000 rounds=1`;
  const console = [
    report,
    'millrace-meeting: 1',
    report,
    'millrace-meeting: 2',
    'millrace-round: 1',
    end('first'),
    'millrace-round: 1',
    report,
    end('second'),
  ].join('\n');
  const rounds = roundOfReports(console, (line) => line.includes('BUG: KCSAN: '));
  expect(rounds.get('first')).toEqual({ inFirstMeeting: 1, inFirstRound: 2 });
  expect(rounds.get('second')).toEqual({ inFirstMeeting: 0, inFirstRound: 0 });
});
