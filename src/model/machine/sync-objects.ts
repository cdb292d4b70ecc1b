// Synchronisation objects of one execution: each has a slot (for happens-before), two gates (what can be waited for)
// and a few numbers that its primitive keeps.
import { grown } from './grown.js';

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

/** Columns by slot; gates have two cells a slot. */
interface SavedSync {
  readonly used: number;
  readonly gates: Int32Array;
  readonly owners: Int32Array;
  readonly counts: Int32Array;
  readonly extras: Int32Array;
  readonly sites: Int32Array;
  readonly usages: Int32Array;
  readonly addresses: Int32Array;
  readonly kinds: readonly SyncKind[];
  /** Words that hold objects, and the slot of each. */
  readonly words: Int32Array;
  readonly slots: Int32Array;
}

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
  /** For locks that spin: in which states they were taken. */
  usages = new Int32Array(256);
  addresses = new Int32Array(256);
  kinds: SyncKind[] = [];
  private used = 1;
  private byWord = new Int32Array(0);
  /** By context: slot whose first gate opens when it ends. */
  private readonly ends: Int32Array;

  /** `ends`: a number for each context, 0 when it begins. */
  constructor(ends: Int32Array) {
    this.ends = ends;
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
  }

  save(): SavedSync {
    const { used } = this;
    const words = [...new Set(this.addresses.subarray(1, used))].filter((address) => address > 0);
    return {
      used,
      gates: this.gates.slice(0, used << 1),
      owners: this.owners.slice(0, used),
      counts: this.counts.slice(0, used),
      extras: this.extras.slice(0, used),
      sites: this.sites.slice(0, used),
      usages: this.usages.slice(0, used),
      addresses: this.addresses.slice(0, used),
      kinds: this.kinds.slice(0, used),
      words: Int32Array.from(words, (address) => address >> 2),
      slots: Int32Array.from(words, (address) => this.byWord[address >> 2] as number),
    };
  }

  /** In an execution that began with what `saved` holds. */
  restore(saved: SavedSync): void {
    const { used } = saved;
    for (let slot = used; slot < this.used; slot++) {
      const address = this.addresses[slot] as number;
      if (address > 0) this.byWord[address >> 2] = 0;
    }
    this.used = used;
    copy(saved.gates, this.gates);
    copy(saved.owners, this.owners);
    copy(saved.counts, this.counts);
    copy(saved.extras, this.extras);
    copy(saved.sites, this.sites);
    copy(saved.usages, this.usages);
    copy(saved.addresses, this.addresses);
    for (let slot = 1; slot < used; slot++) this.kinds[slot] = saved.kinds[slot] as SyncKind;
    for (let i = 0; i < saved.words.length; i++)
      this.byWord[saved.words[i] as number] = saved.slots[i] as number;
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
    this.usages[slot] = 0;
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

  private grow(): void {
    this.gates = grown(this.gates);
    this.owners = grown(this.owners);
    this.counts = grown(this.counts);
    this.extras = grown(this.extras);
    this.sites = grown(this.sites);
    this.usages = grown(this.usages);
    this.addresses = grown(this.addresses);
  }
}

/** Few numbers: a loop is faster than set(). */
function copy(from: Int32Array, to: Int32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i] as number;
}
