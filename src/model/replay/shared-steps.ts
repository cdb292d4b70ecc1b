// Which steps of an execution other contexts can notice, and what there is to show of them.
import type { SourcePlace } from '../link/index.js';
import { onlyReads, type StepEvent } from '../machine/index.js';
import type { ReplayStep } from './recorder.js';

/** A step with the names of the source. */
export interface ShownStep {
  readonly context: number;
  readonly place: SourcePlace;
  /** The text of the source line, trimmed; empty when it is not to be had. */
  readonly source: string;
  readonly event: StepEvent;
  /** Bytes of an access; 0 for what is none. */
  readonly size: number;
  /** What it is about, an address where nothing names it; null for nothing. */
  readonly name: string | null;
  /** What was read, or what memory held after a write; null where that is not known. */
  readonly value: string | null;
}

export interface StepNaming {
  readonly place: (site: number) => SourcePlace;
  readonly line: (file: string, line: number) => string;
  /** What the bytes at an address are called; of 0 bytes, the object that begins there. */
  readonly variable: (step: ReplayStep) => string | null;
}

/** What other contexts can notice, in the order of time. */
export function shownSteps(steps: readonly ReplayStep[], naming: StepNaming): ShownStep[] {
  return steps.filter(isSharedStep(steps)).map((step) => {
    const { context, event, size, value, address } = step;
    const place = naming.place(step.site);
    const name = naming.variable(step) ?? (size === 0 ? null : `0x${address.toString(16)}`);
    return { context, place, source: naming.line(place.file, place.line), event, size, name, value };
  });
}

/**
 * Left out are accesses to memory that one context alone uses or that nobody writes, and all before there was a second
 * context.
 */
function isSharedStep(steps: readonly ReplayStep[]): (step: ReplayStep) => boolean {
  const isShared = sharedBytes(steps);
  return (step) => {
    const { event, size, concurrent } = step;
    if (size > 0) return concurrent && isShared(step);
    return concurrent || (event.kind === 'thread' && event.does === 'create');
  };
}

/** Whether an access touches a byte that several contexts use and at least one writes. */
function sharedBytes(steps: readonly ReplayStep[]): (step: ReplayStep) => boolean {
  const users = new Map<number, number>();
  const written = new Set<number>();
  const bytes = ({ address, size }: ReplayStep) =>
    Array.from({ length: size }, (_, index) => address + index);
  for (const step of steps) {
    if (!step.concurrent) continue;
    for (const byte of bytes(step)) {
      users.set(byte, (users.get(byte) ?? 0) | (1 << step.context));
      if (!onlyReads(step.event)) written.add(byte);
    }
  }
  const isShared = (byte: number) => {
    const set = users.get(byte) ?? 0;
    return (set & (set - 1)) !== 0 && written.has(byte);
  };
  return (step) => step.size > 0 && bytes(step).some(isShared);
}
