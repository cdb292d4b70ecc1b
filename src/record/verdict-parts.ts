// Parts that the sections of a record have in common.
import { z } from 'zod';
import { expectedKinds } from '../case/index.js';
import { reason, statement, verdictKinds } from '../judge/index.js';

export const interval = z.object({ low: z.number(), high: z.number().nullable() });

export const verdictKind = z.enum(verdictKinds);

export const outcome = z
  .enum(['as-expected', 'not-as-expected', 'inconclusive', 'not-run'])
  .describe('How it stands to what the case says: what the exit code is made of.');

const statements = z.array(statement);

/** What the verdict of any engine has. */
export const verdictParts = {
  kind: verdictKind,
  outcome,
  about: z.array(z.enum(expectedKinds)).describe('What was shown, or was to be.'),
  reason,
  lacking: statements.describe('What the base ought to have shown, and what an inconclusive verdict lacks.'),
  remaining: statements.describe('What still races or fails with the fix.'),
  harms: statements.describe('What the fix makes worse.'),
  limits: statements.describe('What the engine does not say.'),
};
