// What a race is after KCSAN's own usage: a bug that shows as a race, or an access that only lacks its marking
// (Documentation/dev-tools/kcsan.rst, "Data Races" and "Selective analysis";
// tools/memory-model/Documentation/access-marking.txt, v6.12). docs/evidence.md states the rules in words.

import { readSections } from './lock-rule.js';
import type {
  AccessEvidence,
  AccessPath,
  Classification,
  ClassReason,
  LockRule,
  Suggestion,
  TestHarms,
} from './types.js';

export interface RaceFacts {
  readonly name: string;
  readonly accesses: readonly AccessEvidence[];
  readonly rule: LockRule | null;
  /** What goes wrong in the tests in which the variable races. */
  readonly harms: readonly TestHarms[];
  /** Whether all interleavings of these tests were run and each outcome is one that some serial order gives. */
  readonly isHarmless: boolean;
}

export function classify(facts: RaceFacts): Classification {
  const { rule, harms, accesses, isHarmless } = facts;
  if (accesses.length === 0) return open({ says: 'only-reports' });
  if (rule !== null && rule.missing.length > 0) return brokenRule(facts, rule);
  if (harms.length > 0) return { kind: 'bug', reason: { says: 'does-harm', harms }, suggestions: [] };
  if (!isHarmless) return open({ says: 'harm-not-excluded' });
  if (rule !== null) return open({ says: 'rule-held' });
  for (const access of accesses) {
    const lock = access.sometimes.find(({ kind }) => !readSections.has(kind));
    if (lock !== undefined) return open({ says: 'lock-at-times', path: pathOf(access), lock: lock.name });
  }
  const updates = racing(facts).filter(({ access, marked }) => access === 'read-write' && !marked);
  if (updates.length > 0) return open({ says: 'updates', lines: linesOf(updates) });
  return { kind: 'marking', reason: { says: 'no-harm' }, suggestions: markings(facts) };
}

/** Some accesses hold a lock: a marking would silence KCSAN and leave the bug. */
function brokenRule({ name, harms, accesses, isHarmless }: RaceFacts, rule: LockRule): Classification {
  const lock = rule.lock.name;
  const writes = accesses.filter(({ concurrent, access }) => concurrent && access !== 'read');
  const onlyReads = rule.missing.every(({ access }) => access === 'read');
  const paths = new Map(rule.missing.map((access) => [JSON.stringify(pathOf(access)), pathOf(access)]));
  const take: Suggestion = {
    says: 'hold-lock',
    lock,
    lines: linesOf(rule.missing),
    paths: [...paths.values()],
  };
  if (onlyReads && writes.length > 0 && harms.length === 0 && isHarmless) {
    return {
      kind: 'open',
      reason: { says: 'reads-without', lock },
      suggestions: [take, { says: 'assert-exclusive', variable: name, lock, lines: linesOf(writes) }],
    };
  }
  return { kind: 'bug', reason: { says: 'lock-missing', harms }, suggestions: [take] };
}

function markings(facts: RaceFacts): Suggestion[] {
  const plain = racing(facts).filter(({ marked }) => !marked);
  const reads = linesOf(plain.filter(({ access }) => access === 'read'));
  const writes = linesOf(plain.filter(({ access }) => access === 'write'));
  if (reads.length + writes.length === 0) return [];
  return [{ says: 'add-marking', variable: facts.name, reads, writes }];
}

function racing({ accesses }: RaceFacts): AccessEvidence[] {
  return accesses.filter(({ races }) => races);
}

function open(reason: ClassReason): Classification {
  return { kind: 'open', reason, suggestions: [] };
}

function pathOf({ function: name, from }: AccessEvidence): AccessPath {
  return { function: name, from };
}

/** `file:line`, each once. */
function linesOf(accesses: readonly AccessEvidence[]): string[] {
  return [...new Set(accesses.map(({ file, line }) => `${file}:${line}`))];
}
