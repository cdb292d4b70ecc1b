// Litmus tests of the project's own, each with what its own comment says; and sequential consistency as a yardstick:
// what some interleaving gives the model allows, and with a full barrier between any two accesses nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MillraceError } from '../../src/base/index.js';
import { runLitmus } from '../../src/litmus/index.js';
import { renderLitmus } from '../../src/render/litmus/index.js';

const folder = new URL('fixtures/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.litmus')))
  test(`${name} is as its comment says`, async () => {
    const result = await runLitmus(read(name), name);
    expect(result.asExpected).toBe(true);
    expect(result.race).toBe(/DATARACE/.test(read(name)));
  });

test('all final states are told, as herd7 prints them', async () => {
  const { states, executions } = await runLitmus(read('message-passing.litmus'), 'mp');
  expect(states.map(({ text, holds }) => [text, holds])).toEqual([
    ['1:r0=0; 1:r1=7;', false],
    ['1:r0=1; 1:r1=0;', true],
    ['1:r0=1; 1:r1=1;', false],
  ]);
  expect(executions).toBe(3);
});

test('an execution says which write each read reads from, and that a newer one is not seen', async () => {
  const mp = read('message-passing.litmus');
  const { states } = await runLitmus(mp, 'mp');
  const stale = states.find(({ holds }) => holds);
  const result = await runLitmus(mp, 'mp', { execution: stale?.first ?? 0 });
  const reads = result.witness?.accesses.filter(({ does }) => does === 'read');
  expect(reads).toMatchObject([
    { location: 'ready', value: '1', from: { process: 0, line: 10 }, newer: 0 },
    { location: 'data', value: '0', from: null, newer: 1 },
  ]);
  expect(renderLitmus(result)).toMatchInlineSnapshot(`
    "mp: message-passing
      3 states in 3 executions: all that the kernel's memory model allows
        1:r0=0; 1:r1=7;  execution 1
      * 1:r0=1; 1:r1=0;  execution 2
        1:r0=1; 1:r1=1;  execution 3
      Observation message-passing Sometimes 1 2
      exists (1:r0=1 /\\ 1:r1=0): holds
      As the file says: Result: Sometimes
      Execution 2, which ends with 1:r0=1; 1:r1=0;
        P0
          line 9: write (once) data = 1
          line 10: write (once) ready = 1
        P1
          line 18: read (once) ready: 1, written by P0 in line 10
          line 20: read (once) data: 0, the initial value; 1 newer write is not
            seen
    "
  `);
});

test('no execution is not the same as no finding', async () => {
  const result = await runLitmus(read('self-deadlock.litmus'), 'self-deadlock');
  expect(result).toMatchObject({ executions: 0, holds: false });
  expect(renderLitmus(result)).toContain('No execution ends');
});

test('a value out of thin air is shown as one', async () => {
  const result = await runLitmus(read('thin-air.litmus'), 'thin-air');
  expect(result.thinAir).toBe(true);
  expect(renderLitmus(result)).toContain('out of thin air');
});

const wrong: readonly (readonly [string, string, number | null])[] = [
  ['X86 a\n{}\n', 'no C litmus test', null],
  ['C a\n{}\nexists (x=1)', 'no process', null],
  ['C a\n{}\nP0(int *x)\n{\n\twhile (1)\n\t\t;\n}\nexists (x=1)', 'no statement of a litmus test', 5],
  ['C a\n{}\nP0(int *x)\n{\n\tsmp_magic(x);\n}\nexists (x=1)', 'calls smp_magic()', 5],
  ['C a\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x);\n}\nexists (x=1)', 'takes 2', 5],
  [
    'C a\n{}\nP0(int **p)\n{\n\tint *r0 = READ_ONCE(*p);\n\tWRITE_ONCE(*r0, 1);\n}\nexists (p=1)',
    'accesses 0',
    6,
  ],
  ['C a\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\nexists (x=1 /\\)', 'cannot be read', null],
  ['C a\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\nexists (z=1)', 'names z', null],
  ['C a\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n', 'brace', 4],
];
test.each(wrong)('%j is an input error that says why', async (text, reason, line) => {
  const error = await runLitmus(text, 'a.litmus').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MillraceError);
  expect((error as MillraceError).message).toContain(reason);
  expect((error as MillraceError).at?.line ?? null).toBe(line);
});

interface Step {
  readonly does: 'read' | 'write' | 'add';
  readonly location: 'x' | 'y';
  readonly value: number;
}

const programs = fc.array(
  fc.array(
    fc.record<Step>({
      does: fc.constantFrom('read', 'write', 'add'),
      location: fc.constantFrom('x', 'y'),
      value: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  { minLength: 2, maxLength: 3 },
);

function litmusOf(threads: readonly (readonly Step[])[], barriers: boolean): string {
  const line = ({ does, location, value }: Step, index: number) =>
    does === 'read'
      ? `r${index} = READ_ONCE(*${location});`
      : does === 'write'
        ? `WRITE_ONCE(*${location}, ${value});`
        : `r${index} = atomic_fetch_add_relaxed(${value}, ${location});`;
  const bodies = threads.map(
    (steps, process) =>
      `P${process}(int *x, int *y)\n{\n${steps.map(line).join(barriers ? '\nsmp_mb();\n' : '\n')}\n}\n`,
  );
  const registers = threads.flatMap((steps, process) =>
    steps.flatMap(({ does }, index) => (does === 'write' ? [] : [`${process}:r${index};`])),
  );
  return `C random\n{}\n${bodies.join('\n')}\nlocations [x; y; ${registers.join(' ')}]\nexists (x=0)\n`;
}

/** Final states of all interleavings, in the form of {@link runLitmus}. */
function interleavings(threads: readonly (readonly Step[])[]): ReadonlySet<string> {
  const found = new Set<string>();
  const go = (at: readonly number[], memory: { x: number; y: number }, registers: readonly string[]) => {
    if (threads.every((steps, process) => at[process] === steps.length))
      found.add([...[...registers].sort(), `[x]=${memory.x};`, `[y]=${memory.y};`].join(' '));
    threads.forEach((steps, process) => {
      const index = at[process] as number;
      const step = steps[index];
      if (step === undefined) return;
      const old = memory[step.location];
      const next =
        step.does === 'read'
          ? memory
          : { ...memory, [step.location]: step.does === 'add' ? old + step.value : step.value };
      go(
        at.map((position, other) => (other === process ? position + 1 : position)),
        next,
        step.does === 'write' ? registers : [...registers, `${process}:r${index}=${old};`],
      );
    });
  };
  go(
    threads.map(() => 0),
    { x: 0, y: 0 },
    [],
  );
  return found;
}

test('random programs: every interleaving is allowed, and barriers everywhere allow nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (threads) => {
      const states = async (barriers: boolean) =>
        new Set((await runLitmus(litmusOf(threads, barriers), 'random')).states.map(({ text }) => text));
      const expected = interleavings(threads);
      expect([...(await states(true))].sort()).toEqual([...expected].sort());
      const weak = await states(false);
      expect([...expected].filter((state) => !weak.has(state))).toEqual([]);
    }),
    { numRuns: 25, seed: 20261127 },
  );
});
