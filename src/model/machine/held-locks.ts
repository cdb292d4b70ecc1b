// Who holds which locks, by the events of an execution: their one reader.
import type { LockKind, MachineEvent } from './events.js';

/** `downgraded`: taken for writing, and held for reading since downgrade_write(). */
export type LockMode = 'exclusive' | 'read' | 'downgraded';

export interface HeldLock {
  readonly lock: LockKind;
  readonly mode: LockMode;
  /** 0 for RCU, which is no object. */
  readonly address: number;
  /** Where it was taken. */
  readonly site: number;
}

/** By the events so far. */
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

  /** Read sections of that kind that are open. */
  sectionsOf(kind: LockKind): { readonly context: number; readonly held: HeldLock }[] {
    return this.held.flatMap((locks, context) =>
      locks.filter(({ lock }) => lock === kind).map((held) => ({ context, held })),
    );
  }

  note(context: number, event: MachineEvent, site: number, address: number): void {
    const before = this.of(context);
    if (event.kind === 'acquire') {
      const { lock, mode } = event;
      this.held[context] = [...before, { lock, mode, address, site }];
      return;
    }
    if (event.kind !== 'release' && event.kind !== 'downgrade') return;
    const index = before.findLastIndex(
      (one) => one.address === address && (event.kind === 'downgrade' || one.lock === event.lock),
    );
    const one = before[index];
    if (one === undefined) return;
    this.held[context] =
      event.kind === 'downgrade'
        ? before.with(index, { ...one, mode: 'downgraded' })
        : before.toSpliced(index, 1);
  }

  forget(): void {
    this.held.length = 0;
  }
}
