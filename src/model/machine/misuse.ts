import type { FindingKind } from './findings.js';
import type { Machine } from './machine.js';

/** Ends the execution: a primitive was used as its specification forbids. The caller must return at once. */
export function misuse(m: Machine, message: string, site: number, kind: FindingKind = 'lock-misuse'): void {
  m.fail({
    kind,
    message,
    sites: [site],
    contexts: [m.current],
    key: `${kind} ${site} ${message.replace(/\d+/g, '')}`,
  });
}
