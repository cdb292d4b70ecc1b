// What `millrace report --as json` prints, as a JSON Schema: `satisfies` keeps it in step with the types, which say more.
import { z } from 'zod';

import { problem, reason, statement } from '../judge/index.js';
import { count, event, facts, findingKind, side, waiting } from '../model/schema/index.js';
import { describedTexts, runRecordSchema, sectionSchemas, verdictParts } from '../record/index.js';
import type { Evidence } from './types.js';
import type { RunReason, RunStatement } from './verdict-types.js';

const bothKernels = z.object({ base: count, fixed: count.nullable() });
const { model, kcsan, kernel, directed } = sectionSchemas;
const kernelVerdict = kernel.shape.verdict.unwrap().shape;
const { pairs, troubles, tests: standings, base: summary, chance } = kernelVerdict;
const interval = z.object({ low: z.number(), high: z.number().nullable() });

const text = z.string();
const engineName = z.enum(['model', 'kcsan', 'kernel']);
const { kind, outcome, about, limits } = verdictParts;
const verdicts = z.array(z.object({ engine: engineName, kind, about }));

const runStatement: z.ZodType<RunStatement> = z.lazy(() =>
  z.union([
    statement,
    z.object({ says: z.literal('by-engine'), engine: engineName, what: runStatement }),
    z.object({ says: z.literal('engines-differ'), verdicts }),
    z.object({
      says: z.literal('unfinished'),
      status: runRecordSchema.shape.status,
      error: text.nullable(),
    }),
    z.object({
      says: z.literal('locks-of-some'),
      test: text,
      kernel: text,
      executions: count,
      interleavings: count,
    }),
    z.object({ says: z.literal('outcomes-not-compared'), test: text, kernel: text }),
  ]),
);
const runStatements = z.array(runStatement);

const runReason: z.ZodType<RunReason> = z.lazy(() =>
  z.union([
    reason,
    z.object({ says: z.literal('unjudged'), lacking: runStatements }),
    z.object({
      says: z.literal('by-engines'),
      differ: verdicts.nullable(),
      reasons: z.array(z.object({ engine: engineName, reason: runReason })),
    }),
  ]),
);

const verdict = z.object({
  kind,
  outcome,
  about,
  reason: runReason,
  lacking: runStatements.describe('What an inconclusive verdict lacks.'),
  remaining: runStatements.describe('What still races or fails with the fix.'),
  harms: runStatements.describe('What the fix makes worse.'),
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
  findings: z.array(problem),
});

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
    matrix: model.shape.matrix.unwrap().nullable(),
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
  z
    .object({
      engine: z.literal('directed'),
      verdict,
      schedule: z.string(),
      fix,
      standings: directed.shape.verdict.unwrap().shape.standings,
      pairs: directed.shape.verdict.unwrap().shape.pairs,
      troubles,
      limits,
      kernels: directed.shape.kernels,
    })
    .describe('A schedule of the model engine’s, played on real kernels.'),
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
  says: z.literal('lock-rule'),
  variable: text,
  lock,
  holding: count,
  total: count,
  missing: z.array(access),
});

const path = z.object({ function: text, from: text.nullable() });
const lines = z.array(text);
const testHarms = z.array(
  z.object({
    test: text,
    invariants: count,
    others: count,
    outcomes: count,
    kinds: z.array(findingKind),
  }),
);

const classReason = z.discriminatedUnion('says', [
  z.object({ says: z.enum(['only-reports', 'harm-not-excluded', 'rule-held', 'no-harm']) }),
  z.object({ says: z.enum(['does-harm', 'lock-missing']), harms: testHarms }),
  z.object({ says: z.literal('lock-at-times'), path, lock: text }),
  z.object({ says: z.literal('updates'), lines }),
  z.object({ says: z.literal('reads-without'), lock: text }),
]);

const suggestion = z.discriminatedUnion('says', [
  z.object({ says: z.literal('hold-lock'), lock: text, lines, paths: z.array(path) }),
  z.object({ says: z.literal('add-marking'), variable: text, reads: lines, writes: lines }),
  z.object({ says: z.literal('assert-exclusive'), variable: text, lock: text, lines }),
]);

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
      reason: classReason,
      suggestions: z.array(suggestion),
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
      says: z.literal('harm'),
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
      invariant: text.nullable(),
      cause: z.object({ kind: z.enum(['lost-update', 'torn-pair']), variables: z.array(text) }).nullable(),
      finding: z.object({ kind: findingKind, facts, waits: z.array(waiting) }).nullable(),
      places: z.array(z.object({ function: z.string(), file: z.string(), line: count })),
      values: z.array(z.object({ name: z.string(), value: z.string(), serial: z.array(z.string()) })),
      schedule: z.string(),
    }),
  ),
  outcomes: z.array(
    z.object({
      says: z.literal('outcomes'),
      test: z.string(),
      kernel: which,
      outcomes: count,
      serial: count,
      others: count,
      interleavings: count,
      complete: z.boolean(),
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
  limits: runStatements,
  assumptions: z.array(text),
}) satisfies z.ZodType<Evidence>;

/** The JSON Schema of `millrace report --as json`, as published. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(evidence, { io: 'output', reused: 'ref' });
  return { $schema, title: 'Millrace report', ...describedTexts(rest, 'always') };
}
