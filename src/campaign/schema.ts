// What a campaign's file may say. The one source of its types, its checks and its JSON Schema
// (schemas/campaign.schema.json).
import { z } from 'zod';
import { strategyNames } from '../model/explore/index.js';

const word = (what: string) => z.string().min(1, `${what} is empty`).max(4096);
const count = z.int().min(1);
const seconds = z.number().positive();

const model = z
  .strictObject({
    strategy: z.enum(strategyNames).optional().describe('`millrace run --strategy`.'),
    seed: z.int().min(0).optional().describe('For pct and random.'),
    preemptions: z.int().min(0).optional().describe('For bounded; for pct, the depth less one.'),
    maxSchedules: count.optional().describe('Stop a test after so many interleavings.'),
    maxTime: seconds.optional().describe('Stop a test after so many seconds.'),
    maxMemory: count.max(1024).optional().describe('MiB that the program may use.'),
    maxSteps: count.optional().describe('Operations of one context in one execution.'),
    compiler: z
      .enum(['native', 'packaged'])
      .optional()
      .describe('The native clang, or the one that comes along.'),
  })
  .describe('The exploration, as the options of `millrace run` have it.');

const kcsan = z
  .strictObject({
    seed: z.int().min(0).optional().describe('Of the sample.'),
    executions: count.optional().describe('How many executions the sample has.'),
    maxTime: seconds.optional().describe('Stop a test after so many seconds.'),
    maxMemory: count.max(1024).optional().describe('MiB that the program may use.'),
    maxSteps: count.optional().describe('Operations of one context in one execution.'),
    compiler: z
      .enum(['native', 'packaged'])
      .optional()
      .describe('The native clang, or the one that comes along.'),
  })
  .describe("The sample of KCSAN's algorithm.");

const kernel = z
  .strictObject({
    cpus: count.max(64).optional().describe("Virtual CPUs: QEMU's -smp."),
    memory: z.int().min(64).max(65536).optional().describe("Guest memory in MiB: QEMU's -m."),
    timeout: z.int().min(5).max(86400).optional().describe('Seconds that one boot may take.'),
    seconds: count.max(3600).optional().describe('Seconds that each test runs its sides.'),
    makeOptions: z.array(word('a make option')).optional().describe('As `millrace run --make-option`.'),
    instrument: z.enum(['case', 'all']).optional().describe("What KCSAN watches: the case's files, or all."),
    lockdep: z.boolean().optional().describe('Build with PROVE_LOCKING.'),
  })
  .describe('The kernel engine; what is left out is as the case has it.');

const configuration = z
  .strictObject({
    name: word('name').describe('What the table calls it.'),
    model: model.optional(),
    kcsan: kcsan.optional(),
    kernel: kernel.optional(),
  })
  .describe('Settings of the engines; an engine that is left out runs with its defaults.');

export const campaignFileSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    title: z.string().default('').describe('One line above the table.'),
    cases: z
      .array(word('a case'))
      .min(1, 'names no case')
      .describe('Case folders, from the folder of this file, or names of bundled cases.'),
    trees: z
      .array(word('a tree'))
      .min(1, 'names no tree')
      .describe('Kernel trees: debian:VERSION, or a path from the folder of this file.'),
    engines: z
      .array(z.enum(['model', 'kcsan', 'kernel']))
      .min(1, 'names no engine')
      .default(['model'])
      .describe(
        'model: every interleaving; kcsan: a sample with its algorithm; kernel: a real kernel in QEMU.',
      ),
    fixes: z
      .union([z.literal('all'), z.array(word('a fix')).min(1, 'names no fix')])
      .default('all')
      .describe(
        'all: each fix of each case. Or a list: names of fixes, patch files from the folder of this file, and none for the base alone.',
      ),
    configurations: z
      .array(configuration)
      .min(1, 'names no configuration')
      .default([{ name: 'default' }])
      .describe('Sets of settings to run everything with.'),
    boots: z
      .array(count.max(1000))
      .min(1, 'names no number')
      .optional()
      .describe('Numbers of boots for the kernel engine; as the case has it when left out.'),
    attempts: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('How often a job is tried that the machine failed: a compiler killed, a disk full.'),
  })
  .describe(
    'A Millrace campaign: cases, trees, engines, configurations, fixes and boots to try with each other.',
  );

/** A campaign's file after its defaults were filled in. */
export type CampaignFile = z.infer<typeof campaignFileSchema>;

/** One of {@link CampaignFile.configurations}. */
export type Configuration = CampaignFile['configurations'][number];

/** The JSON Schema that editors read, published as schemas/campaign.schema.json. */
export function campaignJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(campaignFileSchema, { io: 'input' });
  return { $schema, title: 'Millrace campaign', ...rest };
}
