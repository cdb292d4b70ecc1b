// Which operations of an execution depend on which, and the races between them: pairs of dependent operations that
// nothing else orders. Each race asks for an execution in which the two come the other way round. An atomic section is
// one operation with several accesses.
import { firstOf, type Machine } from '../machine/index.js';
import { Footprints, gateBits, maybeBit, openBit, opensBit } from './footprints.js';
import { clockStride, DependencyClocks, joinInto, type Trace, valueChoice } from './trace.js';

/** What shares a CPU waits for it, and for no gate. */
const bothGates = gateBits(3, 3);

/** Told of each race: one of `initials`, rather `context` than another, has to have a turn at `entry` or before. */
export type AskForTurn = (entry: number, initials: number, context: number) => void;

export class Dependences {
  readonly clocks = new DependencyClocks();
  private readonly footprints = new Footprints();
  private readonly trace: Trace;
  private readonly ask: AskForTurn;
  private machine!: Machine;
  /** Earlier operations that the last one races with; of each, what precedes the last one without it: a row. */
  private racing: number[] = [];
  private rows = new Int32Array(8 * clockStride);
  /** The last operation. */
  private last = 0;
  /** By context: index of its first operation in the sequence that {@link reverse} looks at. */
  private readonly firstIndex = new Int32Array(clockStride);

  constructor(trace: Trace, ask: AskForTurn) {
    this.trace = trace;
    this.ask = ask;
  }

  begin(machine: Machine): void {
    this.machine = machine;
    this.clocks.reset();
    this.footprints.reset(machine.layout.end);
    this.racing.length = 0;
  }

  /** Gives the operation that `context` stands before its place in the order. `isNew`: looks for its races. */
  record(entry: number, context: number, isNew: boolean): void {
    const { machine, trace, clocks } = this;
    this.reverseRaces();
    this.last = entry;
    const own = context * clockStride + context;
    const index = (clocks.contexts[own] as number) + 1;
    trace.indices[entry] = index;
    const gate = machine.pendingGate[context] as number;
    this.collect(context);
    if (isNew) this.findRaces(context, gate);
    this.order(entry, context, index);
  }

  /** The operation that `context` stands before is a further access of the last one, which is its own. */
  extend(context: number, isNew: boolean): void {
    const { trace, footprints, racing, rows } = this;
    const index = trace.indices[this.last] as number;
    this.collect(context);
    for (let i = 0; i < racing.length; i++)
      this.joinIndependent(rows, i * clockStride, racing[i] as number, footprints.found);
    if (isNew) this.findRaces(context, this.machine.pendingGate[context] as number);
    this.order(this.last, context, index);
  }

  /** The execution is over. What `context` stands before waits for ever: there are orders in which it does not. */
  blocked(entry: number, context: number): void {
    this.reverseRaces();
    this.last = entry;
    this.collect(context);
    this.findRaces(context, this.machine.pendingGate[context] as number);
    this.reverseRaces(context);
  }

  /** Asks for what the races of the last operation need. `context`: whose it is, where the trace does not say. */
  reverseRaces(context = this.trace.contexts[this.last] as number): void {
    const { racing } = this;
    for (let i = 0; i < racing.length; i++)
      this.reverse(racing[i] as number, this.last, context, i * clockStride);
    if (racing.length > 0) racing.length = 0;
  }

  /** What conflicts with what `context` stands before. */
  private collect(context: number): void {
    const { machine, footprints } = this;
    footprints.collect(
      context,
      machine.pendingAddress[context] as number,
      machine.pendingSize[context] as number,
      machine.pendingWrite[context] === 1,
    );
    const cpu = machine.cpuWord[context] as number;
    if (cpu !== 0) footprints.collectWord(context, cpu, machine.cpuWordWrite[context] === 1);
    if ((machine.doubled & (1 << context)) !== 0)
      footprints.collectWord(
        context,
        machine.secondWord[context] as number,
        machine.secondWrite[context] === 1,
      );
  }

  private order(entry: number, context: number, index: number): void {
    const { machine, trace, clocks, footprints } = this;
    const { found } = footprints;
    const row = context * clockStride;
    const clock = clocks.contexts;
    for (let i = 0; i < found.length; i++)
      joinInto(clock, row, trace.clocks, (found[i] as number) * clockStride, clocks.width);
    clock[row + context] = index;
    const to = entry * clockStride;
    const { width, widest } = clocks;
    for (let i = 0; i < width; i++) trace.clocks[to + i] = clock[row + i] as number;
    // Of contexts that are begun later another execution may have left something there.
    for (let i = width; i < widest; i++) trace.clocks[to + i] = 0;
    const { gates } = machine.sync;
    const object = machine.pendingObject[context] as number;
    const write = machine.pendingWrite[context] === 1;
    const open =
      object === 0
        ? 3
        : ((gates[object] as number) > 0 ? 1 : 0) | ((gates[object + 1] as number) > 0 ? 2 : 0);
    // Who shares a lock keeps a writer out, but not before him who came to share it later: they commute.
    const shares = !write && object !== 0 && machine.pendingGate[context] === object + 1;
    const posts = !write && object !== 0 && machine.sync.kinds[object >> 1] === 'semaphore';
    const bits = posts ? gateBits(open, open | 1) | opensBit : gateBits(open, shares ? 3 : open);
    const address = machine.pendingAddress[context] as number;
    const size = machine.pendingSize[context] as number;
    footprints.record(entry, context, address, size, write, bits);
    const cpu = machine.cpuWord[context] as number;
    if (cpu !== 0) footprints.record(entry, context, cpu, 4, machine.cpuWordWrite[context] === 1, bothGates);
    if ((machine.doubled & (1 << context)) !== 0)
      footprints.record(
        entry,
        context,
        machine.secondWord[context] as number,
        4,
        machine.secondWrite[context] === 1,
        bothGates,
      );
  }

  /**
   * A race is a pair of dependent operations that nothing else orders. One that waits at a gate can only change
   * places with an operation before which the gate was open already, or may have been.
   */
  private findRaces(context: number, gate: number): void {
    const { trace, clocks, footprints } = this;
    const { found, foundOpen } = footprints;
    const clock = clocks.contexts;
    const row = context * clockStride;
    // Of the gates of other objects, operations do not tell.
    if (gate >> 1 !== (this.machine.pendingObject[context] as number) >> 1) gate = 0;
    for (let i = 0; i < found.length; i++) {
      const earlier = found[i] as number;
      if (gate !== 0 && ((foundOpen[i] as number) & maybeBit(gate)) === 0) continue;
      const other = trace.contexts[earlier] as number;
      const index = trace.indices[earlier] as number;
      if ((clock[row + other] as number) >= index) continue;
      if (gate !== 0 && ((foundOpen[i] as number) & (openBit(gate) | opensBit)) === opensBit) {
        if (!this.isPostedBesides(earlier, other, index)) continue;
      }
      let immediate = true;
      for (let j = 0; j < found.length && immediate; j++) {
        const between = found[j] as number;
        if (between === earlier || (trace.clocks[between * clockStride + other] as number) < index) continue;
        if (gate === 0 || ((foundOpen[j] as number) & openBit(gate)) !== 0) immediate = false;
      }
      if (immediate) this.keepRace(earlier, row);
    }
  }

  /** Before `earlier`, which posts, the semaphore was 0: whether somebody else posts who does not come behind it. */
  private isPostedBesides(earlier: number, other: number, index: number): boolean {
    const { found, foundOpen, ownOpening } = this.footprints;
    if (ownOpening > earlier) return true;
    for (let i = 0; i < found.length; i++) {
      const post = found[i] as number;
      if (post <= earlier || ((foundOpen[i] as number) & opensBit) === 0) continue;
      if ((this.trace.clocks[post * clockStride + other] as number) < index) return true;
    }
    return false;
  }

  private keepRace(earlier: number, row: number): void {
    const { racing, clocks, footprints } = this;
    if (racing.includes(earlier)) return;
    const to = racing.push(earlier) * clockStride - clockStride;
    if (to === this.rows.length) {
      const larger = new Int32Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    for (let i = 0; i < clockStride; i++) this.rows[to + i] = clocks.contexts[row + i] as number;
    this.joinIndependent(this.rows, to, earlier, footprints.found);
  }

  /** Joins the clocks of those of `operations` that do not depend on `earlier` into a row. */
  private joinIndependent(
    rows: Int32Array,
    to: number,
    earlier: number,
    operations: readonly number[],
  ): void {
    const { trace, clocks } = this;
    const other = trace.contexts[earlier] as number;
    const index = trace.indices[earlier] as number;
    for (let i = 0; i < operations.length; i++) {
      const row = (operations[i] as number) * clockStride;
      if ((trace.clocks[row + other] as number) < index) joinInto(rows, to, trace.clocks, row, clocks.width);
    }
  }

  /**
   * Sees to it that some execution has the operation of `context` at `entry` before `earlier`. `before`: row of what
   * precedes it once `earlier` and all that depends on it are out of the way.
   */
  private reverse(earlier: number, entry: number, context: number, before: number): void {
    const { trace, firstIndex } = this;
    const other = trace.contexts[earlier] as number;
    const index = trace.indices[earlier] as number;
    let seen = 0;
    let initials = 0;
    for (let j = earlier + 1; j < entry; j++) {
      const owner = trace.contexts[j] as number;
      if (owner === valueChoice || (seen & (1 << owner)) !== 0) continue;
      const row = j * clockStride;
      if ((trace.clocks[row + other] as number) >= index) continue;
      if (!this.knowsAny(trace.clocks, row, seen)) initials |= 1 << owner;
      seen |= 1 << owner;
      firstIndex[owner] = trace.indices[j] as number;
    }
    if ((seen & (1 << context)) === 0 && !this.knowsAny(this.rows, before, seen)) initials |= 1 << context;
    // Below an interrupt nobody else can run on its CPU: the turn comes before it.
    let entryAt = earlier;
    while (entryAt >= 0 && (initials & (trace.enabled[entryAt] as number)) === 0) entryAt--;
    if (entryAt >= 0) this.ask(entryAt, initials, context);
  }

  private knowsAny(clocks: Int32Array, row: number, seen: number): boolean {
    for (let rest = seen; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      if ((clocks[row + context] as number) >= (this.firstIndex[context] as number)) return true;
    }
    return false;
  }
}
