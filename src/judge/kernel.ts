// The verdict: what was shown, at what confidence, or what is lacking. A plain function of data; docs/verdicts.md
// states the rules in words.
import type { KernelRun } from '../kernel/index.js';
import { countPair, readSide, summarise } from './boots.js';
import { bootsNeeded, cleanChance, lackingOf, unlike } from './clean.js';
import type { LineFields } from './fields.js';
import { harmsOf, otherRaces, remainingOf, testStandings, troubleCounts } from './kernel-findings.js';
import { expectedPairs, type JudgedCase } from './match.js';
import { kernelOutcome } from './outcome.js';
import type { Reason, Statement } from './statements.js';
import type { KernelSummary, KernelVerdict, PairEvidence } from './types.js';

/**
 * Judges what the boots of the base, and of the fixed kernel when a fix was asked for, have shown. `fields` tell what
 * the lines of reports access, so that a race that goes on in a function of another name is known again.
 */
export function judgeKernel(
  judged: JudgedCase,
  base: KernelRun,
  fixed: KernelRun | null,
  fields: readonly LineFields[] = [],
): KernelVerdict {
  const verdict = verdictOf(judged, base, fixed, fields);
  return { ...verdict, outcome: kernelOutcome(verdict) };
}

function verdictOf(
  judged: JudgedCase,
  base: KernelRun,
  fixed: KernelRun | null,
  fields: readonly LineFields[],
): Omit<KernelVerdict, 'outcome'> {
  const expected = expectedPairs(judged.tests);
  const baseSide = readSide(base, expected, judged);
  const fixedSide = fixed === null ? null : readSide(fixed, expected, judged);
  const pairs: PairEvidence[] = expected.map((pair, index) => {
    const before = countPair(baseSide, pair, index);
    const after = fixedSide === null ? null : countPair(fixedSide, pair, index);
    const comparable = after !== null && before.hits > 0 && after.hits === 0;
    return {
      ...pair,
      base: before,
      fixed: after,
      chance: comparable ? cleanChance(before, after) : null,
      needed: comparable ? bootsNeeded(before, after) : null,
    };
  });
  const facts = {
    pairs,
    otherRaces: otherRaces(baseSide, fixedSide, expected, judged, fields),
    troubles: troubleCounts(baseSide, fixedSide),
    tests: testStandings(baseSide, fixedSide, judged),
    base: summarise(baseSide),
    fixed: fixedSide === null ? null : summarise(fixedSide),
  };
  const worse =
    fixedSide === null || facts.fixed === null
      ? { harms: [], remaining: [] }
      : {
          harms: harmsOf({ base: baseSide, fixed: fixedSide }, facts.base, facts.fixed, facts),
          remaining: remainingOf(facts.base, facts.fixed, facts),
        };
  if (pairs.length === 0) {
    return {
      ...facts,
      ...worse,
      ...judgeControl(facts.base, facts.otherRaces, facts.tests),
      limits: [],
      chance: null,
    };
  }
  const about = ['race'] as const;
  const shown = pairs.filter((pair) => pair.base.hits > 0);
  if (shown.length === 0) {
    const lacking = lackingOnBase(facts.base, pairs, facts.tests);
    const isOpen = lacking.length > 0;
    return {
      ...facts,
      ...worse,
      kind: isOpen ? 'inconclusive' : 'not-shown',
      about,
      reason: isOpen ? { says: 'not-enough', lacking } : notShownReason(facts.base, pairs),
      lacking,
      limits: [],
      chance: null,
    };
  }
  const limits = limitsOf(facts.base, pairs, facts.tests);
  if (fixed === null || facts.fixed === null) {
    const reason = { says: 'booted', reports: reportsOf(shown) } as const;
    return { ...facts, ...worse, kind: 'shown', about, reason, lacking: [], limits, chance: null };
  }
  const notRun = facts.tests.filter((one) => one.fixed === 'missing' || one.fixed === 'skipped');
  const lacking: Statement[] = [
    ...unlike(base, fixed),
    ...facts.fixed.incomplete.map((boots) => ({ says: 'ended-early', kernel: 'fixed', boots }) as const),
    ...shown.flatMap((pair) => lackingOf(pair, new Set(notRun.map((one) => one.test)))),
  ];
  const chances = shown.flatMap((pair) => (pair.chance === null ? [] : [pair.chance.weaker]));
  const chance = chances.length === 0 ? null : Math.max(...chances);
  const kind = fixKind(worse.harms, worse.remaining, lacking);
  const withFix = (statements: readonly Statement[]) =>
    ({ says: 'boots-with-fix', reports: reportsOf(shown), fix: fixed.name, statements }) as const;
  const reason: Reason = {
    'fix-harmful': withFix(worse.harms),
    'fix-incomplete': withFix(worse.remaining),
    'fix-shown': fixShownReason(facts.fixed, shown, chance),
    inconclusive: { says: 'not-enough', lacking } as const,
  }[kind];
  return { ...facts, ...worse, kind, about, reason, lacking, limits, chance };
}

/** A case that expects no race: any report at all goes against it. */
function judgeControl(
  base: KernelSummary,
  others: KernelVerdict['otherRaces'],
  tests: KernelVerdict['tests'],
): Pick<KernelVerdict, 'kind' | 'about' | 'reason' | 'lacking'> {
  const races = others.filter((race) => race.base > 0);
  if (races.length > 0) {
    const reported = races.map(({ functions, base: count }) => ({ functions, count }));
    return {
      kind: 'shown',
      about: ['race'],
      reason: { says: 'control-reported', races: reported },
      lacking: [],
    };
  }
  const lacking = lackingOnBase(base, [], tests);
  if (lacking.length > 0)
    return { kind: 'inconclusive', about: [], reason: { says: 'not-enough', lacking }, lacking };
  const reason = { says: 'control-silent', boots: base.completed, overlaps: base.overlaps } as const;
  return { kind: 'not-shown', about: [], reason, lacking };
}

function fixKind(
  harms: readonly Statement[],
  remaining: readonly Statement[],
  lacking: readonly Statement[],
) {
  if (harms.length > 0) return 'fix-harmful';
  if (remaining.length > 0) return 'fix-incomplete';
  return lacking.length > 0 ? 'inconclusive' : 'fix-shown';
}

function lackingOnBase(
  base: KernelSummary,
  pairs: readonly PairEvidence[],
  tests: KernelVerdict['tests'],
): Statement[] {
  const lacking: Statement[] = base.incomplete.map((boots) => ({
    says: 'ended-early',
    kernel: 'base',
    boots,
  }));
  if (base.boots === 0) lacking.push({ says: 'not-booted' });
  for (const { functions, fixed } of pairs) {
    if (fixed === null || fixed.hits === 0) continue;
    lacking.push({ says: 'only-with-fix', functions, count: fixed.hits });
  }
  if (base.completed === 0) return lacking;
  const notRun = tests.filter((one) => one.base === 'missing' || one.base === 'skipped');
  if (notRun.length > 0)
    lacking.push({ says: 'not-run', kernel: 'base', tests: notRun.map(({ test }) => test) });
  for (const { functions, base: side } of pairs) {
    if (side.overlaps === 0) lacking.push({ says: 'never-overlapped', functions, kernel: 'base' });
  }
  if (pairs.length === 0 && base.overlaps === 0)
    lacking.push({ says: 'never-overlapped', functions: null, kernel: 'base' });
  return lacking;
}

function limitsOf(
  base: KernelSummary,
  pairs: readonly PairEvidence[],
  tests: KernelVerdict['tests'],
): Statement[] {
  const unseen = pairs.filter(({ base: side }) => side.hits === 0);
  const notRun = tests.filter((one) => one.base === 'missing' || one.base === 'skipped');
  return [
    ...base.incomplete.map((boots) => ({ says: 'rates-leave-out', boots }) as const),
    ...unseen.map(({ functions }) => ({ says: 'not-seen', functions }) as const),
    ...notRun.map(({ test }) => ({ says: 'not-run', kernel: 'base', tests: [test] }) as const),
  ];
}

function reportsOf(shown: readonly PairEvidence[]): Extract<Reason, { says: 'booted' }>['reports'] {
  return shown.map(({ functions, base: { hits, boots, bootsWithHit } }) => ({
    functions,
    hits,
    boots,
    bootsWithHit,
  }));
}

function notShownReason(base: KernelSummary, pairs: readonly PairEvidence[]): Reason {
  return {
    says: 'not-reported-in-boots',
    boots: base.completed,
    pairs: pairs.map(({ functions, base: { overlaps, perOverlap } }) => ({
      functions,
      overlaps,
      most: perOverlap.interval.high,
    })),
  };
}

function fixShownReason(fixed: KernelSummary, shown: readonly PairEvidence[], chance: number | null): Reason {
  return {
    says: 'boots-ended',
    fix: fixed.name,
    chance: chance ?? 1,
    pairs: shown.map(({ functions, base: { hits, overlaps, boots }, fixed: side }) => ({
      functions,
      hits,
      overlaps,
      boots,
      fixedOverlaps: side?.overlaps ?? 0,
      fixedBoots: side?.boots ?? 0,
    })),
  };
}
