// The Kernel CI database's form, held against what its schema 5.3 says of the objects that we write
// (kcidb_io/schema/v05_03.py: names, patterns, required properties; nothing else is allowed in an object).
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evidenceOf } from '../../src/evidence/index.js';
import { sectionOf } from '../../src/record/index.js';
import { renderReport } from '../../src/render/index.js';
import { hostile, markup, modelRecord, stored } from './stored.js';

// A character NUL is what the schema's own pattern refuses.
const text = z.string().regex(/^[^\0]*$/);
const id = z.string().regex(/^[a-z0-9_]+:[^\0]*$/);
const origin = z.string().regex(/^[a-z0-9_]+$/);
const status = z.enum(['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP']);
const time = z.iso.datetime({ offset: true });
const excerpt = text.refine((value) => [...value].length <= 16_384);
const misc = z.record(z.string(), z.unknown());

const kcidb = z.strictObject({
  version: z.strictObject({ major: z.literal(5), minor: z.literal(3) }),
  checkouts: z.array(
    z.strictObject({
      id,
      origin,
      git_commit_hash: z
        .string()
        .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
        .optional(),
      patchset_hash: z.string().regex(/^$|^[0-9a-f]{64}$/),
      comment: text,
      start_time: time,
      valid: z.boolean(),
    }),
  ),
  builds: z.array(
    z.strictObject({
      checkout_id: id,
      id,
      origin,
      start_time: time,
      architecture: z.string().regex(/^[a-z0-9_]*$/),
      command: text,
      compiler: text.optional(),
      config_name: text,
      status,
      misc,
    }),
  ),
  tests: z.array(
    z.strictObject({
      build_id: id,
      id,
      origin,
      path: z.string().regex(/^[.a-zA-Z0-9_-]*$/),
      comment: text,
      start_time: time,
      environment: z.strictObject({ comment: text }),
      status,
      log_excerpt: excerpt.optional(),
      misc,
    }),
  ),
});

const kcidbOf = (record: Parameters<typeof evidenceOf>[0]) =>
  kcidb.parse(JSON.parse(renderReport(evidenceOf(record), 'kcidb')));

describe('KCIDB', () => {
  for (const [name, record] of Object.entries(stored)) {
    it(`holds what the schema asks, each object tied to the one above: ${name}`, () => {
      const report = kcidbOf(record);
      const checkouts = new Set(report.checkouts.map((one) => one.id));
      const builds = new Set(report.builds.map((one) => one.id));
      expect(report.builds.every((one) => checkouts.has(one.checkout_id))).toBe(true);
      expect(report.tests.every((one) => builds.has(one.build_id))).toBe(true);
      expect(new Set(report.tests.map((one) => one.id)).size).toBe(report.tests.length);
    });
  }

  it('fails the racing base, passes what was explored with the fix, and tells the checkouts apart', () => {
    const { checkouts, tests } = kcidbOf(modelRecord);
    const of = (kernel: string) => tests.filter(({ build_id: build }) => build.endsWith(`:${kernel}`));
    const expected = modelRecord.case.tests.filter(({ races }) => races.length > 0).map(({ name }) => name);
    const failing = of('base').filter((one) => one.status === 'FAIL');
    expect(failing.map(({ id: test }) => test.split(':').at(-1))).toEqual(expected);
    expect(new Set(of('fixed').map((one) => one.status))).toEqual(new Set(['PASS']));
    expect(checkouts.map((one) => one.patchset_hash === '')).toEqual([true, false]);
  });

  it('never passes what was cut', () => {
    const cut = structuredClone(modelRecord);
    for (const kernel of sectionOf(cut, 'model')?.kernels ?? [])
      for (const test of kernel.tests) Object.assign(test, { complete: false });
    const { tests } = kcidbOf(cut);
    expect(tests.some((one) => one.status === 'PASS')).toBe(false);
  });

  it('stays valid whatever the record says', () => {
    for (const prefix of markup) expect(() => kcidbOf(hostile(modelRecord, prefix))).not.toThrow();
  });

  it('has the CI’s own name in front of each id', () => {
    const json = renderReport(evidenceOf(modelRecord), 'kcidb', { origin: 'mylab' });
    const { tests } = kcidb.parse(JSON.parse(json));
    expect(tests.every((one) => one.origin === 'mylab' && one.id.startsWith('mylab:'))).toBe(true);
  });
});
