// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler with
// probabilistic guarantees of finding bugs", ASPLOS 2010): random priorities, lowered at d - 1 random operations. With
// n contexts and k operations one execution meets a bug of depth d with probability 1 / (n k^(d-1)) at least.
import { firstOf, type Machine } from '../machine/index.js';
import { type RandomNumbers, randomNumbers } from './random-numbers.js';
import type { Strategy } from './strategy.js';

export class PctStrategy implements Strategy {
  readonly exhaustive = false;
  private readonly random: RandomNumbers;
  private readonly depth: number;
  private readonly priorities: number[] = [];
  private changes: number[] = [];
  private operations = 0;
  /** The most that any execution had so far: n and k of the guarantee. */
  private contexts = 1;
  private length = 1;

  constructor(seed: number, depth: number) {
    this.random = randomNumbers(seed);
    this.depth = depth;
  }

  begin(_machine: Machine): void {
    this.operations = 0;
    this.priorities.length = 0;
    this.changes = Array.from({ length: this.depth - 1 }, () => 1 + this.random(this.length));
  }

  pick(enabled: number): number {
    this.operations++;
    this.length = Math.max(this.length, this.operations);
    let best = this.highest(enabled);
    const change = this.changes.indexOf(this.operations);
    if (change >= 0) {
      // Below all that were drawn, which are not below depth.
      this.priorities[best] = change;
      best = this.highest(enabled);
    }
    return best;
  }

  value(count: number): number {
    return this.random(count);
  }

  started(child: number): void {
    this.priorities[child] = this.depth + this.random(1 << 24);
    this.contexts = Math.max(this.contexts, child + 1);
  }

  published(): void {}
  observed(): void {}

  advance(): boolean {
    return true;
  }

  restart(): void {}

  progress(): number {
    return 0;
  }

  /** Probability that `executions` of them meet a bug of this depth, at least. */
  guarantee(executions: number): number {
    const once = 1 / (this.contexts * this.length ** (this.depth - 1));
    return 1 - (1 - once) ** executions;
  }

  private highest(enabled: number): number {
    let best = -1;
    for (let rest = enabled; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      if (best < 0 || (this.priorities[context] ?? 0) > (this.priorities[best] ?? 0)) best = context;
    }
    return best;
  }
}
