// What the machine's functions do that others can see: none may be left out of the list, and none may do anything else.
import { beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/model/link/index.js';
import { EffectWatch } from './effects.js';
import { kernelEffects, plainEffects } from './effects-table.js';
import { compileScripts } from './scripts.js';

let program: Program;

beforeAll(async () => {
  program = await compileScripts();
}, 180_000);

it.each([
  ['kernel', kernelEffects],
  ['plain', plainEffects],
] as const)(
  'each function of the machine for %s code has the effects that are listed, and no other',
  (kind, listed) => {
    const watch = new EffectWatch(program, kind);
    const expected = new Map(
      listed.flatMap(([effects, names]) =>
        names
          .trim()
          .split(/\s+/)
          .map((name) => [name, effects.join(' ')] as const),
      ),
    );
    // Others are no names that a program can import.
    const supplied = watch.names.filter((name) => /^\w+$/.test(name));
    expect([...expected.keys()].sort()).toEqual([...supplied].sort());
    const observed = Object.fromEntries(supplied.map((name) => [name, watch.effectsOf(name).join(' ')]));
    expect(observed).toEqual(Object.fromEntries(expected));
  },
);
