// Interleavings that the page runs itself, from what a run's record keeps: kernel primitives without a tree.
import { beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../../src/model/explore/index.js';
import { testEntry } from '../../src/model/kernel-test/index.js';
import { kernelMachine } from '../../src/model/machine/index.js';
import {
  caseRunner,
  caseSchedule,
  type KeptMachine,
  keptProgram,
  Session,
  type Trace,
} from '../../src/page/index.js';
import { checkOptions } from '../model/programs.js';
import { keptKernelTests, limits } from './kept.js';

let kept: KeptMachine;

beforeAll(async () => {
  kept = await keptKernelTests();
});

/** A session, and the schedules of what an exploration of its test finds. */
async function opened(name: string) {
  const program = await keptProgram(kept);
  const session = new Session(caseRunner(kept, program, name));
  const kernel = kernelMachine(program, limits);
  const { sightings } = await explore(kernel.machine, { ...checkOptions, entry: testEntry(kernel, name) });
  const follow = (kind: string) => {
    const found = sightings.find(({ incident }) => incident.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} in ${name}`);
    const { stretches, choices } = found;
    return session.follow({ program: program.identity, stretches, choices });
  };
  return { session, follow };
}

const told = ({ steps, findings, races }: Trace) => ({
  steps: steps.map(({ context, text }) => `T${context} ${text}`),
  findings: findings.map(({ text }) => text),
  races: races.map(({ first, second }) => [first, second]),
});

describe('a session', () => {
  test('shows the race that the exploration found, and both accesses with their places', async () => {
    const { follow } = await opened('unlocked_timer');
    const { steps, races } = follow('data-race');
    const [race] = races;
    const sides = [steps[race?.first ?? -1], steps[race?.second ?? -1]];
    expect(sides.map((step) => step?.context).sort()).toEqual([1, 2]);
    expect(sides.some((step) => step?.writes)).toBe(true);
    expect(sides.every((step) => (step?.place.line ?? 0) > 0)).toBe(true);
  });

  test.each([
    ['unlocked_timer', 'data-race'],
    ['register_lost_update', 'assertion'],
  ])('%s: every other branch is one that its schedule leads to again', async (name, kind) => {
    const { session, follow } = await opened(name);
    const trace = follow(kind);
    let branches = 0;
    for (const [index, { enabled, chosen }] of trace.picks.entries())
      for (const { context } of enabled) {
        if (context === chosen) continue;
        const branch = session.branch(trace, index, context);
        expect(branch.picks[index]?.chosen).toBe(context);
        const again = session.follow(caseSchedule(branch.schedule)?.schedule as never);
        expect(told(again)).toEqual(told(branch));
        branches++;
      }
    expect(branches).toBeGreaterThan(3);
  });

  test('a lost update is there in one branch and not in another', async () => {
    const { session, follow } = await opened('register_lost_update');
    const lost = follow('assertion');
    expect(lost.findings.map(({ kind }) => kind)).toContain('assertion');
    const serial = session.take({ decisions: [], choices: [], stops: false });
    expect(serial.findings).toEqual([]);
  });

  test('says that somebody waits for a lock, and who holds it', async () => {
    const { session } = await opened('irqsave_against_timer');
    const serial = session.take({ decisions: [], choices: [], stops: false });
    const inside = serial.steps.find(({ locks, concurrent }) => concurrent && locks.length > 0);
    const other = serial.picks[inside?.pick ?? -1]?.enabled.find(
      ({ context }) => context !== inside?.context,
    );
    // The other one goes up to the lock, and then cannot take it.
    const trace = session.branch(serial, inside?.pick ?? -1, other?.context ?? -1);
    const waits = trace.picks.flatMap(({ blocked }) => blocked.filter(({ reason }) => reason === 'waits'));
    expect(waits).toContainEqual(
      expect.objectContaining({ context: other?.context, holders: [inside?.context] }),
    );
  });

  test('refuses a turn for somebody who cannot run', async () => {
    const { session } = await opened('unlocked_timer');
    expect(() => session.take({ decisions: [5], choices: [], stops: false })).toThrow(/T5 .* cannot run/);
  });

  test('shows a deadlock as who waits for whom', async () => {
    const { follow } = await opened('enabled_against_timer');
    const { waits } = follow('deadlock');
    expect(waits.map(({ context }) => context).sort()).toEqual([1, 2]);
    expect(waits.some(({ holders }) => holders.length > 0)).toBe(true);
  });
});
