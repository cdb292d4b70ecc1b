// What a run of the kernel engine found, on the terminal: a pure function of its record.
import type { RunRecord } from '../../record/index.js';
import { raceLines } from './result-races.js';
import { bootLines, exerciseLines, headLines, testLines } from './result-run.js';
import { comparisonLines, verdictLines } from './result-verdict.js';
import { bulletLines, type ResultOptions, section } from './section.js';
import { printable, wrapLines } from './text.js';

/** Text without a line end behind the last line; no line is longer than `options.columns`, which is at least 60. */
export function renderKernelResult(record: RunRecord, options: ResultOptions): string {
  const sections = [
    headLines(record, options),
    section('Boots', bootLines(record, options), options),
    section('Races', raceLines(record, options), options),
    section('KUnit results', testLines(record, options), options),
    section('Exercise, counted in the guest', exerciseLines(record, options), options),
    section('Base against fix', comparisonLines(record, options), options),
    section('Assumed of the callers', bulletLines(record.case.assumptions, options), options),
    section('Record', placeLines(record, options), options),
    verdictLines(record, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Where the record is, and what in it is worth opening. */
function placeLines(record: RunRecord, options: ResultOptions): string[] {
  const directory = options.directory ?? `.millrace/runs/${record.id}`;
  const consoles = record.runs.flatMap((run) => run.boots.map((boot) => boot.console));
  const [first] = consoles;
  const more = consoles.length > 1 ? ` and ${consoles.length - 1} more` : '';
  return [directory, ...(first === undefined ? [] : [`console: ${first}${more}`])].flatMap((text) =>
    wrapLines(printable(text), options.columns, { first: 2, rest: 4 }),
  );
}
