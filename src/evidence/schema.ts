// What `millrace report --as json` prints, as a JSON Schema: `satisfies` keeps it in step with the types, which say more.
import { z } from 'zod';

import { count, event, side } from '../model/schema/index.js';
import { outcomeSchema, runRecordSchema, sectionSchemas, verdictKindSchema } from '../record/index.js';
import type { Evidence } from './types.js';

const sentences = z.array(z.string());
const bothKernels = z.object({ base: count, fixed: count.nullable() });
const { model, kcsan, kernel } = sectionSchemas;
const kernelVerdict = kernel.shape.verdict.unwrap().shape;
const { pairs, troubles, tests: standings, base: summary, chance } = kernelVerdict;
const interval = z.object({ low: z.number(), high: z.number().nullable() });

const verdict = z.object({
  kind: verdictKindSchema,
  outcome: outcomeSchema,
  reason: z.string(),
  lacking: sentences.describe('What an inconclusive verdict lacks.'),
  remaining: sentences.describe('What still races or fails with the fix.'),
  harms: sentences.describe('What the fix makes worse.'),
});

const modelCounts = z.object({
  complete: z.boolean().describe('Whether every interleaving was run.'),
  interleavings: count,
  estimate: count.nullable().describe('How many there are, estimated where not all were run.'),
  races: count.describe('Racing pairs of lines.'),
  failures: count.describe('Invariants that fail in some interleaving.'),
  findings: count.describe('Deadlocks, use after free and the like.'),
});

const kcsanCounts = z.object({
  executions: count,
  hits: count.describe('Executions with a report.'),
  share: interval,
  races: count.describe('Racing pairs of lines.'),
  watched: count.describe('Watchpoints that KCSAN set up.'),
  findings: sentences,
});

const limits = sentences.describe('What the engine does not say.');
const brokenInvariants = z.array(z.object({ text: z.string(), count }));
const fix = z.string().nullable().describe('Name of the fix; null when none was tried.');

const engine = z.discriminatedUnion('engine', [
  z.object({
    engine: z.literal('model'),
    verdict,
    compiler: z.string(),
    strategy: z.string(),
    fix,
    tests: z.array(
      z.object({
        test: z.string(),
        sides: z.array(side),
        base: modelCounts,
        fixed: modelCounts.nullable(),
      }),
    ),
    limits,
    pairs: model.shape.verdict.unwrap().shape.pairs,
    kernels: model.shape.kernels,
  }),
  z
    .object({
      engine: z.literal('kcsan'),
      verdict,
      compiler: z.string(),
      settings: z.array(z.string()).describe('CONFIG_KCSAN_* in force.'),
      seed: z.int(),
      fix,
      tests: z.array(
        z.object({
          test: z.string(),
          sides: z.array(side),
          base: kcsanCounts,
          fixed: kcsanCounts.nullable(),
        }),
      ),
      pairs: kcsan.shape.verdict.unwrap().shape.pairs,
      limits,
      kernels: kcsan.shape.kernels,
      chance,
    })
    .describe('KCSAN’s algorithm on the model machine: a sample.'),
  z.object({
    engine: z.literal('kernel'),
    verdict,
    fix,
    base: summary.nullable(),
    fixed: summary.nullable(),
    pairs,
    troubles,
    broken: z
      .object({ base: brokenInvariants, fixed: brokenInvariants })
      .describe('What did not hold after rounds, as the harness counted it.'),
    tests: standings,
    limits,
    settings: kernel.shape.settings,
    kernels: kernel.shape.kernels,
    chance,
  }),
]);

const lock = z.object({ name: z.string().describe('As the source writes it.'), kind: z.string() });

const access = z.object({
  function: z.string(),
  file: z.string(),
  line: count,
  from: z.string().nullable().describe('The caller.'),
  path: z.array(z.string()).describe('Innermost first.'),
  access: z.enum(['read', 'write', 'read-write']),
  marked: z.boolean(),
  by: z.array(z.object({ test: z.string(), side })),
  concurrent: z.boolean(),
  locks: z.array(lock).describe('Held each time.'),
  sometimes: z.array(lock).describe('Held some times, and not at others.'),
  races: z.boolean(),
});

const rule = z.object({
  lock,
  holding: count,
  total: count,
  missing: z.array(access),
  sentence: z.string(),
});

const variable = z.object({
  name: z.string(),
  struct: z.string().nullable(),
  field: z.string().nullable(),
  offset: count.nullable().describe('Bytes from the struct’s begin.'),
  size: count.describe('Bytes.'),
  races: z.array(
    z.object({
      lines: z.tuple([z.string(), z.string()]),
      functions: z.tuple([z.string(), z.string()]),
      counts: z.object({
        model: bothKernels.nullable().describe('Tests of the model engine in which it was seen.'),
        kcsan: bothKernels.nullable().describe('Executions of KCSAN’s sample that reported it.'),
        kernel: bothKernels.nullable().describe('Reports of the kernel engine.'),
      }),
      schedules: z.array(z.string()),
    }),
  ),
  accesses: z.array(access),
  reach: z.object({ executions: count, complete: z.boolean() }).nullable(),
  rule: rule.nullable(),
  fixedRule: rule.nullable(),
  classification: z
    .object({
      kind: z.enum(['bug', 'marking', 'open']),
      reason: z.string(),
      suggestions: z.array(
        z.object({ kind: z.enum(['lock', 'marking', 'assert-exclusive']), text: z.string() }),
      ),
    })
    .nullable(),
});

const which = z.enum(['base', 'fixed']);

const evidence = z.object({
  run: runRecordSchema.omit({ engines: true }).describe('When, how, of which case, tree and fix.'),
  verdict,
  engines: z.array(engine),
  variables: z.array(variable).describe('Those that race first.'),
  harms: z.array(
    z.object({
      kind: z.enum([
        'invariant',
        'lost-update',
        'torn-pair',
        'no-serial-order',
        'use-after-free',
        'deadlock',
        'other',
      ]),
      test: z.string(),
      kernel: which,
      text: z.string(),
      places: z.array(z.object({ function: z.string(), file: z.string(), line: count })),
      values: z.array(z.object({ name: z.string(), value: z.string(), serial: z.array(z.string()) })),
      schedule: z.string(),
    }),
  ),
  outcomes: z.array(
    z.object({
      test: z.string(),
      kernel: which,
      outcomes: count,
      serial: count,
      others: count,
      sentence: z.string(),
    }),
  ),
  schedules: z.array(
    z.object({
      text: z.string().describe('For `millrace replay`.'),
      test: z.string(),
      kernel: which,
      preemptions: count.nullable(),
      columns: z.array(side),
      steps: z.array(
        z.object({
          column: count,
          function: z.string(),
          file: z.string(),
          line: count,
          source: z.string(),
          event,
          name: z.string().nullable(),
          value: z.string().nullable(),
        }),
      ),
    }),
  ),
  limits: sentences,
  assumptions: sentences,
}) satisfies z.ZodType<Evidence>;

/** The JSON Schema of `millrace report --as json`, as published. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(evidence, { io: 'output', reused: 'ref' });
  return { $schema, title: 'Millrace report', ...rest };
}
