// The verdict: what was shown, at what confidence, or what is lacking. A plain function of data; docs/verdicts.md
// states the rules in words.
import type { KernelRun } from '../kernel/index.js';
import { countPair, readSide, summarise } from './boots.js';
import { bootsNeeded, cleanChance, lackingOf, unlike } from './clean.js';
import type { LineFields } from './fields.js';
import { harmsOf, otherRaces, remainingOf, testStandings, troubleCounts } from './kernel-findings.js';
import { expectedPairs, type JudgedCase } from './match.js';
import { kernelOutcome } from './outcome.js';
import { percent, significant, times } from './text.js';
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
  const shown = pairs.filter((pair) => pair.base.hits > 0);
  if (shown.length === 0) {
    const lacking = lackingOnBase(facts.base, pairs, facts.tests);
    const [kind, reason] =
      lacking.length > 0
        ? (['inconclusive', inconclusiveReason(lacking)] as const)
        : (['race not shown', notShownReason(facts.base, pairs)] as const);
    return { ...facts, ...worse, kind, reason, lacking, limits: [], chance: null };
  }
  const limits = limitsOf(facts.base, pairs, facts.tests);
  if (fixed === null || facts.fixed === null) {
    const reason = `${shownText(shown)}.`;
    return { ...facts, ...worse, kind: 'race shown', reason, lacking: [], limits, chance: null };
  }
  const notRun = facts.tests.filter((one) => one.fixed === 'missing' || one.fixed === 'skipped');
  const lacking = [
    ...unlike(base, fixed),
    ...facts.fixed.incomplete.map((text) => `with the fix ${text}`),
    ...shown.flatMap((pair) => lackingOf(pair, new Set(notRun.map((one) => one.test)))),
  ];
  const chances = shown.flatMap((pair) => (pair.chance === null ? [] : [pair.chance.weaker]));
  const chance = chances.length === 0 ? null : Math.max(...chances);
  const kind = fixKind(worse.harms, worse.remaining, lacking);
  const reason = {
    'race shown, fix harmful': `${shownText(shown)}; with ${facts.fixed.name}: ${worse.harms.join('; ')}.`,
    'race shown, fix incomplete': `${shownText(shown)}; with ${facts.fixed.name}: ${worse.remaining.join('; ')}.`,
    'race shown, fix shown': fixShownReason(facts.fixed, shown, chance),
    inconclusive: inconclusiveReason(lacking),
  }[kind];
  return { ...facts, ...worse, kind, reason, lacking, limits, chance };
}

/** A case that expects no race: any report at all goes against it. */
function judgeControl(
  base: KernelSummary,
  others: KernelVerdict['otherRaces'],
  tests: KernelVerdict['tests'],
): Pick<KernelVerdict, 'kind' | 'reason' | 'lacking'> {
  const seen = others.filter((race) => race.base > 0);
  if (seen.length > 0) {
    const races = seen.map((race) => `${race.functions.join(' / ')} was reported ${times(race.base)}`);
    return {
      kind: 'race shown',
      reason: `${races.join('; ')}, where the case expects no race.`,
      lacking: [],
    };
  }
  const lacking = lackingOnBase(base, [], tests);
  if (lacking.length > 0) return { kind: 'inconclusive', reason: inconclusiveReason(lacking), lacking };
  const reason = `${bootsText(base.completed)} gave no report in ${base.overlaps} overlapped rounds, as the case expects.`;
  return { kind: 'race not shown', reason, lacking };
}

function fixKind(harms: readonly string[], remaining: readonly string[], lacking: readonly string[]) {
  if (harms.length > 0) return 'race shown, fix harmful';
  if (remaining.length > 0) return 'race shown, fix incomplete';
  return lacking.length > 0 ? 'inconclusive' : 'race shown, fix shown';
}

function lackingOnBase(
  base: KernelSummary,
  pairs: readonly PairEvidence[],
  tests: KernelVerdict['tests'],
): string[] {
  const lacking = base.incomplete.map((text) => `on the base ${text}`);
  if (base.boots === 0) lacking.push('the base was not booted');
  for (const { functions, fixed } of pairs) {
    if (fixed === null || fixed.hits === 0) continue;
    lacking.push(
      `${functions.join(' / ')} was reported with the fix, ${times(fixed.hits)}, and never on the base`,
    );
  }
  if (base.completed === 0) return lacking;
  const notRun = tests.filter((one) => one.base === 'missing' || one.base === 'skipped');
  if (notRun.length > 0) lacking.push(`the base did not run ${notRun.map((one) => one.test).join(', ')}`);
  for (const { functions, base: side } of pairs) {
    if (side.overlaps > 0) continue;
    lacking.push(`the harness counted no round in which the sides of ${functions.join(' / ')} overlapped`);
  }
  if (pairs.length === 0 && base.overlaps === 0) lacking.push('the harness counted no overlapping round');
  return lacking;
}

function limitsOf(
  base: KernelSummary,
  pairs: readonly PairEvidence[],
  tests: KernelVerdict['tests'],
): string[] {
  const limits = base.incomplete.map((text) => `On the base ${text}; rates leave such boots out.`);
  for (const { functions, base: side } of pairs) {
    if (side.hits === 0)
      limits.push(`${functions.join(' / ')} was not seen on the base, so nothing is said about it.`);
  }
  for (const { test, base: standing } of tests) {
    if (standing === 'missing' || standing === 'skipped')
      limits.push(`Test ${test} did not run on the base.`);
  }
  return limits;
}

function shownText(shown: readonly PairEvidence[]): string {
  const parts = shown.map(({ functions, base }) => {
    const boots = base.boots > 0 ? `, in ${base.bootsWithHit} of ${base.boots} boots that completed` : '';
    return `${functions.join(' / ')} was reported ${times(base.hits)}${boots}`;
  });
  return parts.join('; ');
}

function notShownReason(base: KernelSummary, pairs: readonly PairEvidence[]): string {
  const parts = pairs.map(({ functions, base: side }) => {
    const bound = side.perOverlap.interval.high;
    const most = bound === null ? '' : ` (with 95 % confidence at most ${significant(bound * 1000)} in 1000)`;
    return `no report of ${functions.join(' / ')} in ${side.overlaps} overlapped rounds${most}`;
  });
  return `${bootsText(base.completed)} gave ${parts.join(' and ')}.`;
}

function fixShownReason(fixed: KernelSummary, shown: readonly PairEvidence[], chance: number | null): string {
  const parts = shown.map(
    ({ functions, base, fixed: side }) =>
      `${functions.join(' / ')} was reported ${times(base.hits)} in ${base.overlaps} overlapped rounds of ${base.boots} boots and with ${fixed.name} never in ${side?.overlaps ?? 0} of ${side?.boots ?? 0}`,
  );
  return `${parts.join('; ')}; had the fix changed nothing, the chance of that would be ${percent(chance ?? 1)}.`;
}

function inconclusiveReason(lacking: readonly string[]): string {
  return `Not enough to tell: ${lacking.join('; ')}.`;
}

function bootsText(count: number): string {
  return `${count} ${count === 1 ? 'boot' : 'boots'}`;
}
