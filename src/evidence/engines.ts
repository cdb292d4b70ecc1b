// What each engine of a record counted, base against fix.

import type { Verdict } from '../judge/index.js';
import { shareInterval } from '../judge/index.js';
import { type RunRecord, type SectionOf, sectionOf } from '../record/index.js';
import { type BrokenInvariant, parseBrokenInvariant } from '../report/index.js';
import type {
  DirectedEvidence,
  EngineEvidence,
  KcsanCounts,
  KcsanEvidence,
  KernelEvidence,
  ModelCounts,
  ModelEvidence,
  SideEvidence,
} from './engine-types.js';
import { unfinished } from './verdict.js';

/** One for each engine that ran. */
export function enginesOf(record: RunRecord): EngineEvidence[] {
  return [
    modelEvidence(record),
    kcsanEvidence(record),
    directedEvidence(record),
    kernelEvidence(record),
  ].filter((one) => one !== null);
}

type RecordedTest = SectionOf<'model'>['kernels'][number]['tests'][number];

function modelEvidence(record: RunRecord): ModelEvidence | null {
  const { kernels = [], verdict = null, matrix = null } = sectionOf(record, 'model') ?? {};
  const [base, fixed] = kernels;
  if (base === undefined) return null;
  return {
    engine: 'model',
    verdict: verdict === null ? unfinished(record) : ownVerdict(verdict),
    compiler: base.compiler,
    strategy: base.options.strategy,
    fix: fixed?.name ?? null,
    tests: besideFix(base.tests, fixed?.tests ?? [], countsOf),
    limits: verdict?.limits ?? [],
    pairs: verdict?.pairs ?? [],
    matrix,
    kernels,
  };
}

/** Each test of the base beside the same with the fix. */
function besideFix<T extends { readonly name: string; readonly sides: readonly SideEvidence[] }, C>(
  base: readonly T[],
  fixed: readonly T[],
  counts: (test: T) => C,
) {
  return base.map((test) => {
    const same = fixed.find(({ name }) => name === test.name);
    return {
      test: test.name,
      sides: test.sides,
      base: counts(test),
      fixed: same === undefined ? null : counts(same),
    };
  });
}

function ownVerdict({ kind, outcome, about, reason, lacking, remaining, harms }: Verdict): Verdict {
  return { kind, outcome, about, reason, lacking, remaining, harms };
}

function countsOf({
  complete,
  interleavings,
  estimate,
  races,
  failures,
  findings,
}: RecordedTest): ModelCounts {
  return {
    complete,
    interleavings,
    estimate,
    races: races.length,
    failures: failures.length,
    findings: findings.length,
  };
}

function kcsanEvidence(record: RunRecord): KcsanEvidence | null {
  const { kernels = [], verdict = null } = sectionOf(record, 'kcsan') ?? {};
  const [base, fixed] = kernels;
  if (base === undefined) return null;
  return {
    engine: 'kcsan',
    verdict: verdict === null ? unfinished(record) : ownVerdict(verdict),
    compiler: base.compiler,
    settings: base.settings,
    seed: base.options.seed,
    fix: fixed?.name ?? null,
    tests: besideFix(base.tests, fixed?.tests ?? [], sampleCounts),
    pairs: verdict?.pairs ?? [],
    limits: verdict?.limits ?? [],
    kernels,
    chance: verdict?.chance ?? null,
  };
}

type SampledTest = SectionOf<'kcsan'>['kernels'][number]['tests'][number];

function sampleCounts({
  name: test,
  executions,
  hits,
  races,
  counters,
  findings,
  warnings,
}: SampledTest): KcsanCounts {
  return {
    executions,
    hits,
    share: shareInterval(hits, executions),
    races: races.length,
    watched: counters.setupWatchpoints ?? 0,
    findings: [
      ...findings.map(({ kind, facts }) => ({ says: 'finding', test, kind, facts, waits: [] }) as const),
      ...warnings.map((warning) => ({ says: 'warning', test, warning }) as const),
    ],
  };
}

function kernelEvidence(record: RunRecord): KernelEvidence | null {
  const { kernels = [], verdict = null, settings = null } = sectionOf(record, 'kernel') ?? {};
  if (kernels.length === 0) return null;
  return {
    engine: 'kernel',
    verdict: verdict === null ? unfinished(record) : ownVerdict(verdict),
    fix: verdict?.fixed?.name ?? null,
    base: verdict?.base ?? null,
    fixed: verdict?.fixed ?? null,
    pairs: verdict?.pairs ?? [],
    troubles: verdict?.troubles ?? [],
    broken: { base: brokenOn(kernels[0]), fixed: brokenOn(kernels[1]) },
    tests: verdict?.tests ?? [],
    limits: verdict?.limits ?? [],
    settings,
    kernels,
    chance: verdict?.chance ?? null,
  };
}

function directedEvidence(record: RunRecord): DirectedEvidence | null {
  const { kernels = [], verdict = null, schedule = '' } = sectionOf(record, 'directed') ?? {};
  if (kernels.length === 0) return null;
  return {
    engine: 'directed',
    verdict: verdict === null ? unfinished(record) : ownVerdict(verdict),
    schedule,
    fix: kernels[1]?.name ?? null,
    standings: verdict?.standings ?? [],
    pairs: verdict?.pairs ?? [],
    troubles: verdict?.troubles ?? [],
    limits: verdict?.limits ?? [],
    kernels,
  };
}

/** Added up over the boots of a kernel, in the order of the harness. */
function brokenOn(kernel: SectionOf<'kernel'>['kernels'][number] | undefined): BrokenInvariant[] {
  const counts = new Map<string, number>();
  const lines = (kernel?.boots ?? []).flatMap(({ tests }) => tests.flatMap(({ diagnostics }) => diagnostics));
  for (const { text, count } of lines.flatMap((line) => parseBrokenInvariant(line) ?? []))
    counts.set(text, (counts.get(text) ?? 0) + count);
  return [...counts].map(([text, count]) => ({ text, count }));
}
