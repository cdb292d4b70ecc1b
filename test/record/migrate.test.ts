// Records of older forms: test/render/fixtures/ has some of format 1 as they were left.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeKernel } from '../../src/judge/index.js';
import {
  migrated,
  type RunRecord,
  runRecordSchema,
  type SectionOf,
  sectionOf,
} from '../../src/record/index.js';
import { base, fixed, tw686x } from '../judge/runs.js';

const old = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../render/fixtures', name), 'utf8'));
const present = (value: unknown): RunRecord => runRecordSchema.parse(migrated(value));

it('an exploration of format 1 keeps its kernels and its verdict, which says how it stands to the case', () => {
  const before = old('model.json');
  const { format, engines } = present(before);
  expect([format, engines.map(({ engine }) => engine)]).toEqual([2, ['model']]);
  const [explored] = engines;
  expect(explored?.kernels).toMatchObject(before.model.runs);
  const { expected, ...verdict } = before.model.verdict;
  expect(explored?.verdict).toMatchObject({ ...verdict, outcome: 'as-expected' });
  expect(expected).toBe(true);
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
  const { outcome, ...judged } = judgeKernel(tw686x, base(3), fixed(3));
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
      verdict: { ...judged, outcome },
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

it('what is no record of format 1 stays as it is', () => {
  for (const value of [null, 7, 'x', [], { format: 2 }, { format: 99 }])
    expect(migrated(value)).toEqual(value);
});
