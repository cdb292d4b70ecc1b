// An interleaving as kernel people draw one: a column a CPU, a row a step, time running down. Plain data; text.ts,
// svg.ts and the web page each draw it.
import { plural } from '../../base/index.js';
import type { Evidence, ScheduleEvidence, StepEvidence } from '../../evidence/index.js';
import type { Access, RaceReport } from '../../report/index.js';
import { eventText, stepText } from '../../words/index.js';

export interface Diagram {
  readonly title: string;
  /** `CPU 0: stop_streaming (task)`. */
  readonly columns: readonly string[];
  readonly rows: readonly DiagramRow[];
  /** What has to be said with it, a sentence each. */
  readonly notes: readonly string[];
}

export interface DiagramRow {
  /** One for each column; null where that CPU does nothing. */
  readonly cells: readonly (DiagramCell | null)[];
}

export interface DiagramCell {
  readonly text: string;
  /** Levels of indentation. */
  readonly depth: number;
  /** `function`: its name as it is entered. */
  readonly kind: 'function' | 'source' | 'access' | 'operation';
  /** Whether it is one of two accesses that race. */
  readonly races: boolean;
  /** `file:line`; null where that is not known. */
  readonly place: string | null;
}

/** The schedule that says most: one that does harm on the base, else one that shows a race; those with steps first. */
export function tellingSchedule({ harms, variables, schedules }: Evidence): ScheduleEvidence | null {
  const known = new Map(schedules.map((schedule) => [schedule.text, schedule]));
  const texts = [
    ...harms.filter(({ kernel }) => kernel === 'base').map(({ schedule }) => schedule),
    ...variables.flatMap(({ races }) => races.flatMap((pair) => pair.schedules)),
    ...schedules.map(({ text }) => text),
  ];
  const candidates = texts.flatMap((text) => known.get(text) ?? []);
  return candidates.find(({ steps }) => steps.length > 0) ?? candidates[0] ?? null;
}

/**
 * A schedule's steps, without those that nobody else can notice: reads of what is not written in it, and locks that no
 * access of the evidence holds.
 */
export function diagramOfSchedule(
  schedule: ScheduleEvidence,
  evidence: Evidence,
  options: ScheduleDiagramOptions = {},
): Diagram {
  const { columns, test, kernel, preemptions } = schedule;
  const rows: DiagramRow[] = [];
  const functions = new Map<number, string>();
  const groups = grouped(shownSteps(schedule, evidence));
  const racing = racingPlaces(evidence);
  for (const steps of groups) {
    const [first] = steps;
    if (first === undefined) continue;
    const { column, function: name, source } = first;
    const put = (cell: Omit<DiagramCell, 'place'>) => {
      const place = cell.kind === 'function' || first.file === '' ? null : placeOf(first);
      rows.push({ cells: columns.map((_, index) => (index === column ? { ...cell, place } : null)) });
    };
    // What the machine does by itself is in no function of the kernel's.
    if (first.file !== '' && functions.get(column) !== name) {
      put({ text: `${name}()`, depth: 0, kind: 'function', races: false });
      functions.set(column, name);
    }
    const races = (step: StepEvidence) => step.value !== null && racing.has(`${step.name} ${placeOf(step)}`);
    const isOwn = source !== '' && !first.file.endsWith('.h');
    const isWhole = groups.filter((other) => sameLine(other[0], first)).length === 1;
    const sourceAlone = options.brief === true && isOwn && isWhole;
    if (isOwn && (sourceAlone || options.brief !== true))
      put({ text: source, depth: 1, kind: 'source', races: sourceAlone && steps.some(races) });
    if (sourceAlone) continue;
    for (const step of steps) {
      if (step.value === null && isOwn && options.brief !== true && !isOfKcsan(step)) continue;
      const depth = isOwn && options.brief !== true ? 2 : 1;
      put({
        text: textOf(step),
        depth,
        kind: step.value === null ? 'operation' : 'access',
        races: races(step),
      });
    }
  }
  const how = preemptions === null ? '' : `, ${plural(preemptions, 'preemption')}`;
  return {
    title: `${test}, ${kernel === 'base' ? 'base' : 'with the fix'}${how}`,
    columns: columns.map(({ name, context, cpu }) => `CPU ${cpu}: ${name} (${context})`),
    rows,
    notes: rows.length > 0 ? [] : ['The record has no steps of this schedule.'],
  };
}

export interface ScheduleDiagramOptions {
  /** A line's text alone, without the values, unless another CPU comes in between its accesses. */
  readonly brief?: boolean;
}

/** Runs of steps of one CPU on one line. */
function grouped(steps: readonly StepEvidence[]): StepEvidence[][] {
  const groups: StepEvidence[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last !== undefined && sameLine(last[0], step)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

function sameLine(a: StepEvidence | undefined, b: StepEvidence): boolean {
  return a !== undefined && a.column === b.column && a.file === b.file && a.line === b.line;
}

function placeOf({ file, line }: StepEvidence): string {
  return `${file}:${line}`;
}

function shownSteps({ steps }: ScheduleEvidence, { variables }: Evidence): StepEvidence[] {
  const isWrite = ({ event }: StepEvidence) => event.kind === 'access' && event.access !== 'read';
  const written = new Set(steps.filter(isWrite).map(({ name }) => name));
  const locks = new Set(
    variables.flatMap(({ accesses }) =>
      accesses.flatMap((access) => [...access.locks, ...access.sometimes].map(({ name }) => name)),
    ),
  );
  return steps.filter((step) => {
    const { value, name, event } = step;
    if (value !== null) return written.has(name) || (event.kind === 'access' && event.how === 'register');
    return isOfKcsan(step) || step.file === '' || name === null || locks.size === 0 || locks.has(name);
  });
}

/** What KCSAN itself does at an access. */
function isOfKcsan({ event }: StepEvidence): boolean {
  return event.kind === 'watch' || event.kind === 'report';
}

/** Variable and `file:line` of each access that races. */
function racingPlaces({ variables }: Evidence): Set<string> {
  return new Set(
    variables.flatMap(({ name, field, races }) =>
      races.flatMap(({ lines }) => lines.flatMap((line) => [`${name} ${line}`, `${field} ${line}`])),
    ),
  );
}

function textOf({ event, name, value, file }: StepEvidence): string {
  return file === '' ? eventText(event) : stepText(event, name, value);
}

/** Which files of a stack are whose. */
export interface StackOwners {
  readonly isHarness: (file: string) => boolean;
  readonly isSource: (file: string) => boolean;
}

/** The two stacks of a report side by side, callers above, the accesses on one level. */
export function diagramOfReport(report: RaceReport, owners: StackOwners, note: string): Diagram {
  const stacks = report.accesses.map((access) => framesOf(access, owners));
  const height = Math.max(0, ...stacks.map(({ length }) => length));
  const rows = Array.from({ length: height }, (_, row) => ({
    cells: stacks.map((cells) => cells[row - (height - cells.length)] ?? null),
  }));
  return {
    title: report.title,
    columns: report.accesses.map(({ context: { kind, pid, cpu } }) => {
      const task = pid === null ? 'task' : `task ${pid}`;
      return `CPU ${cpu}: ${kind === 'task' ? task : 'interrupt'}`;
    }),
    rows,
    notes: [note],
  };
}

/** From the access to the harness; without one, to the last function of the case's sources, or two frames. */
function framesOf(
  { stack, type, size, address }: Access,
  { isHarness, isSource }: StackOwners,
): DiagramCell[] {
  const harness = stack.findIndex(({ file }) => file !== null && isHarness(file));
  const source = stack.findLastIndex(({ file }) => file !== null && isSource(file));
  const last = harness >= 0 ? harness : source >= 0 ? source : 1;
  const frames = stack.slice(0, last + 1).reverse();
  const cells = frames.map((frame, depth): DiagramCell => {
    const place = frame.file === null || frame.line === null ? null : `${frame.file}:${frame.line}`;
    return { text: `${frame.function}()`, depth, kind: 'function', races: false, place };
  });
  const text = `${type} of ${plural(size, 'byte')} at ${address}`;
  const place = cells.at(-1)?.place ?? null;
  const line =
    place === null
      ? []
      : [{ text: lastPart(place), depth: cells.length, kind: 'source', races: false, place } as const];
  return [...cells, ...line, { text, depth: cells.length, kind: 'access', races: true, place }];
}

function lastPart(place: string): string {
  return place.split('/').at(-1) ?? place;
}
