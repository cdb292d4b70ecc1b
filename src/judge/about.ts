// What a verdict is about, by what was found where the case names nothing.
import type { ExpectedKind } from '../case/index.js';
import type { FindingKind } from '../model/index.js';
import type { Problem } from './statements.js';

/** Findings by the name that a case would expect them by. */
const caseNames = {
  'data-race': 'race',
  assertion: 'invariant',
  deadlock: 'deadlock',
  'use-after-free': 'use-after-free',
  'double-free': 'double-free',
  'invalid-free': 'invalid-free',
  'invalid-access': 'invalid-access',
  'lock-misuse': 'lock-misuse',
  'lock-leak': 'lock-misuse',
  'memory-leak': 'leak',
  'sleep-in-atomic': 'sleep-in-atomic',
  'no-progress': 'lost-wakeup',
  crash: 'crash',
  warning: 'warning',
  'stack-overflow': 'crash',
  'no-serial-order': 'no-serial-order',
} as const satisfies Record<FindingKind, ExpectedKind>;

export function aboutOf(found: readonly Problem[]): ExpectedKind[] {
  return [...new Set(found.map(kindOf))];
}

function kindOf(found: Problem): ExpectedKind {
  switch (found.says) {
    case 'race':
    case 'reported':
      return 'race';
    case 'finding':
      return caseNames[found.kind];
    case 'invariant':
    case 'warning':
      return found.says;
  }
}
