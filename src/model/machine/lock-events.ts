// Locks taken and given back, as a tracer is told of them, and who holds which: the one reader of such events.

/** What keeps others out, or a section that others wait for. */
export type LockKind = 'spinlock' | 'mutex' | 'rwlock' | 'rw_semaphore' | 'RCU' | 'SRCU';

/** `downgraded`: taken for writing, and held for reading since downgrade_write(). */
export type LockMode = 'exclusive' | 'read' | 'downgraded';

export type LockEvent =
  | {
      readonly kind: 'taken';
      readonly context: number;
      readonly lock: LockKind;
      readonly mode: 'exclusive' | 'read';
      /** 0 for RCU, which is no object. */
      readonly address: number;
      readonly site: number;
    }
  | { readonly kind: 'downgraded'; readonly context: number; readonly address: number }
  | {
      readonly kind: 'released';
      readonly context: number;
      readonly lock: LockKind;
      readonly address: number;
    };

export interface HeldLock {
  readonly lock: LockKind;
  readonly mode: LockMode;
  readonly address: number;
  /** Where it was taken. */
  readonly site: number;
}

/** Who holds which locks, by the events so far. */
export class HeldLocks {
  private readonly held: (readonly HeldLock[])[] = [];

  /** Oldest first. The list itself never changes. */
  of(context: number): readonly HeldLock[] {
    return this.held[context] ?? [];
  }

  holdersOf(address: number): { readonly context: number; readonly held: HeldLock }[] {
    return this.held.flatMap((locks, context) =>
      locks.filter((one) => one.address === address).map((held) => ({ context, held })),
    );
  }

  note(event: LockEvent): void {
    const { context } = event;
    const before = this.of(context);
    if (event.kind === 'taken') {
      const { lock, mode, address, site } = event;
      this.held[context] = [...before, { lock, mode, address, site }];
      return;
    }
    const index = before.findLastIndex(
      ({ lock, address }) =>
        address === event.address && (event.kind === 'downgraded' || lock === event.lock),
    );
    const one = before[index];
    if (one === undefined) return;
    this.held[context] =
      event.kind === 'downgraded'
        ? before.with(index, { ...one, mode: 'downgraded' })
        : before.toSpliced(index, 1);
  }

  forget(): void {
    this.held.length = 0;
  }
}
