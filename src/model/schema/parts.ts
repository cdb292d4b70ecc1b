// Who, where, which variable, in which schedule: as a record holds them.
import { z } from 'zod';

export const count = z.int().nonnegative();

export const place = z.object({
  function: z.string(),
  file: z.string().describe("Path inside the tree, or the harness's file name."),
  line: count,
});

export const side = z.object({
  name: z.string(),
  context: z.enum(['task', 'timer', 'softirq', 'hardirq', 'work', 'setup']),
  cpu: count,
});

export const schedule = z.object({
  text: z.string().describe('For `millrace replay`.'),
  preemptions: count.nullable().describe('The fewest with which it can be had.'),
});

export const variable = z.object({
  name: z.string(),
  struct: z.string().nullable().describe('Without the keyword.'),
  field: z.string().nullable(),
  offset: count.describe("Bytes from the struct's begin."),
  size: count.describe('Bytes of the field.'),
  object: z.string().nullable().describe('The way to it from the object that was allocated.'),
  register: z.string().optional().describe('What the driver calls the register that this stands for.'),
  signed: z.boolean().nullish().describe('Of a number: whether it can be negative.'),
});

export const lockMode = z
  .enum(['exclusive', 'read', 'downgraded'])
  .optional()
  .describe('`downgraded`: taken for writing, and held for reading since downgrade_write().');
