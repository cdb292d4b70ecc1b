// A random walk: at each operation any context that can go on, all alike.
import { firstOf, type Machine } from '../machine/index.js';
import { executionNumbers, type RandomNumbers } from './random-numbers.js';
import { SamplingOrder } from './sampling-order.js';
import type { Branch, Remainder, Strategy } from './strategy.js';

export class RandomStrategy implements Strategy {
  readonly exhaustive = false;
  private readonly seed: number;
  private random!: RandomNumbers;
  private readonly order = new SamplingOrder();

  constructor(seed: number) {
    this.seed = seed;
  }

  begin(_machine: Machine): void {
    this.random = executionNumbers(this.seed, this.order.next);
  }

  pick(enabled: number): number {
    let count = 0;
    for (let rest = enabled; rest !== 0; rest &= rest - 1) count++;
    let rest = enabled;
    for (let skip = count > 1 ? this.random(count) : 0; skip > 0; skip--) rest &= rest - 1;
    return firstOf(rest);
  }

  value(count: number): number {
    return this.random(count);
  }

  started(): void {}
  published(): void {}
  observed(): void {}

  advance(): boolean {
    return this.order.advance();
  }

  restart(): void {
    this.order.next = 0;
  }

  progress(): number {
    return 0;
  }

  fork(taken: readonly Branch[]): Branch | null {
    return this.order.fork(taken, Number.POSITIVE_INFINITY);
  }

  adopt(branch: Branch): void {
    this.order.adopt(branch);
  }

  reached(branch: Branch): 'yes' | 'not-yet' | 'never' {
    return this.order.reached(branch);
  }

  remainder(more: boolean): Remainder {
    return this.order.remainder(more);
  }

  resume(branch: Branch, remainder: Remainder): boolean {
    return this.order.resume(branch, remainder);
  }
}
