// One KCSAN report on the terminal: both accesses with their stacks, the value's change, who reported it.
import type { Access, RaceReport, StackFrame } from '../../report/index.js';
import {
  type Palette,
  padTo,
  paletteFor,
  printable,
  type TerminalOptions,
  widthOf,
  wrapLines,
} from './text.js';

export interface RaceRenderOptions extends TerminalOptions {
  /** Whether the report's title comes first; true when absent. */
  readonly showTitle?: boolean;
  /** Frames of a stack that are shown, innermost first; 10 when absent. `Infinity` shows all. */
  readonly maxFrames?: number;
  /** Says which frames are the harness's own: the stack is shown down to the first of them. */
  readonly isHarness?: (frame: StackFrame) => boolean;
}

const defaultFrames = 10;

/** Several lines, the report's title first, none longer than `options.columns`, without a line end behind the last. */
export function renderRaceReport(report: RaceReport, options: RaceRenderOptions): string {
  const colours = paletteFor(options);
  const title = options.showTitle === false ? null : colours.bold(printable(report.title));
  const lines = title === null ? [] : wrapLines(title, options.columns, { first: 0, rest: 4 });
  for (const access of report.accesses) lines.push(...accessLines(access, options, colours));
  if (report.accesses.length === 0)
    lines.push(
      ...wrapLines(
        '(no access: the report is cut off, or its text was not understood)',
        options.columns,
        indentAccess,
      ),
    );
  if (report.unknownOrigin) {
    lines.push(
      ...wrapLines(
        'race at unknown origin: nothing instrumented made the other access',
        options.columns,
        indentAccess,
      ),
    );
  }
  const facts = [valueText(report), reporterText(report)].filter((text) => text !== null);
  for (const fact of facts) lines.push(...wrapLines(printable(fact), options.columns, indentAccess));
  return lines.join('\n');
}

const indentAccess = { first: 2, rest: 4 };
const indentFrame = 4;

function accessLines(access: Access, options: RaceRenderOptions, colours: Palette): string[] {
  const { context } = access;
  const who = context.kind === 'task' ? `task ${context.pid ?? '?'}` : 'interrupt';
  const what = printable(
    `${access.type} of ${access.size} ${access.size === 1 ? 'byte' : 'bytes'} at ${access.address} by ${who} on cpu ${context.cpu}`,
  );
  const lines = wrapLines(colours.cyan(what), options.columns, indentAccess);
  if (access.reorderedTo !== undefined) {
    const { reorderedTo: frame } = access;
    const text = `reordered to ${nameOf(frame)} ${placeOf(frame) ?? ''}`.trimEnd();
    lines.push(...wrapLines(text, options.columns, { first: indentFrame, rest: indentFrame + 4 }));
  }
  lines.push(...stackLines(access.stack, shownFrames(access.stack, options), options, colours));
  return lines;
}

/** The first `shown` frames, and how many there are more. */
export function stackLines(
  stack: readonly StackFrame[],
  shown: number,
  options: TerminalOptions,
  colours: Palette,
): string[] {
  const texts = stack.slice(0, shown).map((frame) => ({ name: nameOf(frame), place: placeOf(frame) }));
  const widest = Math.max(0, ...texts.filter(({ place }) => place !== null).map(({ name }) => widthOf(name)));
  const lines = texts.flatMap(({ name, place }) => frameLines(name, place, widest, options, colours));
  const omitted = stack.length - texts.length;
  const note =
    stack.length === 0
      ? '(no stack)'
      : omitted > 0
        ? `... ${omitted} more ${omitted === 1 ? 'frame' : 'frames'}`
        : null;
  const nested = { first: indentFrame, rest: indentFrame };
  return note === null ? lines : [...lines, ...wrapLines(colours.dim(note), options.columns, nested)];
}

/** The innermost frames: as many as asked for, and none beyond the harness's first. */
function shownFrames(stack: readonly StackFrame[], options: RaceRenderOptions): number {
  const { isHarness } = options;
  const harness = isHarness === undefined ? -1 : stack.findIndex((frame) => isHarness(frame));
  const end = harness === -1 ? stack.length : harness + 1;
  return Math.min(end, options.maxFrames ?? defaultFrames);
}

function frameLines(
  name: string,
  place: string | null,
  widest: number,
  options: TerminalOptions,
  colours: Palette,
): string[] {
  const room = options.columns - indentFrame;
  if (place !== null) {
    const aligned = `${padTo(name, widest)}  `;
    const line = widthOf(aligned) + widthOf(place) <= room ? aligned : `${name}  `;
    if (widthOf(line) + widthOf(place) <= room) return [' '.repeat(indentFrame) + line + colours.dim(place)];
  }
  const nested = { first: indentFrame + 4, rest: indentFrame + 4 };
  return [
    ...wrapLines(name, options.columns, { first: indentFrame, rest: indentFrame + 4 }),
    ...(place === null ? [] : wrapLines(colours.dim(place), options.columns, nested)),
  ];
}

/** A frame in a sentence: its function, and its place or offset. */
export function frameText(frame: StackFrame): string {
  return [nameOf(frame), placeOf(frame)].filter((part) => part !== null).join(' ');
}

/** The offset only where there is no line, which says more. */
function nameOf(frame: StackFrame): string {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const offset =
    frame.file !== null || frame.offset === null
      ? ''
      : `+${hex(frame.offset)}${frame.size === null ? '' : `/${hex(frame.size)}`}`;
  const module = frame.module === null ? '' : ` [${frame.module}]`;
  return printable(`${frame.function}${offset}${module}${frame.inlined ? ' (inlined)' : ''}`);
}

function placeOf(frame: StackFrame): string | null {
  if (frame.file === null) return null;
  return printable(frame.line === null ? frame.file : `${frame.file}:${frame.line}`);
}

function valueText({ valueChanged }: RaceReport): string | null {
  if (valueChanged === null) return null;
  const { old, new: now, mask } = valueChanged;
  const change = old === null && now === null ? null : `${old ?? '?'} -> ${now ?? '?'}`;
  const bits = mask === null ? null : `mask ${mask}`;
  return (
    [change === null ? null : `value changed: ${change}`, bits].filter((text) => text !== null).join(', ') ||
    null
  );
}

function reporterText({ time, reporter }: RaceReport): string | null {
  const parts = [
    time === null ? null : `${time.toFixed(3)} s after boot`,
    reporter?.cpu == null ? null : `on cpu ${reporter.cpu}`,
    reporter?.comm == null ? null : `in ${reporter.comm}`,
    reporter?.pid == null ? null : `(pid ${reporter.pid})`,
    reporter?.kernel == null ? null : `kernel ${reporter.kernel}`,
  ].filter((text) => text !== null);
  return parts.length === 0 ? null : `reported ${parts.join(' ')}`;
}
