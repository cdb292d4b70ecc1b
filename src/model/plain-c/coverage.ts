// What of a program's own code any thread ran in any execution: functions and lines. What nobody came to was not checked,
// which is where a negative answer is believed wrongly.
import type { Program } from '../link/index.js';
import type { Coverage } from '../machine/index.js';
import { isSupplied } from './compile.js';

/** A function of the program's own files. */
export interface CheckFunction {
  readonly function: string;
  readonly file: string;
  /** Where it begins. */
  readonly line: number;
  readonly reached: boolean;
  /** Lines with code; none of a function that nothing refers to. */
  readonly lines: number;
  /** Those that no thread came to, in ascending order. */
  readonly unreachedLines: readonly number[];
}

/** In the order of files and lines. */
export function coverageOf(program: Program, coverage: Coverage): CheckFunction[] {
  const contexts = coverage.contexts();
  const found = new Map<string, { all: Set<number>; reached: Set<number> }>();
  program.blocks.forEach(({ start, end, hasCode }, index) => {
    if (!hasCode) return;
    const isReached = contexts.some((context) => coverage.has(context, index));
    for (const { site, file, line } of program.symbols.linesIn(start, end)) {
      if (line === 0) continue;
      const key = keyOf(program.symbols.place(site).function, file);
      const one = found.get(key) ?? { all: new Set(), reached: new Set() };
      found.set(key, one);
      one.all.add(line);
      if (isReached) one.reached.add(line);
    }
  });
  return program.debug
    .functions()
    .filter(({ file }) => !isSupplied(file))
    .map(({ name, file, line }): CheckFunction => {
      const { all = new Set<number>(), reached = new Set<number>() } = found.get(keyOf(name, file)) ?? {};
      return {
        function: name,
        file,
        line,
        reached: reached.size > 0,
        lines: all.size,
        unreachedLines: [...all].filter((one) => !reached.has(one)).sort((a, b) => a - b),
      };
    })
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function keyOf(name: string, file: string): string {
  return `${file} ${name}`;
}
