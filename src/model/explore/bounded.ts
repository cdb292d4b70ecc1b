// Every schedule with at most so many preemptions (Musuvathi and Qadeer: "Iterative context bounding", PLDI 2007). A
// preemption takes the turn from a context that could have gone on.
import { abandon, firstOf, type Machine } from '../machine/index.js';
import type { Strategy } from './strategy.js';

interface Choice {
  /** Contexts, or values, in the order in which they are tried. */
  readonly options: readonly number[];
  taken: number;
}

export class BoundedStrategy implements Strategy {
  readonly exhaustive = true;
  private readonly bound: number;
  private readonly path: Choice[] = [];
  private depth = 0;
  private preemptions = 0;
  private planned = 0;

  constructor(bound: number) {
    this.bound = bound;
  }

  begin(_machine: Machine): void {
    this.depth = 0;
    this.preemptions = 0;
  }

  pick(enabled: number, current: number): number {
    const canStay = current >= 0 && (enabled & (1 << current)) !== 0;
    if (canStay && this.preemptions >= this.bound) return current;
    const others = canStay ? enabled & ~(1 << current) : enabled;
    if (others === 0) return canStay ? current : abandon;
    if (!canStay && (others & (others - 1)) === 0) return firstOf(others);
    const choice = this.next(() => [...(canStay ? [current] : []), ...members(others)]);
    if (canStay && choice !== current) this.preemptions++;
    return choice;
  }

  value(count: number): number {
    return this.next(() => Array.from({ length: count }, (_, value) => value));
  }

  started(): void {}
  published(): void {}
  observed(): void {}

  advance(): boolean {
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      const choice = this.path[depth] as Choice;
      if (choice.taken + 1 >= choice.options.length) continue;
      choice.taken++;
      this.path.length = depth + 1;
      this.planned = depth + 1;
      return true;
    }
    return false;
  }

  restart(): void {
    this.path.length = 0;
    this.planned = 0;
    this.depth = 0;
  }

  progress(): number {
    let share = 1;
    let done = 0;
    for (const { options, taken } of this.path) {
      share /= options.length;
      done += share * taken;
    }
    return done;
  }

  private next(options: () => readonly number[]): number {
    const depth = this.depth++;
    if (depth >= this.planned) {
      this.path[depth] = { options: options(), taken: 0 };
      this.path.length = depth + 1;
    }
    const { options: known, taken } = this.path[depth] as Choice;
    return known[taken] as number;
  }
}

function members(set: number): number[] {
  const list: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) list.push(firstOf(rest));
  return list;
}
