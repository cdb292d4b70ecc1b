// A random walk: at each operation any context that can go on, all alike.
import { firstOf, type Machine } from '../machine/index.js';
import { type RandomNumbers, randomNumbers } from './random-numbers.js';
import type { Strategy } from './strategy.js';

export class RandomStrategy implements Strategy {
  readonly exhaustive = false;
  private readonly random: RandomNumbers;

  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  begin(_machine: Machine): void {}

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
    return true;
  }

  restart(): void {}

  progress(): number {
    return 0;
  }
}
