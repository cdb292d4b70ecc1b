// The races of a run: expected ones first, each with its counts and the first report of each side that has one.

import { dirname } from 'node:path/posix';
import { nounFor, plural } from '../../base/index.js';
import { expectedPairs, matchPair } from '../../judge/index.js';
import type { RunRecord } from '../../record/index.js';
import { type RaceReport, racingFunctions } from '../../report/index.js';
import { renderRaceReport } from './race.js';
import { type ResultOptions, whole } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** More than this many races are counted and not shown. */
const shownRaces = 10;

interface Sighting {
  readonly report: RaceReport;
  /** Counts from 1. */
  readonly boot: number;
}

interface FoundRace {
  readonly name: string;
  readonly expected: boolean;
  /** One for each of the record's runs. */
  readonly sides: readonly Sighting[][];
}

export function raceLines(record: RunRecord, options: ResultOptions): string[] {
  const races = findRaces(record);
  const lines = races
    .slice(0, shownRaces)
    .flatMap((race, index) => [...(index === 0 ? [] : ['']), ...oneRace(race, record, options)]);
  const rest = races.length - shownRaces;
  if (rest > 0) lines.push('', `  ... ${plural(rest, 'more race')}, in the record`);
  return lines;
}

function findRaces(record: RunRecord): FoundRace[] {
  const pairs = expectedPairs(record.case.tests);
  const nowhere = () => record.runs.map((): Sighting[] => []);
  const expected = pairs.map(({ functions }) => ({
    name: functions.join(' / '),
    expected: true,
    sides: nowhere(),
  }));
  const others = new Map<string, FoundRace>();
  record.runs.forEach((run, side) => {
    run.boots.forEach((boot, index) => {
      for (const report of boot.reports) {
        const pair = matchPair(report, pairs, record.case.sources);
        const name = racingFunctions(report).join(' / ');
        const race = pair === null ? others.get(name) : expected[pair];
        const found = race ?? { name, expected: false, sides: nowhere() };
        if (race === undefined) others.set(name, found);
        found.sides[side]?.push({ report, boot: index + 1 });
      }
    });
  });
  return record.runs.length === 0 ? [] : [...expected, ...others.values()];
}

function oneRace(race: FoundRace, record: RunRecord, options: ResultOptions): string[] {
  const colours = paletteFor(options);
  const what = race.expected ? 'expected' : 'not expected by the case';
  const title = `${colours.bold(colours.yellow(printable(race.name)))} (${what})`;
  const lines = wrapLines(title, options.columns, { first: 2, rest: 4 });
  const harnessFolder = record.case.harnessPath === null ? null : dirname(record.case.harnessPath);
  race.sides.forEach((sightings, side) => {
    const name = record.runs[side]?.name ?? '';
    const [first] = sightings;
    const text =
      first === undefined
        ? `${name}: no report`
        : `${name}: ${whole(sightings.length)} ${nounFor(sightings.length, 'report')}, the first ${firstSeen(first)}`;
    lines.push(...wrapLines(printable(text), options.columns, { first: 2, rest: 4 }));
    // Of a race that nobody expects and that both sides have, one report tells enough.
    const known = !race.expected && race.sides.slice(0, side).some((earlier) => earlier.length > 0);
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

function firstSeen({ report, boot }: Sighting): string {
  const time = report.time === null ? '' : `${report.time.toFixed(3)} s after boot, `;
  return `${time}in boot ${boot}`;
}
