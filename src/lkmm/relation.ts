// Relations between the events of one execution, and sets of events, as bit matrices: the operators of the cat
// language that the kernel's model is written in (Alglave, Cousot, Maranget: "Syntax and semantics of the weak
// consistency model specification language cat", 2016).

/** A set of events. */
export class EventSet {
  readonly bits: Uint32Array;
  readonly size: number;

  constructor(size: number, bits = new Uint32Array((size + 31) >>> 5)) {
    this.size = size;
    this.bits = bits;
  }

  static of(size: number, members: Iterable<number>): EventSet {
    const set = new EventSet(size);
    for (const member of members) set.add(member);
    return set;
  }

  add(event: number): void {
    this.bits[event >>> 5] = (this.bits[event >>> 5] as number) | (1 << (event & 31));
  }

  has(event: number): boolean {
    return ((this.bits[event >>> 5] as number) & (1 << (event & 31))) !== 0;
  }

  get isEmpty(): boolean {
    return this.bits.every((word) => word === 0);
  }

  union(other: EventSet): EventSet {
    return new EventSet(
      this.size,
      this.bits.map((word, i) => word | (other.bits[i] as number)),
    );
  }

  minus(other: EventSet): EventSet {
    return new EventSet(
      this.size,
      this.bits.map((word, i) => word & ~(other.bits[i] as number)),
    );
  }

  complement(): EventSet {
    const all = EventSet.of(this.size, Array(this.size).keys());
    return all.minus(this);
  }
}

/** A relation: row `i` holds the events that event `i` is related to. */
export class Relation {
  readonly size: number;
  private readonly words: number;
  private readonly rows: Uint32Array;

  constructor(size: number, rows?: Uint32Array) {
    this.size = size;
    this.words = (size + 31) >>> 5;
    this.rows = rows ?? new Uint32Array(size * this.words);
  }

  static identity(set: EventSet): Relation {
    const result = new Relation(set.size);
    for (let event = 0; event < set.size; event++) if (set.has(event)) result.add(event, event);
    return result;
  }

  static product(from: EventSet, to: EventSet): Relation {
    const result = new Relation(from.size);
    for (let event = 0; event < from.size; event++)
      if (from.has(event)) result.rows.set(to.bits, event * result.words);
    return result;
  }

  add(from: number, to: number): void {
    const at = from * this.words + (to >>> 5);
    this.rows[at] = (this.rows[at] as number) | (1 << (to & 31));
  }

  has(from: number, to: number): boolean {
    return ((this.rows[from * this.words + (to >>> 5)] as number) & (1 << (to & 31))) !== 0;
  }

  get isEmpty(): boolean {
    return this.rows.every((word) => word === 0);
  }

  *pairs(): Iterable<readonly [from: number, to: number]> {
    for (let from = 0; from < this.size; from++)
      for (let to = 0; to < this.size; to++) if (this.has(from, to)) yield [from, to];
  }

  union(...others: readonly Relation[]): Relation {
    const rows = this.rows.slice();
    for (const other of others)
      for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as number) | (other.rows[i] as number);
    return new Relation(this.size, rows);
  }

  intersect(other: Relation): Relation {
    return new Relation(
      this.size,
      this.rows.map((word, i) => word & (other.rows[i] as number)),
    );
  }

  minus(other: Relation): Relation {
    return new Relation(
      this.size,
      this.rows.map((word, i) => word & ~(other.rows[i] as number)),
    );
  }

  /** `this ; other ; …` */
  seq(...others: readonly Relation[]): Relation {
    let result: Relation = this;
    for (const other of others) result = result.compose(other);
    return result;
  }

  inverse(): Relation {
    const result = new Relation(this.size);
    for (const [from, to] of this.pairs()) result.add(to, from);
    return result;
  }

  /** `this?` */
  optional(): Relation {
    const result = new Relation(this.size, this.rows.slice());
    for (let event = 0; event < this.size; event++) result.add(event, event);
    return result;
  }

  /** `this+` */
  plus(): Relation {
    const result = new Relation(this.size, this.rows.slice());
    const { rows, words } = result;
    for (let middle = 0; middle < this.size; middle++)
      for (let from = 0; from < this.size; from++) {
        if (!result.has(from, middle)) continue;
        for (let word = 0; word < words; word++)
          rows[from * words + word] =
            (rows[from * words + word] as number) | (rows[middle * words + word] as number);
      }
    return result;
  }

  /** `this*` */
  star(): Relation {
    return this.plus().optional();
  }

  /** `[from] ; this ; [to]`; null stands for all events. */
  restrict(from: EventSet | null, to: EventSet | null): Relation {
    const rows = this.rows.slice();
    for (let event = 0; event < this.size; event++)
      for (let word = 0; word < this.words; word++) {
        const at = event * this.words + word;
        if (from !== null && !from.has(event)) rows[at] = 0;
        else if (to !== null) rows[at] = (rows[at] as number) & (to.bits[word] as number);
      }
    return new Relation(this.size, rows);
  }

  domain(): EventSet {
    const set = new EventSet(this.size);
    for (let event = 0; event < this.size; event++)
      if (this.rows.subarray(event * this.words, (event + 1) * this.words).some((word) => word !== 0))
        set.add(event);
    return set;
  }

  range(): EventSet {
    const set = new EventSet(this.size);
    for (let event = 0; event < this.size; event++)
      for (let word = 0; word < this.words; word++)
        set.bits[word] = (set.bits[word] as number) | (this.rows[event * this.words + word] as number);
    return set;
  }

  get isIrreflexive(): boolean {
    for (let event = 0; event < this.size; event++) if (this.has(event, event)) return false;
    return true;
  }

  get isAcyclic(): boolean {
    return this.plus().isIrreflexive;
  }

  private compose(other: Relation): Relation {
    const result = new Relation(this.size);
    const { words } = this;
    for (let from = 0; from < this.size; from++)
      for (let word = 0; word < words; word++) {
        let rest = this.rows[from * words + word] as number;
        while (rest !== 0) {
          const middle = (word << 5) + (31 - Math.clz32(rest & -rest));
          rest &= rest - 1;
          for (let i = 0; i < words; i++)
            result.rows[from * words + i] =
              (result.rows[from * words + i] as number) | (other.rows[middle * words + i] as number);
        }
      }
    return result;
  }
}
