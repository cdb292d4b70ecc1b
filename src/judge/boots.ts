// One side's boots, counted: what each expected pair gave, how far the harness exercised it, what else was said.
import type { BootRecord, Exercise, KernelRun } from '../kernel/index.js';
import type { RaceReport } from '../report/index.js';
import { type ExpectedPair, type JudgedCase, matchPair } from './match.js';
import type { IncompleteBoots } from './statements.js';
import { poissonRate, shareInterval } from './statistics.js';
import type { KernelSummary, PairCounts, TestStanding } from './types.js';

/** A side with each report told apart: the index of the expected pair that it is a hit of, or null. */
export interface Side {
  readonly run: KernelRun;
  readonly boots: readonly {
    readonly boot: BootRecord;
    readonly reports: readonly { readonly report: RaceReport; readonly pair: number | null }[];
  }[];
}

export function readSide(run: KernelRun, pairs: readonly ExpectedPair[], judged: JudgedCase): Side {
  const boots = run.boots.map((boot) => ({
    boot,
    reports: boot.reports.map((report) => ({ report, pair: matchPair(report, pairs, judged.sources) })),
  }));
  return { run, boots };
}

export function countPair(side: Side, pair: ExpectedPair, index: number): PairCounts {
  const boots = side.boots.map(({ boot, reports }) => ({
    completed: boot.outcome === 'completed',
    hits: reports.filter((one) => one.pair === index).map((one) => one.report),
    exercises: boot.exercises.filter((exercise) => pair.tests.includes(exercise.test)),
  }));
  const completed = boots.filter((boot) => boot.completed);
  const hits = completed.reduce((sum, boot) => sum + boot.hits.length, 0);
  const bootsWithHit = completed.filter((boot) => boot.hits.length > 0).length;
  const exercises = completed.flatMap((boot) => boot.exercises);
  const overlaps = total(exercises, 'overlaps');
  const times = boots.flatMap((boot) => boot.hits.map((hit) => hit.time)).filter((time) => time !== null);
  return {
    hits: boots.reduce((sum, boot) => sum + boot.hits.length, 0),
    firstHit: times.length === 0 ? null : times.reduce((least, time) => Math.min(least, time)),
    boots: completed.length,
    bootsWithHit,
    rounds: total(exercises, 'rounds'),
    overlaps,
    perOverlap: poissonRate(hits, overlaps),
    perBoot: poissonRate(hits, completed.length),
    bootShare: shareInterval(bootsWithHit, completed.length),
  };
}

export function summarise(side: Side): KernelSummary {
  const boots = side.boots.map(({ boot }) => boot);
  const reports = side.boots.flatMap((boot) => boot.reports);
  const exercises = boots.flatMap((boot) => boot.exercises);
  return {
    name: side.run.name,
    boots: boots.length,
    completed: boots.filter((boot) => boot.outcome === 'completed').length,
    incomplete: incompleteBoots(boots),
    rounds: total(exercises, 'rounds'),
    overlaps: total(exercises, 'overlaps'),
    violations: total(exercises, 'violations'),
    milliseconds: total(exercises, 'milliseconds'),
    expectedReports: reports.filter((one) => one.pair !== null).length,
    otherReports: reports.filter((one) => one.pair === null).length,
  };
}

/** Outcomes that the guest brought about, as against a signal to QEMU, Ctrl-C here, or a console that lost something. */
export function isGuestFailure(boot: BootRecord): boolean {
  return !['completed', 'damaged', 'killed', 'interrupted'].includes(boot.outcome);
}

/**
 * How a test stands over all boots: the worst of its results. A test that a boot's end cut off is `missing`, unless
 * the guest panicked in it.
 */
export function standingOf(side: Side, suite: string, test: string): TestStanding {
  const seen = side.boots.flatMap(({ boot }) =>
    boot.tests
      .filter(({ path }) => path.at(-1) === test && (path.length === 1 || path.at(-2) === suite))
      .map(({ status }) => status)
      .filter((status) => status !== 'crashed' || ['completed', 'panicked'].includes(boot.outcome)),
  );
  for (const status of ['crashed', 'failed', 'passed', 'skipped'] as const) {
    if (seen.includes(status)) return status;
  }
  return 'missing';
}

function incompleteBoots(boots: readonly BootRecord[]): IncompleteBoots[] {
  const outcomes = new Set(boots.map((boot) => boot.outcome));
  return [...outcomes].flatMap((outcome) => {
    if (outcome === 'completed') return [];
    const such = boots.filter((boot) => boot.outcome === outcome);
    const detail = such.find((boot) => boot.detail !== null)?.detail ?? null;
    return [{ says: 'incomplete', outcome, count: such.length, boots: boots.length, detail }];
  });
}

function total(exercises: readonly Exercise[], field: Exclude<keyof Exercise, 'test'>): number {
  return exercises.reduce((sum, exercise) => sum + exercise[field], 0);
}
