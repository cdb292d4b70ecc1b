// File, line and function of a site, with the functions that the compiler inlined there: the module's functions hold
// what was inlined into them, and the text of the source says which function a line stands in.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FunctionDefinition, functionDefinitions } from '../../case/index.js';
import type { StackFrame } from '../../report/index.js';
import type { Program } from '../link/index.js';
import type { ModelPlace } from '../types.js';

export interface SourceNames {
  /** Innermost first: one frame, or two when the line was inlined into another function. */
  frames(site: number): StackFrame[];
  place(site: number): ModelPlace;
  /** The text of a line, trimmed; empty when it cannot be read. */
  line(file: string, line: number): string;
}

/** @param root where the sources were read; `harness` is the harness's absolute path */
export function sourceNames(program: Program, root: string, harness: string): SourceNames {
  const texts = new Map<string, readonly string[]>();
  const functions = new Map<string, readonly FunctionDefinition[]>();
  const linesOf = (file: string) => {
    let lines = texts.get(file);
    if (lines === undefined) {
      lines = readLines(file === basename(harness) ? harness : join(root, file));
      texts.set(file, lines);
    }
    return lines;
  };
  const functionAt = (file: string, line: number): string | null => {
    let definitions = functions.get(file);
    if (definitions === undefined) {
      definitions = functionDefinitions(linesOf(file).join('\n'));
      functions.set(file, definitions);
    }
    return definitions.findLast((definition) => definition.line <= line)?.name ?? null;
  };
  const place = (site: number): ModelPlace => {
    const { function: holder, file, line } = program.symbols.place(site);
    const name = isSource(file) ? functionAt(file, line) : null;
    return { function: name ?? holder, file, line };
  };
  return {
    place,
    frames(site) {
      const { function: name, file, line } = place(site);
      const holder = program.symbols.place(site).function;
      const inner = frame(name, file === '' ? null : file, line === 0 ? null : line);
      return name === holder ? [inner] : [{ ...inner, inlined: true }, frame(holder, null, null)];
    },
    line: (file, line) => linesOf(file)[line - 1]?.trim() ?? '',
  };
}

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
