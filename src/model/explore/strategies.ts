// The strategies by name: one more is a file beside this one and a line here. What each is called in a sentence is
// render/'s to say.
import { BoundedStrategy } from './bounded.js';
import { DporStrategy } from './dpor.js';
import { PctStrategy } from './pct.js';
import { RandomStrategy } from './random.js';
import type { Strategy } from './strategy.js';

export interface StrategyOptions {
  readonly seed: number;
  /** Preemptions for `bounded`; for `pct` the depth less one. */
  readonly preemptions: number;
}

const strategies = {
  dpor: () => new DporStrategy(),
  bounded: ({ preemptions }) => new BoundedStrategy(preemptions),
  pct: ({ seed, preemptions }) => new PctStrategy(seed, preemptions + 1),
  random: ({ seed }) => new RandomStrategy(seed),
} as const satisfies Readonly<Record<string, (options: StrategyOptions) => Strategy>>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as readonly StrategyName[];

export function makeStrategy(options: StrategyOptions & { readonly strategy: StrategyName }): Strategy {
  return strategies[options.strategy](options);
}
