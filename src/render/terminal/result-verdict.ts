// The verdict: base and fixed side by side, the sentence, and the figures behind it.

import type { KernelEvidence } from '../../evidence/index.js';
import type { Interval, KernelSummary, PairEvidence, Rate, VerdictKind } from '../../judge/index.js';
import { chanceLimit, intervalLevel } from '../../judge/index.js';
import { runReasonText, verdictText } from '../../words/index.js';
import {
  factBullets,
  factLines,
  limitBullets,
  type ResultOptions,
  seconds,
  section,
  whole,
} from './section.js';
import { tableLines } from './table.js';
import { type Palette, paletteFor, printable, wrapLines } from './text.js';

/** Base and fixed side by side; nothing without a fix. */
export function comparisonLines(booted: KernelEvidence, options: ResultOptions): string[] {
  const { base, fixed, tests, troubles } = booted;
  if (base === null || fixed === null) return [];
  const both = (title: string, value: (kernel: KernelSummary) => string) => [
    title,
    value(base),
    value(fixed),
  ];
  const rows = [
    both('boots completed', (kernel) => `${kernel.completed} of ${kernel.boots}`),
    both('rounds', (kernel) => whole(kernel.rounds)),
    both('overlapped rounds', (kernel) => whole(kernel.overlaps)),
    both('time of the sides together', (kernel) => seconds(kernel.milliseconds / 1000)),
    both('reports of the expected pairs', (kernel) => whole(kernel.expectedReports)),
    both('other reports', (kernel) => whole(kernel.otherReports)),
    both('invariant violations', (kernel) => whole(kernel.violations)),
    ...tests.map((one) => [`KUnit ${printable(one.test)}`, one.base, one.fixed ?? '-']),
    ...troubles.map((one) => [
      `${one.kind}: ${printable(one.title)}`,
      whole(one.base),
      whole(one.fixed ?? 0),
    ]),
  ];
  if (troubles.length === 0) rows.push(['warnings, stalls, oopses and the like', '0', '0']);
  return tableLines(['', printable(base.name).toUpperCase(), printable(fixed.name).toUpperCase()], rows, {
    ...options,
    indent: 2,
    right: [1, 2],
  });
}

export function verdictLines(booted: KernelEvidence, options: ResultOptions): string[] {
  const { verdict, limits, pairs } = booted;
  const colours = paletteFor(options);
  const paint = colourOf(verdict.kind, colours);
  return [
    ...wrapLines(colours.bold(`Verdict: ${paint(verdictText(verdict))}`), options.columns),
    ...wrapLines(printable(runReasonText(verdict.reason)), options.columns, { first: 2, rest: 2 }),
    ...section('Got worse with the fix', factBullets(verdict.harms, options), options),
    ...section('Still wrong with the fix', factBullets(verdict.remaining, options), options),
    ...section('Lacking', factBullets(verdict.lacking, options), options),
    ...section('Limits', limitBullets(limits, options), options),
    ...section(
      'Confidence',
      pairs.flatMap((pair) => confidenceLines(pair, booted, options)),
      options,
    ),
  ];
}

function confidenceLines(pair: PairEvidence, { fixed }: KernelEvidence, options: ResultOptions): string[] {
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
      needed.perKernel === null ? 'more than can be asked for' : `${needed.perKernel} a side`,
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
  if (kind === 'shown' || kind === 'fix-shown') return colours.green;
  return kind === 'not-shown' || kind === 'inconclusive' ? colours.yellow : colours.red;
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
