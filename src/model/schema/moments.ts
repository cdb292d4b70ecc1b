// What contexts did to the object of a finding, and who waits: src/model/types.ts says what each means.
import { z } from 'zod';
import { stackFrameSchema } from '../../report/index.js';
import type { ModelLifetime, ModelLock, ModelReference, ModelWait } from '../types.js';
import { wait } from './execution.js';
import { count, lockMode, place, side } from './parts.js';

export const locks = z.array(
  z.object({
    kind: z.string(),
    mode: lockMode,
    name: z.string().nullable().default(null),
    address: z.string(),
    taken: place,
  }),
) satisfies z.ZodType<readonly ModelLock[]>;
const stack = z.array(stackFrameSchema).describe('Innermost first; the harness’s frames are outermost.');

const moment = z.object({
  side,
  place,
  stack,
  locks: locks.describe('That it held.'),
  queued: z.object({ side, place }).nullable().describe('Of what a callback does: who made it pending last.'),
});

export const lifetime = z.object({
  object: z.string().nullable().describe('Its struct, without the keyword.'),
  bytes: count,
  allocated: moment.nullable().describe('Null for the state of a test, which the machine supplies.'),
  freed: moment,
  used: moment,
}) satisfies z.ZodType<ModelLifetime>;

export const reference = moment.extend({
  call: z.string().describe('The function of the kernel’s: `kref_get`, `refcount_dec_and_test` …'),
  count: z.string().nullable().describe('What the count was then.'),
}) satisfies z.ZodType<ModelReference>;

const missed = moment.extend({
  call: z.string().describe('`complete`, `wake_up` …'),
  before: z.boolean().describe('Whether it came before the wait began.'),
});

export const waiting = z.object({
  side,
  place,
  stack: stack.default([]),
  holds: locks.default([]).describe('What it holds meanwhile.'),
  missed: missed
    .nullable()
    .default(null)
    .describe('Of a wait for an event: the last one, which it does not get.'),
  wait: wait.nullable(),
  lock: z.string().nullable(),
  holders: z.array(z.object({ side, taken: place })),
}) satisfies z.ZodType<ModelWait>;
