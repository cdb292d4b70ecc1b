// What an engine handed on, as a record holds it. `satisfies` keeps each schema in step with the type it stands for.
import { z } from 'zod';
import type { BootRecord, Exercise, KernelRun } from '../kernel/index.js';
import { parseOutputSchema, raceReportSchema } from '../report/index.js';

const { tests, troubles, damages } = parseOutputSchema.shape;
const reports = z.array(raceReportSchema);

const count = z.int().nonnegative();
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
