// File, line and function of a site, with the functions that the compiler inlined there, from the debug information.
// Where that names no function, the text of the source says which one a line stands in.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readOwnFile } from '../../base/index.js';
import { type FunctionDefinition, functionDefinitions } from '../../c-syntax/index.js';
import type { StackFrame } from '../../report/index.js';
import type { ModelPlace } from '../basics.js';
import type { Program } from '../link/index.js';

export interface SourceNames {
  /**
   * Innermost first, with all that was inlined; the last is the function of the module. Frames of locking and access
   * primitives in headers (`spin_lock()`, `readl()`) are left out: their caller's line stands for them.
   */
  frames(site: number): StackFrame[];
  /** Of the innermost frame. */
  place(site: number): ModelPlace;
  /** The text of a line, trimmed; empty when it cannot be read. */
  line(file: string, line: number): string;
  /** The text from a line up to the end of what begins there, at most a few lines of it. */
  statement(file: string, line: number): string;
  /** The text of a file; empty when it cannot be read. */
  text(file: string): string;
  /** Whether a file, as line tables name it, defines a function of that name. */
  defines(file: string, name: string): boolean;
}

const mostStatementLines = 4;

/** @param root where the sources were read; `harness` is the harness's absolute path */
export function sourceNames(program: Program, root: string, harness: string): SourceNames {
  // An overlay's files are links into its tree: what counts is where the path leads by its own words.
  return sourceNamesOf(program, (file) => {
    if (file === basename(harness)) return (readOwnFile(harness, [dirname(harness)]) ?? '').split('\n');
    const path = join(root, file);
    return path.startsWith(join(root, '/')) ? readLines(path) : [];
  });
}

/** `linesIn`: the lines of a file, as line tables name it; none where it cannot be read. Each is asked for once. */
export function sourceNamesOf(program: Program, linesIn: (file: string) => readonly string[]): SourceNames {
  const texts = new Map<string, readonly string[]>();
  const functions = new Map<string, readonly FunctionDefinition[]>();
  const linesOf = (file: string) => {
    let lines = texts.get(file);
    if (lines === undefined) {
      lines = linesIn(file);
      texts.set(file, lines);
    }
    return lines;
  };
  const definitionsIn = (file: string): readonly FunctionDefinition[] => {
    let definitions = functions.get(file);
    if (definitions === undefined) {
      definitions = functionDefinitions(linesOf(file).join('\n'));
      functions.set(file, definitions);
    }
    return definitions;
  };
  const functionAt = (file: string, line: number): string | null =>
    definitionsIn(file).findLast((definition) => definition.line <= line)?.name ?? null;
  /** Where there is no debug information of functions. */
  const framesOfText = (site: number): StackFrame[] => {
    const { function: holder, file, line } = program.symbols.place(site);
    const name = (isSource(file) ? functionAt(file, line) : null) ?? holder;
    const inner = frame(name, file === '' ? null : file, line === 0 ? null : line);
    return name === holder ? [inner] : [{ ...inner, inlined: true }, frame(holder, null, null)];
  };
  const frames = (site: number): StackFrame[] => {
    const scopes = program.debug.scopesAt(site);
    if (scopes.length === 0) return framesOfText(site);
    let { file, line }: { file: string; line: number } = program.symbols.place(site);
    const all = scopes.map(({ name, call }) => {
      const one = frame(name, file === '' ? null : file, line === 0 ? null : line);
      if (call !== null) ({ file, line } = call);
      return { ...one, inlined: call !== null };
    });
    const first = all.findIndex((one) => one.file === null || !primitives.test(one.file));
    return first < 0 ? all.slice(-1) : all.slice(first);
  };
  const known = new Map<number, readonly StackFrame[]>();
  const framesAt = (site: number): readonly StackFrame[] => {
    const found = known.get(site) ?? frames(site);
    known.set(site, found);
    return found;
  };
  return {
    place(site) {
      const [inner] = framesAt(site);
      return { function: inner?.function ?? '?', file: inner?.file ?? '', line: inner?.line ?? 0 };
    },
    frames: (site) => [...framesAt(site)],
    line: (file, line) => linesOf(file)[line - 1]?.trim() ?? '',
    statement(file, line) {
      const lines = linesOf(file).slice(Math.max(line - 1, 0), line - 1 + mostStatementLines);
      const end = lines.findIndex((text) => text.includes(';'));
      return lines.slice(0, end < 0 ? 1 : end + 1).join(' ');
    },
    text: (file) => linesOf(file).join('\n'),
    defines: (file, wanted) => definitionsIn(file).some(({ name }) => name === wanted),
  };
}

/** The innermost place outside headers: an accessor that a header defines says less than its caller. */
export function callerPlace(names: SourceNames, site: number): ModelPlace {
  const outside = names
    .frames(site)
    .find(({ file, line }) => file?.endsWith('.h') === false && line !== null);
  if (outside === undefined) return names.place(site);
  return { function: outside.function, file: outside.file ?? '', line: outside.line ?? 0 };
}

/** Headers whose functions are one operation to their callers (include/, v6.12). */
const primitives = new RegExp(
  [
    '^arch/wasm32/include/|^include/(asm-generic|linux/atomic)/',
    '|^include/linux/(spinlock|rwlock|mutex|rwsem|semaphore|seqlock|irqflags|preempt|bottom_half|local_lock',
    '|rcupdate|rcu|srcu|instrumented|kcsan|compiler|io|refcount|kref|percpu|slab)[a-z0-9_-]*\\.h$',
  ].join(''),
);

function isSource(file: string): boolean {
  return /\.[ch]$/.test(file);
}

function frame(name: string, file: string | null, line: number | null): StackFrame {
  return { function: name, offset: null, size: null, module: null, file, line, inlined: false };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
