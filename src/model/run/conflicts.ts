// How two sides got in each other's way in one execution: an update that another overwrites without having seen it, and
// two fields that are read half old, half new. Read off the steps of a schedule that does harm: in one that does none,
// the same order may be meant.
import { onlyReads } from '../machine/index.js';
import type { ReplayStep } from '../replay/index.js';

/** Steps of one conflict, in the order in which they are told. */
export type Conflict =
  /** `read` saw the old value, `lost` wrote, `overwrites` wrote over it. */
  | {
      readonly kind: 'lost-update';
      readonly read: ReplayStep;
      /** What the reader had seen. */
      readonly seen: string;
      readonly lost: ReplayStep;
      readonly overwrites: ReplayStep;
    }
  /** `first` and `second` read two fields, of which one write came before and the other after. */
  | {
      readonly kind: 'torn-pair';
      readonly reads: readonly [ReplayStep, ReplayStep];
      readonly writes: readonly [ReplayStep, ReplayStep];
    };

/** Fields of one object lie at most this many bytes apart to be taken for a pair. */
const pairReach = 64;

/** @param isCompound whether the access of a step reads and writes in one, as `x |= y` does; its read came before it */
export function conflictsIn(
  steps: readonly ReplayStep[],
  isCompound: (step: ReplayStep) => boolean,
): readonly Conflict[] {
  const accesses = accessesIn(steps, isCompound);
  return [...lostUpdates(accesses), ...tornPairs(accesses)];
}

interface Access {
  readonly step: ReplayStep;
  /** Index of the step; of the read of a compound access, the one from which on others could come in between. */
  readonly at: number;
  readonly write: boolean;
  /** What a read saw, and what a write left. */
  readonly value: string;
}

/** A compound access is a read where its context went on last, and a write. */
function accessesIn(steps: readonly ReplayStep[], isCompound: (step: ReplayStep) => boolean): Access[] {
  const accesses: Access[] = [];
  const memory = new Map<number, string[]>();
  const lastOf = new Map<number, number>();
  steps.forEach((step, at) => {
    const { context, address, size, concurrent, value, event } = step;
    const previous = lastOf.get(context) ?? at;
    lastOf.set(context, at);
    if (size === 0 || value === null) return;
    const history = memory.get(address) ?? [];
    memory.set(address, history);
    const write = !onlyReads(event);
    if (concurrent) {
      if (write && isCompound(step) && !(event.kind === 'access' && event.how === 'atomic')) {
        const seen = history[previous] ?? valueBefore(history, previous);
        if (seen !== undefined) accesses.push({ step, at: previous, write: false, value: seen });
      }
      accesses.push({ step, at, write, value });
    }
    history[at] = value;
  });
  return accesses.sort((a, b) => a.at - b.at || Number(a.write) - Number(b.write));
}

function valueBefore(history: readonly string[], at: number): string | undefined {
  for (let i = at; i >= 0; i--) if (history[i] !== undefined) return history[i];
  return undefined;
}

function lostUpdates(accesses: readonly Access[]): Conflict[] {
  const found: Conflict[] = [];
  accesses.forEach((read, index) => {
    if (read.write) return;
    const later = accesses.slice(index + 1).filter(({ step }) => step.address === read.step.address);
    const own = later.findIndex(({ step }) => step.context === read.step.context);
    const overwrites = later[own];
    if (overwrites === undefined || !overwrites.write) return;
    const lost = later
      .slice(0, own)
      .findLast(({ step, write }) => write && step.context !== read.step.context);
    if (lost === undefined || lost.value === read.value || lost.value === overwrites.value) return;
    found.push({
      kind: 'lost-update',
      read: read.step,
      seen: read.value,
      lost: lost.step,
      overwrites: overwrites.step,
    });
  });
  return found;
}

function tornPairs(accesses: readonly Access[]): Conflict[] {
  const found: Conflict[] = [];
  const contexts = new Set(accesses.map(({ step }) => step.context));
  for (const reader of contexts)
    for (const writer of contexts) {
      if (reader === writer) continue;
      const reads = firstOfEach(accesses, ({ step, write }) => !write && step.context === reader);
      const writes = firstOfEach(accesses, ({ step, write }) => write && step.context === writer);
      for (const first of reads)
        for (const second of reads) {
          if (!isPair(first, second)) continue;
          const one = writes.find(({ step }) => step.address === first.step.address);
          const other = writes.find(({ step }) => step.address === second.step.address);
          if (one === undefined || other === undefined) continue;
          // Seen: the new value of one field, and the other as it was before a write that changed it.
          const newThenOld = one.at < first.at && second.at < other.at;
          const oldThenNew = first.at < one.at && other.at < second.at;
          if (!(newThenOld || oldThenNew)) continue;
          const [seenNew, seenOld] = newThenOld ? [first, second] : [second, first];
          const [before, after] = newThenOld ? [one, other] : [other, one];
          if (seenNew.value !== before.value || seenOld.value === after.value) continue;
          found.push({
            kind: 'torn-pair',
            reads: [seenNew.step, seenOld.step],
            writes: [before.step, after.step],
          });
        }
    }
  return found;
}

function isPair(first: Access, second: Access): boolean {
  const apart = Math.abs(first.step.address - second.step.address);
  return first.at < second.at && apart > 0 && apart <= pairReach;
}

/** The first access to each address. */
function firstOfEach(accesses: readonly Access[], wanted: (access: Access) => boolean): Access[] {
  const byAddress = new Map<number, Access>();
  for (const access of accesses)
    if (wanted(access) && !byAddress.has(access.step.address)) byAddress.set(access.step.address, access);
  return [...byAddress.values()];
}
