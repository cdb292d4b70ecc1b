// Why memory held a value: who wrote it, what that replaced, and which lock would have kept the two apart.
import { overlap } from './moves.js';
import type { Trace, TraceStep } from './trace.js';

export interface Why {
  /** Index of the step that wrote the value; null where it was there before the first step. */
  readonly writer: number | null;
  /** Indices of the writes before that one, the last first. */
  readonly replaced: readonly number[];
  /** Indices of the accesses that it races with, in either order. */
  readonly rivals: readonly number[];
  /**
   * What would have kept the step and its first rival apart, or the writer where it races with nobody. Null where nothing
   * had to: one context did both, or one of them before there was another; and where no access of it holds any.
   */
  readonly lock: {
    readonly name: string;
    /** Which of the two hold it. */
    readonly heldByOther: boolean;
    readonly heldByStep: boolean;
  } | null;
}

/** Null for a step that accesses no memory. */
export function whyValue({ steps, races }: Trace, index: number): Why | null {
  const step = steps[index];
  if (step === undefined || step.size === 0) return null;
  const writes: number[] = [];
  for (let at = step.writes ? index : index - 1; at >= 0; at--) {
    const other = steps[at];
    if (other?.writes && overlap(step, other)) writes.push(at);
  }
  const [writer = null, ...replaced] = writes;
  const rivals = [
    ...new Set(
      races.flatMap(({ first, second }) => (first === index ? [second] : second === index ? [first] : [])),
    ),
  ];
  const apart = rivals[0] ?? (step.writes ? replaced[0] : writer);
  return { writer, replaced, rivals, lock: lockBetween(steps, step, steps[apart ?? -1]) };
}

function lockBetween(
  steps: readonly TraceStep[],
  step: TraceStep,
  other: TraceStep | undefined,
): Why['lock'] {
  if (other === undefined || other.context === step.context) return null;
  if (!other.concurrent || !step.concurrent) return null;
  const holds = ({ locks }: TraceStep, address: number, name: string) =>
    locks.some((lock) => (lock.address !== 0 ? lock.address === address : lock.name === name));
  const accesses = steps.filter((one) => one.concurrent && overlap(one, step));
  const counts = new Map<string, { name: string; address: number; count: number }>();
  for (const { locks } of accesses)
    for (const { name, address } of locks) {
      const key = `${address} ${name}`;
      const known = counts.get(key) ?? { name, address, count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
    }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  if (most === undefined) return null;
  const { name, address } = most;
  return {
    name,
    heldByOther: holds(other, address, name),
    heldByStep: holds(step, address, name),
  };
}
