// run.json: the one source of its type, its check and its JSON Schema (schemas/run.schema.json).
import { z } from 'zod';
import { expectedKinds } from '../case/index.js';
import type { StockSteps } from '../export/index.js';
import type { EngineName } from '../judge/index.js';
import { describedTexts } from './described-texts.js';
import { directedSection } from './directed-schema.js';
import { kcsanSection } from './kcsan-schema.js';
import { kernelSection } from './kernel-schema.js';
import { modelSection } from './model-schema.js';

/** Grows when a reader of the older form could go wrong on the newer. */
export const recordFormat = 3;

const instant = z.iso.datetime().describe('UTC.');

const file = z.object({
  path: z.string().describe("Inside the record's folder."),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const fix = file.extend({ name: z.string(), title: z.string() });

const recordedCase = z.object({
  name: z.string(),
  argument: z
    .string()
    .optional()
    .describe('What a command in the working directory finds the case by: a name, or a path.'),
  title: z.string(),
  suite: z.string(),
  sources: z.array(z.string()).describe('Paths inside the tree.'),
  tests: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      races: z.array(z.object({ functions: z.tuple([z.string(), z.string()]) })),
      expect: z.array(z.string()).optional().describe('Further functions that the sides have to reach.'),
      findings: z
        .array(z.object({ kind: z.enum(expectedKinds), functions: z.array(z.string()) }))
        .optional()
        .describe('What the model engine has to find besides races.'),
    }),
  ),
  assumptions: z.array(z.string()),
  harnessPath: z
    .string()
    .nullable()
    .describe('Where in the tree the harness was built; null where that is not known.'),
  files: z.array(file).describe('The whole case folder, copied.'),
});

const recordedTree = z.object({
  spec: z.string(),
  path: z.string().describe('Absolute path on the machine that ran it.'),
  version: z.string(),
  identity: z.string(),
  commit: z.string().nullable(),
});

const stock = z
  .object({
    patch: z.string().describe('File name of the patch that adds the harness.'),
    apply: z.string(),
    build: z.string(),
    boot: z.string(),
    fixes: z.array(z.object({ name: z.string(), patch: z.string(), apply: z.string() })),
  })
  .describe(
    'How to run the case with stock tools, as `millrace export` writes it; null without a toolchain.',
  ) satisfies z.ZodType<StockSteps>;

const bisection = z.object({
  tested: z.int().positive().describe('Commits that were tested.'),
  reason: z.string().nullable().describe('What the case shows on the commit.'),
  parents: z
    .array(
      z.object({
        commit: z.string(),
        subject: z.string(),
        state: z.enum(['silent', 'absent']).describe('`absent`: the case’s sources are not there yet.'),
        reason: z.string().nullable(),
      }),
    )
    .describe('Those of the commit, which do not show it.'),
});

export const runRecordSchema = z.object({
  format: z.literal(recordFormat),
  millrace: z.string().describe('Version of the program that made the record.'),
  id: z.string(),
  status: z
    .enum(['running', 'finished', 'failed', 'interrupted'])
    .describe('`running` of a process that is gone means that the run was cut off.'),
  process: z.object({
    pid: z.int(),
    machine: z
      .string()
      .nullable()
      .describe("The kernel's boot id: tells this boot of this machine from any other."),
    started: z.string().nullable().describe("The process's start time as the kernel counts it."),
  }),
  started: instant,
  finished: instant.nullable(),
  command: z.array(z.string()).describe('The command line, program first.'),
  filter: z.string().nullable().default(null).describe('Of tests, as kunit.filter_glob takes it.'),
  host: z
    .object({ system: z.string(), node: z.string() })
    .nullable()
    .default(null)
    .describe('The machine that ran it: kernel and architecture, and the version of Node.js.'),
  workingDirectory: z.string(),
  engines: z
    .array(z.discriminatedUnion('engine', [modelSection, kcsanSection, kernelSection, directedSection]))
    .describe('Those that were asked for, in the order in which they run.'),
  case: recordedCase,
  tree: recordedTree.nullable(),
  fixes: z
    .object({
      commit: z
        .string()
        .regex(/^[0-9a-f]{12,64}$/)
        .describe('Abbreviated to at least 12 digits.'),
      subject: z.string(),
      bisection: bisection.optional().describe('Where this is proven; absent where git blame tells it.'),
    })
    .nullable()
    .optional()
    .describe(
      'The commit that a fix would name in `Fixes:`, by bisection or by git blame of the tree; null where neither tells it.',
    ),
  fix: fix.nullable(),
  otherFixes: z
    .array(fix)
    .optional()
    .describe('Of several fixes, those that were tried besides `fix`, which is the weakest that holds.'),
  seeds: z.record(z.string(), z.string()),
  timings: z.array(z.object({ name: z.string(), seconds: z.number().nonnegative() })),
  stock: stock.nullable().default(null),
  error: z
    .object({ kind: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why the run failed.'),
});

/** run.json: what was run, what each engine found, and its verdict. `schemas/run.schema.json` describes each field. */
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What each engine has in a record, as schemas. */
export const sectionSchemas = {
  model: modelSection,
  kcsan: kcsanSection,
  kernel: kernelSection,
  directed: directedSection,
} as const;

/** What one engine has in a record. */
export type SectionOf<E extends EngineName> = Extract<RunRecord['engines'][number], { readonly engine: E }>;

/** Undefined where that engine was not asked for. */
export function sectionOf<E extends EngineName>(
  { engines }: Pick<RunRecord, 'engines'>,
  engine: E,
): SectionOf<E> | undefined {
  return engines.find((section): section is SectionOf<E> => section.engine === engine);
}

/** The JSON Schema of run.json, as published. */
export function runJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(runRecordSchema, { io: 'output', reused: 'ref' });
  return { $schema, title: 'Millrace run record', ...describedTexts(rest, 'printed') };
}
