// The drawing of an interleaving: a lane a CPU, contexts stacked in it, a mark a step, time running to the right. Pure:
// from the trace and what of it is in view to shapes with places; whoever draws them adds nothing.
import type { MarkKind, Trace } from './trace.js';

export interface View {
  /** Indices of the trace's steps that have a place, in order. */
  readonly shown: readonly number[];
  /** Pixels that a step takes, and that the drawing has. */
  readonly unit: number;
  readonly width: number;
  /** How far it is scrolled: a position in `shown`, also between two. */
  readonly start: number;
}

export type Shape =
  | 'ring'
  | 'square'
  | 'diamond'
  | 'up'
  | 'down'
  | 'plus'
  | 'cross'
  | 'hexagon'
  | 'bar'
  | 'dot';

/** By shape as well as by colour: whoever sees no colours tells them apart. */
export const shapes: Readonly<Record<MarkKind, Shape>> = {
  read: 'ring',
  write: 'square',
  atomic: 'diamond',
  lock: 'up',
  unlock: 'down',
  allocate: 'plus',
  free: 'cross',
  callback: 'hexagon',
  wait: 'bar',
  print: 'dot',
  other: 'dot',
};

export interface Row {
  readonly context: number;
  readonly label: string;
  readonly kind: string;
  /** Of its middle line. */
  readonly y: number;
}

export interface Lane {
  readonly cpu: number;
  readonly y: number;
  readonly height: number;
  readonly rows: readonly Row[];
}

/** A stretch in which one context has the CPU to itself. */
export interface Span {
  readonly context: number;
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

export interface Mark {
  readonly step: number;
  readonly kind: MarkKind;
  readonly shape: Shape;
  readonly x: number;
  readonly y: number;
  /** Whether it is one of the two accesses of a race. */
  readonly races: boolean;
  readonly label: string;
}

/** A curve or a line between steps. */
export interface Link {
  readonly kind: 'race' | 'lifetime' | 'wait';
  readonly path: string;
  readonly label: string;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
  readonly links: readonly Link[];
}

const rowHeight = 26;
const lanePadding = 6;
const laneGap = 4;
/** Above all lanes, for arcs. */
const headroom = 34;

/** What runs on top of what, uppermost first. */
const order: readonly string[] = ['hardirq', 'softirq', 'timer', 'work', 'task', 'setup'];

/** Positions of the steps that others could notice, or all of them; those that a finding is about in either case. */
export function stepsShown({ steps, findings, lifetimes }: Trace, all: boolean): number[] {
  const wanted = new Set<number | null>([
    ...findings.map(({ step }) => step),
    ...lifetimes.flatMap(({ allocated, freed, used }) => [allocated, freed, used]),
  ]);
  return steps.flatMap(({ concurrent }, index) => (all || concurrent || wanted.has(index) ? [index] : []));
}

export function lanesOf({ contexts, steps }: Trace, shown: readonly number[]): Lane[] {
  const seen = new Set(shown.map((index) => steps[index]?.context));
  const present = contexts.filter(({ number }) => number !== 0 || seen.has(0));
  const cpus = [...new Set(present.map(({ side }) => side.cpu))].sort((a, b) => a - b);
  let y = headroom;
  return cpus.map((cpu) => {
    const own = present
      .filter(({ side }) => side.cpu === cpu)
      .sort((a, b) => order.indexOf(a.side.context) - order.indexOf(b.side.context) || b.number - a.number);
    const rows = own.map(({ number, side }, index) => ({
      context: number,
      label: side.name,
      kind: side.context,
      y: y + lanePadding + rowHeight * index + rowHeight / 2,
    }));
    const lane = { cpu, y, height: 2 * lanePadding + rowHeight * own.length, rows };
    y += lane.height + laneGap;
    return lane;
  });
}

export function sceneOf(trace: Trace, view: View): Scene {
  const { shown, unit, width, start } = view;
  const lanes = lanesOf(trace, shown);
  const last = lanes.at(-1);
  const yOf = new Map(lanes.flatMap(({ rows }) => rows.map(({ context, y }) => [context, y] as const)));
  const xAt = (position: number) => (position - start + 0.5) * unit;
  const positions = new Map(shown.map((step, position) => [step, position]));
  const point = (step: number | null): readonly [number, number] | null => {
    const position = step === null ? undefined : positions.get(step);
    const y = yOf.get(trace.steps[step ?? -1]?.context ?? -1);
    return position === undefined || y === undefined ? null : [xAt(position), y];
  };
  const from = Math.max(0, Math.floor(start) - 1);
  const to = Math.min(shown.length, Math.ceil(start + width / unit) + 1);
  const racing = new Set(trace.races.flatMap(({ first, second }) => [first, second]));
  const marks: Mark[] = [];
  for (let position = from; position < to; position++) {
    const index = shown[position] as number;
    const step = trace.steps[index];
    const y = yOf.get(step?.context ?? -1);
    if (step === undefined || y === undefined) continue;
    const { kind, text } = step;
    marks.push({
      step: index,
      kind,
      shape: shapes[kind],
      x: xAt(position),
      y,
      races: racing.has(index),
      label: text,
    });
  }
  return {
    width,
    height: last === undefined ? headroom : last.y + last.height,
    lanes,
    spans: spansOf(trace, view, from, to, yOf),
    marks,
    links: [
      ...raceLinks(trace, point),
      ...lifetimeLinks(trace, point),
      ...waitLinks(trace, yOf, xAt(shown.length)),
    ],
  };
}

function spansOf(
  { steps }: Trace,
  { shown, unit, start }: View,
  from: number,
  to: number,
  yOf: ReadonlyMap<number, number>,
): Span[] {
  const spans: Span[] = [];
  for (let position = from; position < to; ) {
    const context = steps[shown[position] as number]?.context ?? -1;
    let end = position + 1;
    while (end < to && steps[shown[end] as number]?.context === context) end++;
    const y = yOf.get(context);
    if (y !== undefined)
      spans.push({ context, x: (position - start) * unit, width: (end - position) * unit, y });
    position = end;
  }
  return spans;
}

type Point = (step: number | null) => readonly [number, number] | null;

/** An arc above both rows, higher the farther apart its two accesses are. */
function raceLinks({ races }: Trace, point: Point): Link[] {
  return races.flatMap(({ first, second, text }) => {
    const a = point(first);
    const b = point(second);
    if (a === null || b === null) return [];
    const top = Math.max(Math.min(a[1], b[1]) - 18 - Math.abs(b[0] - a[0]) / 12, 4);
    return [
      {
        kind: 'race' as const,
        path: `M${a.join(' ')}C${a[0]} ${top} ${b[0]} ${top} ${b.join(' ')}`,
        label: text,
      },
    ];
  });
}

/** From where memory was taken through where it was given back to where it was used. */
function lifetimeLinks({ lifetimes, findings }: Trace, point: Point): Link[] {
  return lifetimes.flatMap(({ allocated, freed, used }) => {
    const points = [allocated, freed, used].flatMap((step) => point(step) ?? []);
    if (points.length < 4) return [];
    const path = points.map((value, index) =>
      index % 2 === 0 ? `${index === 0 ? 'M' : 'L'}${value}` : ` ${value}`,
    );
    const label = findings.find(({ step }) => step === used)?.text ?? '';
    return [{ kind: 'lifetime' as const, path: path.join(''), label }];
  });
}

/** Behind the last step: an arrow from each who waits to each who holds what it waits for. A deadlock closes. */
function waitLinks({ waits }: Trace, yOf: ReadonlyMap<number, number>, x: number): Link[] {
  return waits.flatMap(({ context, what, lock, holders }, index) =>
    holders.flatMap((holder) => {
      const from = yOf.get(context);
      const to = yOf.get(holder);
      if (from === undefined || to === undefined) return [];
      const bend = x + 16 + 12 * index;
      const label = lock === null ? what : `${what}, ${lock}`;
      return [
        { kind: 'wait' as const, path: `M${x} ${from}C${bend} ${from} ${bend} ${to} ${x} ${to}`, label },
      ];
    }),
  );
}
