// What goes wrong because of the races: what each harm is due to, and what is the harness's own doing.
import { expect, test } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { type RunRecord, sectionOf } from '../../src/record/index.js';
import { stepsRecord } from '../render/stored.js';

/** With memory on the base that is never freed; `inHarness`: that the harness took. */
function withLeak(inHarness: boolean): RunRecord {
  const record = structuredClone(stepsRecord);
  const tested = sectionOf(record, 'model')?.kernels[0]?.tests[0] ?? expect.fail();
  const schedule = tested.races[0]?.schedule ?? expect.fail();
  const place = { function: 'setup', file: 'harness.c', line: 40 };
  tested.findings.push({
    kind: 'memory-leak',
    facts: { fact: 'never-freed', bytes: 8 },
    places: [place],
    sides: [],
    waits: [],
    lifetime: null,
    references: [],
    inHarness,
    fingerprint: 'memory-leak setup',
    schedule,
  });
  return record;
}

/** Kinds that are held against the races, and those that are told as harm. */
function leaksIn(record: RunRecord): [unknown[], unknown[]] {
  const { variables, harms } = evidenceOf(record);
  const reasons = variables.flatMap(({ classification }) => classification?.reason ?? []);
  return [
    reasons.flatMap((reason) => ('harms' in reason ? reason.harms.flatMap(({ kinds }) => kinds) : [])),
    harms.flatMap(({ finding }) => finding?.kind ?? []),
  ];
}

test('a broken invariant names the update that was lost in the same interleaving', () => {
  const { harms } = evidenceOf(stepsRecord);
  const broken = harms.filter(({ kind }) => kind === 'invariant');
  expect(broken.map(({ cause }) => cause?.kind)).toContain('lost-update');
  expect(broken[0]?.cause?.variables).toEqual(['pending_dma_en']);
  expect(harms.filter(({ kind }) => kind === 'lost-update').every(({ cause }) => cause === null)).toBe(true);
});

test('memory that the harness takes and leaves is no harm of a race, and what the driver leaves is one', () => {
  expect(leaksIn(withLeak(true))).toEqual([[], []]);
  const [held, told] = leaksIn(withLeak(false));
  expect([...new Set(held), ...told]).toEqual(['memory-leak', 'memory-leak']);
});
