// The states that the executions of a test end in, and which of them no serial order of the sides gives. A state is
// what the accesses of the sides left in memory and registers: globals and live heap blocks, which the fakes of a
// harness are among. What the machine keeps for its primitives is no part of it, nor are stacks and freed memory.

import type { Observer } from '../explore/index.js';
import type { Machine } from '../machine/index.js';
import type { TestObserver } from './run-test.js';

export interface Outcome {
  /** By address, a multiple of 4: what the word holds, where that is not what setup left there. */
  readonly words: ReadonlyMap<number, number>;
}

export interface OutcomeCounts {
  /** Distinct outcomes of serial orders. */
  readonly serial: number;
  /** Distinct outcomes that no serial order gives, as far as they were told apart. */
  readonly others: number;
}

/** States beyond this number are not told apart, so that memory stays bounded. */
const mostStates = 65_536;

/** What the executions since the last look ended in, besides what serial orders end in. */
interface Taken {
  readonly others: readonly number[];
  readonly kept: Outcome | null;
  /** As {@link Coverage.take} gives it. */
  readonly coverage: Uint8Array;
}

/** All of them are one finding: the outcome of a test. */
const key = 'no-serial-order';

/**
 * Observes executions. First those of serial orders, until {@link serialKnown} is called; from then on an execution
 * that ends in a state that none of them gave gets an incident of kind `no-serial-order`.
 */
export class Outcomes implements TestObserver, Observer {
  private readonly m: Machine;
  private readonly serial = new Map<number, Outcome>();
  private readonly others = new Set<number>();
  private kept: Outcome | null = null;
  private met: Outcome | null = null;
  private phase: 'serial' | 'exploring' | 'reducing' = 'serial';
  private initial: { readonly address: number; readonly words: Int32Array }[] | null = null;
  private first = 0;
  private second = 0;
  private readonly add = (word: number): void => {
    if (!this.isObservable(word << 2)) return;
    const value = this.m.words[word] as number;
    if (value === this.initialAt(word)) return;
    const mixed = mix(Math.imul(word, 0x9e3779b1) ^ value);
    this.first = (this.first + mixed) | 0;
    this.second = (this.second + mix(mixed ^ Math.imul(word, 0x85ebca6b))) | 0;
  };

  constructor(machine: Machine) {
    this.m = machine;
  }

  began(): void {
    // Setup runs alone: what it leaves is the same each time.
    if (this.initial !== null) return;
    const { layout, heap, words } = this.m;
    const copy = (address: number, end: number) => ({ address, words: words.slice(address >> 2, end >> 2) });
    this.initial = [
      copy(layout.dataStart, layout.dataEnd),
      ...heap.blocks.map(({ address, size }) => copy(address, address + size + 3)),
    ];
  }

  joined(): void {
    this.first = 0;
    this.second = 0;
    this.m.detector.forEachWritten(this.add);
    const state = (this.first >>> 0) * 2 ** 21 + (this.second & 0x1fffff);
    if (this.serial.has(state)) return;
    if (this.phase === 'serial') {
      this.serial.set(state, this.outcome());
      return;
    }
    if (this.serial.size === 0) return;
    if (this.phase === 'exploring' && this.others.size < mostStates) this.others.add(state);
    this.kept ??= this.outcome();
    this.m.note({
      kind: 'no-serial-order',
      facts: { fact: 'serial-order' },
      sites: [],
      contexts: [],
      key,
    });
  }

  take(): Taken {
    const taken = { others: [...this.others], kept: this.kept, coverage: this.m.coverage.take() };
    this.others.clear();
    this.kept = null;
    return taken;
  }

  merge(taken: unknown): void {
    const { others, kept, coverage } = taken as Taken;
    this.m.coverage.merge(coverage);
    for (const state of others) if (this.others.size < mostStates) this.others.add(state);
    this.kept ??= kept;
  }

  /** All serial orders have been run. */
  serialKnown(): void {
    this.phase = 'exploring';
  }

  /** From now on executions have ever more preemptions: the first that shows the finding is the one to tell of. */
  reducing(): void {
    this.phase = 'reducing';
    this.met = this.kept;
    this.kept = null;
  }

  counts(): OutcomeCounts {
    return { serial: this.serial.size, others: this.others.size };
  }

  serialOutcomes(): readonly Outcome[] {
    return [...this.serial.values()];
  }

  /** The first that was met in the last phase, in which one was. */
  example(): Outcome | null {
    return this.kept ?? this.met;
  }

  /** What setup left in the word at `address`. */
  initialValue(address: number): number {
    return this.initialAt(address >> 2);
  }

  private outcome(): Outcome {
    const words = new Map<number, number>();
    this.m.detector.forEachWritten((word) => {
      const value = this.m.words[word] as number;
      if (this.isObservable(word << 2) && value !== this.initialAt(word)) words.set(word << 2, value);
    });
    return { words };
  }

  private isObservable(address: number): boolean {
    const { layout, heapStart, heap } = this.m;
    if (address < heapStart) return address < layout.dataEnd;
    const block = heap.blockAt(address);
    return block !== undefined && block.freeSite === 0;
  }

  /** Memory that a side allocates begins as zeros. */
  private initialAt(word: number): number {
    const address = word << 2;
    for (const { address: start, words } of this.initial ?? []) {
      const index = (address - start) >> 2;
      if (index >= 0 && index < words.length) return words[index] as number;
    }
    return 0;
  }
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
