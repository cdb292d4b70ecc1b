// A report comes from a stranger: whatever it says, the case is C and data of ours, inside its folder.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MillraceError } from '../../src/base/index.js';
import type { Access, RaceReport, StackFrame } from '../../src/report/index.js';
import { scaffoldCase } from '../../src/scaffold/index.js';
import { acme } from './small-tree.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nasty = [
  '*/ int x; /*',
  'acme_poll*/',
  '"); system("rm -rf ~',
  '`rm -rf ~`',
  '</pre><script>alert(1)</script>',
  '\n# Heading\n',
  '\u2028BUG: ```\n```',
  '../../../etc/passwd',
  '/etc/passwd',
  'drivers/acme/../../../../etc/passwd',
  'drivers/acme/acme-core.c\0',
  '[x](javascript:alert(1))',
  '__proto__',
  'constructor',
];
const real = [
  'acme_poll',
  'acme_reset',
  'acme_streamoff',
  'acme_stop_channel',
  'acme_submit',
  'acme_interrupt',
];
const text = fc.oneof(fc.constantFrom(...nasty), fc.constantFrom(...real), fc.string());
const frame: fc.Arbitrary<StackFrame> = fc.record({
  function: text,
  offset: fc.option(fc.nat()),
  size: fc.option(fc.nat()),
  module: fc.option(text),
  file: fc.option(
    fc.oneof(text, fc.constantFrom('drivers/acme/acme-core.c', 'drivers/acme/acme.h', 'Kconfig')),
  ),
  line: fc.option(fc.nat()),
  inlined: fc.boolean(),
});
const access: fc.Arbitrary<Access> = fc.record({
  type: text,
  address: text,
  size: fc.nat(),
  context: fc.record({
    kind: fc.constantFrom('task' as const, 'interrupt' as const),
    pid: fc.option(fc.nat()),
    cpu: fc.nat(),
  }),
  stack: fc.array(frame, { maxLength: 6 }),
});
const anyReport: fc.Arbitrary<RaceReport> = fc.record({
  title: text,
  kind: fc.constant('data-race' as const),
  unknownOrigin: fc.boolean(),
  accesses: fc.array(access, { minLength: 1, maxLength: 3 }),
  valueChanged: fc.constant(null),
  time: fc.constant(null),
  reporter: fc.option(
    fc.record({ cpu: fc.constant(1), pid: fc.constant(1), comm: text, kernel: text, taint: text }),
  ),
});
const known: StackFrame = {
  function: 'acme_poll',
  offset: null,
  size: null,
  module: null,
  file: null,
  line: null,
  inlined: false,
};

let count = 0;

test('any report is a case or bad input, and none of its text is in the C', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(anyReport, fc.boolean(), async (drawn, whole) => {
      // Half of them with a function of the tree at the end of each stack, so that many become cases.
      const accesses = drawn.accesses.map((one) => (whole ? { ...one, stack: [...one.stack, known] } : one));
      count += 1;
      const parent = join(folder, String(count));
      try {
        const result = await scaffoldCase({
          tree: acme,
          compileIn: null,
          name: 'it',
          parent,
          from: { kind: 'report', report: { ...drawn, accesses } },
        });
        made += 1;
        expect(await readdir(parent)).toEqual(['it']);
        const [harness = '', yaml = '', readme = ''] = await Promise.all(
          ['harness.c', 'case.yaml', 'README.md'].map((file) =>
            readFile(join(result.directory, file), 'utf8'),
          ),
        );
        for (const one of nasty) {
          expect(harness).not.toContain(one);
          expect(yaml).not.toContain(one);
        }
        for (const side of result.sides) expect(real).toContain(side.entry);
        const below = readme.slice(readme.indexOf('## The report')).split('\n').slice(2);
        expect(below.filter((line) => line !== '' && !line.startsWith('    '))).toEqual([]);
        expect(readme).toMatch(/^[\x20-\x7e\n]*$/);
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error;
        expect(error.kind).toBe('input');
      }
    }),
    { numRuns: 60 },
  );
  expect(made).toBeGreaterThan(10);
});
