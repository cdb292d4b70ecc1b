import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceByBoots, chanceByExposure, poissonRate, shareInterval } from '../../src/judge/statistics.js';

const count = fc.integer({ min: 0, max: 2000 });
const hits = fc.integer({ min: 1, max: 500 });
const exposure = fc.integer({ min: 1, max: 1_000_000 });
const boots = fc.integer({ min: 1, max: 200 });

// qchisq(.025, 2 * k) / 2, qchisq(.975, 2 * k + 2) / 2; binom.test(k, n)$conf.int; phyper(0, ...).
describe('figures that R gives too', () => {
  it.each([
    [0, 0, 3.688879],
    [1, 0.025318, 5.571643],
    [10, 4.795389, 18.390356],
    [100, 81.36399, 121.62679],
    [5000, 4862.35919, 5140.54895],
  ])('Garwood interval of %i events', (events, low, high) => {
    const { interval } = poissonRate(events, 1);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it.each([
    [0, 7, 0, 0.409616],
    [7, 7, 0.590384, 1],
    [5, 10, 0.187086, 0.812914],
  ])('Clopper-Pearson interval of %i in %i', (some, all, low, high) => {
    const interval = shareInterval(some, all);
    expect(interval.low).toBeCloseTo(low, 5);
    expect(interval.high).toBeCloseTo(high, 5);
  });

  it.each([
    [7, 7, 7, 1 / 3432],
    [6, 6, 6, 1 / 924],
    [1, 1, 1000, 1 / 1001],
    [5, 10, 10, 252 / 15504],
  ])("Fisher's test: %i of %i boots hit, then none of %i", (hit, first, second, chance) => {
    expect(chanceByBoots(hit, first, second)).toBeCloseTo(chance, 10);
  });
});

describe('the rate', () => {
  it('lies inside its interval', () => {
    fc.assert(
      fc.property(count, exposure, (events, units) => {
        const { value, interval } = poissonRate(events, units);
        expect(interval.low).toBeLessThanOrEqual(value ?? -1);
        expect(interval.high).toBeGreaterThan(value ?? Infinity);
      }),
    );
  });

  it('is bounded more tightly by more exposure', () => {
    fc.assert(
      fc.property(count, exposure, exposure, (events, units, more) => {
        const width = (rate: ReturnType<typeof poissonRate>) =>
          (rate.interval.high ?? Infinity) - rate.interval.low;
        expect(width(poissonRate(events, units + more))).toBeLessThan(width(poissonRate(events, units)));
      }),
    );
  });

  it('is unknown without exposure', () => {
    expect(poissonRate(0, 0)).toEqual({
      count: 0,
      exposure: 0,
      value: null,
      interval: { low: 0, high: null },
    });
  });
});

describe('the chance of a clean side by exposure', () => {
  it('is what the conditional test says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), exposure, exposure, (events, a, b) => {
        const exact = (a / (a + b)) ** events;
        expect(Math.abs(chanceByExposure(events, a, b) - exact)).toBeLessThanOrEqual(1e-9 + 1e-6 * exact);
      }),
    );
  });

  it('falls with more hits and with more exposure of the clean side, rises with more of the other', () => {
    fc.assert(
      fc.property(hits, exposure, exposure, exposure, (events, a, b, more) => {
        const chance = chanceByExposure(events, a, b);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(chanceByExposure(events + 1, a, b)).toBeLessThanOrEqual(chance);
        expect(chanceByExposure(events, a, b + more)).toBeLessThanOrEqual(chance);
        expect(chanceByExposure(events, a + more, b)).toBeGreaterThanOrEqual(chance);
      }),
    );
  });

  it('is certain when there is nothing to go by', () => {
    expect(chanceByExposure(0, 10, 10)).toBe(1);
    expect(chanceByExposure(5, 10, 0)).toBe(1);
    expect(chanceByExposure(5, 0, 10)).toBe(1);
  });
});

describe('the chance of a clean side by boots', () => {
  it('falls with more boots that hit and with more clean boots', () => {
    fc.assert(
      fc.property(boots, boots, fc.nat(), (first, second, seed) => {
        const hit = 1 + (seed % first);
        const chance = chanceByBoots(hit, first, second);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(chanceByBoots(hit, first, second + 1)).toBeLessThanOrEqual(chance);
        if (hit < first) expect(chanceByBoots(hit + 1, first, second)).toBeLessThanOrEqual(chance);
      }),
    );
  });

  it('is certain when there is nothing to go by', () => {
    expect(chanceByBoots(0, 7, 7)).toBe(1);
    expect(chanceByBoots(3, 7, 0)).toBe(1);
  });
});
