// What an execution can show to be wrong: data alone. render/execution/ puts it into words.
import type { Fault } from '../link/index.js';
import type { NoPlace } from './bounds.js';
import type { WaitingLoop } from './spin-loops.js';
import { type Wait, waitOf } from './waits.js';

export const findingKinds = [
  'data-race',
  'assertion',
  'deadlock',
  'use-after-free',
  'double-free',
  'invalid-free',
  'invalid-access',
  'lock-misuse',
  'lock-leak',
  'memory-leak',
  'sleep-in-atomic',
  'no-progress',
  'crash',
  'warning',
  'stack-overflow',
  /** The execution ends in a state that no serial order of the sides gives: see kernel-test/outcomes.ts. */
  'no-serial-order',
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** Where an access went that nothing allows. `Who`: a context, by its number in the machine. */
export type WrongPlace<Who = number> =
  | { readonly what: 'freed' | 'ended-thread'; readonly who: Who }
  /** So many bytes beyond a block of the heap. */
  | { readonly what: 'beyond-block'; readonly by: number; readonly bytes: number }
  | { readonly what: 'beyond'; readonly name: string; readonly by: number; readonly bytes: number }
  | { readonly what: 'frame'; readonly who: Who }
  | Exclude<NoPlace, { readonly what: 'beyond' | 'frame' }>;

/** How a primitive was used that its specification forbids, or in which state. */
export const misuses = [
  'no-object',
  'never-initialised',
  'not-initialised',
  'in-use',
  'not-held',
  'not-locked',
  'held-by-other',
  'in-interrupt',
  'awaits-itself',
  'readers-inside',
  'outside-section',
  'no-beginning',
  'posted-twice',
  'other-cache',
  'not-mapped',
  'not-mapped-so',
  'not-requested',
  'not-disabled',
  'no-action',
  'no-callback',
  'outside-kthread',
  'no-function',
  'before-setjmp',
  'other-thread',
  'returned-function',
  'joined-already',
  'detached-already',
  'gone-already',
  'reference-count',
] as const;

export type Misuse = (typeof misuses)[number];

export const misusedObjects = [
  'spinlock',
  'mutex',
  'rwlock',
  'semaphore',
  'condition',
  'barrier',
  'DMA-pool',
  'slab-cache',
  'kernel-thread',
] as const;

export type MisusedObject = (typeof misusedObjects)[number];

export interface MisuseFacts<Who = number> {
  readonly problem: Misuse;
  /** The function, as C code calls it. */
  readonly call?: string | undefined;
  readonly object?: MisusedObject | undefined;
  readonly who?: Who | undefined;
  /** Of an interrupt, a softirq, or of objects in use. */
  readonly number?: number | undefined;
}

/** Why a context may not sleep. */
export type NoSleep = 'hardirq' | 'softirq' | 'irqs-off' | 'atomic' | 'RCU-section';

export type FindingFacts<Who = number> =
  | { readonly fact: 'race'; readonly address: number }
  /** What the harness says has to hold. */
  | { readonly fact: 'invariant'; readonly text: string }
  /** `text`: of the program's own; null where it says nothing. */
  | { readonly fact: 'assertion'; readonly text: string | null }
  /** A function that is not to be reached. */
  | { readonly fact: 'reached'; readonly call: string }
  | { readonly fact: 'warning'; readonly text: string | null }
  | { readonly fact: 'panic'; readonly text: string }
  | { readonly fact: 'bug' }
  /** Nobody can go on. `wait`: null for who goes round a loop. */
  | {
      readonly fact: 'waits';
      readonly waits: readonly {
        readonly who: Who;
        readonly wait: Wait<Who> | null;
        readonly loops: boolean;
      }[];
    }
  /** Somebody goes round a loop without an operation. */
  | { readonly fact: 'endless-loop' }
  | { readonly fact: 'stack'; readonly who: Who; readonly bytes: number }
  | { readonly fact: 'recursion' }
  /** `text`: as the engine says it. */
  | { readonly fact: 'trap'; readonly fault: Fault | null; readonly text: string }
  | {
      readonly fact: 'access';
      readonly access: 'read' | 'write';
      readonly size: number;
      readonly address: number;
      readonly place: WrongPlace<Who>;
    }
  | { readonly fact: 'freed-twice'; readonly call: string; readonly who: Who }
  | { readonly fact: 'not-allocated'; readonly call: string; readonly allocate: string }
  | { readonly fact: 'held-at-end'; readonly who: Who; readonly lock: 'mutex' | 'spinlock' }
  | {
      readonly fact: 'left-behind';
      readonly who: Who;
      readonly left: readonly ('irqs-off' | 'preemption-off' | 'RCU-section')[];
    }
  | { readonly fact: 'sleeps'; readonly call: string; readonly where: NoSleep }
  /** A lock is taken in an interrupt, and elsewhere with that interrupt enabled. */
  | { readonly fact: 'lock-state' }
  /** `bytes`: null for memory of each CPU's. */
  | { readonly fact: 'never-freed'; readonly bytes: number | null }
  | { readonly fact: 'serial-order' }
  | ({ readonly fact: 'misuse' } & MisuseFacts<Who>);

/** The same facts of whoever the contexts are. */
export function factsOf<Who>(facts: FindingFacts, nameOf: (context: number) => Who): FindingFacts<Who> {
  switch (facts.fact) {
    case 'waits':
      return {
        ...facts,
        waits: facts.waits.map(({ who, wait, loops }) => ({
          who: nameOf(who),
          wait: wait === null ? null : waitOf(wait, nameOf),
          loops,
        })),
      };
    case 'access':
      return {
        ...facts,
        place: 'who' in facts.place ? { ...facts.place, who: nameOf(facts.place.who) } : facts.place,
      };
    case 'misuse': {
      const { who, ...misuse } = facts;
      return who === undefined ? misuse : { ...misuse, who: nameOf(who) };
    }
    case 'stack':
    case 'freed-twice':
    case 'held-at-end':
    case 'left-behind':
      return { ...facts, who: nameOf(facts.who) };
    default:
      return facts;
  }
}

/** Why a context was stopped that could have gone on. */
export type CutKind =
  /** It made as many steps as an execution may have. */
  | 'steps'
  /** It went on for long without one step: in a loop that may have an end, or in calls. */
  | 'rounds'
  /** What the program assumes does not hold. */
  | 'assumption';

/** A context that was stopped: what comes behind it was not looked at in that execution. */
export interface Cut {
  readonly kind: CutKind;
  readonly context: number;
  readonly site: number;
}

/** One thing that went wrong in an execution, before it has a schedule. */
export interface Incident {
  readonly kind: FindingKind;
  readonly facts: FindingFacts;
  /** Sites involved, the one where it showed first; of a race, both accesses. */
  readonly sites: readonly number[];
  readonly contexts: readonly number[];
  /** Two incidents with one key are the same finding. */
  readonly key: string;
  /** For a race: what each side did, in the order of `sites`. */
  readonly accesses?: readonly { readonly write: boolean; readonly marked: boolean }[];
  readonly address?: number;
  /** Of what nobody ends: the loop of each context that waits so. */
  readonly loops?: readonly WaitingLoop[];
}
