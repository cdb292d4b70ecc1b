// What a model-engine run hands on: plain data for evidence/, record/ and render/. The same case, tree, compiler and
// options give the same bytes.
import type { Todo } from '../case/index.js';
import type { RaceReport, StackFrame } from '../report/index.js';
import type { ModelPlace, ModelSchedule, ModelSide, ModelVariable } from './basics.js';
import type { StrategyName } from './explore/index.js';
import type { FindingFacts, FindingKind, LockMode, Wait } from './machine/index.js';
import type {
  ModelConflict,
  ModelCoverage,
  ModelOutcomes,
  ModelReach,
  ModelTimeline,
} from './observations.js';

export type ModelStrategy = StrategyName;

export interface ModelOptions {
  readonly strategy: ModelStrategy;
  readonly seed: number;
  /** For `bounded`, and for `pct` the depth less one. */
  readonly preemptions: number;
  readonly maxSchedules: number;
  /** Seconds for each test. */
  readonly maxTime: number;
  /** MiB of linear memory. */
  readonly maxMemory: number;
  /** Operations of one context in one execution. */
  readonly maxSteps: number;
}

export interface ModelLock {
  /** `spinlock`, `mutex`, `rwlock (read)` … */
  readonly kind: string;
  /** Undefined in older records. */
  readonly mode?: LockMode | undefined;
  /** `tw686x_dev.lock`; null where nothing names it. */
  readonly name: string | null;
  /** Hexadecimal with `0x`, in the machine's memory; 0 for what is no object. */
  readonly address: string;
  readonly taken: ModelPlace;
}

/** What {@link RaceReport} has no room for, of one access. */
export interface ModelRaceSide {
  readonly side: ModelSide;
  /** What was read, or what memory held after the write; null for an access of no whole number. */
  readonly value: string | null;
  readonly locks: readonly ModelLock[];
  /** What both accesses of the race touch. */
  readonly variable: ModelVariable | null;
}

/** The races of one pair of lines. */
export interface ModelRace {
  /** `file:line` of both accesses, in the order of the report. */
  readonly lines: readonly [string, string];
  /** Stack frames without a line are those that a function was inlined into. The harness's frames are outermost. */
  readonly report: RaceReport;
  /** In the order of the report's accesses. */
  readonly sides: readonly [ModelRaceSide, ModelRaceSide];
  readonly schedule: ModelSchedule;
}

/** An invariant of the harness that does not hold in some interleaving. */
export interface ModelFailure {
  readonly text: string;
  readonly place: ModelPlace;
  readonly schedule: ModelSchedule;
}

/** `told`: as an older version worded it. */
export type RecordedFacts = FindingFacts<ModelSide> | { readonly fact: 'told'; readonly text: string };

/** Anything else that went wrong: a deadlock, a lock misused, memory used after it was freed … */
export interface ModelFinding {
  readonly kind: FindingKind;
  readonly facts: RecordedFacts;
  /** The first is where it showed. */
  readonly places: readonly ModelPlace[];
  /** In the order of the places, as far as they are known. */
  readonly sides: readonly ModelSide[];
  /** Of a deadlock: who waits for what, and who holds that. */
  readonly waits: readonly ModelWait[];
  /** Of memory that is used or freed after it was freed; null for anything else. */
  readonly lifetime: ModelLifetime | null;
  /** What was done to the reference counts of the object that it is about, in order. */
  readonly references: readonly ModelReference[];
  /** Whether the first place is the harness's own code, as for memory that setup takes and nobody gives back. */
  readonly inHarness: boolean;
  /** Kind and places, without numbers: the same with a fix that moves lines or enlarges a structure. */
  readonly fingerprint: string;
  readonly schedule: ModelSchedule;
}

/** `told`: as an older version worded it. */
export type RecordedWait = Wait<ModelSide> | { readonly on: 'told'; readonly text: string };

/** What a context did, how it got there, and what it held. */
export interface ModelMoment {
  readonly side: ModelSide;
  readonly place: ModelPlace;
  /** Innermost first; the harness's frames are outermost. */
  readonly stack: readonly StackFrame[];
  readonly locks: readonly ModelLock[];
  /** Of what a callback does: who made it pending last. Null for what is none, and where nobody is known. */
  readonly queued: { readonly side: ModelSide; readonly place: ModelPlace } | null;
}

/** An object that was used, or freed, after it had been freed. */
export interface ModelLifetime {
  /** Its struct, without the keyword; null where nothing names it. */
  readonly object: string | null;
  readonly bytes: number;
  /** Null for what the machine itself supplies: the state of a test. */
  readonly allocated: ModelMoment | null;
  readonly freed: ModelMoment;
  readonly used: ModelMoment;
}

/** What was done to a reference count. */
export interface ModelReference extends ModelMoment {
  /** The function of the kernel's: `kref_get`, `refcount_dec_and_test` … */
  readonly call: string;
  /** What the count was then. */
  readonly count: string | null;
}

/** What somebody waits for, who is not told of it any more. */
export interface ModelMissed extends ModelMoment {
  /** `complete`, `wake_up` … */
  readonly call: string;
  /** Whether it came before the wait began; if not, somebody else took it, or its condition did not hold. */
  readonly before: boolean;
}

/** Somebody who cannot go on. */
export interface ModelWait {
  readonly side: ModelSide;
  readonly place: ModelPlace;
  /** How it got there, innermost first. */
  readonly stack: readonly StackFrame[];
  /** What it holds meanwhile. */
  readonly holds: readonly ModelLock[];
  /** Of a wait for an event: the last one, which it does not get. Null where there was none, and for other waits. */
  readonly missed: ModelMissed | null;
  /** Null where nothing says. */
  readonly wait: RecordedWait | null;
  /** Null where it waits for no lock. */
  readonly lock: string | null;
  readonly holders: readonly { readonly side: ModelSide; readonly taken: ModelPlace }[];
}

/** Contexts that were stopped at one line, after `maxSteps` operations. */
export interface ModelCut {
  /** At the limit of steps, or in a loop that went on for long without one. */
  readonly kind: 'steps' | 'rounds';
  readonly place: ModelPlace;
  /** How often, in all executions. */
  readonly count: number;
}

export interface ModelTest {
  readonly name: string;
  readonly sides: readonly ModelSide[];
  /** Whether every interleaving (`bounded`: of so few preemptions) was run, and none cut. */
  readonly complete: boolean;
  /** What was cut, the most frequent first. */
  readonly cuts: readonly ModelCut[];
  readonly stoppedBy: 'end' | 'schedules' | 'time' | 'interrupt';
  /** Executions that ran to an end; under `dpor`, each is another inequivalent interleaving. */
  readonly interleavings: number;
  /** Executions given up because others cover them. */
  readonly redundant: number;
  /** How many interleavings there are, estimated where not all were run; null where nothing is known. */
  readonly estimate: number | null;
  /** For `pct`: the least probability with which a bug of that depth would have been met. */
  readonly guarantee: number | null;
  readonly races: readonly ModelRace[];
  readonly failures: readonly ModelFailure[];
  readonly findings: readonly ModelFinding[];
  /** Null in records of versions that did not look. */
  readonly reach: ModelReach | null;
  /** Null in records of versions that did not look. */
  readonly coverage: ModelCoverage | null;
  /** An order in which no side interrupts another: to be replayed where nothing was found. Null in older records. */
  readonly example: ModelSchedule | null;
  /** Null when there are too many serial orders, and in records of versions that did not look. */
  readonly outcomes: ModelOutcomes | null;
  /** How sides got in each other's way in schedules that do harm. */
  readonly conflicts: readonly ModelConflict[];
  /** The schedules of all findings and outcomes, step by step. */
  readonly timelines: readonly ModelTimeline[];
}

/** A race of Millrace's own, which the compiler got together with a unit's own code. */
export interface ModelCanary {
  /** Path inside the tree, or the harness's file name. */
  readonly unit: string;
  /** Where it is not found, no race in that unit would be. */
  readonly found: boolean;
}

/** One program, explored: the case's harness with the tree's sources, or with a fix's. */
export interface ModelRun {
  /** `base`, or the fix's name. */
  readonly name: string;
  readonly compiler: string;
  /** Of the code that ran; a schedule belongs to it. */
  readonly program: string;
  readonly options: ModelOptions;
  /** One for each unit of the case; none in records of versions that planted none. */
  readonly canaries: readonly ModelCanary[];
  /** Functions that the case exposes and nothing called in any test. */
  readonly uncalled: readonly string[];
  /** What the case's files still leave to be done. */
  readonly todos: readonly Todo[];
  readonly tests: readonly ModelTest[];
}
