// The execution at hand as a weak memory sees it: a graph that grows by one event at a time. What could not be ordered
// otherwise is forgotten: all of it while one context is alone, the history of a location that a plain write begins anew.
import {
  acquires,
  type EventKind,
  type Intent,
  isRead,
  isWrite,
  type Location,
  type MemoryEvent,
  type MemoryModel,
  memoryOrder,
  nobody,
  type Value,
} from './events.js';

const mostContexts = 32;
const none = new Int32Array(mostContexts);

/** What an event is made of besides its {@link Intent}. */
export interface Made {
  readonly value: Value;
  readonly source: MemoryEvent | null;
  readonly released: Int32Array;
  readonly operation: number;
  readonly site: number;
}

const imaginary: Omit<Made, 'source'> = { value: 0, released: none, operation: -1, site: 0 };

export class Graph {
  readonly model: Exclude<MemoryModel, 'sc'>;
  /** Events that are sequentially consistent. */
  sequential = 0;
  /** Whether one location was accessed in different sizes. */
  isMixed = false;
  private count = 0;
  /** By context, in program order. */
  private readonly rows: MemoryEvent[][] = Array.from({ length: mostContexts }, () => []);
  private readonly initial: MemoryEvent[] = [];
  private readonly locations = new Map<number, Location[]>();
  private readonly mixedWords = new Set<number>();
  /** By context: how many of its events come before its last full fence. */
  private readonly fences = new Int32Array(mostContexts);
  /** By context and by slot of a primitive: see {@link MemoryEvent.settled}. */
  private readonly settled: Int32Array[] = Array.from({ length: mostContexts }, () => none);
  private readonly slots = new Map<number, Int32Array>();
  private isEmpty = true;

  constructor(model: Exclude<MemoryModel, 'sc'>) {
    this.model = model;
  }

  /** Nobody else can tell in what order things were done up to here. */
  forget(): void {
    if (this.isEmpty) return;
    this.isEmpty = true;
    this.sequential = 0;
    this.count = 0;
    this.initial.length = 0;
    this.locations.clear();
    this.mixedWords.clear();
    this.fences.fill(0);
    this.settled.fill(none);
    this.slots.clear();
    for (const row of this.rows) if (row.length > 0) row.length = 0;
  }

  *all(): Iterable<MemoryEvent> {
    yield* this.initial;
    for (const row of this.rows) yield* row;
  }

  at(context: number, index: number): MemoryEvent {
    return (this.rows[context] as MemoryEvent[])[index - 1] as MemoryEvent;
  }

  newest(context: number): MemoryEvent | null {
    return (this.rows[context] as MemoryEvent[]).at(-1) ?? null;
  }

  fencedOf(context: number): number {
    return this.fences[context] as number;
  }

  settledOf(context: number): Int32Array {
    return this.settled[context] as Int32Array;
  }

  /**
   * The location of an access; null where others of another size overlap it: those are all in one order. `initial`: what
   * is there before the first event, and what an acquire that reads it comes behind.
   */
  locate(address: number, size: number, initial: () => Pick<Made, 'value' | 'released'>): Location | null {
    this.isEmpty = false;
    const known = this.overlapping(address, size);
    const [first] = known;
    if (known.length === 1 && first?.address === address && first.size === size) return first;
    if (known.length > 0 || wordsOf(address, size).some((word) => this.mixedWords.has(word))) {
      this.mix(address, size, known);
      return null;
    }
    const location: Location = { address, size, writes: [] };
    const write: MemoryEvent = {
      number: this.count++,
      context: nobody,
      index: 0,
      kind: 'write',
      order: memoryOrder.relaxed,
      location,
      source: null,
      readers: [],
      time: 0,
      clocks: none,
      settled: none,
      fenced: 0,
      lastRead: null,
      lastWrite: null,
      operation: -1,
      site: 0,
      ...initial(),
    };
    location.writes.push(write);
    this.initial.push(write);
    for (const word of wordsOf(address, size)) {
      const there = this.locations.get(word);
      if (there === undefined) this.locations.set(word, [location]);
      else there.push(location);
    }
    return location;
  }

  /**
   * Whether a compare-exchange that expects these bits may find them in an old write: in C11's coherence order a
   * read-modify-write can come between two that are there.
   */
  mayUpdate(address: number, size: number, low: number, high: number): boolean {
    if (this.model !== 'c11') return false;
    const location = this.overlapping(address, size)[0];
    if (location === undefined || location.size !== size) return false;
    const { writes } = location;
    const expected = bitsOf(low, high, size);
    return writes.some(
      ({ value }, place) =>
        place < writes.length - 1 &&
        !isSplit(writes, place) &&
        BigInt.asUintN(size * 8, BigInt(value)) === expected,
    );
  }

  /** Plain writes come behind all that was done there. */
  overwritten(address: number, size: number): void {
    if (this.isEmpty || size === 0) return;
    for (const location of this.overlapping(address, size)) this.remove(location);
  }

  /** `place`: of the write that a new one comes behind, or that is read. */
  add(intent: Intent, place: number, made: Made): MemoryEvent {
    const event = this.make(intent, made);
    if (made.source !== null) made.source.readers.push(event);
    if (isWrite(event)) intent.location.writes.splice(place + 1, 0, event);
    return this.append(event);
  }

  /** The event that {@link add} would make; it comes behind what it acquires. */
  imagined(intent: Intent, source: MemoryEvent | null): MemoryEvent {
    const acquired = source !== null && acquires(intent.order) ? source.released : undefined;
    return this.make(
      { ...intent, clocks: joined(intent.clocks.slice(), acquired) },
      { ...imaginary, source },
    );
  }

  addFence(
    fence: Pick<Intent, 'context' | 'order' | 'time' | 'clocks'>,
    operation: number,
    site: number,
  ): void {
    this.isEmpty = false;
    const made = { ...imaginary, source: null, operation, site };
    this.append(this.make({ ...fence, kind: 'fence', location: null }, made));
  }

  /** All that `context` did comes before all that it does next. */
  fence(context: number): void {
    this.fences[context] = (this.rows[context] as MemoryEvent[]).length;
  }

  started(child: number, parent: number): void {
    if (this.isEmpty) return;
    this.fence(parent);
    const settled = this.settledOf(parent).slice();
    settled[parent] = this.fencedOf(parent);
    this.settled[child] = settled;
  }

  release(context: number, slot: number): void {
    if (this.isEmpty) return;
    this.fence(context);
    const own = this.settledOf(context).slice();
    own[context] = this.fencedOf(context);
    this.slots.set(slot, joined(own, this.slots.get(slot)));
  }

  acquire(context: number, slot: number): void {
    if (this.isEmpty) return;
    this.fence(context);
    const released = this.slots.get(slot);
    if (released !== undefined) this.settled[context] = joined(released.slice(), this.settledOf(context));
  }

  /** An access that has a place in one order of all accesses to these words. */
  inOrder(context: number, address: number, size: number): void {
    if (this.isEmpty) return;
    for (const word of wordsOf(address, size)) {
      this.acquire(context, slotOfWord(word));
      this.release(context, slotOfWord(word));
    }
  }

  private mix(address: number, size: number, known: readonly Location[]): void {
    this.isMixed = true;
    const words = new Set(wordsOf(address, size));
    for (const location of known) {
      for (const word of wordsOf(location.address, location.size)) words.add(word);
      this.remove(location);
    }
    for (const word of words) {
      if (this.mixedWords.has(word)) continue;
      for (const location of [...(this.locations.get(word) ?? [])]) this.remove(location);
      this.mixedWords.add(word);
      const counts = Int32Array.from(this.rows, ({ length }) => length);
      this.slots.set(slotOfWord(word), joined(counts, this.slots.get(slotOfWord(word))));
    }
  }

  private remove(location: Location): void {
    for (const word of wordsOf(location.address, location.size)) {
      const there = this.locations.get(word) ?? [];
      const rest = there.filter((one) => one !== location);
      if (rest.length === 0) this.locations.delete(word);
      else this.locations.set(word, rest);
    }
  }

  private overlapping(address: number, size: number): Location[] {
    const found: Location[] = [];
    for (const word of wordsOf(address, size))
      for (const location of this.locations.get(word) ?? [])
        if (
          location.address < address + size &&
          address < location.address + location.size &&
          !found.includes(location)
        )
          found.push(location);
    return found;
  }

  private make(
    intent: Omit<Intent, 'kind' | 'location'> & {
      readonly kind: EventKind;
      readonly location: Location | null;
    },
    made: Made,
  ): MemoryEvent {
    const { context } = intent;
    const previous = this.newest(context);
    const event = {
      ...intent,
      ...made,
      number: this.count,
      index: (previous?.index ?? 0) + 1,
      readers: [],
      settled: this.settledOf(context),
      fenced: this.fencedOf(context),
      lastRead: previous?.lastRead ?? null,
      lastWrite: previous?.lastWrite ?? null,
    };
    if (isRead(event)) event.lastRead = event as MemoryEvent;
    if (isWrite(event)) event.lastWrite = event as MemoryEvent;
    return event;
  }

  private append(event: MemoryEvent): MemoryEvent {
    this.count++;
    (this.rows[event.context] as MemoryEvent[]).push(event);
    if (event.order === memoryOrder.sequential) this.sequential++;
    return event;
  }
}

/** Whether nothing can come behind the write at `place`, because the next one updates what it left. */
export function isSplit(writes: readonly MemoryEvent[], place: number): boolean {
  const next = writes[place + 1];
  return next !== undefined && next.source === writes[place];
}

function bitsOf(low: number, high: number, size: number): bigint {
  return BigInt.asUintN(size * 8, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

/** Slots of primitives are positive. */
const slotOfWord = (word: number) => -1 - word;

function wordsOf(address: number, size: number): number[] {
  const words: number[] = [];
  for (let word = address >> 2; word << 2 < address + size; word++) words.push(word);
  return words;
}

function joined(to: Int32Array, from: Int32Array | undefined): Int32Array {
  if (from !== undefined)
    for (let i = 0; i < to.length; i++)
      if ((from[i] as number) > (to[i] as number)) to[i] = from[i] as number;
  return to;
}
