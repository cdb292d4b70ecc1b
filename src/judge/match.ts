// Which race a report is of. A case names functions; a report has stacks, and what the compiler inlined where differs
// from one compiler to the next. docs/verdicts.md, "Which report is a hit", states the rules in words.
import type { Case } from '../case/index.js';
import type { Access, RaceReport } from '../report/index.js';

/** What of a case decides: small enough to be stored with a run. */
export type JudgedCase = Pick<Case, 'suite' | 'sources' | 'tests'>;

/** A pair that the case expects, and the tests that do. */
export interface ExpectedPair {
  /** Sorted. */
  readonly functions: readonly [string, string];
  readonly tests: readonly string[];
}

/** The case's pairs, each once, in the order of its tests. */
export function expectedPairs(tests: JudgedCase['tests']): readonly ExpectedPair[] {
  const pairs = new Map<string, { functions: [string, string]; tests: string[] }>();
  for (const test of tests) {
    for (const race of test.races) {
      const functions = sortedPair(race.functions);
      const pair = pairs.get(functions.join(' ')) ?? { functions, tests: [] };
      if (!pair.tests.includes(test.name)) pair.tests.push(test.name);
      pairs.set(functions.join(' '), pair);
    }
  }
  return [...pairs.values()];
}

/**
 * The index of the expected pair that `report` is a hit of, or null. The pair is looked for at the innermost frames
 * first, then in the functions inlined there, then along the path to the access inside the case's own sources, so
 * that of two pairs the one nearer to the access gets the hit. A report with one access is never a hit.
 */
export function matchPair(
  report: RaceReport,
  pairs: readonly ExpectedPair[],
  sources: readonly string[],
): number | null {
  const [first, second] = report.accesses;
  if (first === undefined || second === undefined) return null;
  const [a, b] = [reachOf(first, sources), reachOf(second, sources)];
  for (const depth of depths) {
    const index = pairs.findIndex(({ functions: [f, g] }) => {
      const one = a[depth];
      const other = b[depth];
      return (one.has(f) && other.has(g)) || (one.has(g) && other.has(f));
    });
    if (index !== -1) return index;
  }
  return null;
}

/** Whether an access of `report` was made in, or from, one of the pairs' functions. */
export function touchesPair(
  report: RaceReport,
  pairs: readonly ExpectedPair[],
  sources: readonly string[],
): boolean {
  const functions = new Set(pairs.flatMap((pair) => pair.functions));
  return report.accesses.some((access) =>
    [...reachOf(access, sources).path].some((name) => functions.has(name)),
  );
}

/** Whether an access of `report` is on a line of the case's own sources. Only a symbolised report can say yes. */
export function isInSources(report: RaceReport, sources: readonly string[]): boolean {
  return report.accesses.some((access) => {
    const file = access.stack[0]?.file ?? null;
    return file !== null && sources.includes(file);
  });
}

const depths = ['innermost', 'inlined', 'path'] as const;
type Reach = Readonly<Record<(typeof depths)[number], ReadonlySet<string>>>;

function reachOf({ stack }: Access, sources: readonly string[]): Reach {
  const physical = stack.findIndex((frame) => !frame.inlined);
  const inlined = stack.slice(0, physical === -1 ? stack.length : physical + 1);
  const outside = stack.findIndex((frame) => frame.file === null || !sources.includes(frame.file));
  const path = stack.slice(0, Math.max(inlined.length, outside === -1 ? stack.length : outside));
  const names = (frames: typeof stack) => new Set(frames.map((frame) => sourceName(frame.function)));
  return { innermost: names(stack.slice(0, 1)), inlined: names(inlined), path: names(path) };
}

/** The name in the source: compilers append `.isra.0`, `.constprop.0`, `.part.1`, `.cold`, `.llvm.123` to clones. */
function sourceName(name: string): string {
  return name.replace(/\..*$/, '');
}

function sortedPair([a, b]: readonly [string, string]): [string, string] {
  return a <= b ? [a, b] : [b, a];
}
