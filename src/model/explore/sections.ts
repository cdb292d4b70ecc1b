// What atomic sections touched that were explored before others of their entry. While such a context sleeps, whatever
// conflicts with its section wakes it: where the section begins, it stands before none of its accesses.

import type { Branch } from './strategy.js';

/** Accesses one behind the other: address, size, 1 for a write. */
export type Accesses = number[];

/** Entry and context in one number. */
const keyOf = (entry: number, context: number) => entry * 32 + context;

export class ExploredSections {
  private readonly sections = new Map<number, Accesses>();

  get isEmpty(): boolean {
    return this.sections.size === 0;
  }

  clear(): void {
    if (this.sections.size > 0) this.sections.clear();
  }

  /** The section that `context` had its turn with at `entry` touches these, and what it touched with other inputs. */
  keep(entry: number, context: number, accesses: Accesses): void {
    const known = this.sections.get(keyOf(entry, context));
    if (known === undefined) {
      this.sections.set(keyOf(entry, context), accesses);
      return;
    }
    for (let i = 0; i < accesses.length; i += 3)
      if (!has(known, accesses, i))
        known.push(accesses[i] as number, accesses[i + 1] as number, accesses[i + 2] as number);
  }

  /** Other turns are taken from `entry` on. */
  forgetBehind(entry: number): void {
    for (const key of this.sections.keys()) if (key >= keyOf(entry + 1, 0)) this.sections.delete(key);
  }

  /** What the section touched that `context` had its turn with at `entry`; null when it was none. */
  of(entry: number, context: number): Accesses | null {
    return this.sections.get(keyOf(entry, context)) ?? null;
  }

  /** What belongs to the first `length` entries, as plain data. */
  copy(length: number): Int32Array {
    const data: number[] = [];
    for (const [key, accesses] of this.sections)
      if (key < keyOf(length, 0)) data.push(key, accesses.length, ...accesses);
    return Int32Array.from(data);
  }

  /** Whether {@link copy} would give the same. */
  equal(data: Branch['columns'][string] | undefined, length: number): boolean {
    if (this.isEmpty) return data === undefined || data.length === 0;
    const own = this.copy(length);
    return own.length === data?.length && own.every((value, index) => value === data[index]);
  }

  /** Takes over what {@link copy} gave. */
  load(data: Branch['columns'][string] | undefined): void {
    this.clear();
    if (data === undefined) return;
    for (let i = 0; i < data.length; ) {
      const end = i + 2 + (data[i + 1] as number);
      this.sections.set(data[i] as number, Array.from(data.subarray(i + 2, end)));
      i = end;
    }
  }
}

function has(known: Accesses, accesses: Accesses, at: number): boolean {
  for (let i = 0; i < known.length; i += 3)
    if (known[i] === accesses[at] && known[i + 1] === accesses[at + 1] && known[i + 2] === accesses[at + 2])
      return true;
  return false;
}
