// Records of older forms: test/render/fixtures/ has some of format 1 as they were left.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeKernel, type KernelVerdict } from '../../src/judge/index.js';
import {
  migrated,
  type RunRecord,
  runRecordSchema,
  type SectionOf,
  sectionOf,
} from '../../src/record/index.js';
import { bootsText } from '../../src/words/index.js';
import { base, boot, fixed, racing, run, tw686x } from '../judge/runs.js';
import { worded } from '../judge/worded.js';

const olderKinds = {
  shown: 'race shown',
  'fix-shown': 'race shown, fix shown',
  'fix-incomplete': 'race shown, fix incomplete',
  'fix-harmful': 'race shown, fix harmful',
  'not-shown': 'race not shown',
  inconclusive: 'inconclusive',
} as const;

/** As format 2 had it. */
function inSentences(verdict: KernelVerdict) {
  const told = (summary: KernelVerdict['base'] | null) =>
    summary === null ? null : { ...summary, incomplete: summary.incomplete.map(bootsText) };
  return {
    ...worded(verdict),
    kind: olderKinds[verdict.kind],
    base: told(verdict.base),
    fixed: told(verdict.fixed),
  };
}

const old = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../render/fixtures', name), 'utf8'));
const present = (value: unknown): RunRecord => runRecordSchema.parse(migrated(value));

it('an exploration of format 1 keeps its kernels and its verdict, which says how it stands to the case', () => {
  const before = old('model.json');
  const { format, engines } = present(before);
  expect([format, engines.map(({ engine }) => engine)]).toEqual([3, ['model']]);
  const [explored] = engines;
  expect(explored?.kernels).toMatchObject(before.model.runs);
  const { expected, kind, reason, pairs, limits } = before.model.verdict;
  expect([expected, kind]).toEqual([true, 'race shown, fix shown']);
  expect(explored?.verdict).toMatchObject({
    kind: 'fix-shown',
    outcome: 'as-expected',
    about: ['race'],
    reason: { says: 'told', text: reason },
    limits: limits.map((text: string) => ({ says: 'told', text })),
    pairs,
  });
});

it('a sample of format 1 is a section of its own', () => {
  const before = old('kcsan.json');
  const told = ({ name, tests }: Pick<SectionOf<'kcsan'>['kernels'][number], 'name' | 'tests'>) => [
    name,
    ...tests.map(({ hits, races }) => [hits, races.map(({ report }) => report.title)]),
  ];
  expect(sectionOf(present(before), 'kcsan')?.kernels.map(told)).toEqual(before.kcsan.runs.map(told));
});

it('boots of format 1 go into a section with their settings, fields and verdict', () => {
  const { outcome, about: _about, ...judged } = inSentences(judgeKernel(tw686x, base(3), fixed(3)));
  const verdict = JSON.parse(JSON.stringify(judged).replaceAll('"perKernel"', '"perSide"'));
  const { model: _, ...rest } = old('model.json');
  const settings = { cpus: 8, memory: 2048, timeout: 120, seconds: 4, boots: 7, makeOptions: [] };
  const fields = [{ side: 'base', file: 'a.c', line: 1, fields: [] }];
  const record = { ...rest, engine: 'kernel', runs: [base(3), fixed(3)], verdict, settings, fields };
  expect(present(record).engines).toMatchObject([
    {
      engine: 'kernel',
      settings,
      kernels: [{ name: 'base' }, { name: 'hold-lock' }],
      fields: [{ kernel: 'base', file: 'a.c', line: 1, fields: [] }],
      verdict: {
        kind: 'inconclusive',
        outcome,
        pairs: judged.pairs,
        lacking: judged.lacking.map((text) => ({ says: 'told', text })),
      },
    },
  ]);
  expect(outcome).toBe('inconclusive');
});

it('a run of format 1 that was cut off has the engines that were asked for, without a kernel', () => {
  const { model: _, ...rest } = old('model.json');
  const record = { ...rest, engine: 'both', detector: 'both', runs: [], verdict: null, settings: null };
  expect(present(record).engines.map(({ engine, kernels }) => [engine, kernels])).toEqual([
    ['model', []],
    ['kcsan', []],
    ['kernel', []],
  ]);
});

it('verdicts of format 2 keep their sentences, and are about what the case expects', () => {
  const record = present(old('model.json'));
  const section = sectionOf(record, 'model') ?? expect.fail();
  const { about: _, ...verdict } = {
    ...(section.verdict ?? expect.fail()),
    kind: 'race shown, fix incomplete',
    reason: 'With it: foo still deadlocks.',
    lacking: ['something'],
    remaining: ['foo still deadlocks'],
    harms: [],
    limits: [],
    pairs: [],
    expectations: [{ test: 'foo', kind: 'deadlock', functions: [], base: 1, fixed: 1 }],
  };
  const before = { ...record, format: 2, engines: [{ ...section, verdict }] };
  expect(sectionOf(present(before), 'model')?.verdict).toMatchObject({
    kind: 'fix-incomplete',
    about: ['deadlock'],
    reason: { says: 'told', text: 'With it: foo still deadlocks.' },
    lacking: [{ says: 'told', text: 'something' }],
    remaining: [{ says: 'told', text: 'foo still deadlocks' }],
  });
});

it('boots that format 2 told of in a sentence stay told', () => {
  const hung = run([boot({ outcome: 'hung', detail: 'the time limit of 120 s passed' }), racing]);
  const verdict = inSentences(judgeKernel(tw686x, hung, null));
  const { model: _, ...rest } = old('model.json');
  const kernel = { engine: 'kernel', settings: null, kernels: [hung], fields: [], verdict };
  const { engine, detector, runs, ...record } = rest;
  const [section] = present({ ...record, format: 2, engines: [kernel] }).engines;
  const text = '1 of 2 boots hung: the time limit of 120 s passed';
  expect(section?.verdict).toMatchObject({
    kind: 'shown',
    base: { incomplete: [{ says: 'told', text }] },
    limits: [{ says: 'told', text: `on the base ${text}; rates leave such boots out` }],
  });
});

it('settings that format 2 told of in a sentence are named', () => {
  const record = present(old('kcsan.json'));
  const section = sectionOf(record, 'kcsan') ?? expect.fail();
  const kernels = section.kernels.map((kernel) => ({
    ...kernel,
    unmodelled: ['CONFIG_KCSAN_VERBOSE: held locks are not in the reports.'],
  }));
  const before = { ...record, format: 2, engines: [{ ...section, kernels, verdict: null }] };
  expect(sectionOf(present(before), 'kcsan')?.kernels[0]?.unmodelled).toEqual(['verbose']);
});

it('what is no record of an older format stays as it is', () => {
  for (const value of [null, 7, 'x', [], { format: 3 }, { format: 99 }])
    expect(migrated(value)).toEqual(value);
});
