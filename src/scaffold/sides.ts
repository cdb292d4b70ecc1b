// From a report to the two sides: for each, the function that races, the function that the harness calls, their files
// and the context.
import { posix } from 'node:path';
import { inputError } from '../base/index.js';
import type { KernelReport, RaceReport, StackFrame } from '../report/index.js';
import { contextOf } from './contexts.js';
import { type Registration, registrationOf, type SideContext } from './registrations.js';
import { reportSides, type SideStack } from './report-sides.js';
import { isTreePath, type TreeSource } from './tree-source.js';

export interface Located {
  readonly name: string;
  readonly file: string;
}

export interface Side {
  /** The function that makes the access; what case.yaml expects. */
  readonly racing: Located;
  /** The function that the harness calls. */
  readonly entry: Located;
  /** The files of the path from the entry to the access. */
  readonly files: readonly string[];
  readonly context: SideContext;
  readonly registration: Registration | null;
  /** How things were found out where that was not plain, a sentence each. */
  readonly notes: readonly string[];
}

/** Functions further out are not the side's own code. */
const mostFrames = 12;

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
// Not what races but what it calls: the compiler's and the kernel's helpers.
const helperFile = /^(?:include|lib|arch|mm\/kasan|kernel\/kcsan|tools|scripts)\//;
const wrapperWord = /(?:^|_)(?:test|kunit|fake|wrapper|stub)(?:_|$)/;

/** Errors: `input` for a report that names no function of the tree, and for one that does not tell of two sides. */
export function sidesOf(source: TreeSource, report: RaceReport | KernelReport): readonly [Side, Side] {
  const { sides, notes } = reportSides(report);
  const [first, second] = sides;
  const stacks = [contextOf(first, second), contextOf(second, first)] as const;
  const lookup = locate(
    source,
    stacks.flatMap(({ frames }) => frames.slice(0, mostFrames)),
  );
  const [a, b] = [sideOf(source, first, stacks[0], lookup), sideOf(source, second, stacks[1], lookup)];
  // What is to be known of both stands with the first.
  return [{ ...a, notes: [...notes, ...a.notes] }, b];
}

/** The side that `name` is, without a report: its context from how the source registers it. */
export function sideNamed(source: TreeSource, name: string, files: readonly string[]): Side {
  if (!identifier.test(name))
    throw inputError(`'${JSON.stringify(name).slice(1, -1)}' is not a C function's name`);
  const defining = files.find((file) => defines(source, file, name));
  if (defining === undefined)
    throw inputError(`${name}() is not defined in ${files.join(', ')}`, {
      hint: 'Name its file with --source; functions that a macro defines are not seen.',
    });
  const registration = registrationOf(source, nearFiles(source, defining), name);
  return {
    racing: { name, file: defining },
    entry: { name, file: defining },
    files: [defining],
    context: registration?.context ?? 'TASK',
    registration,
    notes: registration === null ? [`Nothing found that registers ${name}(): taken for a task's.`] : [],
  };
}

function sideOf(
  source: TreeSource,
  access: SideStack,
  stack: ReturnType<typeof contextOf>,
  lookup: (frame: StackFrame) => Located | null,
): Side {
  const notes: string[] = [];
  const located = stack.frames.map((frame) => lookup(frame));
  let index = located.findIndex((found) => found?.file.endsWith('.c') && !helperFile.test(found.file));
  if (index === -1)
    index = located.findIndex((found) => found !== null && !/\.h$|\/entry\//.test(found.file));
  const racing = located[index];
  if (racing === undefined || racing === null) {
    const names = access.stack.slice(0, 3).map(({ function: name }) => `${printable(name)}()`);
    throw inputError(`no function of this stack is defined in the tree: ${names.join(', ')} ...`, {
      hint: 'Is it the tree of the kernel that reported it? Else name both: --writer F --reader G --source FILE.',
    });
  }
  const frame = stack.frames[index];
  if (frame !== undefined && frame.function !== racing.name)
    notes.push(
      `${racing.name}() is taken for the ${printable(frame.function)} of the report, which the tree lacks.`,
    );
  const folder = posix.dirname(racing.file);
  const path: Located[] = [racing];
  let entry = racing;
  let registration = registrationOf(source, nearFiles(source, racing.file), racing.name);
  for (const next of located.slice(index + 1)) {
    if (next === null || posix.dirname(next.file) !== folder) break;
    path.push(next);
    if (registration !== null) continue;
    registration = registrationOf(source, nearFiles(source, next.file), next.name);
    if (registration !== null) entry = next;
  }
  const used = path.slice(0, path.findIndex(({ name }) => name === entry.name) + 1);
  return {
    racing,
    entry,
    files: [...new Set(used.map(({ file }) => file))],
    context: contextWith(stack, access, registration, entry, notes),
    registration,
    notes,
  };
}

function contextWith(
  stack: ReturnType<typeof contextOf>,
  access: SideStack,
  registration: Registration | null,
  entry: Located,
  notes: string[],
): SideContext {
  const isInterrupt = access.context.kind === 'interrupt';
  if (stack.told !== null) {
    // What calls the timer's callback is known; whether the entry is that callback is the source's to say.
    if (stack.context !== 'TIMER' || registration?.context === 'TIMER') return stack.context;
    return 'SOFTIRQ';
  }
  if (registration !== null && registration.context !== 'TASK') {
    const fits = isInterrupt === ['TIMER', 'SOFTIRQ', 'HARDIRQ'].includes(registration.context);
    if (fits) return registration.context;
  }
  if (isInterrupt)
    notes.push(`The report does not say which interrupt runs ${entry.name}(): taken for a softirq.`);
  return stack.context;
}

/** The file and those beside it: drivers register in one file what another defines. */
export function nearFiles(source: TreeSource, file: string): readonly string[] {
  const folder = posix.dirname(file);
  return [file, ...source.filesIn(folder, '.c').filter((path) => path !== file)];
}

/** Finds all frames at once, so that the tree is read once. */
function locate(source: TreeSource, frames: readonly StackFrame[]): (frame: StackFrame) => Located | null {
  const placed = new Map<StackFrame, Located>();
  const open: StackFrame[] = [];
  for (const frame of frames) {
    const name = plainName(frame.function);
    if (name === null) continue;
    const file = frame.file === null ? null : inTree(source, frame.file);
    if (file !== null && defines(source, file, name)) placed.set(frame, { name, file });
    else open.push(frame);
  }
  const found = source.filesDefining(open.map((frame) => namesFor(frame)));
  const votes = votesOf(
    [...placed.values()].map(({ file }) => file),
    found,
  );
  for (const frame of open)
    for (const name of namesFor(frame)) {
      const files = found.get(name) ?? [];
      const [file] = files.toSorted((a, b) => votes(b) - votes(a));
      // The end of a wrapper's name means something only where the rest of the stack is.
      if (file === undefined || (name !== plainName(frame.function) && votes(file) < 2)) continue;
      placed.set(frame, { name, file });
      break;
    }
  return (frame) => placed.get(frame) ?? null;
}

/** How many of a report's functions the folder of a file has: of several that define a name, the fullest is meant. */
function votesOf(
  known: readonly string[],
  found: ReadonlyMap<string, readonly string[]>,
): (file: string) => number {
  const counts = new Map<string, number>();
  const count = (file: string) => {
    const folder = posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  };
  for (const file of known) count(file);
  for (const files of found.values())
    for (const folder of new Set(files.map((file) => posix.dirname(file)))) count(posix.join(folder, 'x'));
  return (file) => counts.get(posix.dirname(file)) ?? 0;
}

/** The names that a frame may have in the tree: its own; for a test's wrapper also the ends of it, the longest first. */
function namesFor({ function: name }: StackFrame): readonly string[] {
  const plain = plainName(name);
  if (plain === null) return [];
  const parts = plain.split('_');
  const ends = wrapperWord.test(plain)
    ? parts.slice(1).map((_, index) => parts.slice(index + 1).join('_'))
    : [];
  return [plain, ...ends.filter((end) => end.includes('_') && identifier.test(end))];
}

/** Without what the compiler appends to its copies: `.isra.0`, `.constprop.0`. */
function plainName(name: string): string | null {
  const plain = name.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, '');
  return identifier.test(plain) ? plain : null;
}

/** The file of the tree that a log's path means; kernels that were built elsewhere have absolute ones. */
function inTree(source: TreeSource, path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '');
  for (let from = 0; from < parts.length; from += 1) {
    const rest = parts.slice(from).join('/');
    if (isTreePath(rest) && source.read(rest) !== null) return rest;
  }
  return null;
}

function defines(source: TreeSource, file: string, name: string): boolean {
  return source.functionNames(file).has(name);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}
