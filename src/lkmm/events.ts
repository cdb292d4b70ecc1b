// What the kernel's memory model sees of one execution: events, and the relations that the program gives
// (tools/memory-model/linux-kernel.bell and lock.cat, v6.12).

/** Classes of events: what they do to memory, or which barrier they are. */
export type EventKind =
  | 'read'
  | 'write'
  | 'lock-read'
  | 'lock-write'
  | 'unlock'
  | 'lock-fail'
  | 'read-unlocked'
  | 'sync-srcu'
  | FenceKind;

export type FenceKind =
  | 'mb'
  | 'wmb'
  | 'rmb'
  | 'barrier'
  | 'rcu-lock'
  | 'rcu-unlock'
  | 'sync-rcu'
  | 'before-atomic'
  | 'after-atomic'
  | 'after-spinlock'
  | 'after-unlock-lock'
  | 'after-srcu-read-unlock';

/** How an access is marked. */
export type AccessOrder = 'plain' | 'once' | 'acquire' | 'release' | 'noreturn' | 'srcu-lock' | 'srcu-unlock';

/** One event of a process, in program order. Other events are named by their number within the process. */
export interface LkmmEvent {
  readonly kind: EventKind;
  /** Of accesses; null for fences. */
  readonly order: AccessOrder | null;
  /** The location: a number of the test's own; null for fences. */
  readonly location: number | null;
  /** Read or written; 0 for lock operations and fences. */
  readonly value: number;
  /** Reads of this process on which the address, the value, and whether this happens depend. */
  readonly address: readonly number[];
  readonly data: readonly number[];
  readonly control: readonly number[];
  /** The read that this write makes one operation with. */
  readonly rmwRead: number | null;
  /** Part of a read-modify-write operation, though it may have failed. */
  readonly atomic: boolean;
  /** In the source, from 1. */
  readonly line: number;
}

/** Which write each read reads from, and the order of the writes to each location; numbers are those of all events. */
export interface Communication {
  /** Read and write, one behind the other. */
  readonly readsFrom: readonly (readonly [write: number, read: number])[];
  /** All writes to one location, the initial one first. */
  readonly coherence: readonly (readonly number[])[];
}
