// What directed rounds showed and their verdict, as a record holds them; src/judge/directed.ts says what each means.
import { z } from 'zod';
import type { DirectedRun, DirectedVerdict } from '../judge/index.js';
import type { DirectedCounts } from '../kernel/index.js';
import { count, place, side } from '../model/schema/index.js';
import {
  kernelRun,
  kernelSettings,
  kernelSummary,
  pairCounts,
  testStandings,
  troubleCounts,
} from './kernel-schema.js';
import { verdictParts } from './verdict-parts.js';

const directedCounts = z
  .object({
    test: z.string(),
    rounds: count,
    played: count.describe('All turns came in their order.'),
    harmed: count.describe('Played, and an invariant did not hold in the end.'),
    late: count.describe('A turn did not come to its end in time.'),
    strayed: count.describe('A side came to its end, and not to its point.'),
    absent: count.describe('Not all sides came to their doors.'),
    lateTurn: count.describe('The turn that was late first, from 0.'),
    meetings: count.describe('Rounds before those, in which two accesses of a race were to meet.'),
    met: count,
  })
  .describe('Counted in the guest.') satisfies z.ZodType<DirectedCounts>;

const point = z.object({
  number: count.describe('As the text has it: `millrace_point(1);`.'),
  file: z.string().describe('Path inside the tree.'),
  line: count.describe('Of the statement that it stands in front of, without points.'),
  function: z.string(),
});

const stop = z.object({ point: count, occurrence: count });
const turn = z.object({
  side: count.describe('Index in `sides`.'),
  until: stop.nullable().describe('Null: up to the end of the side.'),
  sleeps: z.boolean().describe('The side holds no lock there.'),
});
const meetingPoint = stop.extend({ side: count });

const directedTest = z.object({
  test: z.string(),
  schedule: z.string().describe('For `millrace replay`.'),
  preemptions: count.nullable(),
  sides: z.array(z.string()),
  turns: z.array(turn),
  meeting: z.tuple([meetingPoint, meetingPoint]).nullable().describe('Of two accesses, for KCSAN.'),
  model: z
    .object({
      shows: z.array(z.string()).describe('Kinds of findings.'),
      isPlayed: z.boolean(),
      waits: z
        .object({ turn: count, side, place, holder: side.nullable() })
        .nullable()
        .describe('The side that could not go on, and who holds what it waits for.'),
    })
    .describe('The same turns on the model machine.'),
  counts: directedCounts.nullable(),
  early: z
    .object({ inFirstMeeting: count, inFirstRound: count })
    .nullable()
    .describe('Reports of a sanitizer that came before the first of them had ended.'),
  waits: z
    .object({
      test: z.string(),
      side: z.string(),
      turn: count,
      stack: z.array(z.string()).describe('Functions, innermost first.'),
      waitsIn: z.string().nullable(),
    })
    .nullable()
    .describe('Who was waited for in vain, the first time.'),
});

export const directedRun = kernelRun.extend({
  points: z.array(point),
  diff: z.string().describe('The points against the sources.'),
  tests: z.array(directedTest),
}) satisfies z.ZodType<DirectedRun>;

const directedVerdict = z.object({
  ...verdictParts,
  standings: z.array(
    z.object({
      test: z.string(),
      base: directedCounts.nullable(),
      fixed: directedCounts.nullable(),
      isPrevented: z.boolean().describe('With the fix a side waits, so that the schedule cannot be played.'),
    }),
  ),
  pairs: z.array(
    z.object({
      functions: z.tuple([z.string(), z.string()]).describe('Sorted.'),
      tests: z.array(z.string()),
      base: pairCounts,
      fixed: pairCounts.nullable(),
    }),
  ),
  troubles: troubleCounts,
  tests: testStandings,
  base: kernelSummary,
  fixed: kernelSummary.nullable(),
}) satisfies z.ZodType<DirectedVerdict>;

export const directedSection = z
  .object({
    engine: z.literal('directed'),
    schedule: z.string().describe('`auto`, or the schedule that was given.'),
    settings: kernelSettings,
    kernels: z.array(directedRun).describe('The base, and the fixed kernel when one was tried.'),
    verdict: directedVerdict.nullable(),
  })
  .describe('A schedule of the model engine’s, played on real kernels turn by turn.');
