// What a run on the model engine saw besides its findings: every access in reach with its locks, the outcomes, and the
// steps of the schedules that it tells of. Plain data, stored with the run.

import type { ModelPlace, ModelSchedule, ModelSide, ModelVariable } from './basics.js';
import type { LockMode, StepEvent } from './machine/index.js';

export interface ModelHeldLock {
  /** As the source writes it where it is taken: `dev->lock`; struct and field, or the address, where it does not tell. */
  readonly name: string;
  /** `spinlock`, `mutex`, `rwlock (read)`, `RCU`, `SRCU` … */
  readonly kind: string;
  /** Undefined in older records. */
  readonly mode?: LockMode | undefined;
}

/** One access of one side by one path. */
export interface ModelAccess {
  /** For an access in a header, where the source calls what the header defines. */
  readonly place: ModelPlace;
  /** Functions from that of the access outwards, up to the harness's. */
  readonly path: readonly string[];
  readonly side: ModelSide;
  readonly access: 'read' | 'write' | 'read-write';
  readonly marked: boolean;
  /** Whether another context could have come in between. */
  readonly concurrent: boolean;
  /** Held each time. */
  readonly locks: readonly ModelHeldLock[];
  /** Held some times, and not at others. */
  readonly sometimes: readonly ModelHeldLock[];
}

/** What several sides access, one of them writing. */
export interface ModelShared {
  /** Null where neither debug information nor source tells. */
  readonly variable: ModelVariable | null;
  /** Hexadecimal with `0x`: one for each object that has the variable. */
  readonly addresses: readonly string[];
  /** Bytes; of the largest access. */
  readonly size: number;
  /** By file and line, then by path. */
  readonly accesses: readonly ModelAccess[];
}

export interface ModelReach {
  /** Executions that were looked at. */
  readonly executions: number;
  /** Whether these were all interleavings. */
  readonly complete: boolean;
  readonly variables: readonly ModelShared[];
}

/** A word of a final state. */
export interface ModelValue {
  /** Hexadecimal with `0x`; a multiple of 4. */
  readonly address: string;
  readonly variable: ModelVariable | null;
  /** Hexadecimal with `0x`, of 32 bits. */
  readonly value: string;
  /** What serial orders leave there, each value once. */
  readonly serial: readonly string[];
}

/** A final state that no serial order of the sides gives. */
export interface ModelOutcome {
  /** The words by which it differs from the nearest outcome of a serial order. */
  readonly values: readonly ModelValue[];
  readonly schedule: ModelSchedule;
}

export interface ModelOutcomes {
  /** Distinct final states of the orders in which no side interrupts another. */
  readonly serial: number;
  /** Distinct final states that none of these gives. */
  readonly others: number;
  /** The one of these that the fewest preemptions lead to; null when there is none. */
  readonly example: ModelOutcome | null;
}

/** How two sides got in each other's way, read off a schedule that does harm. */
export interface ModelConflict {
  readonly kind: 'lost-update' | 'torn-pair';
  /**
   * Of a lost update: where it was read, written and written over. Of a torn pair: where the new and the old value were
   * read, and where they were written.
   */
  readonly places: readonly ModelPlace[];
  /** Values that the accesses saw or left, in the order of the places. */
  readonly values: readonly { readonly name: string; readonly value: string }[];
  readonly schedule: ModelSchedule;
}

/** `told`: as an older version worded it, where that is all that is known. */
export type RecordedEvent = StepEvent | { readonly kind: 'told'; readonly text: string };

export interface ModelStep {
  /** Index of the side; -1 for the test itself. */
  readonly side: number;
  readonly place: ModelPlace;
  /** The text of the line, trimmed; empty where it cannot be read. */
  readonly source: string;
  readonly event: RecordedEvent;
  /** Of the variable or lock; an address where it has none; null for a step that is about none. */
  readonly name: string | null;
  /** What was read, or what memory held after a write; null for what is no access. */
  readonly value: string | null;
}

/** A schedule of a finding, step by step: what other sides can notice of it. */
export interface ModelTimeline {
  /** Of the schedule. */
  readonly text: string;
  readonly preemptions: number | null;
  readonly steps: readonly ModelStep[];
  /** Contexts behind those of the sides, in their order: timers, work items and the like that no side names. */
  readonly started?: readonly ModelSide[] | undefined;
}

/** A condition that came out one way each time a side met it, and what that kept from running. */
export interface ModelOneWay {
  /** Where the condition is. */
  readonly place: ModelPlace;
  /** Lines of the same function, in ascending order. */
  readonly lines: readonly number[];
  /** Functions that are called there alone; `null` stands for calls by a pointer. */
  readonly calls: readonly (string | null)[];
}

/** How far a side came in one function of the case's sources or the harness, in any execution. */
export interface ModelFunctionCoverage {
  readonly function: string;
  readonly file: string;
  /** In ascending order. A line is reached when a block of code that belongs to it ran. */
  readonly reached: readonly number[];
  readonly missed: readonly number[];
  readonly oneWay: readonly ModelOneWay[];
}

export interface ModelSideCoverage {
  readonly side: ModelSide;
  /** Those that it entered, in the order of the code. */
  readonly functions: readonly ModelFunctionCoverage[];
}

/** Why "does not race" would say nothing: what was expected to run, and did not. */
export type ModelUnreached =
  /** No side entered the function. `stops`: conditions that kept one from it, where they are known. */
  | {
      readonly kind: 'never-called';
      readonly function: string;
      /** Whether the case's sources or harness define it. */
      readonly isDefined: boolean;
      readonly stops: readonly ModelStop[];
    }
  /** One side alone reached both functions of a pair, so that neither met the other. */
  | { readonly kind: 'one-side'; readonly functions: readonly [string, string]; readonly side: ModelSide }
  /** Sides reached both, and accessed nothing that the other one accessed and one of them wrote. */
  | { readonly kind: 'nothing-shared'; readonly functions: readonly [string, string] }
  /** A function was entered, and left again before most of it ran, each time. */
  | {
      readonly kind: 'returned-early';
      readonly function: string;
      readonly reached: number;
      readonly lines: number;
      readonly stops: readonly ModelStop[];
    }
  /** A side ended before it called anything of the case's sources. */
  | { readonly kind: 'side-stopped'; readonly side: ModelSide; readonly stops: readonly ModelStop[] };

export interface ModelStop {
  readonly side: ModelSide;
  readonly place: ModelPlace;
}

/** How far the sides of a test came, all executions taken together. */
export interface ModelCoverage {
  /** In the order of the test's sides, then contexts that no side names. */
  readonly sides: readonly ModelSideCoverage[];
  readonly unreached: readonly ModelUnreached[];
}
