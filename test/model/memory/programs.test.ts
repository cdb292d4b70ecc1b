// What is properly ordered is explored in a weak memory as it is in sequential consistency, interleaving by interleaving.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../../src/model/explore/index.js';
import type { Program } from '../../../src/model/link/index.js';
import { Grain, type Machine } from '../../../src/model/machine/index.js';
import type { MemoryModel } from '../../../src/model/memory/index.js';
import { prepareProgram } from '../../../src/model/plain-c/index.js';
import { checkOptions, compileAll, programs, type TestProgram } from '../programs.js';

const ordered = programs.filter(({ name }) => !/section|function/.test(name));

/** Its lock keeps nobody out: between accesses that race, atomic ones can come in an order of their own. */
const races = 'atomic-spinlock-broken';

let program: Program;
const machines = new Map<MemoryModel, Machine>();

beforeAll(async () => {
  program = await compileAll(ordered.map(({ file }) => file));
}, 180_000);

async function check({ entry }: TestProgram, memoryModel: MemoryModel) {
  const options = { ...checkOptions, memoryModel, entry, grain: new Grain(program) };
  const machine = machines.get(memoryModel) ?? prepareProgram(program, options).machine;
  machines.set(memoryModel, machine);
  const { sightings, schedules, redundant, complete } = await explore(machine, options);
  const keys = sightings.map(({ incident }) => incident.key).sort();
  return { keys, schedules, redundant, complete };
}

describe('in each program', () => {
  it.each(ordered.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const sc = await check(one, 'sc');
    if (/atomic/.test(readFileSync(one.file, 'utf8'))) expect(await check(one, 'tso')).toEqual(sc);
    const c11 = await check(one, 'c11');
    if (one.name !== races) expect(c11).toEqual(sc);
    else expect(c11.schedules).toBeGreaterThan(sc.schedules);
  });
});
