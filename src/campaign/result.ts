// What a job came to: kept once for its key, and true wherever the same job is asked for.
import { z } from 'zod';
import { verdictKinds } from '../judge/index.js';

/** As its reader has it; the record has the facts. */
const verdict = z.object({
  kind: z.enum(verdictKinds),
  outcome: z.enum(['as-expected', 'not-as-expected', 'inconclusive', 'not-run']),
  reason: z.string(),
  lacking: z.array(z.string()),
  remaining: z.array(z.string()),
  harms: z.array(z.string()),
});

const common = {
  format: z.literal(1),
  key: z.string(),
  started: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  /** The machine that did it. */
  host: z.string(),
};

export const jobResultSchema = z.discriminatedUnion('kind', [
  /** It ran; `run/` beside it is the record. */
  z.object({ ...common, kind: z.literal('run'), verdict }),
  /** The case, the tree and the fix do not fit together, which no second try changes. */
  z.object({ ...common, kind: z.literal('refused'), reason: z.string() }),
]);

/** What a job came to. */
export type JobResult = z.infer<typeof jobResultSchema>;

/** How one try of a job ended. `failed`: the machine's doing, worth another try. */
export type JobEnd =
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly reason: string };
