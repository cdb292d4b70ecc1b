// One execution as the page shows it: plain data, read off the machine once, with everything named.

import type { ModelPlace, ModelSide } from '../model/index.js';
import type { FindingKind } from '../model/machine/index.js';

/** What a step is, for the shape of its mark. */
export type MarkKind =
  | 'read'
  | 'write'
  | 'atomic'
  | 'lock'
  | 'unlock'
  | 'allocate'
  | 'free'
  | 'callback'
  | 'wait'
  | 'print'
  | 'other';

export interface TraceContext {
  readonly number: number;
  readonly side: ModelSide;
}

export interface TraceLock {
  readonly name: string;
  /** `spinlock`, `rwlock (read)` … */
  readonly kind: string;
  readonly address: number;
  readonly taken: ModelPlace;
}

/** Why somebody cannot go next. */
export type Blocked =
  /** `lock`: null where it waits for no lock. */
  | {
      readonly context: number;
      readonly reason: 'waits';
      readonly what: string;
      readonly lock: string | null;
      readonly holders: readonly number[];
    }
  /** Another context runs on top of it on its CPU. */
  | { readonly context: number; readonly reason: 'interrupted'; readonly what: string }
  /** It did something that ends its part in the execution. */
  | { readonly context: number; readonly reason: 'stopped' }
  | { readonly context: number; readonly reason: 'ended' };

/** Where the scheduler was asked who goes next. */
export interface Turn {
  /** Contexts that could go on, and what each stands before: a place, and the variable that it is about to touch. */
  readonly enabled: readonly {
    readonly context: number;
    readonly place: ModelPlace | null;
    readonly variable: string | null;
    readonly write: boolean;
  }[];
  readonly blocked: readonly Blocked[];
  readonly chosen: number;
  /** How many values had been chosen until then. */
  readonly choices: number;
}

export interface TraceStep {
  readonly context: number;
  readonly kind: MarkKind;
  /** What it does, in the words of every rendering. */
  readonly text: string;
  /** Innermost place outside headers. */
  readonly place: ModelPlace;
  /** Innermost first: functions that were called, and were inlined. */
  readonly stack: readonly ModelPlace[];
  readonly address: number;
  /** Bytes; 0 for what is no access. */
  readonly size: number;
  readonly writes: boolean;
  readonly variable: string | null;
  readonly value: string | null;
  readonly locks: readonly TraceLock[];
  /** Whether another context could have come in between. */
  readonly concurrent: boolean;
  /** Index of the last pick before it that was its own; -1 where nobody was asked. */
  readonly pick: number;
}

export interface TraceRace {
  readonly text: string;
  /** Indices of steps. */
  readonly first: number;
  readonly second: number;
}

export interface TraceFinding {
  readonly kind: FindingKind;
  readonly text: string;
  readonly places: readonly ModelPlace[];
  readonly contexts: readonly number[];
  /** Index of the step where it showed. */
  readonly step: number;
}

export interface TraceWait {
  readonly context: number;
  readonly what: string;
  readonly lock: string | null;
  readonly holders: readonly number[];
}

/** Memory that was allocated and given back, and used thereafter. */
export interface TraceLifetime {
  readonly allocated: number | null;
  readonly freed: number | null;
  readonly used: number;
}

export interface Trace {
  readonly contexts: readonly TraceContext[];
  readonly steps: readonly TraceStep[];
  readonly picks: readonly Turn[];
  /** Values that were chosen, in order. */
  readonly choices: readonly number[];
  readonly races: readonly TraceRace[];
  /** All but the races. */
  readonly findings: readonly TraceFinding[];
  readonly lifetimes: readonly TraceLifetime[];
  /** Who could not go on in the end; a deadlock is a cycle of them. */
  readonly waits: readonly TraceWait[];
  /** For `millrace replay`. */
  readonly schedule: string;
}
