// The verdict as a record holds it; src/judge/types.ts says what each figure means.
import { z } from 'zod';
import type { Verdict } from '../judge/index.js';
import { parseOutputSchema } from '../report/index.js';
import { count, interval, verdictKind } from './model-parts.js';

const { tests, troubles } = parseOutputSchema.shape;
const troubleKind = troubles.element.shape.kind;

const functions = z.array(z.string()).describe('Sorted.');
const sentences = z.array(z.string());
const rate = z.object({ count, exposure: z.number(), value: z.number().nullable(), interval });

const pairSide = z.object({
  hits: count,
  firstHit: z.number().nullable(),
  boots: count,
  bootsWithHit: count,
  rounds: count,
  overlaps: count,
  perOverlap: rate,
  perBoot: rate,
  bootShare: interval,
});

const pairEvidence = z.object({
  functions: z.tuple([z.string(), z.string()]).describe('Sorted.'),
  tests: z.array(z.string()),
  base: pairSide,
  fixed: pairSide.nullable(),
  chance: z.object({ byOverlap: z.number(), byBoot: z.number(), weaker: z.number() }).nullable(),
  needed: z.object({ perSide: count.nullable(), fixed: count.nullable() }).nullable(),
});

const testStanding = z.enum([...tests.element.shape.status.options, 'missing']);

const sideSummary = z.object({
  name: z.string(),
  boots: count,
  completed: count,
  incomplete: sentences,
  rounds: count,
  overlaps: count,
  violations: count,
  milliseconds: z.number(),
  expectedReports: count,
  otherReports: count,
});

export const verdict = z.object({
  kind: verdictKind,
  reason: z.string(),
  lacking: sentences,
  harms: sentences,
  remaining: sentences,
  limits: sentences,
  chance: z.number().nullable().describe('Of a clean fixed side, had the fix changed nothing.'),
  pairs: z.array(pairEvidence),
  otherRaces: z.array(
    z.object({
      functions,
      base: count,
      fixed: count.nullable(),
      touches: z.boolean(),
      inSources: z.boolean(),
      variable: z.string().nullable().default(null).describe('The field that both lines name.'),
      sameVariable: z.boolean().default(false).describe('Reports of an expected pair are about it too.'),
    }),
  ),
  troubles: z.array(z.object({ kind: troubleKind, title: z.string(), base: count, fixed: count.nullable() })),
  tests: z.array(z.object({ test: z.string(), base: testStanding, fixed: testStanding.nullable() })),
  base: sideSummary,
  fixed: sideSummary.nullable(),
}) satisfies z.ZodType<Verdict>;
