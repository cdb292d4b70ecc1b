// An execution as kernel commit messages show one: a column a context, a row a step, time running down.
import type { Program } from '../link/index.js';
import type { Replay, ReplayStep } from './replay.js';

export interface TableOptions {
  /** Characters a line may have. */
  readonly width: number;
  /** The text of a source line, trimmed; empty when it is not to be had. */
  readonly sourceLine: (file: string, line: number) => string;
  /** The contexts that have a column, in this order; all when not given. Steps of others are left out. */
  readonly columns?: readonly { readonly context: number; readonly heading: string }[];
}

const gutter = 2;

/**
 * Steps that no other context can notice are left out: accesses to memory that one context alone uses, and all before
 * there was a second context.
 */
export function scheduleTable(program: Program, replay: Replay, options: TableOptions): string {
  const columns =
    options.columns ??
    Array.from({ length: replay.contexts }, (_, context) => ({
      context,
      heading: context === 0 ? 'T0 (main)' : `T${context}`,
    }));
  const columnOf = new Map(columns.map(({ context }, index) => [context, index]));
  const width = Math.max(Math.floor((options.width + gutter) / columns.length) - gutter, 16);
  const shared = sharedAddresses(replay.steps);
  const shown = replay.steps.filter(
    ({ context, size, address, concurrent, what }) =>
      columnOf.has(context) &&
      ((size === 0 && (concurrent || what.startsWith('create'))) || (concurrent && shared.has(address))),
  );
  const files = new Set(shown.map(({ site }) => program.symbols.place(site).file));
  const [onlyFile] = files.size === 1 ? files : [];
  const lines = [
    ...(onlyFile === undefined ? [] : [onlyFile]),
    row(
      columns.map(({ heading }) => heading),
      width,
    ),
    row(
      columns.map(() => '-'.repeat(width)),
      width,
    ),
  ];
  const functions = new Map<number, string>();
  let last = '';
  for (const { step, place } of shown.map((step) => ({ step, place: program.symbols.place(step.site) }))) {
    const { context } = step;
    const column = columnOf.get(context) ?? 0;
    if (functions.get(context) !== place.function) lines.push(...cell(`${place.function}()`, column, width));
    functions.set(context, place.function);
    const at = `${context} ${place.file}:${place.line}`;
    if (at !== last) {
      const file = onlyFile === undefined ? `${place.file.split('/').at(-1)}:` : '';
      const text = options.sourceLine(place.file, place.line);
      lines.push(...cell(` ${file}${place.line} ${text}`.trimEnd(), column, width));
    }
    last = at;
    lines.push(...cell(`   ${stepText(step)}`, column, width));
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

function stepText({ what, address, size, value }: ReplayStep): string {
  if (size === 0) return what;
  const place = `0x${address.toString(16)}`;
  return value === null ? `${what} ${size} bytes at ${place}` : `${what} ${place}: ${value}`;
}

function sharedAddresses(steps: readonly ReplayStep[]): Set<number> {
  const users = new Map<number, number>();
  for (const { address, size, context, concurrent } of steps)
    if (size > 0 && concurrent) users.set(address, (users.get(address) ?? 0) | (1 << context));
  return new Set([...users].flatMap(([address, set]) => ((set & (set - 1)) !== 0 ? [address] : [])));
}

function row(cells: readonly string[], width: number): string {
  return cells.map((text) => text.padEnd(width)).join(' '.repeat(gutter));
}

/** `text` in a column, continued below where it is too long. */
function cell(text: string, column: number, width: number): string[] {
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
    rest = `${indent}  ${rest.slice(cut).trimStart()}`;
  }
  return lines.map((line) => ' '.repeat(column * (width + gutter)) + line);
}
