// Random programs for the kernel's machine and for that of plain C, of pieces that work on the same objects: locks,
// timers, interrupts, work, waits, time. Reduction has to come to all that plain enumeration comes to, and to nothing
// else.
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/model/link/index.js';
import { families, type Piece } from './families.js';
import { compileScripts, difference, roles, Scripts } from './scripts.js';

/** Executions of one enumeration: what has more is left to others. */
const most = 1000;
const runs = 120;

let program: Program;

beforeAll(async () => {
  program = await compileScripts();
}, 180_000);

/** Up to two pieces a side, of one family or of two that share a machine. */
const programs = fc.tuple(
  fc.integer({ min: 0, max: families.length - 1 }),
  fc.constantFrom('two_tasks', 'three_tasks', 'task_and_interrupt', 'tasks_and_interrupt', 'one_cpu'),
  fc.array(fc.array(fc.nat(100), { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 }),
);

it('reduction sees every end and every finding of random programs that enumeration sees', async () => {
  const machines = {
    kernel: [new Scripts(program, 'kernel'), new Scripts(program, 'kernel')],
    plain: [new Scripts(program, 'plain'), new Scripts(program, 'plain')],
  } as const;
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(programs, async ([index, test, lists]) => {
      const family = families[index] as (typeof families)[number];
      const pieces = Object.values(family.pieces);
      const scripts: (Piece | undefined)[] = lists.map((list) =>
        list.flatMap((number) => pieces[number % pieces.length] ?? []),
      );
      while (scripts.length < roles.setup) scripts.push(undefined);
      scripts.push(family.setup ?? [], undefined);
      for (const role of [roles.timer, roles.work, roles.handler]) scripts.push(family.later?.[role]);
      const [reduced, all] = machines[family.machine];
      reduced.calls = scripts;
      all.calls = scripts;
      const every = await all.outcomes(test, 'bounded', most);
      if (every === null) return;
      const few = await reduced.outcomes(test, 'dpor', most);
      if (few === null) return;
      compared++;
      expect(difference(few, every), `${family.name}, ${test}`).toBeNull();
    }),
    { numRuns: runs, seed: 7 },
  );
  expect(compared).toBeGreaterThan(runs / 4);
}, 300_000);
