// A litmus test as herd7 reads it, and what the kernel's memory model says of it.
import type { Flag } from '../lkmm/index.js';

/** Expressions of a process. Values are numbers; a location is the number that stands for its address. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: 'load'; readonly address: Expression; readonly order: LoadOrder; readonly line: number }
  | { readonly kind: 'rmw'; readonly operation: Rmw; readonly line: number }
  | { readonly kind: 'trylock' | 'is-locked'; readonly address: Expression; readonly line: number };

export type LoadOrder = 'plain' | 'once' | 'acquire' | 'srcu-lock';
export type StoreOrder = 'plain' | 'once' | 'release' | 'srcu-unlock';
/** `mb`: a full barrier before and after. */
export type RmwOrder = 'mb' | 'once' | 'acquire' | 'release' | 'noreturn';

/** A read-modify-write operation. */
export interface Rmw {
  readonly address: Expression;
  readonly order: RmwOrder;
  /** What is stored; null where a compare-exchange or `atomic_add_unless()` stores under a condition alone. */
  readonly update:
    | { readonly operator: string; readonly operand: Expression }
    | { readonly store: Expression };
  /** It stores if the old value is this (`isEqual`), or is not. */
  readonly condition: { readonly value: Expression; readonly isEqual: boolean } | null;
  readonly returns: 'old' | 'new' | 'stored' | 'nothing';
}

export type Statement =
  | { readonly kind: 'assign'; readonly register: string; readonly value: Expression }
  | {
      readonly kind: 'store';
      readonly address: Expression;
      readonly value: Expression;
      readonly order: StoreOrder;
      readonly line: number;
    }
  | { readonly kind: 'evaluate'; readonly value: Expression }
  | { readonly kind: 'fence'; readonly fence: import('../lkmm/index.js').FenceKind; readonly line: number }
  | {
      readonly kind: 'lock' | 'unlock' | 'sync-srcu';
      readonly address: Expression;
      readonly line: number;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    };

export interface Process {
  readonly name: string;
  readonly body: readonly Statement[];
  /** Values of registers that the test sets at the beginning, parameters among them. */
  readonly registers: ReadonlyMap<string, number>;
}

/** What a condition or a state speaks of. */
export type Observable =
  | { readonly kind: 'register'; readonly process: number; readonly name: string }
  | { readonly kind: 'location'; readonly name: string };

export type Condition =
  | { readonly kind: 'true' }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | {
      readonly kind: 'compare';
      readonly left: Observable;
      readonly isEqual: boolean;
      readonly right: Observable | { readonly kind: 'value'; readonly value: number };
    };

export type Quantifier = 'exists' | '~exists' | 'forall';

export interface LitmusTest {
  readonly file: string;
  readonly name: string;
  /** What a comment says: `Result: Never`, with `DATARACE` behind it where there is one; `DEADLOCK`: none ends. */
  readonly expected: { readonly observation: Observation | 'Deadlock'; readonly race: boolean | null } | null;
  /** Names of the locations by their number. */
  readonly locations: ReadonlyMap<number, string>;
  /** By location; those that are not named begin as 0. */
  readonly initial: ReadonlyMap<number, number>;
  readonly processes: readonly Process[];
  /** Of executions in which it does not hold nothing is told. */
  readonly filter: Condition | null;
  readonly shown: readonly Observable[];
  readonly quantifier: Quantifier;
  readonly condition: Condition;
  /** As the file has it. */
  readonly conditionText: string;
}

export type Observation = 'Never' | 'Sometimes' | 'Always';

/** A final state that the model allows. */
export interface LitmusState {
  /** As herd7 prints it: `0:r1=1; [x]=2;`. */
  readonly text: string;
  readonly values: readonly (readonly [Observable, string])[];
  /** Whether the condition (without its quantifier) holds in it. */
  readonly holds: boolean;
  /** Executions that end so. */
  readonly executions: number;
  /** Number of the first of them, for {@link LitmusResult.witness}. */
  readonly first: number;
}

/** An access of a witness, as its process makes it. */
export interface WitnessAccess {
  readonly process: number;
  readonly line: number;
  readonly does: import('../lkmm/index.js').EventKind;
  readonly order: import('../lkmm/index.js').AccessOrder | null;
  readonly location: string | null;
  readonly value: string | null;
  /** Of a read: process and line of the write that it reads from; null for the initial value and for others. */
  readonly from: { readonly process: number; readonly line: number } | null;
  /** Of a read: how many writes to the location are behind that write in coherence order. */
  readonly newer: number;
}

/** One execution that the model allows. */
export interface Witness {
  readonly execution: number;
  readonly state: string;
  readonly accesses: readonly WitnessAccess[];
  /** Locations with more than one write: these in coherence order. */
  readonly coherence: readonly {
    readonly location: string;
    readonly writes: readonly {
      readonly process: number | null;
      readonly line: number;
      readonly value: string;
    }[];
  }[];
  readonly flags: readonly Flag[];
}

/** What the kernel's memory model says of one litmus test. */
export interface LitmusResult {
  readonly file: string;
  readonly name: string;
  readonly model: 'lkmm';
  readonly states: readonly LitmusState[];
  /** Executions that the model allows, and of these the ones in which the condition holds. */
  readonly executions: number;
  readonly positive: number;
  readonly quantifier: Quantifier;
  readonly conditionText: string;
  readonly observation: Observation;
  /** Whether the quantified condition holds; false where no execution ends. */
  readonly holds: boolean;
  readonly race: boolean;
  /** Whether a value of some state comes out of thin air, as the model allows for plain accesses: it is shown as `S1`. */
  readonly thinAir: boolean;
  readonly flags: readonly Flag[];
  readonly expected: LitmusTest['expected'];
  /** Whether observation and race are as the file's comment says; null where it says nothing. */
  readonly asExpected: boolean | null;
  /** The execution that was asked for. */
  readonly witness: Witness | null;
}
