// What several fixes side by side show, in English.
import type { FixMatrix, FixRow } from '../judge/index.js';

/** `f / g race on x`, `deadlock in f`, or the text of an invariant. */
export function fixRowText({ kind, functions, variable, text }: FixRow): string {
  if (text !== null) return `invariant: ${text}`;
  if (kind === 'race') return `${functions.join(' and ')} race${variable === null ? '' : ` on ${variable}`}`;
  return functions.length === 0 ? kind : `${kind} in ${functions.join(' and ')}`;
}

/** One sentence: which of the fixes holds, and leaves the sides the most freedom. */
export function weakestText({ fixes, weakest }: FixMatrix): string {
  const holding = fixes.filter(({ outcome }) => outcome === 'as-expected');
  if (weakest === null) return `None of the ${fixes.length} fixes is shown to hold.`;
  if (holding.length === 1) return `Of the ${fixes.length} fixes, ${weakest} alone holds.`;
  return `Of the ${fixes.length} fixes, ${holding.length} hold; ${weakest} is the weakest of these: it leaves the sides the most interleavings.`;
}
