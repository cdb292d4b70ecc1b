// Happens-before race detection (vector clocks; epochs as in FastTrack, Flanagan and Freund, PLDI 2009), exact for
// the execution it sees: it keeps, for each word, the last access of each context at each site, so that it names
// every racing pair of sites and not only the first. A race is what C11 5.1.2.4 and the LKMM both call one: same
// location, one write at least, one plain access at least, not ordered by happens-before.

/** Contexts that one execution can have: one bit each in a 32-bit set, the sign bit left alone. */
export const maxContexts = 31;

/** Row length of clock tables; a power of two, so that rows are found by a shift. */
const stride = 32;
const strideShift = 5;

/**
 * Flags of an access: the low four bits say which bytes of the word it touches. `object`: a primitive is used there,
 * initialised, destroyed, or its memory freed. A use and one of the others are no data race, but their order counts.
 */
export const accessFlags = { write: 16, marked: 32, object: 64 } as const;
const bytesMask = 15;

export interface RacePair {
  readonly firstSite: number;
  readonly secondSite: number;
  /** {@link accessFlags} of each. */
  readonly firstFlags: number;
  readonly secondFlags: number;
  readonly firstContext: number;
  readonly secondContext: number;
  /** Of the first byte that both touch. */
  readonly address: number;
}

/** What happened before what, in an execution without accesses. */
interface SavedOrder {
  readonly width: number;
  readonly clocks: Int32Array;
  readonly usedSlots: number;
  readonly syncClocks: Int32Array;
}

export class RaceDetector {
  /** `clocks[context << 5 | other]`: how much of `other` happens before what `context` does next. */
  readonly clocks = new Int32Array(stride * stride);
  /** Called for each racing pair in each execution, with a value that is good only until it returns. */
  onRace: (pair: RacePair) => void = () => {};

  private readonly pair = {
    firstSite: 0,
    secondSite: 0,
    firstFlags: 0,
    secondFlags: 0,
    firstContext: 0,
    secondContext: 0,
    address: 0,
  };
  /** By word: index of its newest record, 0 for none. */
  private readonly heads: Int32Array;
  private touched = new Int32Array(1024);
  private touchedCount = 0;
  private contexts = new Int32Array(1024);
  private times = new Int32Array(1024);
  private sites = new Int32Array(1024);
  private flags = new Int32Array(1024);
  private nexts = new Int32Array(1024);
  private recordCount = 1;

  private syncClocks = new Int32Array(stride * 64);
  private usedSlots = 0;
  /** Contexts that began in this execution. */
  private width = 0;

  /** `memoryBytes`: size of the memory that is watched. */
  constructor(memoryBytes: number) {
    this.heads = new Int32Array(memoryBytes >> 2);
  }

  /** Forgets all of the last execution. */
  reset(): void {
    this.forgetAccesses();
    this.clocks.fill(0, 0, this.width << strideShift);
    this.width = 0;
    this.syncClocks.fill(0, 0, this.usedSlots << strideShift);
    this.usedSlots = 0;
  }

  /** Whether it has seen an access in this execution. */
  get hasSeen(): boolean {
    return this.recordCount > 1;
  }

  /** Of an execution in which it {@link hasSeen} nothing. */
  saveOrder(): SavedOrder {
    const { width, usedSlots } = this;
    return {
      width,
      clocks: this.clocks.slice(0, width << strideShift),
      usedSlots,
      syncClocks: this.syncClocks.slice(0, usedSlots << strideShift),
    };
  }

  /** In an execution that began with what `saved` holds. */
  restoreOrder({ width, clocks, usedSlots, syncClocks }: SavedOrder): void {
    this.forgetAccesses();
    this.clocks.set(clocks);
    this.clocks.fill(0, width << strideShift, this.width << strideShift);
    this.width = width;
    this.syncClocks.set(syncClocks);
    this.syncClocks.fill(0, usedSlots << strideShift, this.usedSlots << strideShift);
    this.usedSlots = usedSlots;
  }

  /** A context that begins, ordered after all that `parent` (or -1) did. */
  start(context: number, parent: number): void {
    const { clocks } = this;
    const row = context << strideShift;
    if (context >= this.width) this.width = context + 1;
    if (parent >= 0) {
      const from = parent << strideShift;
      for (let i = 0; i < this.width; i++) clocks[row + i] = clocks[from + i] as number;
      clocks[from + parent] = (clocks[from + parent] as number) + 1;
    }
    clocks[row + context] = (clocks[row + context] as number) + 1;
  }

  /** What `context` did so far happens before what acquires `slot` later. */
  release(context: number, slot: number): void {
    if (slot >= this.usedSlots) this.growSlots(slot);
    const { clocks, syncClocks } = this;
    const row = context << strideShift;
    const to = slot << strideShift;
    for (let i = 0; i < this.width; i++) {
      const time = clocks[row + i] as number;
      if (time > (syncClocks[to + i] as number)) syncClocks[to + i] = time;
    }
    clocks[row + context] = (clocks[row + context] as number) + 1;
  }

  /** Like release, but forgets what was released there before: a store that starts a release sequence anew. */
  releaseAnew(context: number, slot: number): void {
    this.forget(slot);
    this.release(context, slot);
  }

  forget(slot: number): void {
    if (slot < this.usedSlots) this.syncClocks.fill(0, slot << strideShift, (slot + 1) << strideShift);
  }

  acquire(context: number, slot: number): void {
    if (slot >= this.usedSlots) return;
    const { clocks, syncClocks } = this;
    const row = context << strideShift;
    const from = slot << strideShift;
    for (let i = 0; i < this.width; i++) {
      const time = syncClocks[from + i] as number;
      if (time > (clocks[row + i] as number)) clocks[row + i] = time;
    }
  }

  /** `to` takes over all that `from` holds. */
  copySlot(from: number, to: number): void {
    if (from >= this.usedSlots) return;
    if (to >= this.usedSlots) this.growSlots(to);
    const { syncClocks } = this;
    for (let i = 0; i < this.width; i++) {
      const time = syncClocks[(from << strideShift) + i] as number;
      const at = (to << strideShift) + i;
      if (time > (syncClocks[at] as number)) syncClocks[at] = time;
    }
  }

  /** What was released to `slot`, for {@link put}. */
  copyOf(slot: number): Int32Array {
    if (slot >= this.usedSlots) return new Int32Array(stride);
    return this.syncClocks.slice(slot << strideShift, (slot + 1) << strideShift);
  }

  put(slot: number, released: Int32Array): void {
    if (slot >= this.usedSlots) this.growSlots(slot);
    this.syncClocks.set(released, slot << strideShift);
  }

  /** How far `context` is, and how much of each other context happens before what it does next. */
  clocksOf(context: number): Int32Array {
    return this.clocks.slice(context << strideShift, (context + 1) << strideShift);
  }

  /** One access of up to any size. `flags` without the byte mask. */
  access(context: number, address: number, size: number, flags: number, site: number): void {
    const offset = address & 3;
    if (offset + size <= 4) {
      this.accessWord(context, address >> 2, flags | (((1 << size) - 1) << offset), site);
      return;
    }
    const end = address + size;
    for (let word = address >> 2; word << 2 < end; word++) {
      const low = Math.max(address - (word << 2), 0);
      const high = Math.min(end - (word << 2), 4);
      this.accessWord(context, word, flags | (((1 << (high - low)) - 1) << low), site);
    }
  }

  private accessWord(context: number, word: number, flags: number, site: number): void {
    const { contexts, times, sites, nexts, clocks } = this;
    const recorded = this.flags;
    const row = context << strideShift;
    const now = clocks[row + context] as number;
    const head = this.heads[word] as number;
    let found = false;
    for (let i = head; i !== 0; i = nexts[i] as number) {
      const other = contexts[i] as number;
      const otherFlags = recorded[i] as number;
      if (other === context) {
        if (sites[i] === site && otherFlags === flags) {
          // Nothing was released since: whoever came in between has found this very pair already.
          if (times[i] === now) return;
          times[i] = now;
          found = true;
        }
      } else if (
        (otherFlags & flags & bytesMask) !== 0 &&
        ((otherFlags | flags) & accessFlags.write) !== 0 &&
        (otherFlags & flags & accessFlags.marked) === 0 &&
        (times[i] as number) > (clocks[row + other] as number)
      )
        this.report(i, context, word, flags, site);
    }
    if (found) return;
    if (head === 0) {
      if (this.touchedCount === this.touched.length) this.touched = grown(this.touched);
      this.touched[this.touchedCount++] = word;
    }
    if (this.recordCount === contexts.length) this.growRecords();
    const index = this.recordCount++;
    this.contexts[index] = context;
    this.times[index] = now;
    this.sites[index] = site;
    this.flags[index] = flags;
    this.nexts[index] = head;
    this.heads[word] = index;
  }

  /** Numbers of the words that accesses of this execution wrote, each once, in no particular order. */
  forEachWritten(each: (word: number) => void): void {
    for (let i = 0; i < this.touchedCount; i++) {
      const word = this.touched[i] as number;
      for (let record = this.heads[word] as number; record !== 0; record = this.nexts[record] as number) {
        if (((this.flags[record] as number) & accessFlags.write) === 0) continue;
        each(word);
        break;
      }
    }
  }

  private report(index: number, context: number, word: number, flags: number, site: number): void {
    const firstFlags = this.flags[index] as number;
    const common = firstFlags & flags & bytesMask;
    const { pair } = this;
    pair.firstSite = this.sites[index] as number;
    pair.secondSite = site;
    pair.firstFlags = firstFlags;
    pair.secondFlags = flags;
    pair.firstContext = this.contexts[index] as number;
    pair.secondContext = context;
    pair.address = (word << 2) + (31 - Math.clz32(common & -common));
    this.onRace(pair);
  }

  private forgetAccesses(): void {
    const { heads, touched } = this;
    for (let i = 0; i < this.touchedCount; i++) heads[touched[i] as number] = 0;
    this.touchedCount = 0;
    this.recordCount = 1;
  }

  private growRecords(): void {
    this.contexts = grown(this.contexts);
    this.times = grown(this.times);
    this.sites = grown(this.sites);
    this.flags = grown(this.flags);
    this.nexts = grown(this.nexts);
  }

  private growSlots(slot: number): void {
    while ((slot + 1) << strideShift > this.syncClocks.length) this.syncClocks = grown(this.syncClocks);
    this.usedSlots = slot + 1;
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
