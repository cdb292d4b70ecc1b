// How far each side of a test came, from the blocks of code that it ran in any execution: functions, lines, conditions
// that came out one way each time, and what was expected to run and did not.

import type { ModelPlace, ModelSide } from '../basics.js';
import type { CodeBlock, Program } from '../link/index.js';
import type { Coverage } from '../machine/index.js';
import type {
  ModelCoverage,
  ModelFunctionCoverage,
  ModelOneWay,
  ModelReach,
  ModelSideCoverage,
  ModelStop,
  ModelUnreached,
} from '../observations.js';
import type { SourceNames } from './source-names.js';

export interface CoverageRequest {
  readonly program: Program;
  readonly names: SourceNames;
  readonly coverage: Coverage;
  readonly sides: readonly ModelSide[];
  readonly sideAt: (context: number) => ModelSide;
  /** Files under test, as line tables name them, and the harness. */
  readonly sources: readonly string[];
  readonly harness: string;
  /** Pairs of functions that are expected to race. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Further functions that the case says have to run. */
  readonly expected: readonly string[];
  readonly reach: ModelReach;
  /** Whether the case's sources or harness define a function of that name. */
  readonly isDefined: (name: string) => boolean;
}

export interface DescribedCoverage {
  readonly coverage: ModelCoverage;
  /** Every function that anybody entered, setup and check too. */
  readonly entered: ReadonlySet<string>;
}

/** A line of a function, or of one that was inlined into it. */
interface Line {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** What one context ran. */
interface Walked {
  readonly context: number;
  readonly side: ModelSide;
  readonly functions: readonly ModelFunctionCoverage[];
  /** By source name: those of headers and of the kernel's own too. */
  readonly entered: ReadonlySet<string>;
}

/** A function counts as left early when less than this share of its lines ran. */
const earlyShare = 0.5;

export function describeCoverage(request: CoverageRequest): DescribedCoverage {
  const walk = walker(request);
  const everybody = request.coverage.contexts().map(walk);
  const walked = everybody.filter(({ context }) => context !== 0);
  for (let context = 1; context <= request.sides.length; context++)
    if (!walked.some((one) => one.context === context))
      walked.push({ context, side: request.sideAt(context), functions: [], entered: new Set() });
  walked.sort((a, b) => a.context - b.context);
  return {
    coverage: {
      sides: walked.map(({ side, functions }): ModelSideCoverage => ({ side, functions })),
      unreached: unreachedOf(walked, request),
    },
    entered: new Set(everybody.flatMap(({ entered }) => [...entered])),
  };
}

function walker({ program, names, coverage, sources, harness, sideAt }: CoverageRequest) {
  const files = new Set([...sources, harness]);
  const byFunction = new Map<number, number[]>();
  program.blocks.forEach(({ function: holder }, index) => {
    const list = byFunction.get(holder);
    if (list === undefined) byFunction.set(holder, [index]);
    else list.push(index);
  });
  const linesOf = memo((index: number): readonly Line[] => {
    const block = program.blocks[index] as CodeBlock;
    if (!block.hasCode) return [];
    return program.symbols
      .linesIn(block.start, block.end)
      .flatMap(({ site, line }) =>
        line === 0
          ? []
          : names
              .frames(site)
              .flatMap(({ function: name, file, line: at }) =>
                file !== null && at !== null && files.has(file) ? [{ function: name, file, line: at }] : [],
              ),
      );
  });
  /** Where a branch is, in the code that is looked at. */
  const branchAt = (site: number): ModelPlace | null => {
    const frame = names
      .frames(site)
      .find(({ file, line }) => file !== null && files.has(file) && line !== null);
    return frame === undefined
      ? null
      : { function: frame.function, file: frame.file ?? '', line: frame.line ?? 0 };
  };

  return (context: number): Walked => {
    const entered = new Set<string>();
    const found = new Map<
      string,
      { function: string; file: string; reached: Set<number>; all: Set<number> }
    >();
    const ways = new Map<string, { place: ModelPlace; lines: Set<number>; calls: Set<string | null> }>();
    for (const [holder, blocks] of byFunction) {
      if (!coverage.has(context, blocks[0] as number)) continue;
      entered.add(sourceName(program.functionNames.get(holder) ?? ''));
      for (const index of blocks)
        for (const { function: name, file, line } of linesOf(index)) {
          const key = `${file} ${name}`;
          const one = found.get(key) ?? { function: name, file, reached: new Set(), all: new Set() };
          found.set(key, one);
          one.all.add(line);
          if (!coverage.has(context, index)) continue;
          entered.add(sourceName(name));
          one.reached.add(line);
        }
      noteOneWay(blocks, context, ways);
    }
    const functions = [...found.values()]
      .filter(({ reached }) => reached.size > 0)
      .map(({ function: name, file, reached, all }): ModelFunctionCoverage => {
        const missed = ascending([...all].filter((line) => !reached.has(line)));
        return {
          function: name,
          file,
          reached: ascending(reached),
          missed,
          oneWay: [...ways.values()]
            .filter(({ place }) => place.function === name && place.file === file)
            .map(({ place, lines, calls }): ModelOneWay => {
              const own = new Set(missed);
              return {
                place,
                lines: ascending([...lines].filter((line) => own.has(line))),
                calls: [...calls],
              };
            })
            .filter(({ lines, calls }) => lines.length + calls.length > 0)
            .sort((a, b) => a.place.line - b.place.line),
        };
      });
    return {
      context,
      side: sideAt(context),
      functions: functions.sort((a, b) =>
        a.file === b.file ? (a.reached[0] ?? 0) - (b.reached[0] ?? 0) : a.file < b.file ? -1 : 1,
      ),
      entered,
    };
  };

  /** Branches of one function of the module behind which nothing ran. */
  function noteOneWay(
    blocks: readonly number[],
    context: number,
    ways: Map<string, { place: ModelPlace; lines: Set<number>; calls: Set<string | null> }>,
  ): void {
    const next = new Map<number, number[]>();
    for (const index of blocks)
      for (const { from } of (program.blocks[index] as CodeBlock).from)
        next.set(from, [...(next.get(from) ?? []), index]);
    for (const missed of blocks) {
      if (coverage.has(context, missed)) continue;
      const branches = (program.blocks[missed] as CodeBlock).from.filter(
        ({ from, branch }) => branch !== null && coverage.has(context, from),
      );
      if (branches.length === 0) continue;
      const region = new Set([missed]);
      for (const one of region)
        for (const to of next.get(one) ?? []) if (!coverage.has(context, to)) region.add(to);
      for (const { branch } of branches) {
        const place = branchAt(branch as number);
        if (place === null) continue;
        const key = `${place.file}:${place.line} ${place.function}`;
        const way = ways.get(key) ?? { place, lines: new Set(), calls: new Set() };
        ways.set(key, way);
        for (const index of region) {
          for (const { function: name, file, line } of linesOf(index))
            if (name === place.function && file === place.file) way.lines.add(line);
            else if (name !== place.function) way.calls.add(name);
          const { calls, callsPointer } = program.blocks[index] as CodeBlock;
          for (const callee of calls) {
            const name = program.functionNames.get(callee);
            if (name !== undefined && !name.startsWith('__tsan_')) way.calls.add(sourceName(name));
          }
          if (callsPointer) way.calls.add(null);
        }
      }
    }
  }
}

function unreachedOf(walked: readonly Walked[], request: CoverageRequest): ModelUnreached[] {
  const { pairs, expected, reach } = request;
  const unreached: ModelUnreached[] = [];
  const leads = memo((name: string) => leadingTo(name, request.program));
  const stopsAt = (walkers: readonly Walked[], wanted: (call: string | null) => boolean): ModelStop[] =>
    walkers.flatMap(({ side, functions }) =>
      functions.flatMap(({ oneWay }) =>
        oneWay.filter(({ calls }) => calls.some(wanted)).map(({ place }) => ({ side, place })),
      ),
    );
  const enters = (name: string) => walked.filter(({ entered }) => entered.has(name));
  const never = new Set<string>();
  for (const name of new Set([...pairs.flat(), ...expected])) {
    if (enters(name).length > 0) continue;
    never.add(name);
    const direct = stopsAt(walked, (call) => call !== null && leads(name).has(call));
    const stops = direct.length > 0 ? direct : stopsAt(walked, (call) => call === null);
    unreached.push({ kind: 'never-called', function: name, isDefined: request.isDefined(name), stops });
  }
  const early = new Set<string>();
  for (const pair of pairs) {
    const [one, other] = pair;
    if (never.has(one) || never.has(other)) continue;
    const contexts = [...new Set([...enters(one), ...enters(other)])];
    if (contexts.length === 1)
      unreached.push({ kind: 'one-side', functions: [one, other], side: (contexts[0] as Walked).side });
    else if (!meet(pair, reach)) unreached.push({ kind: 'nothing-shared', functions: [one, other] });
    for (const name of new Set(pair)) {
      const left = early.has(name) ? null : leftEarly(name, walked);
      early.add(name);
      if (left !== null) unreached.push(left);
    }
  }
  const sources = new Set(request.sources);
  for (const one of walked.slice(0, request.sides.length)) {
    if (one.functions.some(({ file }) => sources.has(file))) continue;
    const stops = stopsAt(
      [one],
      (call) => call === null || sources.has(request.program.definedIn(call) ?? ''),
    );
    if (stops.length > 0) unreached.push({ kind: 'side-stopped', side: one.side, stops });
  }
  return unreached;
}

/** Whether two sides accessed one variable, one through each function of the pair, and one of them wrote. */
function meet([one, other]: readonly [string, string], { variables }: ModelReach): boolean {
  return variables.some(({ accesses }) => {
    const through = (name: string) =>
      accesses.filter(({ path, concurrent }) => concurrent && path.some((step) => sourceName(step) === name));
    return through(one).some((a) =>
      through(other).some((b) => a.side.name !== b.side.name && (a.access !== 'read' || b.access !== 'read')),
    );
  });
}

/** Null when somebody ran most of it, or when no condition kept the rest from running. */
function leftEarly(name: string, walked: readonly Walked[]): ModelUnreached | null {
  const seen = walked.flatMap(({ side, functions }) =>
    functions.filter((one) => sourceName(one.function) === name).map((one) => ({ side, ...one })),
  );
  const best = seen.reduce<(typeof seen)[number] | null>(
    (most, one) => (most === null || one.reached.length > most.reached.length ? one : most),
    null,
  );
  if (best === null) return null;
  const lines = best.reached.length + best.missed.length;
  if (best.reached.length >= lines * earlyShare || best.oneWay.length === 0) return null;
  const stops = best.oneWay.map(({ place }) => ({ side: best.side, place }));
  return { kind: 'returned-early', function: name, reached: best.reached.length, lines, stops };
}

/** The function itself, and those that call it or one of these by name. */
function leadingTo(name: string, { blocks, functionNames }: Program): ReadonlySet<string> {
  const callers = new Map<string, Set<string>>();
  for (const { function: holder, calls } of blocks)
    for (const callee of calls) {
      const to = sourceName(functionNames.get(callee) ?? '');
      const known = callers.get(to) ?? new Set();
      callers.set(to, known.add(sourceName(functionNames.get(holder) ?? '')));
    }
  const leading = new Set([name]);
  for (const one of leading) for (const caller of callers.get(one) ?? []) leading.add(caller);
  return leading;
}

/** Compilers append `.isra.0`, `.llvm.123` and the like to clones. */
function sourceName(name: string): string {
  return name.replace(/\..*$/, '');
}

function ascending(lines: Iterable<number>): number[] {
  return [...lines].sort((a, b) => a - b);
}

function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
