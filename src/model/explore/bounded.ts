// Every schedule with at most so many preemptions (Musuvathi and Qadeer: "Iterative context bounding", PLDI 2007). A
// preemption takes the turn from a context that could have gone on.
import { abandon, firstOf, type Machine } from '../machine/index.js';
import type { Strategy } from './strategy.js';
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
  private taken = new Int32Array(256);
  /** … the contexts still to be tried behind it, or {@link aValue} … */
  private open = new Int32Array(256);
  /** … how many there were to choose from, and how many of them came before. */
  private counts = new Int32Array(256);
  private tried = new Int32Array(256);
  private length = 0;

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
    const { taken, open, tried } = this;
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      if ((tried[depth] as number) + 1 >= (this.counts[depth] as number)) continue;
      tried[depth] = (tried[depth] as number) + 1;
      if (open[depth] === aValue) taken[depth] = tried[depth] as number;
      else {
        taken[depth] = firstOf(open[depth] as number);
        open[depth] = (open[depth] as number) & ((open[depth] as number) - 1);
      }
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
    if (depth === this.taken.length) {
      this.taken = grown(this.taken);
      this.open = grown(this.open);
      this.counts = grown(this.counts);
      this.tried = grown(this.tried);
    }
    this.taken[depth] = first;
    this.open[depth] = others;
    this.counts[depth] = count;
    this.tried[depth] = 0;
    this.length = depth + 1;
  }
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
