// What the machine knows of each context: what it stands before, how far it has come, what holds for its accesses.
// Columns by context, so that nothing is allocated while a program runs.
import { maxContexts } from '../detect/index.js';
import type { CallbackKind } from './events.js';
import type { Suspended } from './suspended.js';
import { noFootprint } from './types.js';
import type { Wait } from './waits.js';

/** Columns of numbers that there can be, those of primitives included. */
const mostColumns = 64;

export interface SavedContexts {
  readonly living: number;
  readonly suppressed: number;
  readonly count: number;
  readonly local: number;
  readonly deferred: number;
  /** Cells of the contexts that there are, and what they held. */
  readonly cells: Int32Array;
  readonly numbers: Int32Array;
  readonly values: readonly (readonly unknown[])[];
}

export class ContextTable {
  private readonly cells = new Int32Array(mostColumns * maxContexts);
  private columnCount = 0;
  /** Of primitives. */
  private readonly zeroed: Int32Array[] = [];
  private readonly own: Int32Array[] = [];
  private readonly valueColumns: { readonly column: unknown[]; readonly initial: unknown }[] = [];

  /** Bit set of the contexts that have not ended. */
  living = 0;
  /** Bit set of contexts that cannot run because another runs on top of them. */
  suppressed = 0;
  /** Contexts begun in this execution. */
  count = 0;
  current = 0;
  /** Bit set of contexts that stand before an operation without a footprint. */
  protected local = 0;
  /** Bit set of contexts whose operation happens only once nothing else can. */
  protected deferred = 0;
  /** Bit set of contexts that stand before an operation which writes only under a condition: see {@link writesIf}. */
  protected conditional = 0;
  /** Bit set of contexts whose operation touches a second word: see {@link touchesToo}. */
  doubled = 0;

  /** What a context stands before. */
  readonly pendingAddress = this.cellsOfNext();
  readonly pendingSize = this.cellsOfNext();
  readonly pendingWrite = this.cellsOfNext();
  readonly pendingSite = this.cellsOfNext();
  /** Of a conditional write: what has to be there, or, where the size is 0, the gate that has to be open. */
  private readonly conditionSize = this.cellsOfNext();
  private readonly conditionLow = this.cellsOfNext();
  private readonly conditionHigh = this.cellsOfNext();
  /** Gate that must be above 0; gate 0 always is. */
  readonly pendingGate = this.cellsOfNext();
  /** Gate pair that the operation changes, by its first gate; 0 for none. */
  readonly pendingObject = this.cellsOfNext();
  /** The CPU that it runs on, and a word that stands for it where that CPU has to be had; 0 if it has not. */
  readonly cpus = this.cellsOfNext();
  readonly cpuWord = this.cellsOfNext();
  /** Whether its operation takes the CPU from others (writes the word) or needs it (reads). */
  readonly cpuWordWrite = this.cellsOfNext();
  /** The second word that the operation touches, and whether it changes what that stands for. */
  readonly secondWord = this.cellsOfNext();
  readonly secondWrite = this.cellsOfNext();
  /** How far a call of several operations has come. */
  readonly stage = this.cellsOfNext();
  readonly results = this.cellsOfNext();
  /** Steps that it has made before its present turn. */
  protected readonly ownSteps = this.cellsOfNext();
  /** For primitives: what a context waits for. */
  readonly waitingFor = this.valueColumn<Wait | null>(null);
  /** What a context runs that no thread or side of the program's is. */
  readonly runs = this.valueColumn<CallbackKind | null>(null);
  readonly entrySites = this.cellsOfNext();
  /** Above 0: plain accesses of the context count as marked. */
  readonly markedDepth = this.cellsOfNext();
  /** How many plain accesses of the context from now on count as marked. */
  readonly markedNext = this.cellsOfNext();
  /** Above 0: accesses of the context are not checked for races. */
  readonly checksOff = this.cellsOfNext();

  /** A number for each context: 0 when it begins. `isOwn`: whether nobody else changes it. */
  column(isOwn = true): Int32Array {
    const column = this.cellsOfNext();
    this.zeroed.push(column);
    if (isOwn) this.own.push(column);
    return column;
  }

  /** As {@link column}, for what is no number: `initial` when a context begins. */
  valueColumn<T>(initial: T): T[] {
    const column = new Array<T>(maxContexts).fill(initial);
    this.valueColumns.push({ column, initial });
    return column;
  }

  private cellsOfNext(): Int32Array {
    const start = this.columnCount++ * maxContexts;
    return this.cells.subarray(start, start + maxContexts);
  }

  protected forgetContexts(): void {
    this.living = 0;
    this.suppressed = 0;
    this.count = 0;
    this.local = 0;
    this.deferred = 0;
    this.conditional = 0;
    this.doubled = 0;
  }

  protected saveContexts(): SavedContexts {
    const { living, suppressed, count, local, deferred } = this;
    const cells: number[] = [];
    for (let column = 0; column < this.columnCount; column++)
      for (let context = 0; context < count; context++) cells.push(column * maxContexts + context);
    return {
      living,
      suppressed,
      count,
      local,
      deferred,
      cells: Int32Array.from(cells),
      numbers: Int32Array.from(cells, (cell) => this.cells[cell] as number),
      values: this.valueColumns.map(({ column }) => column.slice(0, count)),
    };
  }

  protected restoreContexts(saved: SavedContexts): void {
    this.living = saved.living;
    this.suppressed = saved.suppressed;
    this.count = saved.count;
    this.local = saved.local;
    this.deferred = saved.deferred;
    const { cells, numbers, values } = saved;
    for (let i = 0; i < cells.length; i++) this.cells[cells[i] as number] = numbers[i] as number;
    for (let i = 0; i < values.length; i++) {
      const { column } = this.valueColumns[i] as { column: unknown[] };
      const kept = values[i] as readonly unknown[];
      for (let context = 0; context < kept.length; context++) column[context] = kept[context];
    }
  }

  /** All that is kept of a context besides its variables and what it has counted: to be compared. */
  protected stateOf(context: number): string {
    const { stage, results, pendingAddress, pendingGate, markedDepth, markedNext, checksOff } = this;
    const own = [stage, results, pendingAddress, pendingGate, markedDepth, markedNext, checksOff];
    return [...own, ...this.own].map((column) => column[context]).join();
  }

  /** A new context, which stands before its beginning; its number. `site`: of the call that began it. */
  protected addContext(site: number): number {
    const context = this.count++;
    const bit = 1 << context;
    this.living |= bit;
    this.local |= bit;
    this.entrySites[context] = site;
    this.pendingGate[context] = 0;
    this.pendingAddress[context] = noFootprint;
    this.pendingSite[context] = site;
    this.stage[context] = 0;
    this.markedDepth[context] = 0;
    this.markedNext[context] = 0;
    this.checksOff[context] = 0;
    this.cpus[context] = Math.max(context - 1, 0);
    this.ownSteps[context] = 0;
    this.cpuWord[context] = 0;
    this.cpuWordWrite[context] = 0;
    for (const column of this.zeroed) column[context] = 0;
    for (const { column, initial } of this.valueColumns) column[context] = initial;
    return context;
  }

  /** Where a context stands. */
  protected takePending(context: number): Omit<Suspended, 'frames' | 'entry' | 'argument'> {
    return {
      entrySite: this.entrySites[context] as number,
      stage: this.stage[context] as number,
      result: this.results[context] as number,
      pending: {
        address: this.pendingAddress[context] as number,
        size: this.pendingSize[context] as number,
        write: this.pendingWrite[context] as number,
        site: this.pendingSite[context] as number,
        gate: this.pendingGate[context] as number,
        object: this.pendingObject[context] as number,
      },
      waitingFor: this.waitingFor[context] ?? null,
    };
  }

  protected putPending(
    context: number,
    { pending, ...other }: Omit<Suspended, 'frames' | 'entry' | 'argument'>,
  ): void {
    const bit = 1 << context;
    this.conditional &= ~bit;
    this.doubled &= ~bit;
    this.entrySites[context] = other.entrySite;
    this.stage[context] = other.stage;
    this.results[context] = other.result;
    this.pendingAddress[context] = pending.address;
    this.pendingSize[context] = pending.size;
    this.pendingWrite[context] = pending.write;
    this.pendingSite[context] = pending.site;
    this.pendingGate[context] = pending.gate;
    this.pendingObject[context] = pending.object;
    this.waitingFor[context] = other.waitingFor;
    this.local = pending.address === noFootprint ? this.local | bit : this.local & ~bit;
  }

  /**
   * The next operation of the current context touches the word at `address` besides what it names, until
   * {@link touchedToo}: as if it read or wrote there.
   */
  touchesToo(address: number, write: boolean): void {
    const { current } = this;
    this.doubled |= 1 << current;
    this.secondWord[current] = address;
    this.secondWrite[current] = write ? 1 : 0;
  }

  /** That operation has happened. */
  touchedToo(): void {
    this.doubled &= ~(1 << this.current);
  }

  /** The current context's next operation writes if a gate is open then; a read otherwise. */
  protected writesIfOpen(gate: number): void {
    this.conditional |= 1 << this.current;
    this.conditionSize[this.current] = 0;
    this.conditionLow[this.current] = gate;
  }

  /** The current context's next operation writes if these bytes hold a value then; a read otherwise. */
  protected writesIf(size: number, value: number | bigint): void {
    const { current } = this;
    const wide = typeof value === 'bigint';
    this.conditional |= 1 << current;
    this.conditionSize[current] = size;
    this.conditionLow[current] = wide ? Number(BigInt.asIntN(32, value)) : value;
    this.conditionHigh[current] = wide ? Number(BigInt.asIntN(32, value >> 32n)) : 0;
  }

  /** Whether each conditional operation would write now, or could, where it can also see what `weak` has kept. */
  protected settleConditions(
    bytes: Uint8Array,
    gates: Int32Array,
    weak: { mayUpdate(address: number, size: number, low: number, high: number): boolean } | null,
  ): void {
    for (let rest = this.conditional & this.living; rest !== 0; rest &= rest - 1) {
      const context = 31 - Math.clz32(rest & -rest);
      const size = this.conditionSize[context] as number;
      const low = this.conditionLow[context] as number;
      const writes =
        size === 0
          ? (gates[low] as number) > 0
          : holds(
              bytes,
              this.pendingAddress[context] as number,
              size,
              low,
              this.conditionHigh[context] as number,
            ) ||
            weak?.mayUpdate(
              this.pendingAddress[context] as number,
              size,
              low,
              this.conditionHigh[context] as number,
            ) === true;
      this.pendingWrite[context] = writes ? 1 : 0;
    }
  }

  /** Bit set of the contexts whose operation can happen now. */
  protected enabledContexts(gates: Int32Array): number {
    const { pendingGate } = this;
    let enabled = 0;
    for (let rest = this.living & ~this.suppressed; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      if ((gates[pendingGate[31 - Math.clz32(bit)] as number] as number) > 0) enabled |= bit;
    }
    return enabled;
  }
}

/** Whether bytes hold a value, least byte first. */
function holds(bytes: Uint8Array, address: number, size: number, low: number, high: number): boolean {
  for (let i = 0; i < size; i++)
    if (bytes[address + i] !== (((i < 4 ? low : high) >>> (8 * (i & 3))) & 0xff)) return false;
  return true;
}
