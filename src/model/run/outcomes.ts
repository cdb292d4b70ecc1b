// Outcomes that no serial order gives, with the values that tell them from those that one does.

import type { ModelSchedule, ModelVariable } from '../basics.js';
import type { Outcome, Outcomes } from '../kernel-test/index.js';
import type { ModelOutcome, ModelOutcomes, ModelValue } from '../observations.js';

/** @param schedule that shows the example; null when there is none */
export function describeOutcomes(
  outcomes: Outcomes,
  schedule: ModelSchedule | null,
  variableAt: (address: number) => ModelVariable | null,
): ModelOutcomes {
  const outcome = outcomes.example();
  const example: ModelOutcome | null =
    outcome === null || schedule === null
      ? null
      : { values: valuesOf(outcome, outcomes, variableAt), schedule };
  return { ...outcomes.counts(), example };
}

function valuesOf(
  outcome: Outcome,
  outcomes: Outcomes,
  variableAt: (address: number) => ModelVariable | null,
): ModelValue[] {
  const serial = outcomes.serialOutcomes();
  const valueIn = ({ words }: Outcome, address: number) =>
    hex(words.get(address) ?? outcomes.initialValue(address));
  // A word that an outcome does not have is as setup left it, and any other value differs from that.
  const addresses = new Set([outcome, ...serial].flatMap(({ words }) => [...words.keys()]));
  const differing = (other: Outcome) =>
    [...addresses].filter((address) => other.words.get(address) !== outcome.words.get(address));
  const nearest = serial
    .map(differing)
    .reduce((best, one) => (best === null || one.length < best.length ? one : best), null as number[] | null);
  return (nearest ?? [])
    .sort((a, b) => a - b)
    .map((address) => ({
      address: hex(address),
      variable: variableAt(address),
      value: valueIn(outcome, address),
      serial: [...new Set(serial.map((other) => valueIn(other, address)))].sort(),
    }));
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
