// What each engine counted, and its verdict, as part of the evidence. Plain data.

import type {
  DirectedStanding,
  DirectedVerdict,
  FixMatrix,
  Interval,
  KcsanPairEvidence,
  KernelSummary,
  ModelPair,
  PairEvidence,
  Problem,
  Statement,
  TestStandings,
  TroubleCount,
} from '../judge/index.js';
import type { ModelContext } from '../model/index.js';
import type { SectionOf } from '../record/index.js';
import type { BrokenInvariant } from '../report/index.js';
import type { RunVerdict } from './verdict-types.js';

/** What one engine counted and found, base against fix; `engine` tells which. */
export type EngineEvidence = ModelEvidence | KcsanEvidence | KernelEvidence | DirectedEvidence;

/** What the model engine counted, base against fix. */
export interface ModelEvidence {
  readonly engine: 'model';
  readonly verdict: RunVerdict;
  readonly compiler: string;
  /** `dpor` … */
  readonly strategy: string;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly tests: readonly ModelTestEvidence[];
  /** Of the verdict: what the engine does not say. */
  readonly limits: readonly Statement[];
  readonly pairs: readonly ModelPair[];
  /** Several fixes side by side; null where no more than one was tried. */
  readonly matrix: FixMatrix | null;
  /** The base, and the fixed kernel where one was tried, as the engine handed them on. */
  readonly kernels: SectionOf<'model'>['kernels'];
}

export interface ModelTestEvidence {
  readonly test: string;
  readonly sides: readonly SideEvidence[];
  readonly base: ModelCounts;
  readonly fixed: ModelCounts | null;
}

/** One of the contexts that a test runs against each other. */
export interface SideEvidence {
  readonly name: string;
  readonly context: ModelContext;
  readonly cpu: number;
}

export interface ModelCounts {
  /** Whether every interleaving was run. */
  readonly complete: boolean;
  readonly interleavings: number;
  /** How many there are, estimated where not all were run; null where nothing is known. */
  readonly estimate: number | null;
  /** Racing pairs of lines. */
  readonly races: number;
  /** Invariants that fail in some interleaving. */
  readonly failures: number;
  /** Deadlocks, use after free and the like. */
  readonly findings: number;
}

/** What KCSAN's algorithm reported in samples of executions on the model machine, base against fix. */
export interface KcsanEvidence {
  readonly engine: 'kcsan';
  readonly verdict: RunVerdict;
  readonly compiler: string;
  /** CONFIG_KCSAN_* in force, as a `.config` has them. */
  readonly settings: readonly string[];
  readonly seed: number;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly tests: readonly KcsanTestEvidence[];
  readonly pairs: readonly KcsanPairEvidence[];
  readonly limits: readonly Statement[];
  readonly kernels: SectionOf<'kcsan'>['kernels'];
  /** The largest of the pairs' chances; null unless a fixed side was found clean or may be. */
  readonly chance: number | null;
}

export interface KcsanTestEvidence {
  readonly test: string;
  readonly sides: readonly SideEvidence[];
  readonly base: KcsanCounts;
  readonly fixed: KcsanCounts | null;
}

export interface KcsanCounts {
  readonly executions: number;
  /** Executions with a report, and their share at the intervals' level. */
  readonly hits: number;
  readonly share: Interval;
  /** Racing pairs of lines. */
  readonly races: number;
  /** Watchpoints that KCSAN set up. */
  readonly watched: number;
  /** Failed invariants, deadlocks, use after free and the like. */
  readonly findings: readonly Problem[];
}

/** What the kernel engine counted, base against fix. */
export interface KernelEvidence {
  readonly engine: 'kernel';
  readonly verdict: RunVerdict;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly base: KernelSummary | null;
  readonly fixed: KernelSummary | null;
  /** Hits, boots, rates with intervals, overlapped rounds, and the chance of a clean fixed side with nothing changed. */
  readonly pairs: readonly PairEvidence[];
  readonly troubles: readonly TroubleCount[];
  /** What did not hold after rounds of the base and of the fixed kernel, as the harness counted it. */
  readonly broken: { readonly base: readonly BrokenInvariant[]; readonly fixed: readonly BrokenInvariant[] };
  readonly tests: readonly TestStandings[];
  readonly limits: readonly Statement[];
  /** As in force; null in records of versions that did not keep them. */
  readonly settings: SectionOf<'kernel'>['settings'];
  readonly kernels: SectionOf<'kernel'>['kernels'];
  /** The largest of the pairs' weaker chances; null unless a fixed side was found clean or may be. */
  readonly chance: number | null;
}

/** What came of playing a schedule of the model's on real kernels, base against fix. */
export interface DirectedEvidence {
  readonly engine: 'directed';
  readonly verdict: RunVerdict;
  /** `auto`, or the schedule that was given. */
  readonly schedule: string;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  /** By test: rounds that were played, did harm, or were given up. */
  readonly standings: readonly DirectedStanding[];
  readonly pairs: DirectedVerdict['pairs'];
  readonly troubles: readonly TroubleCount[];
  readonly limits: readonly Statement[];
  /** With the points as a diff. */
  readonly kernels: SectionOf<'directed'>['kernels'];
}
