// What a run shows, worked out from its record alone: the value that every rendering is made of. Plain data, the same
// after JSON.stringify() and JSON.parse(). docs/evidence.md explains each part.

import type { Verdict } from '../judge/index.js';
import type { RecordedEvent } from '../model/index.js';
import type { RunRecord } from '../record/index.js';
import type { EngineEvidence, SideEvidence } from './engine-types.js';

/** Of the run itself: when, how, of which case, tree and fix. Everything in the record but what the engines found. */
export type RunFacts = Omit<RunRecord, 'engines'>;

/** What a run shows, worked out from its record alone. Plain data, the same after JSON.stringify() and JSON.parse(). */
export interface Evidence {
  readonly run: RunFacts;
  readonly verdict: Verdict;
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
  /** What the result does not say, a sentence each: what is not modelled, and what was not run. */
  readonly limits: readonly string[];
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
  readonly lock: LockEvidence;
  /** Accesses that hold it. */
  readonly holding: number;
  readonly total: number;
  /** Those that do not. */
  readonly missing: readonly AccessEvidence[];
  /** "`pending_dma_en`: 5 of 6 accesses hold `dev->lock`; the one that does not: `f` from `g`", without a full stop. */
  readonly sentence: string;
}

/** After KCSAN's own usage (Documentation/dev-tools/kcsan.rst; tools/memory-model/Documentation/access-marking.txt). */
export interface Classification {
  /** `bug`: a bug that shows as a race; `marking`: a marking is all that is missing; `open`: not to be told from this. */
  readonly kind: 'bug' | 'marking' | 'open';
  /** One sentence. */
  readonly reason: string;
  /** What it suggests; never a marking where a lock is missing, and nothing where nothing is known. */
  readonly suggestions: readonly Suggestion[];
}

export interface Suggestion {
  readonly kind: 'lock' | 'marking' | 'assert-exclusive';
  /** One sentence. */
  readonly text: string;
}

export type HarmKind =
  | 'invariant'
  | 'lost-update'
  | 'torn-pair'
  | 'no-serial-order'
  | 'use-after-free'
  | 'deadlock'
  /** Anything else that the machine found wrong; the text says what. */
  | 'other';

export interface HarmEvidence {
  readonly kind: HarmKind;
  readonly test: string;
  readonly kernel: 'base' | 'fixed';
  /** One sentence without a full stop, with the values. */
  readonly text: string;
  /** Where it showed first; empty for an outcome. */
  readonly places: readonly PlaceEvidence[];
  /** The values that it is about, in the order in which the text names them. */
  readonly values: readonly ValueEvidence[];
  /** Text of the shortest schedule that shows it; to be found in {@link Evidence.schedules}. */
  readonly schedule: string;
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
  readonly test: string;
  readonly kernel: 'base' | 'fixed';
  /** Distinct outcomes over all interleavings that were run. */
  readonly outcomes: number;
  /** Distinct outcomes of the orders in which no side interrupts another. */
  readonly serial: number;
  /** Outcomes that no serial order gives. */
  readonly others: number;
  /** One sentence, with a full stop: says it plainly either way. */
  readonly sentence: string;
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
