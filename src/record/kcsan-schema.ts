// What a sample under KCSAN's algorithm handed on, as a record holds it. `satisfies` keeps each schema in step with its
// type.
import { z } from 'zod';
import type { KcsanPairEvidence, KcsanVerdict } from '../judge/index.js';
import type { KcsanRun } from '../model/index.js';
import { count, facts, findingKind, side, variable } from '../model/schema/index.js';
import { raceReportSchema } from '../report/index.js';
import { timeline } from './observations-schema.js';
import { factsTold } from './older-words.js';
import { interval, verdictParts } from './verdict-parts.js';

const functions = z.tuple([z.string(), z.string()]).describe('Sorted.');
const first = count.describe('The first execution that showed it, from 1.');

const race = z.object({
  report: raceReportSchema,
  variable: variable.nullable().describe('What both accesses touch.'),
  hits: count.describe('Executions that showed it.'),
  first,
  schedule: z.string().describe('Of that first execution, for `millrace replay`.'),
});

const test = z.object({
  name: z.string(),
  sides: z.array(side),
  executions: count,
  hits: count.describe('Executions in which KCSAN found any race.'),
  printed: count.describe('Reports, CONFIG_KCSAN_REPORT_ONCE_IN_MS considered.'),
  pairs: z.array(z.object({ functions, hits: count, first: first.nullable() })),
  races: z.array(race).describe('One for each pair of lines.'),
  findings: z.array(z.preprocess(factsTold, z.object({ kind: findingKind, facts }))),
  warnings: z.array(z.string()).describe('What the kernel would have warned of.'),
  counters: z.record(z.string(), z.number()).describe('As /sys/kernel/debug/kcsan has them.'),
  virtualSeconds: z.number(),
  stoppedBy: z.enum(['end', 'time', 'interrupt']),
  timelines: z.array(timeline).describe('The executions that first showed each race, step by step.'),
});

const run = z.object({
  name: z.string().describe("`base`, or the fix's name."),
  compiler: z.string(),
  program: z.string().describe('Of the code that ran.'),
  settings: z.array(z.string()).describe('CONFIG_KCSAN_* in force, as a .config has them.'),
  unmodelled: z.array(z.enum(['verbose'])).describe('Settings that the model engine does not have.'),
  options: z.object({
    executions: count.describe('Of each test, at most.'),
    seed: z.int(),
    maxTime: z.number().describe('Seconds for each test.'),
    maxMemory: z.number().describe('MiB.'),
    maxSteps: count,
  }),
  tests: z.array(test),
}) satisfies z.ZodType<KcsanRun>;

const pairSide = z.object({ hits: count, executions: count, share: interval });

const kcsanPairEvidence = z.object({
  test: z.string(),
  functions,
  base: pairSide,
  fixed: pairSide.nullable(),
  chance: z.number().nullable().describe('Of no report with the fix, had it changed nothing.'),
  needed: count.nullable().describe('Executions a side that would bring the chance below the limit.'),
}) satisfies z.ZodType<KcsanPairEvidence>;

const verdict = z.object({
  ...verdictParts,
  pairs: z.array(kcsanPairEvidence),
  chance: z.number().nullable(),
}) satisfies z.ZodType<KcsanVerdict>;

export const kcsanSection = z
  .object({
    engine: z.literal('kcsan'),
    kernels: z.array(run).describe('The base, and the tree with the fix when one was tried.'),
    verdict: verdict.nullable(),
  })
  .describe('What KCSAN’s algorithm reports in a sample of executions on the model machine.');
