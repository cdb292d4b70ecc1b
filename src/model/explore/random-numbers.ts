// A small seeded generator of random numbers (mulberry32): the same seed gives the same exploration everywhere.

/** Answers whole numbers from 0 up to, not including, its argument. */
export type RandomNumbers = (below: number) => number;

/** Numbers of an execution of its own: they do not depend on those before it. */
export function executionNumbers(seed: number, execution: number): RandomNumbers {
  return randomNumbers(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(execution + 1, 0xc2b2ae35));
}

export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * below) / 2 ** 32) | 0;
  };
}
