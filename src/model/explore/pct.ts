// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler with
// probabilistic guarantees of finding bugs", ASPLOS 2010): random priorities, lowered at d - 1 random operations. With
// n contexts and k operations one execution meets a bug of depth d with probability 1 / (n k^(d-1)) at least. How many
// operations there are is learnt: executions 2^i up to 2^(i+1) draw from somewhat more than any before them had.
import { firstOf, type Machine } from '../machine/index.js';
import { executionNumbers, type RandomNumbers } from './random-numbers.js';
import { SamplingOrder } from './sampling-order.js';
import type { Branch, Remainder, Strategy } from './strategy.js';

/** An execution that is longer than all before it is still covered when it is not longer by more than this. */
const margin = 1.25;

export class PctStrategy implements Strategy {
  readonly exhaustive = false;
  private readonly seed: number;
  private readonly depth: number;
  private readonly order = new SamplingOrder();
  private random!: RandomNumbers;
  private readonly priorities: number[] = [];
  private changes: number[] = [];
  private operations = 0;
  /** The most that any execution had so far: n and k of the guarantee. */
  private contexts = 1;
  private length = 1;
  /** By {@link roundOf}: the k that its executions drew from. */
  private drawn: number[] = [];

  constructor(seed: number, depth: number) {
    this.seed = seed;
    this.depth = depth;
  }

  begin(_machine: Machine): void {
    const { next } = this.order;
    const round = roundOf(next);
    this.drawn[round] ??= Math.ceil(this.length * margin);
    const length = this.drawn[round] as number;
    this.random = executionNumbers(this.seed, next);
    this.operations = 0;
    this.priorities.length = 0;
    this.changes = Array.from({ length: this.depth - 1 }, () => 1 + this.random(length));
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
    return this.order.advance();
  }

  restart(): void {
    this.order.next = 0;
    this.contexts = 1;
    this.length = 1;
    this.drawn = [];
  }

  progress(): number {
    return 0;
  }

  fork(taken: readonly Branch[]): Branch | null {
    const round = roundOf(this.order.next);
    const branch = this.order.fork(taken, 2 ** round);
    const drawn = Int32Array.of(this.drawn[round] ?? 0);
    return branch === null || drawn[0] === 0 ? null : { ...branch, columns: { drawn } };
  }

  adopt(branch: Branch): void {
    this.restart();
    this.order.adopt(branch);
    this.drawn[roundOf(branch.length)] = branch.columns.drawn?.[0] as number;
  }

  reached(branch: Branch): 'yes' | 'not-yet' | 'never' {
    return this.order.reached(branch);
  }

  remainder(more: boolean): Remainder {
    return { ...this.order.remainder(more), requests: [this.contexts, this.length] };
  }

  resume(branch: Branch, remainder: Remainder): boolean {
    this.contexts = Math.max(this.contexts, remainder.requests[0] as number);
    this.length = Math.max(this.length, remainder.requests[1] as number);
    return this.order.resume(branch, remainder);
  }

  /**
   * Probability that `executions` of them meet a bug of this depth, at least. Those that drew from fewer operations
   * than there turned out to be guarantee nothing.
   */
  guarantee(executions: number): number {
    let missed = 1;
    for (const [round, drawn] of this.drawn.entries()) {
      const first = round === 0 ? 0 : 2 ** (round - 1);
      const count = Math.min(executions, 2 ** round) - first;
      if (drawn < this.length || count <= 0) continue;
      missed *= (1 - 1 / (this.contexts * drawn ** (this.depth - 1))) ** count;
    }
    return 1 - missed;
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

/** Executions of a round draw from one estimate: 0 alone, then twice as many each time. */
function roundOf(execution: number): number {
  return 32 - Math.clz32(execution);
}
