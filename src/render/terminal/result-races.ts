// The races of a run: expected ones first, each with its counts and the first report of each kernel that has one.

import { dirname } from 'node:path/posix';
import { nounFor, plural } from '../../base/index.js';
import type { KernelEvidence, RunFacts } from '../../evidence/index.js';
import { expectedPairs, matchPair } from '../../judge/index.js';
import { type RaceReport, racingFunctions } from '../../report/index.js';
import { renderRaceReport } from './race.js';
import { type ResultOptions, whole } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** More than this many races are counted and not shown. */
const shownRaces = 10;

interface SeenReport {
  readonly report: RaceReport;
  /** Counts from 1. */
  readonly boot: number;
}

interface FoundRace {
  readonly name: string;
  readonly expected: boolean;
  /** One for each kernel. */
  readonly kernels: readonly SeenReport[][];
}

export function raceLines(run: RunFacts, { kernels }: KernelEvidence, options: ResultOptions): string[] {
  const races = findRaces(run.case, kernels);
  const lines = races
    .slice(0, shownRaces)
    .flatMap((race, index) => [...(index === 0 ? [] : ['']), ...oneRace(race, run.case, kernels, options)]);
  const rest = races.length - shownRaces;
  if (rest > 0) lines.push('', `  ... ${plural(rest, 'more race')}, in the record`);
  return lines;
}

function findRaces({ tests, sources }: RunFacts['case'], kernels: KernelEvidence['kernels']): FoundRace[] {
  const pairs = expectedPairs(tests);
  const nowhere = () => kernels.map((): SeenReport[] => []);
  const expected = pairs.map(({ functions }) => ({
    name: functions.join(' / '),
    expected: true,
    kernels: nowhere(),
  }));
  const others = new Map<string, FoundRace>();
  kernels.forEach(({ boots }, kernel) => {
    boots.forEach((boot, index) => {
      for (const report of boot.reports) {
        const pair = matchPair(report, pairs, sources);
        const name = racingFunctions(report).join(' / ');
        const race = pair === null ? others.get(name) : expected[pair];
        const found = race ?? { name, expected: false, kernels: nowhere() };
        if (race === undefined) others.set(name, found);
        found.kernels[kernel]?.push({ report, boot: index + 1 });
      }
    });
  });
  return kernels.length === 0 ? [] : [...expected, ...others.values()];
}

function oneRace(
  race: FoundRace,
  { harnessPath }: RunFacts['case'],
  kernels: KernelEvidence['kernels'],
  options: ResultOptions,
): string[] {
  const colours = paletteFor(options);
  const what = race.expected ? 'expected' : 'not expected by the case';
  const title = `${colours.bold(colours.yellow(printable(race.name)))} (${what})`;
  const lines = wrapLines(title, options.columns, { first: 2, rest: 4 });
  const harnessFolder = harnessPath === null ? null : dirname(harnessPath);
  race.kernels.forEach((seen, kernel) => {
    const name = kernels[kernel]?.name ?? '';
    const [first] = seen;
    const text =
      first === undefined
        ? `${name}: no report`
        : `${name}: ${whole(seen.length)} ${nounFor(seen.length, 'report')}, the first ${firstSeen(first)}`;
    lines.push(...wrapLines(printable(text), options.columns, { first: 2, rest: 4 }));
    // Of a race that nobody expects and that both kernels have, one report tells enough.
    const known = !race.expected && race.kernels.slice(0, kernel).some((earlier) => earlier.length > 0);
    if (first === undefined || known) return;
    const report = renderRaceReport(first.report, {
      columns: options.columns - 2,
      colour: options.colour,
      showTitle: false,
      isHarness: (frame) => frame.file !== null && dirname(frame.file) === harnessFolder,
    });
    lines.push(...report.split('\n').map((line) => `  ${line}`));
  });
  return lines;
}

function firstSeen({ report, boot }: SeenReport): string {
  const time = report.time === null ? '' : `${report.time.toFixed(3)} s after boot, `;
  return `${time}in boot ${boot}`;
}
