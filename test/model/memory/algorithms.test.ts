// Verdicts on known algorithms with each ordering weakened in turn, in each memory: by an assertion, or by a data race on
// what they protect. What fails where is as the papers named in algorithms.c have it, or follows from the axioms.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findModelCompiler } from '../../../src/model/compile/index.js';
import { explore } from '../../../src/model/explore/index.js';
import type { Program } from '../../../src/model/link/index.js';
import { Grain, type Machine } from '../../../src/model/machine/index.js';
import type { MemoryModel } from '../../../src/model/memory/index.js';
import {
  compilePrograms,
  linkPlainC,
  prepareProgram,
  replayCheck,
} from '../../../src/model/plain-c/index.js';
import { formatSchedule } from '../../../src/model/replay/index.js';
import { renderCheckReplay } from '../../../src/render/check/index.js';
import { checkOptions } from '../programs.js';

const file = fileURLToPath(new URL('algorithms.c', import.meta.url));
const names = [...readFileSync(file, 'utf8').matchAll(/^CASE\((\w+), (\w+),/gm)].map(
  ([, algorithm, which]) => `${algorithm}_${which}`,
);

let program: Program;
const machines = new Map<MemoryModel, Machine>();

beforeAll(async () => {
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], {
    cflags: ['-w'],
    exports: names,
  });
  program = await linkPlainC(wasm as Uint8Array);
}, 180_000);

async function check(name: string, memoryModel: MemoryModel) {
  const options = { ...checkOptions, memoryModel, entry: [name], grain: new Grain(program) };
  const machine = machines.get(memoryModel) ?? prepareProgram(program, options).machine;
  machines.set(memoryModel, machine);
  const { sightings, schedules, complete } = await explore(machine, options);
  expect(complete).toBe(true);
  return { sightings, schedules, machine, fails: sightings.length > 0 };
}

const everywhere = ['sc', 'tso', 'c11'];
const weak = ['tso', 'c11'];
const c11 = ['c11'];

/** All else holds in each memory. */
const failing: Readonly<Record<string, readonly string[]>> = {
  sb_release: weak,
  sb_relaxed_loads: c11,
  sb_relaxed_stores: weak,
  sb_weak_fences: weak,
  mp_relaxed_store: c11,
  mp_relaxed_load: c11,
  iriw_acquire: c11,
  iriw_acquire_of_sc: c11,
  peterson_flag: c11,
  peterson_turn: weak,
  peterson_flag_load: c11,
  peterson_unlock_relaxed: everywhere,
  dekker_flag: weak,
  dekker_flag_load: c11,
  seqlock_first_fence: c11,
  seqlock_last_store: c11,
  seqlock_first_load: c11,
  seqlock_second_fence: c11,
  deque_push: c11,
  deque_take: weak,
  deque_steal: c11,
  deque_bottom: c11,
  rwlock_write_lock: everywhere,
  rwlock_write_unlock: everywhere,
  rwlock_read_lock: everywhere,
  rwlock_read_unlock: everywhere,
  two_two_w_relaxed: c11,
  two_two_w_release: c11,
  sequence_store: everywhere,
};

describe('each fails in the memories that allow it, and is explored as in sequential consistency elsewhere', () => {
  it.each(names)('%s', async (name) => {
    const sc = await check(name, 'sc');
    const found = sc.fails ? ['sc'] : [];
    for (const model of ['tso', 'c11'] as const) {
      const { fails, schedules } = await check(name, model);
      if (fails) found.push(model);
      else expect(schedules).toBe(sc.schedules);
    }
    expect(found).toEqual(failing[name] ?? []);
  });
});

describe('a schedule shows the old value again, and who wrote what was not seen', () => {
  it.each(['tso', 'c11'] as const)('%s', async (memory) => {
    const { sightings, machine } = await check('sb_release', memory);
    const [{ stretches, choices }] = sightings as [(typeof sightings)[number]];
    const schedule = formatSchedule({ program: program.identity, stretches, choices, memory });
    expect(schedule.endsWith(`-${memory}`)).toBe(true);
    const replayed = replayCheck({ machine, program }, schedule, { entry: ['sb_release'] });
    expect(replayed.findings).toMatchObject([{ kind: 'assertion' }]);
    expect(renderCheckReplay(replayed, () => '').replaceAll(/\s+/g, ' ')).toContain('newer write not seen');
    const other = prepareProgram(program, { ...checkOptions, memoryModel: 'sc' });
    expect(() => replayCheck(other, schedule)).toThrow(`is of memory model ${memory}`);
  });
});

describe('samples promise nothing of old values', () => {
  it.each(['sc', 'c11'] as const)('%s', async (memoryModel) => {
    const options = {
      ...checkOptions,
      memoryModel,
      entry: ['sb_release'],
      strategy: 'pct',
      maxSchedules: 50,
    } as const;
    const { guarantee } = await explore(prepareProgram(program, options).machine, options);
    expect(guarantee === null).toBe(memoryModel === 'c11');
  });
});
