// What besides the expected pairs was seen on each side: what a fix leaves, and what it makes worse.
import { type RaceReport, racingFunctions } from '../report/index.js';
import { isGuestFailure, type Side, standingOf } from './boots.js';
import { fieldText, isSameField, type LineFields, racingField } from './fields.js';
import { type ExpectedPair, isInSources, type JudgedCase, touchesPair } from './match.js';
import type { Statement } from './statements.js';
import { chanceByBoots, chanceLimit } from './statistics.js';
import type { KernelSummary, KernelVerdict, OtherRace, TestStandings, TroubleCount } from './types.js';

export function otherRaces(
  base: Side,
  fixed: Side | null,
  pairs: readonly ExpectedPair[],
  judged: JudgedCase,
  lines: readonly LineFields[],
): OtherRace[] {
  const races = new Map<string, OtherRace>();
  const fieldOf = (side: Side, report: RaceReport) => racingField(report, side.run.name, lines);
  const expected = base.boots
    .flatMap((boot) => boot.reports)
    .flatMap(({ report, pair }) => (pair === null ? [] : (fieldOf(base, report) ?? [])));
  const add = (side: Side, count: (race: OtherRace) => OtherRace) => {
    for (const { report, pair } of side.boots.flatMap((boot) => boot.reports)) {
      if (pair !== null) continue;
      const functions = racingFunctions(report);
      const key = functions.join(' / ');
      const known = races.get(key) ?? {
        functions,
        base: 0,
        fixed: fixed === null ? null : 0,
        touches: false,
        inSources: false,
        variable: null,
        sameVariable: false,
      };
      const field = fieldOf(side, report);
      races.set(key, {
        ...count(known),
        touches: known.touches || touchesPair(report, pairs, judged.sources),
        inSources: known.inSources || isInSources(report, judged.sources),
        variable: known.variable ?? (field === null ? null : fieldText(field)),
        sameVariable:
          known.sameVariable || (field !== null && expected.some((other) => isSameField(field, other))),
      });
    }
  };
  add(base, (race) => ({ ...race, base: race.base + 1 }));
  if (fixed !== null) add(fixed, (race) => ({ ...race, fixed: (race.fixed ?? 0) + 1 }));
  return [...races.values()];
}

export function troubleCounts(base: Side, fixed: Side | null): TroubleCount[] {
  const counts = new Map<string, TroubleCount>();
  const add = (side: Side, count: (trouble: TroubleCount) => TroubleCount) => {
    for (const { kind, title } of side.boots.flatMap(({ boot }) => boot.troubles)) {
      const key = `${kind} ${withoutNumbers(title)}`;
      counts.set(key, count(counts.get(key) ?? { kind, title, base: 0, fixed: fixed === null ? null : 0 }));
    }
  };
  add(base, (trouble) => ({ ...trouble, base: trouble.base + 1 }));
  if (fixed !== null) add(fixed, (trouble) => ({ ...trouble, fixed: (trouble.fixed ?? 0) + 1 }));
  return [...counts.values()];
}

export function testStandings(base: Side, fixed: Side | null, judged: JudgedCase): TestStandings[] {
  return judged.tests.map(({ name }) => ({
    test: name,
    base: standingOf(base, judged.suite, name),
    fixed: fixed === null ? null : standingOf(fixed, judged.suite, name),
  }));
}

/** The parts of a verdict that the two functions below read. */
export type Findings = Pick<KernelVerdict, 'pairs' | 'otherRaces' | 'troubles' | 'tests'>;

/** What the fixed side shows that the base does not. */
export function harmsOf(
  sides: { readonly base: Side; readonly fixed: Side },
  base: KernelSummary,
  fixed: KernelSummary,
  { troubles, tests }: Findings,
): Statement[] {
  const harms: Statement[] = troubles
    .filter((trouble) => trouble.base === 0 && (trouble.fixed ?? 0) > 0)
    .map(({ kind, title, fixed: count }) => ({ says: 'new-trouble', kind, title, count: count ?? 0 }));
  for (const { test, base: before, fixed: after } of tests) {
    if (before === 'passed' && (after === 'failed' || after === 'crashed'))
      harms.push({ says: 'test-fails', test, standing: after, before });
  }
  if (base.violations === 0 && fixed.violations > 0)
    harms.push({ says: 'violations', base: 0, fixed: fixed.violations });
  const failed = (side: Side) => side.boots.filter(({ boot }) => isGuestFailure(boot)).length;
  if (failed(sides.base) === 0 && chanceByBoots(failed(sides.fixed), fixed.boots, base.boots) < chanceLimit)
    harms.push({ says: 'ended-early-with-fix', boots: fixed.incomplete });
  return harms;
}

/** What the fixed side still shows. */
export function remainingOf(base: KernelSummary, fixed: KernelSummary, findings: Findings): Statement[] {
  const { pairs, otherRaces: others, tests } = findings;
  const remaining: Statement[] = pairs
    .filter((pair) => (pair.fixed?.hits ?? 0) > 0)
    .map(({ functions, base: before, fixed: after }) => ({
      says: 'still-reported',
      functions,
      base: before.hits,
      fixed: after?.hits ?? 0,
    }));
  for (const {
    touches,
    inSources,
    variable,
    sameVariable,
    functions,
    base: before,
    fixed: after,
  } of others) {
    if (after === null || after === 0) continue;
    const counts = { functions, base: before, fixed: after };
    if (sameVariable) remaining.push({ says: 'same-variable', ...counts, variable });
    else if (touches) remaining.push({ says: 'same-code', ...counts });
    else if (inSources && before === 0) remaining.push({ says: 'in-sources', ...counts });
  }
  if (base.violations > 0 && fixed.violations > 0)
    remaining.push({ says: 'violations', base: base.violations, fixed: fixed.violations });
  for (const { test, base: before, fixed: after } of tests) {
    if (isBad(before) && after !== null && isBad(after))
      remaining.push({ says: 'test-fails', test, standing: after, before: 'failing' });
  }
  return remaining;
}

function isBad(standing: string): boolean {
  return standing === 'failed' || standing === 'crashed';
}

/** CPU numbers, task ids, addresses, offsets, line numbers and durations vary from boot to boot. */
function withoutNumbers(title: string): string {
  return title.replace(/\b0x[0-9a-f]+\b/gi, 'N').replace(/\b\d+(?:\.\d+)?(?:s|ms|us)?\b/g, 'N');
}
