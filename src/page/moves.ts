// Where the cursor goes: positions among the steps that are shown.
import type { Trace } from './trace.js';

type Shown = readonly number[];

const contextAt = ({ steps }: Trace, shown: Shown, position: number) => steps[shown[position] ?? -1]?.context;

/** The next step, in one direction, of another context than the one at `position`; `position` where there is none. */
export function switchFrom(trace: Trace, shown: Shown, position: number, direction: 1 | -1): number {
  const own = contextAt(trace, shown, position);
  for (let next = position + direction; next >= 0 && next < shown.length; next += direction)
    if (contextAt(trace, shown, next) !== own) return next;
  return position;
}

/** The next access, in one direction, of a byte that the step at `position` accesses. */
export function accessFrom(trace: Trace, shown: Shown, position: number, direction: 1 | -1): number {
  const step = trace.steps[shown[position] ?? -1];
  if (step === undefined || step.size === 0) return position;
  for (let next = position + direction; next >= 0 && next < shown.length; next += direction) {
    const other = trace.steps[shown[next] ?? -1];
    if (other !== undefined && overlap(step, other)) return next;
  }
  return position;
}

/** The steps that what was found is about, the first of them behind `position`, or the first of all. */
export function findingFrom({ races, findings }: Trace, shown: Shown, position: number): number {
  const about = new Set([
    ...races.flatMap(({ first, second }) => [first, second]),
    ...findings.map(({ step }) => step),
  ]);
  const positions = shown.flatMap((step, index) => (about.has(step) ? [index] : []));
  return positions.find((one) => one > position) ?? positions[0] ?? position;
}

interface Bytes {
  readonly address: number;
  readonly size: number;
}

export function overlap(a: Bytes, b: Bytes): boolean {
  return a.size > 0 && b.size > 0 && a.address < b.address + b.size && b.address < a.address + a.size;
}
