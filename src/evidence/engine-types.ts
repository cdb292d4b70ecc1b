// What each engine counted, and its verdict, as part of the evidence. Plain data.

import type {
  EvidenceVerdict,
  Interval,
  KcsanPairEvidence,
  PairEvidence,
  SideSummary,
  TestStandings,
  TroubleCount,
} from '../judge/index.js';
import type { ModelContext } from '../model/index.js';

/** `kcsan`: KCSAN's algorithm on the model machine. */
export type EngineName = 'model' | 'kcsan' | 'kernel';

export type EngineEvidence = ModelEvidence | KcsanEvidence | KernelEvidence;

/** What the model engine counted, base against fix. */
export interface ModelEvidence {
  readonly engine: 'model';
  readonly verdict: EvidenceVerdict;
  readonly compiler: string;
  /** `dpor` … */
  readonly strategy: string;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly tests: readonly ModelTestEvidence[];
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
  readonly verdict: EvidenceVerdict;
  readonly compiler: string;
  /** CONFIG_KCSAN_* in force, as a `.config` has them. */
  readonly settings: readonly string[];
  readonly seed: number;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly tests: readonly KcsanTestEvidence[];
  readonly pairs: readonly KcsanPairEvidence[];
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
  /** Failed invariants, deadlocks, use after free and the like, one sentence each without a full stop. */
  readonly findings: readonly string[];
}

/** What the kernel engine counted, base against fix. */
export interface KernelEvidence {
  readonly engine: 'kernel';
  readonly verdict: EvidenceVerdict;
  /** Name of the fix; null when none was tried. */
  readonly fix: string | null;
  readonly base: SideSummary | null;
  readonly fixed: SideSummary | null;
  /** Hits, boots, rates with intervals, overlapped rounds, and the chance of a clean fixed side with nothing changed. */
  readonly pairs: readonly PairEvidence[];
  readonly troubles: readonly TroubleCount[];
  readonly tests: readonly TestStandings[];
  /** The largest of the pairs' weaker chances; null unless a fixed side was found clean or may be. */
  readonly chance: number | null;
}
