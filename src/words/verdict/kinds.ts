// What a case can expect, in English: nouns without an article.
import type { ExpectedKind } from '../../case/index.js';

const kinds: Readonly<Record<ExpectedKind, string>> = {
  race: 'race',
  'use-after-free': 'use after free',
  'double-free': 'double free',
  'invalid-free': 'invalid free',
  'invalid-access': 'invalid access',
  deadlock: 'deadlock',
  'lost-wakeup': 'lost wake-up',
  'sleep-in-atomic': 'sleep in atomic context',
  leak: 'memory leak',
  'lock-misuse': 'misuse of a lock',
  crash: 'crash',
  warning: 'warning',
  invariant: 'broken invariant',
  'no-serial-order': 'outcome of no serial order',
};

export function kindText(kind: ExpectedKind): string {
  return kinds[kind];
}
