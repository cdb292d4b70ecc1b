// How far the sides of a test came, as a record holds it; src/model/observations.ts says what each part means.
import { z } from 'zod';
import type { ModelCoverage, ModelUnreached } from '../observations.js';
import { count, place, side } from './parts.js';

const lines = z.array(count);
const stops = z
  .array(z.object({ side, place }))
  .describe('Conditions that came out one way each time, and kept a side from it.');
const functionName = z.string();
const pair = z.tuple([functionName, functionName]);

export const unreached = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('never-called'),
    function: functionName,
    isDefined: z.boolean().describe('Whether the case’s sources or harness define it.'),
    stops,
  }),
  z.object({ kind: z.literal('one-side'), functions: pair, side }),
  z.object({ kind: z.literal('nothing-shared'), functions: pair }),
  z.object({
    kind: z.literal('returned-early'),
    function: functionName,
    reached: count.describe('Lines.'),
    lines: count,
    stops,
  }),
  z.object({ kind: z.literal('side-stopped'), side, stops }),
]) satisfies z.ZodType<ModelUnreached>;

export const coverage = z
  .object({
    sides: z.array(
      z.object({
        side,
        functions: z.array(
          z.object({
            function: functionName,
            file: z.string(),
            reached: lines.describe('A line counts when a block of code that belongs to it ran.'),
            missed: lines,
            oneWay: z
              .array(z.object({ place, lines, calls: z.array(functionName.nullable()) }))
              .describe('Conditions that came out one way each time, and what they kept from running.'),
          }),
        ),
      }),
    ),
    unreached: z.array(unreached).describe('What was expected to run, and did not.'),
  })
  .describe('How far each side came, in any execution.') satisfies z.ZodType<ModelCoverage>;
