// What the model engine handed on, as a record holds it. `satisfies` keeps each schema in step with its type.
import { z } from 'zod';
import { expectedKinds } from '../case/index.js';
import { type FixMatrix, type ModelVerdict, openReason } from '../judge/index.js';
import { strategyNames } from '../model/explore/index.js';
import type { ModelRun } from '../model/index.js';
import {
  count,
  coverage,
  facts,
  findingKind,
  lifetime,
  locks,
  place,
  reference,
  schedule,
  side,
  variable,
  waiting,
} from '../model/schema/index.js';
import { raceReportSchema } from '../report/index.js';
import { conflict, outcomes, reach, timeline } from './observations-schema.js';
import { factsTold, withoutWords } from './older-words.js';
import { outcome, verdictKind, verdictParts } from './verdict-parts.js';

const report = raceReportSchema;

const raceSide = z.object({
  side,
  value: z.string().nullable().describe('What was read, or what memory held after the write.'),
  locks,
  variable: variable.nullable().default(null).describe('What both accesses of the race touch.'),
});

const race = z.object({
  lines: z.tuple([z.string(), z.string()]),
  report,
  sides: z.tuple([raceSide, raceSide]).describe("In the order of the report's accesses."),
  schedule,
});

const finding = z.preprocess(
  factsTold,
  z.object({
    kind: findingKind,
    facts,
    places: z.array(place),
    sides: z.array(side),
    waits: z
      .array(
        z.preprocess(
          withoutWords('what', 'wait', (text) => ({ on: 'told', text })),
          waiting,
        ),
      )
      .default([])
      .describe('Of a deadlock: who waits for what, and who holds that.'),
    lifetime: lifetime
      .nullable()
      .default(null)
      .describe('Of memory that is used or freed after it was freed.'),
    references: z
      .array(reference)
      .default([])
      .describe('What was done to the reference counts of the object that it is about, in order.'),
    inHarness: z.boolean().default(false).describe('Whether the first place is the harness’s own code.'),
    fingerprint: z.string().default('').describe('Kind and places, without numbers.'),
    schedule,
  }),
);

const test = z.object({
  name: z.string(),
  sides: z.array(side),
  complete: z.boolean().describe('Whether every interleaving was run, and none cut.'),
  cuts: z
    .array(z.object({ kind: z.enum(['steps', 'rounds']), place, count }))
    .default([])
    .describe('Contexts that were stopped after `maxSteps` operations, by line.'),
  stoppedBy: z.enum(['end', 'schedules', 'time', 'interrupt']),
  interleavings: count,
  redundant: count,
  estimate: count.nullable().describe('How many interleavings there are.'),
  guarantee: z.number().nullable(),
  races: z.array(race).describe('One for each pair of lines.'),
  failures: z.array(z.object({ text: z.string(), place, schedule })).describe('Invariants that fail.'),
  findings: z.array(finding),
  reach: reach.nullable().default(null),
  coverage: coverage.nullable().default(null),
  example: schedule.nullable().default(null).describe('An order to replay where nothing was found.'),
  outcomes: outcomes.nullable().default(null),
  conflicts: z.array(conflict).default([]).describe('How sides got in each other’s way, with harm.'),
  timelines: z.array(timeline).default([]).describe('The schedules of findings and outcomes, step by step.'),
});

const modelRun = z.object({
  name: z.string().describe("`base`, or the fix's name."),
  compiler: z.string(),
  program: z.string().describe('Of the code that ran; a schedule belongs to it.'),
  options: z.object({
    strategy: z.enum(strategyNames),
    seed: z.int(),
    preemptions: count,
    maxSchedules: count,
    maxTime: z.number().describe('Seconds for each test.'),
    maxMemory: z.number().describe('MiB.'),
    maxSteps: count,
  }),
  canaries: z
    .array(z.object({ unit: z.string(), found: z.boolean() }))
    .default([])
    .describe('A race of Millrace’s own in each unit, which has to be found.'),
  uncalled: z.array(z.string()).default([]).describe('Exposed functions that nothing called in any test.'),
  todos: z
    .array(z.object({ file: z.string(), line: count, text: z.string() }))
    .default([])
    .describe('What the case’s files still leave to be done.'),
  tests: z.array(test),
}) satisfies z.ZodType<ModelRun>;

const modelVerdict = z.object({
  ...verdictParts,
  pairs: z.array(
    z.object({
      test: z.string(),
      functions: z.tuple([z.string(), z.string()]).describe('Sorted.'),
      base: count.describe('Racing pairs of lines.'),
      fixed: count.nullable(),
    }),
  ),
  expectations: z
    .array(
      z.object({
        test: z.string(),
        kind: z.enum(expectedKinds),
        functions: z.array(z.string()).describe('That the finding has to be about; any when empty.'),
        base: count.describe('Findings of that kind.'),
        fixed: count.nullable(),
      }),
    )
    .optional()
    .describe('What the tests expect besides races.'),
  open: z
    .array(openReason)
    .default([])
    .describe('What a negative answer could be due to, besides that nothing races.'),
}) satisfies z.ZodType<ModelVerdict>;

const matrix = z.object({
  fixes: z.array(
    z.object({
      name: z.string(),
      kind: verdictKind,
      outcome,
      interleavings: count.describe('Of all tests.'),
      complete: z.boolean(),
    }),
  ),
  rows: z.array(
    z.object({
      test: z.string(),
      kind: z.string().describe('`race`, `invariant`, or the kind of a finding.'),
      functions: z.array(z.string()),
      variable: z.string().nullable().describe('That races.'),
      text: z.string().nullable().describe('Of an invariant.'),
      base: z.boolean().describe('Whether the base shows it.'),
      fixes: z.array(z.boolean()).describe('Whether each fix leaves or brings it, in their order.'),
    }),
  ),
  weakest: z
    .string()
    .nullable()
    .describe('Of the fixes that hold, the one that leaves the most interleavings.'),
}) satisfies z.ZodType<FixMatrix>;

export const modelSection = z
  .object({
    engine: z.literal('model'),
    kernels: z.array(modelRun).describe('The base, and the tree with the fix when one was tried.'),
    verdict: modelVerdict.nullable(),
    others: z
      .array(z.object({ kernel: modelRun, verdict: modelVerdict }))
      .optional()
      .describe(
        'Of several fixes, those that the record is not about: `kernels` has the weakest that holds.',
      ),
    matrix: matrix.optional().describe('Several fixes side by side.'),
  })
  .describe('What the model engine found.');
