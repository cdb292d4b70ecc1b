// What a verdict is made of. Plain data, stored with the run; docs/verdicts.md explains each figure.
import type { Outcome } from '../base/index.js';
import type { ExpectedKind } from '../case/index.js';
import type { TestResult, TroubleKind } from '../report/index.js';
import type { ExpectedPair } from './match.js';
import type { IncompleteBoots, Reason, Statement } from './statements.js';
import type { Interval, Rate } from './statistics.js';

/** What was shown of the base, and of the fix where one was tried; docs/verdicts.md has the rules. */
export const verdictKinds = [
  'shown',
  'fix-shown',
  'fix-incomplete',
  'fix-harmful',
  'not-shown',
  'inconclusive',
] as const;
/** What was shown of the base, and of the fix where one was tried; docs/verdicts.md has the rules. */
export type VerdictKind = (typeof verdictKinds)[number];

/** `kcsan`: KCSAN's algorithm on the model machine; `directed`: a schedule of the model's, played on a real kernel. */
export type EngineName = 'model' | 'kcsan' | 'kernel' | 'directed';

/** One verdict, of however many engines ran. A run that did not come to its end is `inconclusive`. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** How it stands to what the case says. */
  readonly outcome: Outcome;
  /** What was shown, or was to be: a race, a deadlock …; nothing where the case expects nothing and nothing was found. */
  readonly about: readonly ExpectedKind[];
  readonly reason: Reason;
  /** What the base ought to have shown and did not, and what an inconclusive verdict lacks. */
  readonly lacking: readonly Statement[];
  /** What still races or fails with the fix. */
  readonly remaining: readonly Statement[];
  /** What the fix makes worse. */
  readonly harms: readonly Statement[];
}

/** One expected pair on one side. Rates and boots are of completed boots alone: only there did the guest count. */
export interface PairCounts {
  /** Reports of the pair in all boots, completed or not. */
  readonly hits: number;
  /** Seconds of guest time since boot at the earliest hit; null without hit or time stamps. */
  readonly firstHit: number | null;
  readonly boots: number;
  readonly bootsWithHit: number;
  /** Of the tests that expect the pair. */
  readonly rounds: number;
  readonly overlaps: number;
  readonly perOverlap: Rate;
  readonly perBoot: Rate;
  /** Share of boots with a hit, at the intervals' level. */
  readonly bootShare: Interval;
}

/** The chances of seeing no report of a pair on the fixed side if nothing had changed. */
export interface CleanChance {
  /** If hits come one by one, in proportion to overlapped rounds. */
  readonly byOverlap: number;
  /** If all hits of a boot may have one cause: a boot counts once. */
  readonly byBoot: number;
  /** The larger of the two, which decides. */
  readonly weaker: number;
}

/** What it would take to bring the weaker chance below the limit; null where no reasonable number does. */
export interface BootsNeeded {
  /** Boots a side, when both are run anew (`--boots`). */
  readonly perKernel: number | null;
  /** Boots of the fixed kernel, the base as it is. */
  readonly fixed: number | null;
}

export interface PairEvidence extends ExpectedPair {
  readonly base: PairCounts;
  readonly fixed: PairCounts | null;
  /** Null where there is nothing to compare: no hit on the base, hits on the fixed side, or no fix. */
  readonly chance: CleanChance | null;
  readonly needed: BootsNeeded | null;
}

/** A race that the case does not expect. */
export interface OtherRace {
  /** Sorted. */
  readonly functions: readonly string[];
  readonly base: number;
  readonly fixed: number | null;
  /** An access was made in a function of an expected pair. */
  readonly touches: boolean;
  /** An access is on a line of the case's own sources. */
  readonly inSources: boolean;
  /** The field that both lines name, `tw686x_dev.pending_dma_en`; null where that is not told. */
  readonly variable: string | null;
  /** That field is one that reports of an expected pair are about on the base. */
  readonly sameVariable: boolean;
}

/** A kind of kernel message, its numbers taken out so that two of the same are the same. */
export interface TroubleCount {
  readonly kind: TroubleKind;
  /** As first printed. */
  readonly title: string;
  readonly base: number;
  readonly fixed: number | null;
}

/** The worst of a test's results over all boots of a side; `missing` when no completed boot ran it. */
export type TestStanding = TestResult['status'] | 'missing';

export interface TestStandings {
  readonly test: string;
  readonly base: TestStanding;
  readonly fixed: TestStanding | null;
}

export interface KernelSummary {
  readonly name: string;
  readonly boots: number;
  readonly completed: number;
  /** One for each outcome other than `completed`. */
  readonly incomplete: readonly IncompleteBoots[];
  readonly rounds: number;
  readonly overlaps: number;
  readonly violations: number;
  readonly milliseconds: number;
  readonly expectedReports: number;
  readonly otherReports: number;
}

/** Of the kernel engine. */
export interface KernelVerdict extends Verdict {
  /** What the figures do not say. */
  readonly limits: readonly Statement[];
  /** The largest of the pairs' weaker chances; null unless a fixed side was found clean or may be. */
  readonly chance: number | null;
  readonly pairs: readonly PairEvidence[];
  readonly otherRaces: readonly OtherRace[];
  readonly troubles: readonly TroubleCount[];
  readonly tests: readonly TestStandings[];
  readonly base: KernelSummary;
  readonly fixed: KernelSummary | null;
}
