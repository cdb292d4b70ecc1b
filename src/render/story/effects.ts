// What a race does, in sentences without a full stop.

import type { Evidence } from '../../evidence/index.js';
import { harmText } from '../../words/index.js';

/** What the model engine saw on one kernel, each text once; lost updates and the like before the outcomes they lead to. */
export function modelHarms({ harms }: Evidence, kernel: 'base' | 'fixed'): string[] {
  return [...new Set(harms.filter((harm) => harm.kernel === kernel).map(harmText))];
}
