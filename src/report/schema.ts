// The shape of `millrace parse --json`, published as schemas/parse.schema.json.
import { z } from 'zod';
import type { Damage } from './damage.js';
import type { Race, RaceReport } from './race-report.js';
import type { TestResult } from './test-result.js';
import type { Trouble } from './trouble.js';

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/);
const count = z.number().int().nonnegative();
const seconds = z
  .number()
  .nullable()
  .describe('Seconds since boot, from the console’s time stamps; null without them.');

const frame = z.object({
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
  stack: z.array(frame).describe('Innermost first.'),
  reorderedTo: frame.exactOptional().describe('Where a reordered access was when the race showed.'),
});

const report = z.object({
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
    reports: z.array(report),
    races: z.array(race).describe('Reports grouped by their sorted pair of functions.'),
    tests: z.array(test).describe('KTAP results; cases come before the suite that they are in.'),
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
  readonly reports: readonly RaceReport[];
  readonly races: readonly Race[];
  readonly tests: readonly TestResult[];
  readonly troubles: readonly Trouble[];
  readonly damages: readonly Damage[];
}
