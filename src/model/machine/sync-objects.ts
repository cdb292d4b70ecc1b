// Synchronisation objects of one execution: each has a slot (for happens-before), two gates (what can be waited for)
// and a few numbers that its primitive keeps.
import type { Machine } from './machine.js';

/** What a slot stands for, so that a mutex is not taken for a semaphore. */
export type SyncKind =
  | 'mutex'
  | 'condition'
  | 'rwlock'
  | 'semaphore'
  | 'barrier'
  | 'spinlock'
  | 'once'
  | 'atomic'
  | 'other';

export class SyncObjects {
  /** Gates of slot s are 2s and 2s + 1. An operation that waits at a gate can happen when it is above 0. */
  gates = new Int32Array(512);
  /** Context that holds it, or -1. */
  owners = new Int32Array(256);
  /** For the primitive: depth of a recursive lock, readers, waiters … */
  counts = new Int32Array(256);
  extras = new Int32Array(256);
  /** Where it was taken last. */
  sites = new Int32Array(256);
  addresses = new Int32Array(256);
  kinds: SyncKind[] = [];
  private used = 1;
  private byWord = new Int32Array(0);
  private readonly machine: Machine;
  /** By context: slot whose first gate opens when it ends. */
  private readonly ends = new Int32Array(32);

  constructor(machine: Machine) {
    this.machine = machine;
    this.gates[0] = 1;
  }

  /** Sets how much memory can hold objects. */
  watch(memoryBytes: number): void {
    this.byWord = new Int32Array(memoryBytes >> 2);
  }

  reset(): void {
    for (let slot = 1; slot < this.used; slot++) {
      const address = this.addresses[slot] as number;
      if (address > 0) this.byWord[address >> 2] = 0;
    }
    this.used = 1;
    this.ends.fill(0);
  }

  /** The slot of the object at `address`, or 0 when it was never used in this execution. */
  find(address: number): number {
    return this.byWord[address >> 2] ?? 0;
  }

  /** A new slot for the object at `address` (0 for none), gates 0. */
  create(address: number, kind: SyncKind): number {
    const slot = this.used++;
    if (slot === this.owners.length) this.grow();
    this.gates[slot << 1] = 0;
    this.gates[(slot << 1) + 1] = 0;
    this.owners[slot] = -1;
    this.counts[slot] = 0;
    this.extras[slot] = 0;
    this.sites[slot] = 0;
    this.addresses[slot] = address;
    this.kinds[slot] = kind;
    if (address > 0) this.byWord[address >> 2] = slot;
    return slot;
  }

  /** The object at `address` is gone, or begins anew. */
  destroy(address: number): void {
    const slot = this.find(address);
    if (slot === 0) return;
    this.addresses[slot] = 0;
    this.owners[slot] = -1;
    this.byWord[address >> 2] = 0;
  }

  /** All slots in use, oldest first. */
  slots(): number[] {
    return Array.from({ length: this.used - 1 }, (_, index) => index + 1);
  }

  /** The first slot behind `slot` that `context` holds, or 0. Oldest first, from slot 0. */
  nextHeld(context: number, slot: number): number {
    for (let next = slot + 1; next < this.used; next++) if (this.owners[next] === context) return next;
    return 0;
  }

  /** The slot that opens when `context` ends. */
  endOf(context: number): number {
    const known = this.ends[context] as number;
    if (known !== 0) return known;
    const slot = this.create(0, 'other');
    this.ends[context] = slot;
    return slot;
  }

  finished(context: number): void {
    const slot = this.endOf(context);
    this.gates[slot << 1] = 1;
    this.machine.release(slot);
  }

  private grow(): void {
    this.gates = grown(this.gates);
    this.owners = grown(this.owners);
    this.counts = grown(this.counts);
    this.extras = grown(this.extras);
    this.sites = grown(this.sites);
    this.addresses = grown(this.addresses);
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
