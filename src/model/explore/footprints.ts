// Which earlier operations of an execution touch the same bytes: by word, the operations that a later one can still
// depend on directly.
import { grown } from './trace.js';

/** What an entry remembers besides its operation. */
const writeFlag = 16;
const bytesMask = 15;
/** Shift of the bits that say which gates of its object were open before the operation: see {@link gateBits}. */
const openShift = 5;

/**
 * Of each of the two gates of an object, two bits: whether it was open before an operation, and whether it may have
 * been, had operations come in another order that commute.
 */
export function gateBits(open: number, maybe: number): number {
  return open | (maybe << 2);
}

/** Besides {@link gateBits}: the operation opens the first gate, and commutes with others that do. */
export const opensBit = 16;
/** All that says when an operation could be had before others. */
const gateMask = 15;

/** Of {@link gateBits}: the bit for the gate that a context waits at. */
export const openBit = (gate: number) => 1 << (gate & 1);
export const maybeBit = (gate: number) => 4 << (gate & 1);

export class Footprints {
  private heads = new Int32Array(0);
  private touched = new Int32Array(1024);
  private touchedCount = 0;
  private operations = new Int32Array(1024);
  private contexts = new Int32Array(1024);
  private flags = new Int32Array(1024);
  private nexts = new Int32Array(1024);
  private count = 1;
  /** Results of {@link collect}: operations, and the {@link gateBits} of each. */
  readonly found: number[] = [];
  readonly foundOpen: number[] = [];
  /** Besides: the newest operation of the context itself that {@link opensBit} is set of; -1 when there is none. */
  ownOpening = -1;

  reset(memoryBytes: number): void {
    if (this.heads.length < memoryBytes >> 2) this.heads = new Int32Array(memoryBytes >> 2);
    for (let i = 0; i < this.touchedCount; i++) this.heads[this.touched[i] as number] = 0;
    this.touchedCount = 0;
    this.count = 1;
  }

  /** Fills {@link found} with the operations of other contexts that conflict with an access, newest first. */
  collect(context: number, address: number, size: number, write: boolean): void {
    this.found.length = 0;
    this.foundOpen.length = 0;
    this.ownOpening = -1;
    this.add(context, address, size, write, size > 4);
  }

  /** Adds the operations of other contexts that conflict with an access of the word at `address`. */
  collectWord(context: number, address: number, write: boolean): void {
    this.add(context, address, 4, write, true);
  }

  private add(context: number, address: number, size: number, write: boolean, again: boolean): void {
    const { found, foundOpen, operations, contexts, flags, nexts } = this;
    const end = address + size;
    for (let word = address >> 2; word << 2 < end; word++) {
      const mask = bytesOf(word, address, end);
      for (let i = this.heads[word] as number; i !== 0; i = nexts[i] as number) {
        const other = flags[i] as number;
        const operation = operations[i] as number;
        if (contexts[i] === context) {
          if (((other >> openShift) & opensBit) !== 0) this.ownOpening = Math.max(this.ownOpening, operation);
          continue;
        }
        if ((other & mask) === 0 || !(write || (other & writeFlag) !== 0)) continue;
        if (again && found.includes(operation)) continue;
        found.push(operation);
        foundOpen.push(other >> openShift);
      }
    }
  }

  /** Records an operation. It takes the place of those that it covers, unless more was open before them. */
  record(
    operation: number,
    context: number,
    address: number,
    size: number,
    write: boolean,
    open: number,
  ): void {
    const end = address + size;
    for (let word = address >> 2; word << 2 < end; word++) {
      const mask = bytesOf(word, address, end);
      const head = this.heads[word] as number;
      if (head === 0) {
        if (this.touchedCount === this.touched.length) this.touched = grown(this.touched);
        this.touched[this.touchedCount++] = word;
      }
      const rest = this.without(head, context, mask, write, open);
      if (this.count === this.operations.length) this.grow();
      const index = this.count++;
      this.operations[index] = operation;
      this.contexts[index] = context;
      this.flags[index] = mask | (write ? writeFlag : 0) | (open << openShift);
      this.nexts[index] = rest;
      this.heads[word] = index;
    }
  }

  /**
   * The list that begins at `head` less the entries that a new one covers. An entry stays when a gate was open before
   * it and not before the new one: who waits at that gate can change places with the older one alone.
   */
  private without(head: number, context: number, mask: number, write: boolean, open: number): number {
    const { flags, contexts, nexts } = this;
    let first = head;
    let previous = 0;
    for (let i = head; i !== 0; i = nexts[i] as number) {
      const other = flags[i] as number;
      const covered =
        (other & bytesMask & ~mask) === 0 &&
        ((other >> openShift) & gateMask & ~open) === 0 &&
        (write || (contexts[i] === context && (other & writeFlag) === 0));
      if (!covered) previous = i;
      else if (previous === 0) first = nexts[i] as number;
      else nexts[previous] = nexts[i] as number;
    }
    return first;
  }

  private grow(): void {
    this.operations = grown(this.operations);
    this.contexts = grown(this.contexts);
    this.flags = grown(this.flags);
    this.nexts = grown(this.nexts);
  }
}

function bytesOf(word: number, address: number, end: number): number {
  const start = word << 2;
  const low = address > start ? address - start : 0;
  const high = Math.min(end - start, 4);
  return ((1 << (high - low)) - 1) << low;
}
