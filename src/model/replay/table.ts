// An execution as kernel commit messages show one: a column a context, a row a step, time running down.
import { type Program, placeIn, type SourcePlace } from '../link/index.js';
import { onlyReads, type ReplayStep } from './recorder.js';
import type { Replay } from './replay.js';

export interface TableOptions {
  /** Characters a line may have. */
  readonly width: number;
  /** The text of a source line, trimmed; empty when it is not to be had. */
  readonly sourceLine: (file: string, line: number) => string;
  /** The contexts that have a column, in this order; all when not given. Steps of others are left out. */
  readonly columns?: readonly { readonly context: number; readonly heading: string }[];
  /** Where a site is shown to be; {@link Symbols.place} when not given. */
  readonly place?: (site: number) => SourcePlace;
  /** What the bytes at an address are called; 0 bytes for the object that begins there. Static variables when not given. */
  readonly variable?: (step: ReplayStep) => string | null;
}

type Placed = { readonly step: ReplayStep; readonly place: SourcePlace };

const gutter = 2;
/** Narrower columns are of no use; more contexts than fit make longer lines. */
const narrowest = 8;

/**
 * Steps that no other context can notice are left out: accesses to memory that one context alone uses or that nobody
 * writes, and all before there was a second context.
 */
export function scheduleTable(
  program: Program,
  replay: Pick<Replay, 'steps' | 'contexts'>,
  options: TableOptions,
): string {
  const columns =
    options.columns ??
    Array.from({ length: replay.contexts }, (_, context) => ({
      context,
      heading: context === 0 ? 'T0 (main)' : `T${context}`,
    }));
  const columnOf = new Map(columns.map(({ context }, index) => [context, index]));
  const width = Math.max(Math.floor((options.width + gutter) / columns.length) - gutter, narrowest);
  const placeOf = options.place ?? ((site: number) => program.symbols.place(site));
  const nameOf = options.variable ?? staticName(program);
  const isShared = sharedBytes(replay.steps);
  const shown: Placed[] = replay.steps
    .filter(
      (step) =>
        columnOf.has(step.context) &&
        ((step.size === 0 && (step.concurrent || step.what.startsWith('create'))) ||
          (step.concurrent && isShared(step))),
    )
    .map((step) => ({ step, place: placeOf(step.site) }));
  const files = new Set(shown.map(({ place }) => place.file).filter((file) => file !== ''));
  const [onlyFile] = files.size === 1 ? files : [];
  const lines = [
    ...(onlyFile === undefined ? [] : [onlyFile]),
    ...rows(
      columns.map(({ heading }) => cell(heading, width)),
      width,
    ),
    columns.map(() => '-'.repeat(width)).join(' '.repeat(gutter)),
  ];
  const functions = new Map<number, string>();
  let last = '';
  for (const { step, place } of shown) {
    const { context } = step;
    const put = (text: string) => {
      const margin = ' '.repeat((columnOf.get(context) ?? 0) * (width + gutter));
      lines.push(...cell(text, width).map((line) => margin + line));
    };
    // What the machine itself does, as running a timer, has no place.
    if (place.line > 0) {
      if (functions.get(context) !== place.function) put(`${place.function}()`);
      functions.set(context, place.function);
      const at = `${context} ${place.file}:${place.line}`;
      if (at !== last) {
        const file = onlyFile === undefined ? `${place.file.split('/').at(-1)}:` : '';
        put(` ${file}${place.line} ${options.sourceLine(place.file, place.line)}`.trimEnd());
      }
      last = at;
    }
    put(`   ${stepText(step, nameOf(step))}`);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

function stepText({ what, address, size, value }: ReplayStep, name: string | null): string {
  if (size === 0) return name === null ? what : `${what} ${name}`;
  const place = name ?? `0x${address.toString(16)}`;
  return value === null ? `${what} ${size} bytes at ${place}` : `${what} ${place}: ${value}`;
}

function staticName({ debug }: Program): (step: ReplayStep) => string | null {
  return ({ address, size }) => {
    const variable = address === 0 ? null : debug.staticAt(address);
    const place = variable === null ? null : placeIn(variable.type, address - variable.address, size);
    return variable === null || place === null ? null : `${variable.name}${place.path}`;
  };
}

/** Whether an access touches a byte that several contexts use and at least one writes. */
function sharedBytes(steps: readonly ReplayStep[]): (step: ReplayStep) => boolean {
  const users = new Map<number, number>();
  const written = new Set<number>();
  const bytes = ({ address, size }: ReplayStep) =>
    Array.from({ length: size }, (_, index) => address + index);
  for (const step of steps) {
    if (!step.concurrent) continue;
    for (const byte of bytes(step)) {
      users.set(byte, (users.get(byte) ?? 0) | (1 << step.context));
      if (!onlyReads(step.what)) written.add(byte);
    }
  }
  const isShared = (byte: number) => {
    const set = users.get(byte) ?? 0;
    return (set & (set - 1)) !== 0 && written.has(byte);
  };
  return (step) => step.size > 0 && bytes(step).some(isShared);
}

/** Cells of one or more lines side by side. */
function rows(cells: readonly (readonly string[])[], width: number): string[] {
  return Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) =>
    cells.map((texts) => (texts[line] ?? '').padEnd(width)).join(' '.repeat(gutter)),
  );
}

/** `text` in a column, continued below where it is too long. */
function cell(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  for (let rest = text; rest !== ''; ) {
    if (rest.length <= width) {
      lines.push(rest);
      break;
    }
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > indent.length + 4 ? blank : width;
    lines.push(rest.slice(0, cut));
    const left = rest.slice(cut).trimStart();
    rest = left === '' ? '' : `${indent}  ${left}`;
  }
  return lines;
}
