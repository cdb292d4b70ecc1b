// What each engine of a record counted, base against fix.
import type { RunRecord } from '../record/index.js';
import { exitCodeFor } from './exit-code.js';
import type { EngineEvidence, EvidenceVerdict, KernelEvidence, ModelCounts, ModelEvidence } from './types.js';
import { unfinished } from './verdict.js';

export function enginesOf(record: RunRecord): EngineEvidence[] {
  const model = modelEvidence(record);
  const kernel = kernelEvidence(record);
  return [...(model === null ? [] : [model]), ...(kernel === null ? [] : [kernel])];
}

type RecordedTest = NonNullable<RunRecord['model']>['runs'][number]['tests'][number];

function modelEvidence(record: RunRecord): ModelEvidence | null {
  const { model } = record;
  const base = model?.runs[0];
  if (model === undefined || base === undefined) return null;
  const fixed = model.runs[1];
  return {
    engine: 'model',
    verdict: model.verdict === null ? unfinished(record) : modelVerdict(model.verdict),
    compiler: base.compiler,
    strategy: base.options.strategy,
    fix: fixed?.name ?? null,
    tests: base.tests.map((test) => {
      const same = fixed?.tests.find(({ name }) => name === test.name);
      return {
        test: test.name,
        sides: test.sides,
        base: countsOf(test),
        fixed: same === undefined ? null : countsOf(same),
      };
    }),
  };
}

function modelVerdict(verdict: NonNullable<NonNullable<RunRecord['model']>['verdict']>): EvidenceVerdict {
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
