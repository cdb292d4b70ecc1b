// What a race is after KCSAN's own usage: a bug that shows as a race, or an access that only lacks its marking
// (Documentation/dev-tools/kcsan.rst, "Data Races" and "Selective analysis";
// tools/memory-model/Documentation/access-marking.txt, v6.12). docs/evidence.md states the rules in words.

import { pathText, readSections } from './lock-rule.js';
import type { AccessEvidence, Classification, LockRule, Suggestion } from './types.js';

export interface RaceFacts {
  readonly name: string;
  readonly accesses: readonly AccessEvidence[];
  readonly rule: LockRule | null;
  /** What goes wrong in the tests in which the variable races, a phrase each. */
  readonly harms: readonly string[];
  /** Whether all interleavings of these tests were run and each outcome is one that some serial order gives. */
  readonly isHarmless: boolean;
}

export function classify(facts: RaceFacts): Classification {
  const { rule, harms, accesses, isHarmless } = facts;
  if (accesses.length === 0)
    return open('Reports tell neither the locks that were held nor what the race does.');
  if (rule !== null && rule.missing.length > 0) return brokenRule(facts, rule);
  if (harms.length > 0) {
    return {
      kind: 'bug',
      reason: `The race does harm: ${harms.join('; ')}. No access holds a lock that another holds, so which lock would be right is not to be told from this.`,
      suggestions: [],
    };
  }
  if (!isHarmless) return open('Not all interleavings were looked at, so that harm cannot be excluded.');
  if (rule !== null)
    return open(
      `${rule.sentence}, and yet they race: it is held for reading, or it is not the same lock for each of them.`,
    );
  const atTimes = accesses.find(({ sometimes }) => sometimes.some(({ kind }) => !readSections.has(kind)));
  if (atTimes !== undefined)
    return open(
      `${pathText(atTimes)} holds \`${atTimes.sometimes[0]?.name}\` at times and at others not, so that a lock may be missing.`,
    );
  const updates = racing(facts).filter(({ access, marked }) => access === 'read-write' && !marked);
  if (updates.length > 0) {
    return open(
      `The outcome was always one that some serial order gives, but ${list(updates.map(lineText))} ${updates.length === 1 ? 'reads and writes' : 'read and write'} in one, which no marking makes atomic.`,
    );
  }
  return {
    kind: 'marking',
    reason:
      'In every interleaving the outcome was one that some serial order gives, no invariant failed, and no access holds a lock: if the accesses are meant to be concurrent, a marking is all that is missing.',
    suggestions: markings(facts),
  };
}

/** Some accesses hold a lock: a marking would silence KCSAN and leave the bug. */
function brokenRule({ name, harms, accesses, isHarmless }: RaceFacts, rule: LockRule): Classification {
  const lock = `\`${rule.lock.name}\``;
  const writes = accesses.filter(({ concurrent, access }) => concurrent && access !== 'read');
  const onlyReads = rule.missing.every(({ access }) => access === 'read');
  const take: Suggestion = {
    kind: 'lock',
    text: `Hold ${lock} at ${list(unique(rule.missing.map(lineText)))} (${list(unique(rule.missing.map(pathText)))}).`,
  };
  if (onlyReads && writes.length > 0 && harms.length === 0 && isHarmless) {
    return {
      kind: 'open',
      reason: `${rule.sentence}. All writes hold ${lock} and in every interleaving the outcome was one that some serial order gives: a lock is missing at the reads, or they are meant to go without.`,
      suggestions: [
        take,
        {
          kind: 'assert-exclusive',
          text: `Where the reads are meant to go without ${lock}, \`ASSERT_EXCLUSIVE_WRITER(${name})\` at ${list(unique(writes.map(lineText)))} lets KCSAN check that nobody else writes.`,
        },
      ],
    };
  }
  const harm = harms.length === 0 ? '' : ` It does harm: ${harms.join('; ')}.`;
  return {
    kind: 'bug',
    reason: `A lock is missing. ${rule.sentence}.${harm} A marking would silence KCSAN and leave the bug.`,
    suggestions: [take],
  };
}

function markings(facts: RaceFacts): Suggestion[] {
  const plain = racing(facts).filter(({ marked }) => !marked);
  const reads = unique(plain.filter(({ access }) => access === 'read').map(lineText));
  const writes = unique(plain.filter(({ access }) => access === 'write').map(lineText));
  const parts = [
    ...(reads.length === 0 ? [] : [`READ_ONCE() at ${list(reads)}`]),
    ...(writes.length === 0 ? [] : [`WRITE_ONCE() at ${list(writes)}`]),
  ];
  if (parts.length === 0) return [];
  return [
    {
      kind: 'marking',
      text: `If \`${facts.name}\` is meant to be accessed concurrently: ${parts.join(' and ')}.`,
    },
  ];
}

function racing({ accesses }: RaceFacts): AccessEvidence[] {
  return accesses.filter(({ races }) => races);
}

function open(reason: string): Classification {
  return { kind: 'open', reason, suggestions: [] };
}

function lineText({ file, line }: AccessEvidence): string {
  return `${file.split('/').at(-1)}:${line}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function list(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
