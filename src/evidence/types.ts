// What a run shows, worked out from its record alone: the value that every rendering is made of. Plain data, the same
// after JSON.stringify() and JSON.parse(). docs/evidence.md explains each part.

import type { FindingKind, ModelFinding, RecordedEvent } from '../model/index.js';
import type { RunRecord } from '../record/index.js';
import type { EngineEvidence, SideEvidence } from './engine-types.js';
import type { RunStatement, RunVerdict } from './verdict-types.js';

/** Of the run itself: when, how, of which case, tree and fix. Everything in the record but what the engines found. */
export type RunFacts = Omit<RunRecord, 'engines'>;

/** What a run shows, worked out from its record alone. Plain data, the same after JSON.stringify() and JSON.parse(). */
export interface Evidence {
  readonly run: RunFacts;
  readonly verdict: RunVerdict;
  /** One for each engine that ran: the exploration, KCSAN's sample, the kernel. */
  readonly engines: readonly EngineEvidence[];
  /** Those that race first, each group by struct and offset. */
  readonly variables: readonly VariableEvidence[];
  /** What goes wrong because of the races: on the base first, then with the fix. */
  readonly harms: readonly HarmEvidence[];
  /** What was found out about the outcomes of each test; empty when the model engine did not run. */
  readonly outcomes: readonly OutcomeEvidence[];
  /** Each schedule that a race or a harm refers to, once. */
  readonly schedules: readonly ScheduleEvidence[];
  /** What the result does not say: what is not modelled, and what was not run. */
  readonly limits: readonly RunStatement[];
  /** What the case takes for granted of the callers, a sentence each. */
  readonly assumptions: readonly string[];
}

/** How often something was seen on each kernel; null where the kernel or the engine did not run. */
export interface EngineCounts {
  /** Tests of the model engine in which it was seen. */
  readonly model: { readonly base: number; readonly fixed: number | null } | null;
  /** Executions of KCSAN's sample that reported it. */
  readonly kcsan: { readonly base: number; readonly fixed: number | null } | null;
  /** Reports of the kernel engine. */
  readonly kernel: { readonly base: number; readonly fixed: number | null } | null;
}

/** A field, or what stands for one where the debug information names none. */
export interface VariableEvidence {
  /** `pending_dma_en`; the address where nothing better is known. */
  readonly name: string;
  /** Without the word `struct`; null for what is no field, and where it is not known. */
  readonly struct: string | null;
  readonly field: string | null;
  /** Bytes from the struct's begin. */
  readonly offset: number | null;
  /** Bytes; of the largest access. */
  readonly size: number;
  /** Empty for a variable that does not race. */
  readonly races: readonly LinePairEvidence[];
  /** Every access in the harness's reach, by file and line, then by path. Empty where only reports are known. */
  readonly accesses: readonly AccessEvidence[];
  /** How much was looked at to find the accesses and their locks; null where only reports are known. */
  readonly reach: ReachEvidence | null;
  /** Null where no access holds a lock, or where nothing is known about locks. */
  readonly rule: LockRule | null;
  /** The same with the fix; null also where no fix was tried. */
  readonly fixedRule: LockRule | null;
  /** Null for a variable that does not race. */
  readonly classification: Classification | null;
}

/** Two lines whose accesses race. */
export interface LinePairEvidence {
  /** `file:line`, sorted; the function's name with `+0x…` where a report has no line. */
  readonly lines: readonly [string, string];
  /** In the order of the lines. */
  readonly functions: readonly [string, string];
  readonly counts: EngineCounts;
  /** Texts of the shortest schedules that show it, one for each test; to be found in {@link Evidence.schedules}. */
  readonly schedules: readonly string[];
}

export interface ReachEvidence {
  /** Executions that were looked at. */
  readonly executions: number;
  /** Whether these were all interleavings of every test. */
  readonly complete: boolean;
}

/** One access by one path: the same line reached from two callers counts twice, since they may hold different locks. */
export interface AccessEvidence {
  readonly function: string;
  /** Path inside the tree, or the harness's file name. */
  readonly file: string;
  readonly line: number;
  /** The caller; null where there is none but the context's entry. */
  readonly from: string | null;
  /** The functions that led to it, innermost first, `function` included. */
  readonly path: readonly string[];
  readonly access: 'read' | 'write' | 'read-write';
  readonly marked: boolean;
  /** Who makes it, and in which test. */
  readonly by: readonly { readonly test: string; readonly side: SideEvidence }[];
  /** Whether another context could come in between; false for what setup and check do by themselves. */
  readonly concurrent: boolean;
  /** Held each time. */
  readonly locks: readonly LockEvidence[];
  /** Held some times, and not at others. */
  readonly sometimes: readonly LockEvidence[];
  /** Whether it takes part in a race. */
  readonly races: boolean;
}

export interface LockEvidence {
  /** As the source writes it where it is taken: `dev->lock`; its address where that is not known. */
  readonly name: string;
  /** `spinlock`, `mutex` … */
  readonly kind: string;
}

/** What the accesses suggest. Of concurrent accesses alone. */
export interface LockRule {
  readonly says: 'lock-rule';
  /** What the variable is called. */
  readonly variable: string;
  readonly lock: LockEvidence;
  /** Accesses that hold it. */
  readonly holding: number;
  readonly total: number;
  /** Those that do not. */
  readonly missing: readonly AccessEvidence[];
}

/** After KCSAN's own usage (Documentation/dev-tools/kcsan.rst; tools/memory-model/Documentation/access-marking.txt). */
export interface Classification {
  /** `bug`: a bug that shows as a race; `marking`: a marking is all that is missing; `open`: not to be told from this. */
  readonly kind: 'bug' | 'marking' | 'open';
  readonly reason: ClassReason;
  /** What it suggests; never a marking where a lock is missing, and nothing where nothing is known. */
  readonly suggestions: readonly Suggestion[];
}

/** Why a race is taken for what it is; beside the rule of its locks, where there is one. */
export type ClassReason =
  /** Reports alone are known. */
  | { readonly says: 'only-reports' }
  /** And no access holds a lock that another holds. */
  | { readonly says: 'does-harm'; readonly harms: readonly TestHarms[] }
  | { readonly says: 'harm-not-excluded' }
  /** Every access holds the lock, and yet they race. */
  | { readonly says: 'rule-held' }
  | { readonly says: 'lock-at-times'; readonly path: AccessPath; readonly lock: string }
  /** Plain updates, which no marking makes atomic. `file:line` each. */
  | { readonly says: 'updates'; readonly lines: readonly string[] }
  | { readonly says: 'no-harm' }
  | { readonly says: 'lock-missing'; readonly harms: readonly TestHarms[] }
  /** All writes hold it. */
  | { readonly says: 'reads-without'; readonly lock: string };

/** What goes wrong in one test in which a variable races. */
export interface TestHarms {
  readonly test: string;
  /** Invariants that fail. */
  readonly invariants: number;
  /** Outcomes that no serial order gives, of so many. */
  readonly others: number;
  readonly outcomes: number;
  readonly kinds: readonly FindingKind[];
}

/** A function, and its caller where there is one. */
export type AccessPath = Pick<AccessEvidence, 'function' | 'from'>;

/** Lines are `file:line`. */
export type Suggestion =
  | {
      readonly says: 'hold-lock';
      readonly lock: string;
      readonly lines: readonly string[];
      readonly paths: readonly AccessPath[];
    }
  | {
      readonly says: 'add-marking';
      readonly variable: string;
      readonly reads: readonly string[];
      readonly writes: readonly string[];
    }
  | {
      readonly says: 'assert-exclusive';
      readonly variable: string;
      readonly lock: string;
      readonly lines: readonly string[];
    };

export type HarmKind =
  | 'invariant'
  | 'lost-update'
  | 'torn-pair'
  | 'no-serial-order'
  | 'use-after-free'
  | 'deadlock'
  /** Anything else that the machine found wrong. */
  | 'other';

export interface HarmEvidence {
  readonly says: 'harm';
  readonly kind: HarmKind;
  readonly test: string;
  readonly kernel: 'base' | 'fixed';
  /** The expression that does not hold, as the harness has it; null but for an invariant. */
  readonly invariant: string | null;
  /** What the machine found; null for an invariant, a conflict of accesses or an outcome. */
  readonly finding: Pick<ModelFinding, 'kind' | 'facts' | 'waits'> | null;
  /** How the sides got in each other's way in the same interleaving, where that was seen: what a broken invariant is due to. */
  readonly cause: HarmCause | null;
  /** Where it showed first; empty for an outcome. */
  readonly places: readonly PlaceEvidence[];
  /** The values that it is about, in the order of the places where it has some. */
  readonly values: readonly ValueEvidence[];
  /** Text of the shortest schedule that shows it; to be found in {@link Evidence.schedules}. */
  readonly schedule: string;
}

/** Names of variables, each once. */
export interface HarmCause {
  readonly kind: 'lost-update' | 'torn-pair';
  readonly variables: readonly string[];
}

export interface PlaceEvidence {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** A value of the final state, or one that an access saw. */
export interface ValueEvidence {
  /** Of the variable or register. */
  readonly name: string;
  readonly value: string;
  /** What it is in the outcomes of serial orders, each once; empty where that is no question. */
  readonly serial: readonly string[];
}

/** The final states of one test on one kernel. */
export interface OutcomeEvidence {
  readonly says: 'outcomes';
  readonly test: string;
  readonly kernel: 'base' | 'fixed';
  /** Distinct outcomes over all interleavings that were run. */
  readonly outcomes: number;
  /** Distinct outcomes of the orders in which no side interrupts another. */
  readonly serial: number;
  /** Outcomes that no serial order gives. */
  readonly others: number;
  /** How many interleavings were run, and whether these are all. */
  readonly interleavings: number;
  readonly complete: boolean;
}

/** One interleaving, step by step, with what others can notice of it. */
export interface ScheduleEvidence {
  /** For `millrace replay`. */
  readonly text: string;
  readonly test: string;
  readonly kernel: 'base' | 'fixed';
  /** The fewest with which it can be had; null where that was not found out. */
  readonly preemptions: number | null;
  /** A column each, as steps number them. */
  readonly columns: readonly SideEvidence[];
  /** In the order of time; empty in records that have no steps. */
  readonly steps: readonly StepEvidence[];
}

export interface StepEvidence {
  /** Index in {@link ScheduleEvidence.columns}. */
  readonly column: number;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** The line's text, trimmed; empty where it cannot be read. */
  readonly source: string;
  readonly event: RecordedEvent;
  /** `pending_dma_en`, `dev->lock`, an address; null where the step is about none. */
  readonly name: string | null;
  /** What was read, or what memory held after a write; null for what is no access. */
  readonly value: string | null;
}
