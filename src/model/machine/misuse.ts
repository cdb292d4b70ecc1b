import type { FindingFacts, FindingKind, MisuseFacts } from './findings.js';
import type { Machine } from './machine.js';

/** Ends the execution: a primitive was used as its specification forbids. The caller must return at once. */
export function misuse(
  m: Machine,
  facts: MisuseFacts,
  site: number,
  kind: FindingKind = 'lock-misuse',
): void {
  failAt(m, kind, { fact: 'misuse', ...facts }, site, facts.problem);
}

/** The same of the reference count at `address`. */
export function misuseOfCount(m: Machine, address: number, site: number): void {
  m.fail({
    kind: 'use-after-free',
    facts: { fact: 'misuse', problem: 'reference-count' },
    sites: [site],
    contexts: [m.current],
    key: `use-after-free ${site} reference-count`,
    address,
  });
}

/** Ends the execution at `site`. `what`: tells it from what else can be wrong there. The caller must return at once. */
export function failAt(
  m: Machine,
  kind: FindingKind,
  facts: FindingFacts,
  site: number,
  what: string = facts.fact,
): void {
  m.fail({ kind, facts, sites: [site], contexts: [m.current], key: `${kind} ${site} ${what}` });
}

/** A mutex is given back that the current context does not hold. `owner`: who does; negative for nobody. */
export function notOwned(owner: number, call: string): MisuseFacts {
  return owner < 0
    ? { problem: 'not-locked', call, object: 'mutex' }
    : { problem: 'held-by-other', call, object: 'mutex', who: owner };
}
