// What a model-engine run saw besides its findings, as a record holds it; src/model/observations.ts says what each part
// means.
import { z } from 'zod';
import type { ModelConflict, ModelOutcomes, ModelReach, ModelTimeline } from '../model/index.js';
import { count, event, lockMode, place, schedule, side, variable } from '../model/schema/index.js';
import { eventTold, withoutWords } from './older-words.js';

const address = z.string().describe('Hexadecimal with `0x`.');
const locks = z.array(z.object({ name: z.string(), kind: z.string(), mode: lockMode }));

const access = z.object({
  place,
  path: z.array(z.string()).describe('Functions from that of the access outwards.'),
  side,
  access: z.enum(['read', 'write', 'read-write']),
  marked: z.boolean(),
  concurrent: z.boolean().describe('Whether another context could have come in between.'),
  locks: locks.describe('Held each time.'),
  sometimes: locks.describe('Held some times, and not at others.'),
});

export const reach = z
  .object({
    executions: count.describe('That were looked at.'),
    complete: z.boolean().describe('Whether these were all interleavings.'),
    variables: z.array(
      z.object({
        variable: variable.nullable(),
        addresses: z.array(address),
        size: count,
        accesses: z.array(access),
      }),
    ),
  })
  .describe('What several sides access, one of them writing.') satisfies z.ZodType<ModelReach>;

export const outcomes = z
  .object({
    serial: count.describe('Distinct final states of the orders in which no side interrupts another.'),
    others: count.describe('Distinct final states that none of these gives.'),
    example: z
      .object({
        values: z.array(
          z.object({
            address,
            variable: variable.nullable(),
            value: z.string(),
            serial: z.array(z.string()),
          }),
        ),
        schedule,
      })
      .nullable()
      .describe('The one of these that the fewest preemptions lead to.'),
  })
  .describe('Null when there are too many serial orders.') satisfies z.ZodType<ModelOutcomes>;

export const conflict = z.object({
  kind: z.enum(['lost-update', 'torn-pair']),
  places: z.array(place),
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  schedule,
}) satisfies z.ZodType<ModelConflict>;

export const timeline = schedule.extend({
  started: z.array(side).optional().describe('Contexts behind those of the sides, in their order.'),
  steps: z.array(
    z.preprocess(
      withoutWords('what', 'event', eventTold),
      z.object({
        side: z.int().describe('Index of the side; -1 for the test itself.'),
        place,
        source: z.string(),
        event,
        name: z.string().nullable(),
        value: z.string().nullable(),
      }),
    ),
  ),
}) satisfies z.ZodType<ModelTimeline>;
