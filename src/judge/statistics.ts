// The distributions behind a verdict, from jstat. docs/verdicts.md explains which question each answers.
import jstat from 'jstat';

const { jStat } = jstat;

/** The intervals' level: 95 % two-sided. */
export const intervalLevel = 0.95;

/** The chance below which a clean fixed side counts as shown: 0.1 %. */
export const chanceLimit = 0.001;

/** `high` is null where nothing bounds it: no exposure at all. */
export interface Interval {
  readonly low: number;
  readonly high: number | null;
}

/** Events per unit of exposure, with the interval at `intervalLevel`. */
export interface Rate {
  readonly count: number;
  readonly exposure: number;
  /** Null without exposure. */
  readonly value: number | null;
  readonly interval: Interval;
}

/** Exact interval for the rate of a Poisson process (Garwood 1936) that gave `count` events in `exposure` units. */
export function poissonRate(count: number, exposure: number): Rate {
  if (exposure <= 0) return { count, exposure, value: null, interval: { low: 0, high: null } };
  const tail = (1 - intervalLevel) / 2;
  const low = count === 0 ? 0 : jStat.chisquare.inv(tail, 2 * count) / 2;
  const high = jStat.chisquare.inv(1 - tail, 2 * (count + 1)) / 2;
  return {
    count,
    exposure,
    value: count / exposure,
    interval: { low: low / exposure, high: high / exposure },
  };
}

/** Exact interval for a share (Clopper and Pearson 1934): `count` of `total`. */
export function shareInterval(count: number, total: number): Interval {
  const tail = (1 - intervalLevel) / 2;
  return {
    low: count === 0 ? 0 : jStat.beta.inv(tail, count, total - count + 1),
    high: count === total ? 1 : jStat.beta.inv(1 - tail, count + 1, total - count),
  };
}

/**
 * The chance that all of `hits` fall on the first side, were both sides one Poisson process: the exact conditional
 * test, (e₁ / (e₁ + e₂))^hits. 1 when there is nothing to go by.
 */
export function chanceByExposure(hits: number, exposure: number, otherExposure: number): number {
  if (hits === 0 || exposure <= 0 || otherExposure <= 0) return 1;
  return Math.min(1, jStat.binomial.pdf(0, hits, otherExposure / (exposure + otherExposure)));
}

/**
 * The chance that all `hitBoots` boots with a hit fall among the first side's `boots`, were the sides alike: Fisher's
 * exact test, C(boots, hitBoots) / C(boots + otherBoots, hitBoots). However many hits a boot has, it counts once.
 */
export function chanceByBoots(hitBoots: number, boots: number, otherBoots: number): number {
  if (hitBoots === 0 || boots === 0 || otherBoots === 0) return 1;
  return Math.min(1, jStat.hypgeom.pdf(0, boots + otherBoots, hitBoots, otherBoots));
}

/** The smallest whole number from `from` to `limit` that `enough` holds for. */
export function smallest(from: number, limit: number, enough: (value: number) => boolean): number | null {
  for (let value = from; value <= limit; value += 1) {
    if (enough(value)) return value;
  }
  return null;
}
