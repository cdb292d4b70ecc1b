// Parts that the sections of a record have in common.
import { z } from 'zod';

export const interval = z.object({ low: z.number(), high: z.number().nullable() });

export const verdictKind = z.enum([
  'race shown',
  'race shown, fix shown',
  'race shown, fix incomplete',
  'race shown, fix harmful',
  'race not shown',
  'inconclusive',
]);

export const outcome = z
  .enum(['as-expected', 'not-as-expected', 'inconclusive', 'not-run'])
  .describe('How it stands to what the case says: what the exit code is made of.');
