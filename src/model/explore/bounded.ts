// Every schedule with at most so many preemptions (Musuvathi and Qadeer: "Iterative context bounding", PLDI 2007). A
// preemption takes the turn from a context that could have gone on.
import { abandon, firstOf, type Machine } from '../machine/index.js';
import type { Branch, Remainder, Strategy } from './strategy.js';
import { grown } from './trace.js';

/** Stands for a choice of a value among those of contexts. */
const aValue = -1;

export class BoundedStrategy implements Strategy {
  readonly exhaustive = true;
  private readonly bound: number;
  private depth = 0;
  private preemptions = 0;
  /** Choices that the next execution repeats; the last of them takes a new turn. */
  private planned = 0;
  /** Choices of the last execution: what was taken … */
  taken = new Int32Array(256);
  /** … the contexts still to be tried behind it, or {@link aValue} … */
  open = new Int32Array(256);
  /** … how many there were to choose from, and how many of them came before. */
  counts = new Int32Array(256);
  tried = new Int32Array(256);
  private length = 0;
  /** Choices that are not this exploration's own: see {@link adopt}. */
  private floor = 0;

  constructor(bound: number) {
    this.bound = bound;
  }

  begin(_machine: Machine): void {
    this.depth = 0;
    this.preemptions = 0;
  }

  pick(enabled: number, current: number): number {
    const own = current >= 0 ? enabled & (1 << current) : 0;
    if (own !== 0 && (own === enabled || this.preemptions >= this.bound)) return current;
    if (enabled === 0) return abandon;
    const first = own !== 0 ? current : firstOf(enabled);
    const others = enabled & ~(1 << first);
    if (others === 0) return first;
    const depth = this.depth++;
    if (depth >= this.planned) this.extend(depth, first, others, bits(enabled));
    const choice = this.taken[depth] as number;
    if (own !== 0 && choice !== current) this.preemptions++;
    return choice;
  }

  value(count: number): number {
    const depth = this.depth++;
    if (depth >= this.planned) this.extend(depth, 0, aValue, count);
    return this.taken[depth] as number;
  }

  started(): void {}
  published(): void {}
  observed(): void {}

  advance(): boolean {
    for (let depth = this.depth - 1; depth >= this.floor; depth--) {
      if ((this.tried[depth] as number) + 1 >= (this.counts[depth] as number)) continue;
      next(this, depth);
      this.length = depth + 1;
      this.planned = depth + 1;
      return true;
    }
    return false;
  }

  restart(): void {
    this.length = 0;
    this.planned = 0;
    this.depth = 0;
    this.floor = 0;
  }

  fork(taken: readonly Branch[]): Branch | null {
    for (let depth = 0; depth < this.planned; depth++) {
      if ((this.tried[depth] as number) + 1 >= (this.counts[depth] as number)) continue;
      if (taken.some(({ length }) => length === depth + 1)) continue;
      const branch = this.copy(depth + 1);
      next(branch.columns, depth);
      return branch;
    }
    return null;
  }

  adopt(branch: Branch): void {
    this.load(branch);
    this.floor = branch.length;
  }

  reached({ length, columns }: Branch): 'yes' | 'not-yet' | 'never' {
    if (this.planned > length) return 'not-yet';
    return this.planned === length && this.tried[length - 1] === columns.tried?.[length - 1]
      ? 'yes'
      : 'never';
  }

  remainder(more: boolean): Remainder {
    return { rest: more ? this.copy(this.planned) : null, requests: [] };
  }

  resume({ length }: Branch, { rest }: Remainder): boolean {
    if (rest !== null) {
      this.load(rest);
      return true;
    }
    this.depth = length;
    return this.advance();
  }

  private copy(length: number) {
    const { taken, open, counts, tried } = this;
    const columns = {
      taken: taken.slice(0, length),
      open: open.slice(0, length),
      counts: counts.slice(0, length),
      tried: tried.slice(0, length),
    };
    return { length, columns };
  }

  private load({ length, columns }: Branch): void {
    while (this.taken.length < length) this.grow();
    this.taken.set(columns.taken as Int32Array);
    this.open.set(columns.open as Int32Array);
    this.counts.set(columns.counts as Int32Array);
    this.tried.set(columns.tried as Int32Array);
    this.length = length;
    this.planned = length;
  }

  progress(): number {
    let share = 1;
    let done = 0;
    for (let depth = 0; depth < this.length; depth++) {
      share /= this.counts[depth] as number;
      done += share * (this.tried[depth] as number);
    }
    return done;
  }

  private extend(depth: number, first: number, others: number, count: number): void {
    if (depth === this.taken.length) this.grow();
    this.taken[depth] = first;
    this.open[depth] = others;
    this.counts[depth] = count;
    this.tried[depth] = 0;
    this.length = depth + 1;
  }

  private grow(): void {
    this.taken = grown(this.taken);
    this.open = grown(this.open);
    this.counts = grown(this.counts);
    this.tried = grown(this.tried);
  }
}

interface Columns {
  readonly taken: Int32Array;
  readonly open: Int32Array;
  readonly tried: Int32Array;
}

/** Takes the next turn at `depth`. */
function next({ taken, open, tried }: Columns, depth: number): void {
  tried[depth] = (tried[depth] as number) + 1;
  const rest = open[depth] as number;
  if (rest === aValue) taken[depth] = tried[depth] as number;
  else {
    taken[depth] = firstOf(rest);
    open[depth] = rest & (rest - 1);
  }
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
