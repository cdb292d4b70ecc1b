// What the kernel engine handed on and its verdict, as a record holds them. `satisfies` keeps each schema in step with
// its type; src/judge/types.ts says what each figure means.
import { z } from 'zod';
import { incompleteBoots, type KernelVerdict, type LineFields } from '../judge/index.js';
import type { BootRecord, Exercise, KernelRun } from '../kernel/index.js';
import { count } from '../model/schema/index.js';
import { parseOutputSchema, raceReportSchema } from '../report/index.js';
import { interval, verdictParts } from './verdict-parts.js';

const { tests, troubles, damages } = parseOutputSchema.shape;
const reports = z.array(raceReportSchema);

const seconds = z.number().nonnegative();

const exercise = z
  .object({
    test: z.string(),
    rounds: count,
    overlaps: count,
    violations: count,
    milliseconds: z.number().nonnegative(),
  })
  .describe('Counted in the guest.') satisfies z.ZodType<Exercise>;

const bootRecord = z.object({
  outcome: z.enum(['completed', 'damaged', 'panicked', 'hung', 'flooded', 'exited', 'killed', 'interrupted']),
  detail: z.string().nullable(),
  console: z.string().describe("Path inside the record's folder."),
  seconds,
  firstKtap: seconds.nullable(),
  firstReport: seconds.nullable(),
  reports,
  tests,
  troubles,
  exercises: z.array(exercise),
  consoleCheck: z
    .object({
      vouched: count.describe('Records of printk that the guest vouched for; 0: nothing could be checked.'),
      damages,
    })
    .exactOptional()
    .describe('How the console was held against what the guest said of it on its second channel.'),
  device: z
    .object({
      reads: count.describe('Of its registers.'),
      writes: count,
      interrupts: count.describe('How often it asserted its interrupt line.'),
      held: z
        .array(
          z.object({
            register: z.string(),
            access: z.enum(['read', 'write']),
            count,
            nanoseconds: z.number().nonnegative().describe('In all.'),
          }),
        )
        .describe('Answers that it held back on purpose, which makes windows wider.'),
      unanswered: z
        .array(z.object({ register: z.string(), count }))
        .describe('Reads that it left without an answer on purpose: all ones.'),
      removed: z.boolean().describe('Whether it removed itself.'),
    })
    .exactOptional()
    .describe("What the guest's virtual device has done."),
}) satisfies z.ZodType<BootRecord>;

export const kernelRun = z.object({
  name: z.string().describe("`base`, or the fix's name."),
  release: z.string(),
  commands: z.object({ build: z.string(), boot: z.string() }),
  toolchain: z.string(),
  qemu: z.string(),
  accelerator: z.enum(['kvm', 'tcg']),
  build: z.object({
    built: z.boolean(),
    seconds,
    objects: count,
    log: z.string().describe("Path inside the record's folder."),
    image: z.string().describe('Absolute path on the machine that ran it.'),
    config: z.string().nullable().default(null).describe("The .config: a path inside the record's folder."),
  }),
  settings: z.array(z.tuple([z.string(), z.string()])),
  boots: z.array(bootRecord),
}) satisfies z.ZodType<KernelRun>;

const troubleKind = troubles.element.shape.kind;

const functions = z.array(z.string()).describe('Sorted.');
const rate = z.object({ count, exposure: z.number(), value: z.number().nullable(), interval });

export const pairCounts = z.object({
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
  base: pairCounts,
  fixed: pairCounts.nullable(),
  chance: z.object({ byOverlap: z.number(), byBoot: z.number(), weaker: z.number() }).nullable(),
  needed: z.object({ perKernel: count.nullable(), fixed: count.nullable() }).nullable(),
});

const testStanding = z.enum([...tests.element.shape.status.options, 'missing']);

export const troubleCounts = z.array(
  z.object({ kind: troubleKind, title: z.string(), base: count, fixed: count.nullable() }),
);

export const testStandings = z.array(
  z.object({ test: z.string(), base: testStanding, fixed: testStanding.nullable() }),
);

export const kernelSummary = z.object({
  name: z.string(),
  boots: count,
  completed: count,
  incomplete: z.array(incompleteBoots),
  rounds: count,
  overlaps: count,
  violations: count,
  milliseconds: z.number(),
  expectedReports: count,
  otherReports: count,
});

const kernelVerdict = z.object({
  ...verdictParts,
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
  troubles: troubleCounts,
  tests: testStandings,
  base: kernelSummary,
  fixed: kernelSummary.nullable(),
}) satisfies z.ZodType<KernelVerdict>;

const lineFields = z.object({
  kernel: z.string().describe("`base`, or the fix's name."),
  file: z.string().describe('Path inside the tree.'),
  line: z.int().nonnegative(),
  fields: z.array(
    z.object({ struct: z.string().nullable().describe('Without the keyword.'), field: z.string() }),
  ),
}) satisfies z.ZodType<LineFields>;

export const kernelSettings = z
  .object({
    cpus: z.int(),
    memory: z.int().describe('MiB.'),
    timeout: z.number().describe('Seconds a boot may take.'),
    seconds: z.number().describe('Seconds each test runs its sides.'),
    boots: z.int(),
    makeOptions: z.array(z.string()),
    detector: z.enum(['kcsan', 'kasan', 'lockdep']).optional().describe('Absent: KCSAN.'),
    instrument: z.enum(['case', 'all']).default('case').describe('What KCSAN watches.'),
    lockdep: z.boolean().default(false),
  })
  .nullable()
  .describe('As in force: the case’s, with what the command line changed.');

export const kernelSection = z
  .object({
    engine: z.literal('kernel'),
    settings: kernelSettings,
    kernels: z.array(kernelRun).describe('The base, and the fixed kernel when one was tried.'),
    fields: z.array(lineFields).describe('What the lines of the reports access, by the source.'),
    verdict: kernelVerdict.nullable(),
  })
  .describe('What boots of real kernels showed.');
