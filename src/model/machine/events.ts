// What happens in an execution, as whoever traces it is told: data alone. render/execution/ puts it into words.

/** What keeps others out, or a section that others wait for. */
export const lockKinds = ['spinlock', 'mutex', 'rwlock', 'rw_semaphore', 'RCU', 'SRCU'] as const;
export type LockKind = (typeof lockKinds)[number];

/** What runs later on behalf of somebody. */
export const callbackKinds = [
  'timer',
  'hrtimer',
  'work-item',
  'delayed-work-item',
  'tasklet',
  'softirq',
  'interrupt',
  'interrupt-thread',
  'RCU-callback',
  'SRCU-callback',
  'kfree_rcu',
] as const;
export type CallbackKind = (typeof callbackKinds)[number];

export interface AccessEvent {
  readonly kind: 'access';
  readonly access: 'read' | 'write' | 'read-write';
  /** `user`: the kernel's side of a copy to or from user memory. */
  readonly how: 'plain' | 'marked' | 'register' | 'atomic' | 'user';
  /** Of an atomic access: `load`, `store`, `add` … */
  readonly operation?: string | undefined;
  /** The write that it reads, or comes behind in coherence order, where that is not the newest. */
  readonly old?: OldWrite | undefined;
}

export interface OldWrite {
  /** What is read, or written. */
  readonly value: string;
  /** Who wrote it; null for what was there before. */
  readonly context: number | null;
  readonly site: number;
  /** Newer writes to the same location. */
  readonly unseen: number;
}

/** `call`: the function of the kernel's or the library's that does it, as C code calls it. */
export type StepEvent =
  | AccessEvent
  | { readonly kind: 'fence' }
  /** `tried`: by a call that would have returned without. */
  | {
      readonly kind: 'acquire';
      readonly lock: LockKind;
      readonly mode: 'exclusive' | 'read';
      readonly call: string;
      readonly tried: boolean;
    }
  | { readonly kind: 'release'; readonly lock: LockKind; readonly call: string }
  | { readonly kind: 'downgrade'; readonly call: string }
  /** A lock that the context holds already, taken once more or given back once. */
  | { readonly kind: 'nesting'; readonly call: string; readonly deeper: boolean }
  /** A call that waits for nothing: of locks that are held, one that fails. */
  | {
      readonly kind: 'try';
      readonly on: 'lock' | 'semaphore' | 'completion';
      readonly call: string;
      readonly success: boolean;
    }
  | { readonly kind: 'wait'; readonly call: string }
  /** `idle`: nobody waits for it. */
  | { readonly kind: 'post'; readonly call: string; readonly idle?: boolean | undefined }
  /** Any other operation on what contexts share. */
  | { readonly kind: 'operation'; readonly call: string }
  | {
      readonly kind: 'callback';
      readonly does: 'queue' | 'cancel' | 'run';
      readonly callback: CallbackKind | null;
    }
  | { readonly kind: 'interrupt-line'; readonly does: 'enable' | 'disable'; readonly irq: number }
  /** `thread`: the context that is created or joined. */
  | { readonly kind: 'thread'; readonly does: 'create' | 'join'; readonly thread: number }
  | { readonly kind: 'exit' }
  | { readonly kind: 'section'; readonly does: 'begin' | 'end' }
  | { readonly kind: 'allocate'; readonly bytes: number }
  | { readonly kind: 'free' }
  | { readonly kind: 'open'; readonly file: string }
  | { readonly kind: 'print'; readonly text: string }
  /** One of so many values was chosen. */
  | { readonly kind: 'choice'; readonly value: number; readonly count: number }
  /** Virtual time that the context lets pass. */
  | { readonly kind: 'time'; readonly nanoseconds: number }
  /** KCSAN watches the bytes of an access for so long. */
  | { readonly kind: 'watch'; readonly nanoseconds: number }
  /** KCSAN has found a race. `limited`: it has just reported the same, and does not do so again. */
  | { readonly kind: 'report'; readonly limited: boolean };

/** Calls and returns are told by programs that were linked so. */
export type MachineEvent = StepEvent | { readonly kind: 'call' } | { readonly kind: 'return' };

/** Of what belongs to the step before. */
export const noSite = -1;

export interface Tracer {
  /**
   * `context` is about to do something at `site` ({@link noSite}: where it did the last). `size`: bytes of an access,
   * or 0 for what only is about an address.
   */
  event(context: number, event: MachineEvent, site: number, address: number, size: number): void;
  /** The event told of last did not happen: it is what the execution, or the context's part in it, ends with. */
  failed(): void;
}

const accesses = new Map<string, AccessEvent>();

/** The event of such an access; each is made once. */
export function accessEvent(
  access: AccessEvent['access'],
  how: AccessEvent['how'],
  operation?: string,
): AccessEvent {
  const key = `${access} ${how} ${operation}`;
  let event = accesses.get(key);
  if (event === undefined) {
    event = { kind: 'access', access, how, ...(operation === undefined ? {} : { operation }) };
    accesses.set(key, event);
  }
  return event;
}

export function onlyReads(event: MachineEvent): boolean {
  return event.kind === 'access' && event.access === 'read';
}

/** The current context prints. */
export function tellPrinted(
  { tracer, current }: { readonly tracer: Tracer | null; readonly current: number },
  text: string,
): void {
  tracer?.event(current, { kind: 'print', text }, noSite, 0, 0);
}
