// What becomes of a case that the compiler refuses.
import { expect, test } from 'vitest';
import { failingStatements, missingStructs, withoutStatements } from '../../src/scaffold/compile-check.js';
import type { FakePlan } from '../../src/scaffold/fakes.js';

const plan: FakePlan = {
  members: [{ name: 'gone', declaration: 'struct gone gone' }],
  statements: ['fake->dev.a = 1;', 'fake->dev.b = 2;'],
  open: ['a place'],
  callbacks: [],
  structs: [],
  stubs: [],
  argument: () => null,
  address: ({ struct }) => `&${struct}`,
  has: () => true,
  expression: ({ struct }) => struct,
};
const harness = [
  'struct fake {',
  '\tstruct gone gone;',
  '};',
  '\tfake->dev.a = 1;',
  '\tfake->dev.b = 2;',
  '\tcall();',
].join('\n');
const error = (line: number | null, message: string) => ({ unit: 'harness.c', line, message });

test('statements that the compiler refuses become places left open, with what it said', () => {
  const failing = failingStatements(plan, harness, [
    error(5, "no member named 'b' /* or */"),
    error(5, 'and more'),
    error(6, 'not ours to mend'),
    error(null, 'elsewhere'),
  ]);
  const mended = withoutStatements(plan, failing);
  expect(mended.statements).toEqual(['fake->dev.a = 1;']);
  expect(mended.open).toEqual([
    'a place',
    "`fake->dev.b = 2;` was meant, and does not compile: no member named 'b' /* or * /",
  ]);
});

test('a structure that the configuration does not have is one to do without', () => {
  const failing = failingStatements(plan, harness, [error(2, 'field has incomplete type')]);
  expect([...missingStructs(failing)]).toEqual(['gone']);
  expect(withoutStatements(plan, failing).open).toEqual(['a place']);
});
