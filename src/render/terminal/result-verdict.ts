// The verdict: base and fixed side by side, the sentence, and the figures behind it.
import type { Interval, PairEvidence, Rate, SideSummary, Verdict, VerdictKind } from '../../judge/index.js';
import { chanceLimit, intervalLevel } from '../../judge/index.js';
import type { RunRecord } from '../../record/index.js';
import { bulletLines, factLines, type ResultOptions, seconds, section, whole } from './section.js';
import { tableLines } from './table.js';
import { type Palette, paletteFor, printable, wrapLines } from './text.js';

/** Base and fixed side by side; nothing without a fix. */
export function comparisonLines({ verdict }: RunRecord, options: ResultOptions): string[] {
  if (verdict === null || verdict.fixed === null) return [];
  const { base, fixed } = verdict;
  const both = (title: string, value: (side: SideSummary) => string) => [title, value(base), value(fixed)];
  const rows = [
    both('boots completed', (side) => `${side.completed} of ${side.boots}`),
    both('rounds', (side) => whole(side.rounds)),
    both('overlapped rounds', (side) => whole(side.overlaps)),
    both('time of the sides together', (side) => seconds(side.milliseconds / 1000)),
    both('reports of the expected pairs', (side) => whole(side.expectedReports)),
    both('other reports', (side) => whole(side.otherReports)),
    both('invariant violations', (side) => whole(side.violations)),
    ...verdict.tests.map((one) => [`KUnit ${printable(one.test)}`, one.base, one.fixed ?? '-']),
    ...verdict.troubles.map((one) => [
      `${one.kind}: ${printable(one.title)}`,
      whole(one.base),
      whole(one.fixed ?? 0),
    ]),
  ];
  if (verdict.troubles.length === 0) rows.push(['warnings, stalls, oopses and the like', '0', '0']);
  return tableLines(['', printable(base.name).toUpperCase(), printable(fixed.name).toUpperCase()], rows, {
    ...options,
    indent: 2,
    right: [1, 2],
  });
}

export function verdictLines({ verdict }: RunRecord, options: ResultOptions): string[] {
  if (verdict === null) return [];
  const colours = paletteFor(options);
  const paint = colourOf(verdict.kind, colours);
  return [
    ...wrapLines(colours.bold(`Verdict: ${paint(verdict.kind)}`), options.columns),
    ...wrapLines(printable(verdict.reason), options.columns, { first: 2, rest: 2 }),
    ...section('Got worse with the fix', bulletLines(verdict.harms, options), options),
    ...section('Still wrong with the fix', bulletLines(verdict.remaining, options), options),
    ...section('Lacking', bulletLines(verdict.lacking, options), options),
    ...section('Limits', bulletLines(verdict.limits, options), options),
    ...section(
      'Confidence',
      verdict.pairs.flatMap((pair) => confidenceLines(pair, verdict, options)),
      options,
    ),
  ];
}

function confidenceLines(pair: PairEvidence, { fixed }: Verdict, options: ResultOptions): string[] {
  const { base, chance, needed } = pair;
  const level = `${intervalLevel * 100} % interval`;
  const facts: [string, string][] = [
    ['per 1000 overlapped rounds', `${rateText(base.perOverlap, 1000)} (${level})`],
    ['per boot', rateText(base.perBoot, 1)],
    ['boots with a hit', `${base.bootsWithHit} of ${base.boots}, ${intervalText(base.bootShare, 100)} %`],
  ];
  if (pair.fixed !== null && fixed !== null) {
    facts.push(['per 1000 with the fix', rateText(pair.fixed.perOverlap, 1000)]);
  }
  if (chance !== null) {
    facts.push([
      'chance if unchanged',
      `${chanceText(chance.byOverlap)} by overlapped rounds, ${chanceText(chance.byBoot)} by boots; the larger has to be below ${chanceText(chanceLimit)}`,
    ]);
  }
  if (chance !== null && needed !== null && chance.weaker >= chanceLimit) {
    facts.push([
      'boots needed',
      needed.perSide === null ? 'more than can be asked for' : `${needed.perSide} a side`,
    ]);
  }
  return [
    ...wrapLines(`${printable(pair.functions.join(' / '))} on the base`, options.columns, {
      first: 2,
      rest: 4,
    }),
    ...factLines(facts, options),
  ];
}

function colourOf(kind: VerdictKind, colours: Palette): (text: string) => string {
  if (kind === 'race shown' || kind === 'race shown, fix shown') return colours.green;
  return kind === 'race not shown' || kind === 'inconclusive' ? colours.yellow : colours.red;
}

function rateText({ value, interval }: Rate, per: number): string {
  return value === null ? 'not counted' : `${figure(value * per)}, ${intervalText(interval, per)}`;
}

function intervalText({ low, high }: Interval, per: number): string {
  return `${figure(low * per)} to ${high === null ? 'unbounded' : figure(high * per)}`;
}

function figure(value: number): string {
  return value >= 100 ? whole(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function chanceText(chance: number): string {
  return chance > 0 && chance < 1e-6 ? 'less than 0.0001 %' : `${figure(chance * 100)} %`;
}
