// What a run of the kernel engine found, on the terminal: a pure function of the evidence.
import { plural } from '../../base/index.js';
import { type Evidence, engineOf, type KernelEvidence } from '../../evidence/index.js';
import { amplifierTexts, deviceActivity } from '../virtual-device.js';
import { raceLines } from './result-races.js';
import { bootLines, exerciseLines, headLines, testLines } from './result-run.js';
import { comparisonLines, verdictLines } from './result-verdict.js';
import { bulletLines, type ResultOptions, section } from './section.js';
import { printable, wrapLines } from './text.js';

/** Text without a line end behind the last line; no line is longer than `options.columns`, which is at least 60. */
export function renderKernelResult(evidence: Evidence, options: ResultOptions): string {
  const booted = engineOf(evidence, 'kernel');
  const { run, assumptions } = evidence;
  const device = deviceActivity(evidence);
  const shown = (lines: (booted: KernelEvidence) => string[]) => (booted === undefined ? [] : lines(booted));
  const sections = [
    headLines(evidence, options),
    section(
      'Boots',
      shown((one) => bootLines(one, options)),
      options,
    ),
    section(
      'Races',
      shown((one) => raceLines(run, one, options)),
      options,
    ),
    section('Virtual device', deviceLines(evidence, options), options),
    section(
      device === null ? 'KUnit results' : 'Results in the guest',
      shown((one) => testLines(one, options)),
      options,
    ),
    section(
      'Exercise, counted in the guest',
      shown((one) => exerciseLines(one, options)),
      options,
    ),
    section(
      'Base against fix',
      shown((one) => comparisonLines(one, options)),
      options,
    ),
    section('Assumed of the callers', bulletLines(assumptions, options), options),
    section('Record', placeLines(evidence, options), options),
    shown((one) => verdictLines(one, options)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** What it did, and where it made windows wider than the chip does. */
function deviceLines(evidence: Evidence, options: ResultOptions): string[] {
  const activity = deviceActivity(evidence);
  if (activity === null) return [];
  const { boots, reads, writes, interrupts } = activity;
  const counts = `${plural(reads, 'read')} and ${plural(writes, 'write')} of its registers, ${plural(interrupts, 'interrupt')}, in ${plural(boots, 'boot')}`;
  return [
    ...wrapLines(counts, options.columns, { first: 2, rest: 4 }),
    ...bulletLines(amplifierTexts(activity), options),
  ];
}

/** Where the record is, and what in it is worth opening. */
function placeLines(evidence: Evidence, options: ResultOptions): string[] {
  const directory = options.directory ?? `.millrace/runs/${evidence.run.id}`;
  const kernels = engineOf(evidence, 'kernel')?.kernels ?? [];
  const consoles = kernels.flatMap(({ boots }) => boots.map((boot) => boot.console));
  const [first] = consoles;
  const more = consoles.length > 1 ? ` and ${consoles.length - 1} more` : '';
  return [directory, ...(first === undefined ? [] : [`console: ${first}${more}`])].flatMap((text) =>
    wrapLines(printable(text), options.columns, { first: 2, rest: 4 }),
  );
}
