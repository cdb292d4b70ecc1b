// The shape of `millrace parse --json`, published as schemas/parse.schema.json.
import { z } from 'zod';
import type { Damage } from './damage.js';
import {
  faultKinds,
  type KernelReport,
  kasanKinds,
  lockdepKinds,
  plainKinds,
} from './kernel/kernel-report.js';
import type { Race, RaceReport } from './race-report.js';
import type { MissingResults, TestResult } from './test-result.js';
import type { Trouble } from './trouble.js';

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/);
const count = z.number().int().nonnegative();
const seconds = z
  .number()
  .nullable()
  .describe('Seconds since boot, from the console’s time stamps; null without them.');

export const stackFrameSchema = z.object({
  function: z.string(),
  offset: count.nullable().describe('Bytes from the start of the function.'),
  size: count.nullable().describe('Bytes that the function has.'),
  module: z.string().nullable().describe('Kernel module; null for the kernel itself.'),
  file: z.string().nullable().describe('Path inside the tree, with --vmlinux or where the log has it.'),
  line: z.number().int().positive().nullable(),
  inlined: z.boolean().describe('Inlined into the frame that follows.'),
});

const access = z.object({
  type: z.string().describe('As KCSAN words it: "read", "write (marked)", "assert no writes", ...'),
  address: hex,
  size: count.describe('Bytes.'),
  context: z.object({
    kind: z.enum(['task', 'interrupt']),
    pid: z.number().int().nullable().describe('Null for an interrupt.'),
    cpu: count,
  }),
  stack: z.array(stackFrameSchema).describe('Innermost first.'),
  reorderedTo: stackFrameSchema
    .exactOptional()
    .describe('Where a reordered access was when the race showed.'),
});

/** One KCSAN report. */
export const raceReportSchema = z.object({
  title: z.string().describe('Without "BUG: KCSAN: ".'),
  kind: z.enum(['data-race', 'assert']),
  unknownOrigin: z.boolean(),
  accesses: z.array(access).describe('Two; fewer where the origin is unknown or the log is cut.'),
  valueChanged: z
    .object({
      old: hex.nullable(),
      new: hex.nullable(),
      mask: hex.nullable().describe('The bits looked at, for ASSERT_EXCLUSIVE_BITS.'),
    })
    .nullable(),
  time: seconds,
  reporter: z
    .object({
      cpu: count.nullable(),
      pid: z.number().int().nullable(),
      comm: z.string().nullable(),
      kernel: z.string().nullable().describe('uname -r'),
      taint: z.string().nullable().exactOptional(),
    })
    .nullable(),
});

const nullableCount = count.nullable();
const pid = z.number().int().nullable();
const name = z.string().nullable();

const place = { task: name, pid, cpu: nullableCount };

const kernelAccess = z.object({
  type: z.enum(['read', 'write', 'free']).nullable(),
  size: nullableCount.describe('Bytes.'),
  address: z
    .string()
    .regex(/^[0-9a-fA-F]+$/)
    .nullable()
    .describe('Hexadecimal digits as printed.'),
  ...place,
});

const reportBase = z.object({
  title: z.string().describe('The first line of the report as printed, without its prefix.'),
  where: z.object(place).describe('Where the kernel was when it reported.'),
  stacks: z.array(
    z.object({
      label: z
        .string()
        .describe('access, alloc, free, chain-0, backtrace, blocked, ...; docs/parse.md lists them.'),
      stack: z.array(stackFrameSchema).describe('Innermost first.'),
      questionable: z
        .array(stackFrameSchema)
        .describe('What lay on the stack and may not have been called ("?").'),
      task: name,
      pid,
    }),
  ),
  locks: z.array(
    z.object({
      name: z.string().describe('As lockdep names its class.'),
      how: z.string().describe('acquiring, holding, held, chain-0, ...; docs/parse.md lists them.'),
      at: name.describe('The function that took it.'),
      frame: stackFrameSchema.nullable().describe('"at" with its offset, file and line.'),
      index: nullableCount.describe('Of a held lock, its place in the list.'),
      by: name.describe('Of a held lock, who holds it: comm/pid.'),
    }),
  ),
  ip: stackFrameSchema.nullable().describe('The instruction at fault, where it is printed beside the stack.'),
  time: seconds,
  reporter: raceReportSchema.shape.reporter,
});

const nothing = { access: z.null(), object: z.null(), odebug: z.null() };

/** What the kernel reports other than data races, told apart by `kind`. */
export const kernelReportSchema = z.discriminatedUnion('kind', [
  reportBase.extend({
    ...nothing,
    kind: z.enum(kasanKinds),
    access: kernelAccess,
    object: z
      .object({
        cache: name,
        size: nullableCount.describe('Bytes.'),
        offset: nullableCount.describe('Bytes from the object.'),
        where: z.enum(['inside', 'left', 'right']).nullable(),
      })
      .nullable(),
  }),
  reportBase.extend({ ...nothing, kind: z.enum(lockdepKinds) }),
  reportBase.extend({ ...nothing, kind: z.enum(faultKinds), access: kernelAccess }),
  reportBase.extend({
    ...nothing,
    kind: z.literal('odebug'),
    odebug: z.object({
      what: z.string().describe('What was done to the object: "free active".'),
      object_type: z.string(),
      hint: name.describe('The object’s callback, or its address.'),
    }),
  }),
  reportBase.extend({ ...nothing, kind: z.enum(plainKinds) }),
]);

const race = z.object({
  functions: z.array(z.string()).describe('Sorted; one where the origin is unknown.'),
  count: z.number().int().positive().describe('Reports of it.'),
  first: seconds,
});

const test = z.object({
  path: z.array(z.string()).describe('Suite and case, outermost first.'),
  status: z.enum(['passed', 'failed', 'skipped', 'crashed']),
  reason: z.string().nullable(),
  diagnostics: z.array(z.string()),
  time: seconds,
});

const damage = z.object({
  kind: z
    .enum(['result', 'counts', 'dropped', 'unvouched', 'unknown-test'])
    .describe('What shows that characters or lines are lost.'),
  text: z.string().describe('What stands there, at most 200 characters.'),
  time: seconds,
}) satisfies z.ZodType<Damage>;

const missing = z.object({
  path: z.array(z.string()).describe('Suite, outermost first; empty for the outermost plan.'),
  planned: count,
  seen: count,
  time: seconds,
}) satisfies z.ZodType<MissingResults>;

const trouble = z.object({
  kind: z.enum([
    'warning',
    'lockdep',
    'rcu-stall',
    'hung-task',
    'soft-lockup',
    'sleeping-in-atomic',
    'kasan',
    'ubsan',
    'oops',
    'panic',
  ]),
  title: z.string(),
  time: seconds,
  lines: z.array(z.string()).describe('At most 60.'),
});

export const parseOutputSchema = z
  .object({
    reports: z
      .array(z.union([raceReportSchema, kernelReportSchema]))
      .describe('In the order of the log; "kind" tells KCSAN’s from the others.'),
    races: z.array(race).describe('Reports grouped by their sorted pair of functions.'),
    tests: z.array(test).describe('KTAP results; cases come before the suite that they are in.'),
    missing: z
      .array(missing)
      .describe('Plans of KTAP that ended with fewer results than they announced: the log is cut off.'),
    troubles: z.array(trouble).describe('What else went wrong in the kernel.'),
    damages: z
      .array(damage)
      .describe('Where the log has lost characters or lines; what they belonged to is left out.'),
  })
  .describe('What `millrace parse --json` prints.');

/** The JSON Schema published as schemas/parse.schema.json. */
export function parseOutputJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(parseOutputSchema);
  return { $schema, title: 'millrace parse', ...rest };
}

/** What `millrace parse --json` prints. */
export interface ParseOutput {
  readonly reports: readonly (RaceReport | KernelReport)[];
  readonly races: readonly Race[];
  readonly tests: readonly TestResult[];
  readonly missing: readonly MissingResults[];
  readonly troubles: readonly Trouble[];
  readonly damages: readonly Damage[];
}
