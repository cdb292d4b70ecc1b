// What each engine of a record counted, base against fix.

import type { EvidenceVerdict } from '../judge/index.js';
import { exitCodeFor, shareInterval } from '../judge/index.js';
import type { RunRecord } from '../record/index.js';
import { recordedText } from '../words/index.js';
import type {
  EngineEvidence,
  KcsanCounts,
  KcsanEvidence,
  KernelEvidence,
  ModelCounts,
  ModelEvidence,
  SideEvidence,
} from './engine-types.js';
import { unfinished } from './verdict.js';

export function enginesOf(record: RunRecord): EngineEvidence[] {
  return [modelEvidence(record), kcsanEvidence(record), kernelEvidence(record)].filter((one) => one !== null);
}

type RecordedTest = NonNullable<RunRecord['model']>['runs'][number]['tests'][number];

function modelEvidence(record: RunRecord): ModelEvidence | null {
  const { model } = record;
  const base = model?.runs[0];
  if (model === undefined || base === undefined) return null;
  const fixed = model.runs[1];
  return {
    engine: 'model',
    verdict: model.verdict === null ? unfinished(record) : ownVerdict(model.verdict),
    compiler: base.compiler,
    strategy: base.options.strategy,
    fix: fixed?.name ?? null,
    tests: besideFix(base.tests, fixed?.tests ?? [], countsOf),
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

function ownVerdict(verdict: EvidenceVerdict): EvidenceVerdict {
  const { kind, expected, reason, lacking, remaining, harms } = verdict;
  return { kind, expected, reason, lacking, remaining, harms };
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
  const { kcsan } = record;
  const base = kcsan?.runs[0];
  if (kcsan === undefined || base === undefined) return null;
  const fixed = kcsan.runs[1];
  return {
    engine: 'kcsan',
    verdict: kcsan.verdict === null ? unfinished(record) : ownVerdict(kcsan.verdict),
    compiler: base.compiler,
    settings: base.settings,
    seed: base.options.seed,
    fix: fixed?.name ?? null,
    tests: besideFix(base.tests, fixed?.tests ?? [], sampleCounts),
    pairs: kcsan.verdict?.pairs ?? [],
    chance: kcsan.verdict?.chance ?? null,
  };
}

type SampledTest = NonNullable<RunRecord['kcsan']>['runs'][number]['tests'][number];

function sampleCounts({ executions, hits, races, counters, findings, warnings }: SampledTest): KcsanCounts {
  return {
    executions,
    hits,
    share: shareInterval(hits, executions),
    races: races.length,
    watched: counters.setupWatchpoints ?? 0,
    findings: [
      ...findings.map(({ kind, facts }) =>
        kind === 'assertion' ? recordedText(facts) : `${kind}: ${recordedText(facts)}`,
      ),
      ...warnings.map((text) => `the kernel would warn: ${text}`),
    ],
  };
}

function kernelEvidence(record: RunRecord): KernelEvidence | null {
  const { verdict, runs } = record;
  if (runs.length === 0) return null;
  return {
    engine: 'kernel',
    verdict:
      verdict === null
        ? unfinished(record)
        : {
            kind: verdict.kind,
            expected: exitCodeFor(verdict) === 0,
            reason: verdict.reason,
            lacking: verdict.lacking,
            remaining: verdict.remaining,
            harms: verdict.harms,
          },
    fix: verdict?.fixed?.name ?? null,
    base: verdict?.base ?? null,
    fixed: verdict?.fixed ?? null,
    pairs: verdict?.pairs ?? [],
    troubles: verdict?.troubles ?? [],
    tests: verdict?.tests ?? [],
    chance: verdict?.chance ?? null,
  };
}
