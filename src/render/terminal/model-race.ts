// One finding of the model engine on the terminal: accesses with stack, context, CPU and locks, and its schedule.
import { plural } from '../../base/index.js';
import type {
  ModelFailure,
  ModelFinding,
  ModelRace,
  ModelRaceSide,
  ModelSchedule,
} from '../../model/index.js';
import type { Access, StackFrame } from '../../report/index.js';
import { type FindingPart, findingParts, findingText, heldTexts } from '../../words/index.js';
import { nameOf } from '../variable-name.js';
import { padTo, paletteFor, printable, type TerminalOptions, widthOf, wrapLines } from './text.js';
import { chainLines } from './wait-chain.js';

/** Frames of a stack that are shown, innermost first. */
const shownFrames = 10;

export function modelRaceLines(race: ModelRace, number: number, options: TerminalOptions): string[] {
  const colours = paletteFor(options);
  const [variable] = race.sides.map((side) => side.variable);
  const on = variable == null ? '' : `, ${nameOf(variable)}`;
  const title = `${number}. ${race.lines.map(shortPlace).join(' x ')}${on}`;
  return [
    ...wrapLines(colours.bold(colours.yellow(printable(title))), options.columns, { first: 2, rest: 5 }),
    ...race.report.accesses.flatMap((access, index) =>
      accessLines(access, race.sides[index] as ModelRaceSide, options),
    ),
    ...scheduleLines(race.schedule, options),
  ];
}

export function failureLines({ text, place, schedule }: ModelFailure, options: TerminalOptions): string[] {
  const where = `${place.function}()  ${place.file}:${place.line}`;
  return [
    ...wrapLines(`broken invariant: ${printable(text)}`, options.columns, { first: 2, rest: 4 }),
    ...wrapLines(printable(where), options.columns, { first: 4, rest: 6 }),
    ...scheduleLines(schedule, options),
  ];
}

/** `told`: findings that the reader has just seen. */
export function findingLines(
  finding: ModelFinding,
  told: readonly ModelFinding[],
  options: TerminalOptions,
): string[] {
  const { kind, places, sides, schedule } = finding;
  const parts = findingParts(finding, told);
  const details = [
    ...parts.flatMap((part) => partLines(part, options)),
    ...chainLines(finding.waits, options.columns, 4),
  ];
  return [
    ...wrapLines(printable(`${kind}: ${findingText(finding)}`), options.columns, { first: 2, rest: 4 }),
    ...(finding.lifetime === null && finding.waits.length === 0
      ? places.flatMap((place, index) => {
          const side = sides[index];
          const who = side === undefined ? '' : `, ${side.name} (${side.context}) on CPU ${side.cpu}`;
          const text = `${place.function}()  ${place.file}:${place.line}${who}`;
          return wrapLines(printable(text), options.columns, { first: 4, rest: 6 });
        })
      : []),
    ...details,
    ...scheduleLines(schedule, options),
  ];
}

function partLines({ text, stack, notes }: FindingPart, options: TerminalOptions): string[] {
  return [
    ...wrapLines(paletteFor(options).cyan(printable(text)), options.columns, { first: 4, rest: 6 }),
    ...stackLines(stack, options),
    ...notes.flatMap((note) => wrapLines(printable(note), options.columns, { first: 6, rest: 8 })),
  ];
}

function accessLines(
  access: Access,
  { side, value, locks, variable }: ModelRaceSide,
  options: TerminalOptions,
): string[] {
  const colours = paletteFor(options);
  const where = variable === null ? ` at ${access.address}` : '';
  const what = `${access.type} of ${plural(access.size, 'byte')}${where}`;
  const becomes =
    value === null ? '' : access.type.startsWith('write') ? `, now ${value}` : `, read ${value}`;
  const text = printable(`${what}${becomes}, by ${side.name} (${side.context}) on CPU ${side.cpu}`);
  return [
    ...wrapLines(colours.cyan(text), options.columns, { first: 4, rest: 6 }),
    ...stackLines(access.stack, options),
    ...heldTexts(locks).flatMap((line) => wrapLines(printable(line), options.columns, { first: 6, rest: 8 })),
  ];
}

function stackLines(stack: readonly StackFrame[], options: TerminalOptions): string[] {
  const { dim } = paletteFor(options);
  const frames = stack.slice(0, shownFrames).map((frame) => ({
    name: printable(`${frame.function}${frame.inlined ? ' (inlined)' : ''}`),
    place: frame.file === null ? '' : printable(`${frame.file}:${frame.line ?? 0}`),
  }));
  const widest = Math.max(0, ...frames.map(({ name }) => widthOf(name)));
  const lines = frames.flatMap(({ name, place }) => {
    const line = `${padTo(name, widest)}  `;
    const fits = 6 + widthOf(line) + widthOf(place) <= options.columns;
    return fits
      ? [`      ${place === '' ? name : line + dim(place)}`]
      : [
          ...wrapLines(name, options.columns, { first: 6, rest: 8 }),
          ...wrapLines(dim(place), options.columns, { first: 8, rest: 8 }),
        ];
  });
  const more = stack.length - frames.length;
  return more > 0 ? [...lines, `      ${dim(`... ${plural(more, 'more frame')}`)}`] : lines;
}

function scheduleLines({ text, preemptions }: ModelSchedule, options: TerminalOptions): string[] {
  const how = preemptions === null ? 'not reduced' : plural(preemptions, 'preemption');
  return [`    schedule (${how}):`, ...wrapLines(printable(text), options.columns, { first: 6, rest: 6 })];
}

function shortPlace(place: string): string {
  return place.split('/').at(-1) ?? place;
}
