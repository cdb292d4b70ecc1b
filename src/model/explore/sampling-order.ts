// The executions of a strategy that draws each by itself, numbered from 0: which comes next, and how they are shared out.
import type { Branch, Remainder } from './strategy.js';

/** Executions that are handed over at once. */
const share = 1024;

export class SamplingOrder {
  /** Number of the next execution. */
  next = 0;
  private end = Number.POSITIVE_INFINITY;

  /** False when the next one is not ours. */
  advance(): boolean {
    return ++this.next < this.end;
  }

  /** The next share behind all that are taken, unless it reaches `limit`. */
  fork(taken: readonly Branch[], limit: number): Branch | null {
    const last = taken.at(-1)?.length ?? this.next - (this.next % share);
    return last + 2 * share > limit ? null : { length: last + share, columns: {} };
  }

  adopt({ length }: Branch): void {
    this.next = length;
    this.end = length + share;
  }

  reached({ length }: Branch): 'yes' | 'not-yet' | 'never' {
    return this.next < length ? 'not-yet' : this.next === length ? 'yes' : 'never';
  }

  remainder(more: boolean): Remainder {
    return { rest: more ? { length: this.next, columns: {} } : null, requests: [] };
  }

  /** The numbers run on through all shares. */
  resume({ length }: Branch, { rest }: Remainder): boolean {
    this.next = rest?.length ?? length + share;
    return true;
  }
}
