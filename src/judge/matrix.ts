// Several fixes of one base side by side: which finding each of them ends, which it brings, and which fix is the weakest
// that holds.
import type { Outcome } from '../base/index.js';
import { displayName, type ModelRun } from '../model/index.js';
import type { ModelVerdict } from './model.js';
import type { VerdictKind } from './types.js';

/** One fix of several. */
export interface FixColumn {
  readonly name: string;
  readonly kind: VerdictKind;
  readonly outcome: Outcome;
  /** Of all tests. */
  readonly interleavings: number;
  readonly complete: boolean;
}

/** A finding of the base or of a fix: where it was met. */
export interface FixRow {
  readonly test: string;
  /** `race`, `invariant`, or the kind of a finding. */
  readonly kind: string;
  /** That race, or in which it showed. */
  readonly functions: readonly string[];
  /** That races; null for anything else, and where nothing names it. */
  readonly variable: string | null;
  /** Of an invariant. */
  readonly text: string | null;
  readonly base: boolean;
  /** In the order of the columns. */
  readonly fixes: readonly boolean[];
}

export interface FixMatrix {
  /** In the order in which they were asked for. */
  readonly fixes: readonly FixColumn[];
  readonly rows: readonly FixRow[];
  /** Of those that hold, the one that leaves the sides the most interleavings; null when none holds. */
  readonly weakest: string | null;
}

/** `verdicts`: of each fix, in their order. */
export function fixMatrix(
  base: ModelRun,
  fixed: readonly ModelRun[],
  verdicts: readonly ModelVerdict[],
): FixMatrix {
  const fixes = fixed.map((run, index): FixColumn => {
    const { kind = 'inconclusive', outcome = 'inconclusive' } = verdicts[index] ?? {};
    const interleavings = run.tests.reduce((sum, test) => sum + test.interleavings, 0);
    return {
      name: run.name,
      kind,
      outcome,
      interleavings,
      complete: run.tests.every((test) => test.complete),
    };
  });
  const seen = new Map<string, Omit<FixRow, 'base' | 'fixes'>>();
  const keysOf = [base, ...fixed].map((run) => {
    const found = rowsOf(run);
    for (const [key, row] of found) if (!seen.has(key)) seen.set(key, row);
    return new Set(found.keys());
  });
  const [ofBase = new Set<string>(), ...ofFixes] = keysOf;
  const holding = fixes
    .filter(({ outcome }) => outcome === 'as-expected')
    .sort((a, b) => b.interleavings - a.interleavings);
  return {
    fixes,
    rows: [...seen].map(([key, row]) => ({
      ...row,
      base: ofBase.has(key),
      fixes: ofFixes.map((keys) => keys.has(key)),
    })),
    weakest: holding[0]?.name ?? null,
  };
}

/** The fix that a record of several is about: the weakest that holds, or what comes nearest to it. */
export function leadingFix({ fixes, weakest }: FixMatrix): string | undefined {
  const rank = ({ kind }: FixColumn) => nearest.indexOf(kind);
  return weakest ?? [...fixes].sort((a, b) => rank(b) - rank(a))[0]?.name;
}

/** The nearest to a fix last. */
const nearest: readonly VerdictKind[] = ['fix-harmful', 'fix-incomplete', 'not-shown', 'inconclusive'];

function rowsOf({ tests }: ModelRun): Map<string, Omit<FixRow, 'base' | 'fixes'>> {
  const rows = new Map<string, Omit<FixRow, 'base' | 'fixes'>>();
  for (const test of tests) {
    const { name } = test;
    for (const { report, sides } of test.races) {
      const functions = report.accesses.map(({ stack }) => stack[0]?.function ?? '?').sort();
      const variable = sides[0].variable === null ? null : displayName(sides[0].variable);
      rows.set(['race', name, ...functions, variable].join(' '), {
        ...{ test: name, kind: 'race', functions, variable, text: null },
      });
    }
    for (const { text } of test.failures)
      rows.set(['invariant', name, text].join(' '), {
        ...{ test: name, kind: 'invariant', functions: [], variable: null, text },
      });
    for (const { kind, inHarness, places, fingerprint } of test.findings) {
      // What the harness takes and does not give back says nothing of the driver.
      if (inHarness && kind === 'memory-leak') continue;
      const functions = [...new Set(places.slice(0, 2).map((place) => place.function))];
      rows.set([name, fingerprint].join(' '), { test: name, kind, functions, variable: null, text: null });
    }
  }
  return rows;
}
