// Each two of the machine's functions that work on the same objects, in two contexts: reduction has to come to all that
// plain enumeration comes to, and to nothing else. What does not commute has to be told as dependent.
import { beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/model/link/index.js';
import { families, type Piece } from './families.js';
import { compileScripts, difference, roles, Scripts } from './scripts.js';

/** Executions of one enumeration: what has more is left to others. */
const most = 1500;

let program: Program;

beforeAll(async () => {
  program = await compileScripts();
}, 180_000);

it.each(families)(
  '$name',
  async ({ machine, test = 'two_tasks', setup = [], later = {}, pieces }) => {
    const names = Object.keys(pieces);
    const [reduced, all] = [new Scripts(program, machine), new Scripts(program, machine)];
    const wrong: string[] = [];
    let compared = 0;
    let left = 0;
    for (const [index, first] of names.entries())
      for (const second of names.slice(test === 'two_tasks' ? index : 0)) {
        const scripts: (Piece | undefined)[] = [pieces[first], pieces[second], undefined, setup, undefined];
        for (const role of [roles.timer, roles.work, roles.handler]) scripts.push(later[role]);
        reduced.calls = scripts;
        all.calls = scripts;
        const every = await all.outcomes(test, 'bounded', most);
        const few = every === null ? null : await reduced.outcomes(test, 'dpor', most);
        if (every === null || few === null) {
          left++;
          continue;
        }
        compared++;
        const differs = difference(few, every);
        if (differs !== null) wrong.push(`${first} | ${second}: ${differs}`);
      }
    expect(wrong).toEqual([]);
    expect(left).toBeLessThan(compared / 2);
  },
  180_000,
);
