// The operations of one execution as partial-order reduction needs them: who, on what, ordered after what.

import type { Branch } from './strategy.js';

/** Row length of clocks; a power of two. */
export const clockStride = 32;

/** Stands for a context in an entry that is a choice of a value and not an operation. */
export const valueChoice = 31;

/** Columns that {@link Trace.copy} copies. */
const copied = ['contexts', 'values', 'valueCounts', 'enabled', 'sleeping', 'explored', 'backtrack'] as const;

/** Grows by doubling; columns are read directly where speed matters. */
export class Trace {
  length = 0;
  contexts = new Uint8Array(256);
  /** Count of the operation among those of its context, from 1. */
  indices = new Int32Array(256);
  /** For a choice of a value: which, and out of how many. */
  values = new Int32Array(256);
  valueCounts = new Int32Array(256);
  /** By operation and context: how many operations of that context happen before it, itself included. */
  clocks = new Int32Array(256 * clockStride);
  /** Bit sets of contexts, before the operation. */
  enabled = new Int32Array(256);
  sleeping = new Int32Array(256);
  explored = new Int32Array(256);
  backtrack = new Int32Array(256);

  /** What an execution that repeats the first `length` entries needs of them. */
  copy(length: number) {
    const columns = {
      contexts: this.contexts.slice(0, length),
      values: this.values.slice(0, length),
      valueCounts: this.valueCounts.slice(0, length),
      enabled: this.enabled.slice(0, length),
      sleeping: this.sleeping.slice(0, length),
      explored: this.explored.slice(0, length),
      backtrack: this.backtrack.slice(0, length),
    };
    return { length, columns };
  }

  /** Takes over the entries from `start` of what {@link copy} gave. */
  load({ length, columns }: Branch, start: number): void {
    while (this.contexts.length < length) this.grow();
    for (const name of copied)
      this[name].set((columns[name] as Int32Array | Uint8Array).subarray(start, length), start);
    this.length = length;
  }

  /** Appends an entry for `context` and answers its number. Its sets are left as they were. */
  push(context: number): number {
    const entry = this.length++;
    if (entry === this.contexts.length) this.grow();
    this.contexts[entry] = context;
    return entry;
  }

  private grow(): void {
    const contexts = new Uint8Array(this.contexts.length * 2);
    contexts.set(this.contexts);
    this.contexts = contexts;
    this.indices = grown(this.indices);
    this.values = grown(this.values);
    this.valueCounts = grown(this.valueCounts);
    this.clocks = grown(this.clocks);
    this.enabled = grown(this.enabled);
    this.sleeping = grown(this.sleeping);
    this.explored = grown(this.explored);
    this.backtrack = grown(this.backtrack);
  }
}

export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Vector clocks of the contexts and of synchronisation objects in the dependency order of one execution. */
export class DependencyClocks {
  readonly contexts = new Int32Array(clockStride * clockStride);
  private slots = new Int32Array(clockStride * 64);
  private usedSlots = 0;
  /** Contexts begun so far. */
  width = 0;
  /** The most that any execution has begun. */
  widest = 0;

  reset(): void {
    this.contexts.fill(0, 0, Math.max(this.width, 1) * clockStride);
    this.slots.fill(0, 0, this.usedSlots * clockStride);
    this.usedSlots = 0;
    this.width = 0;
  }

  start(child: number, parent: number): void {
    if (child >= this.width) {
      this.width = child + 1;
      if (this.width > this.widest) this.widest = this.width;
    }
    if (parent < 0) return;
    const to = child * clockStride;
    const from = parent * clockStride;
    for (let i = 0; i < this.width; i++) this.contexts[to + i] = this.contexts[from + i] as number;
  }

  publish(context: number, slot: number): void {
    if (slot >= this.usedSlots) {
      while ((slot + 1) * clockStride > this.slots.length) this.slots = grown(this.slots);
      this.usedSlots = slot + 1;
    }
    joinInto(this.slots, slot * clockStride, this.contexts, context * clockStride, this.width);
  }

  observe(context: number, slot: number): void {
    if (slot < this.usedSlots)
      joinInto(this.contexts, context * clockStride, this.slots, slot * clockStride, this.width);
  }
}

export function joinInto(
  to: Int32Array,
  toStart: number,
  from: Int32Array,
  fromStart: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) {
    const time = from[fromStart + i] as number;
    if (time > (to[toStart + i] as number)) to[toStart + i] = time;
  }
}
