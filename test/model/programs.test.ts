import { beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import type { Program } from '../../src/model/link/index.js';
import { type CheckResult, checkProgram, replayCheck } from '../../src/model/plain-c/index.js';
import { parseSchedule, replaySchedule } from '../../src/model/replay/index.js';
import { renderCheckReplay } from '../../src/render/check/index.js';
import { eventText } from '../../src/words/index.js';
import { checkOptions, compileAll, prepare, programs, type TestProgram } from './programs.js';

let linked: Program;

beforeAll(async () => {
  linked = await compileAll(programs.map(({ file }) => file));
});

async function check(program: TestProgram, options = {}): Promise<CheckResult> {
  const all = { ...checkOptions, ...options, entry: program.entry };
  return checkProgram([program.file], prepare(linked), all, silentProgress);
}

function named(name: string): TestProgram {
  const found = programs.find((program) => program.name === name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return found;
}

describe('the verdict in each program is what an exploration of it gives', () => {
  it.each(programs.map((program) => [program.name, program] as const))('%s', async (_, program) => {
    const { findings, exploration, limits } = await check(program);
    expect([...new Set(findings.map(({ kind }) => kind))].sort()).toEqual(program.expected);
    expect(exploration.complete).toBe(!limits.some(({ kind }) => kind === 'assumption'));
    if (program.interleavings !== null) expect(exploration.schedules).toBe(program.interleavings);
  });
});

describe('every finding has a schedule that shows it again', () => {
  it.each(
    programs.filter(({ expected }) => expected.length > 0).map((program) => [program.name, program] as const),
  )('%s', async (_, program) => {
    const { findings } = await check(program);
    const { machine } = prepare(linked);
    for (const finding of findings) {
      const replay = replaySchedule(machine, parseSchedule(finding.schedule), program);
      expect(replay.incidents.map(({ kind }) => kind)).toContain(finding.kind);
    }
  });
});

describe('two runs say the same', () => {
  it.each(['dpor', 'bounded', 'pct', 'random'] as const)('with %s', async (strategy) => {
    for (const name of ['plain-increment', 'cond-flag-unlocked', 'use-after-free']) {
      const options = { strategy, maxSchedules: 200 };
      const [first, second] = [await check(named(name), options), await check(named(name), options)];
      expect(second.findings).toEqual(first.findings);
      expect(second.exploration.schedules).toBe(first.exploration.schedules);
    }
  });

  it('and a replay gives the same table, byte for byte', async () => {
    const program = named('cond-lost-wakeup');
    const { findings } = await check(program);
    const table = () => {
      const replay = replayCheck(prepare(linked), findings[0]?.schedule ?? '', { entry: program.entry });
      return renderCheckReplay(replay, () => '');
    };
    expect(table()).toBe(table());
    expect(
      table()
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true);
  });
});

it('a lock held for reading is among the locks held', async () => {
  const program = named('rwlock-write-under-read');
  const { findings } = await check(program);
  const { steps } = replaySchedule(
    prepare(linked).machine,
    parseSchedule(findings[0]?.schedule ?? ''),
    program,
  );
  const held = steps
    .filter(({ context }) => context === 1)
    .map(
      ({ event, locks }) =>
        `${eventText(event)}: ${locks.map(({ lock, mode }) => `${lock}, ${mode}`).join(', ')}`,
    );
  expect(held).toEqual([
    'pthread_rwlock_rdlock: ',
    'read: rwlock, read',
    'write: rwlock, read',
    'pthread_rwlock_unlock: rwlock, read',
  ]);
});

describe('strategies that do not see everything', () => {
  it('find with one preemption what one preemption is enough for, and not with none', async () => {
    const program = named('atomic-load-store');
    const kinds = async (preemptions: number) =>
      (await check(program, { strategy: 'bounded', preemptions })).findings.map(({ kind }) => kind);
    expect(await kinds(0)).toEqual([]);
    expect(await kinds(1)).toEqual(['assertion']);
  });

  it('say with which probability a bug of the depth would have been met', async () => {
    const few = await check(named('mutex-increment'), { strategy: 'pct', maxSchedules: 10 });
    const many = await check(named('mutex-increment'), { strategy: 'pct', maxSchedules: 1000 });
    expect(few.exploration.guarantee).toBeGreaterThan(0);
    expect(many.exploration.guarantee).toBeGreaterThan(few.exploration.guarantee ?? 1);
  });

  it('are never called complete', async () => {
    expect(
      (await check(named('mutex-increment'), { strategy: 'random', maxSchedules: 50 })).exploration.complete,
    ).toBe(false);
  });
});

describe('a schedule that does not belong', () => {
  it('to the program is refused with the reason', () => {
    const { machine } = prepare(linked);
    expect(() => replaySchedule(machine, parseSchedule('m1-00000000-0.1'))).toThrow(
      /belongs to program 00000000/,
    );
  });

  it.each(['', 'm1-xyz', 'm1-00000000-0', 'm1-00000000-0.1,'])('to this format is refused: %j', (text) => {
    expect(() => parseSchedule(text)).toThrow(/is not a schedule/);
  });

  it('to this version of the machine is refused', () => {
    expect(() => parseSchedule('m9-00000000-0.1')).toThrow(/machine version m9/);
  });
});
