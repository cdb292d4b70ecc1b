// Dynamic partial-order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Source sets:
// a foundation for optimal dynamic partial order reduction", JACM 64(4), 2017, algorithm 1). Of all interleavings
// that differ only in the order of independent operations it runs one to its end; the number of complete executions
// is the number of inequivalent interleavings. Executions that sleep sets cut short are counted apart.
import type { Machine, Scheduler } from '../machine/index.js';
import { abandon, firstOf } from '../machine/index.js';
import { Footprints, gateBits, maybeBit, openBit } from './footprints.js';
import type { Branch, Remainder, Strategy } from './strategy.js';
import { clockStride, DependencyClocks, joinInto, Trace, valueChoice } from './trace.js';

/** What shares a CPU waits for it, and for no gate. */
const bothGates = gateBits(3, 3);

export class DporStrategy implements Strategy, Scheduler {
  readonly exhaustive = true;
  private machine!: Machine;
  private readonly trace = new Trace();
  private readonly clocks = new DependencyClocks();
  private readonly footprints = new Footprints();
  /** Entries of the last execution that this one repeats; the last of them takes a new turn. */
  private planned = 0;
  private sleeping = 0;
  /** Entries that are not this exploration's own: see {@link adopt}. */
  private floor = 0;
  /** Turns that races ask for in those entries: entry, initials and context of each, one behind the other. */
  private requests: number[] = [];
  /** By context: index of its first operation in the sequence that {@link reverse} looks at. */
  private readonly firstIndex = new Int32Array(clockStride);
  private readonly before = new Int32Array(clockStride);

  begin(machine: Machine): void {
    this.machine = machine;
    this.trace.length = 0;
    this.clocks.reset();
    this.footprints.reset(machine.layout.end);
    this.sleeping = 0;
  }

  pick(enabled: number, current: number): number {
    const { trace } = this;
    const entry = trace.length;
    let context: number;
    if (entry < this.planned) context = trace.contexts[entry] as number;
    else {
      const awake = enabled & ~this.sleeping;
      if (awake === 0) return abandon;
      context = current >= 0 && (awake & (1 << current)) !== 0 ? current : firstOf(awake);
    }
    trace.push(context);
    if (entry >= this.planned) {
      trace.enabled[entry] = enabled;
      trace.sleeping[entry] = this.sleeping;
      trace.explored[entry] = 0;
      trace.backtrack[entry] = 1 << context;
      trace.valueCounts[entry] = 0;
    }
    this.record(entry, context);
    if (entry >= this.planned - 1) this.sleeping = this.stillAsleep(entry, context);
    return context;
  }

  value(count: number): number {
    const { trace } = this;
    const entry = trace.length;
    trace.push(valueChoice);
    if (entry >= this.planned) {
      trace.values[entry] = 0;
      trace.valueCounts[entry] = count;
      trace.sleeping[entry] = this.sleeping;
      trace.enabled[entry] = 0;
    } else if (entry === this.planned - 1) this.sleeping = trace.sleeping[entry] as number;
    return trace.values[entry] as number;
  }

  started(child: number, parent: number): void {
    this.clocks.start(child, parent);
  }

  published(context: number, slot: number): void {
    this.clocks.publish(context, slot);
  }

  observed(context: number, slot: number): void {
    this.clocks.observe(context, slot);
  }

  advance(): boolean {
    const { trace } = this;
    for (let entry = trace.length - 1; entry >= this.floor; entry--) {
      if (trace.contexts[entry] === valueChoice) {
        if ((trace.values[entry] as number) + 1 >= (trace.valueCounts[entry] as number)) continue;
        trace.values[entry] = (trace.values[entry] as number) + 1;
        this.planned = entry + 1;
        return true;
      }
      const explored = (trace.explored[entry] as number) | (1 << (trace.contexts[entry] as number));
      trace.explored[entry] = explored;
      const open = (trace.backtrack[entry] as number) & ~explored & ~(trace.sleeping[entry] as number);
      if (open === 0) continue;
      trace.contexts[entry] = firstOf(open);
      this.planned = entry + 1;
      return true;
    }
    return false;
  }

  restart(): void {
    this.planned = 0;
    this.trace.length = 0;
    this.floor = 0;
  }

  /**
   * What happens behind a turn depends on the turns up to it, and on which others of its entry were explored before:
   * they sleep. What it changes before it are turns that its races ask for.
   */
  fork(taken: readonly Branch[]): Branch | null {
    const { trace } = this;
    for (let entry = 0; entry < this.planned; entry++) {
      if (taken.some(({ length }) => length === entry + 1)) continue;
      if (trace.contexts[entry] === valueChoice) {
        const value = (trace.values[entry] as number) + 1;
        if (value >= (trace.valueCounts[entry] as number)) continue;
        const branch = trace.copy(entry + 1);
        branch.columns.values[entry] = value;
        return branch;
      }
      const explored = (trace.explored[entry] as number) | (1 << (trace.contexts[entry] as number));
      const open = (trace.backtrack[entry] as number) & ~explored & ~(trace.sleeping[entry] as number);
      if (open === 0) continue;
      const branch = trace.copy(entry + 1);
      branch.columns.explored[entry] = explored;
      branch.columns.contexts[entry] = firstOf(open);
      return branch;
    }
    return null;
  }

  adopt(branch: Branch): void {
    this.trace.load(branch, 0);
    this.planned = branch.length;
    this.floor = branch.length;
    this.requests = [];
  }

  reached({ length, columns }: Branch): 'yes' | 'not yet' | 'never' {
    const { trace, planned } = this;
    if (planned > length) return 'not yet';
    const last = length - 1;
    const isSame =
      planned === length &&
      trace.contexts[last] === columns.contexts?.[last] &&
      trace.explored[last] === columns.explored?.[last] &&
      trace.values[last] === columns.values?.[last];
    return isSame ? 'yes' : 'never';
  }

  remainder(more: boolean): Remainder {
    return { rest: more ? this.trace.copy(this.planned) : null, requests: this.requests };
  }

  resume({ length }: Branch, { rest, requests }: Remainder): boolean {
    for (let i = 0; i < requests.length; i += 3)
      this.addTurn(requests[i] as number, requests[i + 1] as number, requests[i + 2] as number);
    this.trace.length = length;
    if (rest === null) return this.advance();
    this.trace.load(rest, length);
    this.planned = rest.length;
    return true;
  }

  /** Share of the tree that lies behind the current execution, if every open turn were as large as those done. */
  progress(): number {
    const { trace } = this;
    let done = 0;
    let share = 1;
    for (let entry = 0; entry < trace.length; entry++) {
      if (trace.contexts[entry] === valueChoice) {
        share /= trace.valueCounts[entry] as number;
        done += share * (trace.values[entry] as number);
        continue;
      }
      const turns = (trace.backtrack[entry] as number) & ~(trace.sleeping[entry] as number);
      const count = bits(turns);
      if (count < 2) continue;
      share /= count;
      done += share * bits(turns & (trace.explored[entry] as number));
    }
    return Math.min(done, 1);
  }

  /** Gives the operation that `context` stands before its place in the order, and looks for races with it. */
  private record(entry: number, context: number): void {
    const { machine, trace, clocks, footprints } = this;
    const address = machine.pendingAddress[context] as number;
    const size = machine.pendingSize[context] as number;
    const write = machine.pendingWrite[context] === 1;
    const gate = machine.pendingGate[context] as number;
    const object = machine.pendingObject[context] as number;
    const { gates } = machine.sync;
    const row = context * clockStride;
    const clock = clocks.contexts;
    const index = (clock[row + context] as number) + 1;
    trace.indices[entry] = index;
    footprints.collect(context, address, size, write);
    const cpu = machine.cpuWord[context] as number;
    const takesCpu = machine.cpuWordWrite[context] === 1;
    if (cpu !== 0) footprints.collectWord(context, cpu, takesCpu);
    const { found } = footprints;
    if (entry >= this.planned - 1 && found.length > 0) this.findRaces(entry, context, gate);
    for (let i = 0; i < found.length; i++)
      joinInto(clock, row, trace.clocks, (found[i] as number) * clockStride, clocks.width);
    clock[row + context] = index;
    const to = entry * clockStride;
    for (let i = 0; i < clocks.width; i++) trace.clocks[to + i] = clock[row + i] as number;
    const open =
      object === 0
        ? 1
        : ((gates[object] as number) > 0 ? 1 : 0) | ((gates[object + 1] as number) > 0 ? 2 : 0);
    // Who shares a lock keeps a writer out, but not before him who came to share it later: they commute.
    const shares = !write && object !== 0 && gate === object + 1;
    footprints.record(entry, context, address, size, write, gateBits(open, shares ? 3 : open));
    if (cpu !== 0) footprints.record(entry, context, cpu, 4, takesCpu, bothGates);
  }

  /**
   * A race is a pair of dependent operations that nothing else orders. One that waits at a gate can only change
   * places with an operation before which the gate was open already, or may have been.
   */
  private findRaces(entry: number, context: number, gate: number): void {
    const { trace, clocks, footprints } = this;
    const { found, foundOpen } = footprints;
    const clock = clocks.contexts;
    const row = context * clockStride;
    for (let i = 0; i < found.length; i++) {
      const earlier = found[i] as number;
      if (gate !== 0 && ((foundOpen[i] as number) & maybeBit(gate)) === 0) continue;
      const other = trace.contexts[earlier] as number;
      const index = trace.indices[earlier] as number;
      if ((clock[row + other] as number) >= index) continue;
      let immediate = true;
      for (let j = 0; j < found.length && immediate; j++) {
        const between = found[j] as number;
        if (between === earlier || (trace.clocks[between * clockStride + other] as number) < index) continue;
        if (gate === 0 || ((foundOpen[j] as number) & openBit(gate)) !== 0) immediate = false;
      }
      if (immediate) this.reverse(earlier, entry, context);
    }
  }

  /** Sees to it that some execution has the operation of `context` before `earlier`. */
  private reverse(earlier: number, entry: number, context: number): void {
    const { trace, clocks, firstIndex, before, footprints } = this;
    const { width } = clocks;
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
    if ((seen & (1 << context)) === 0) {
      // What precedes the operation itself once `earlier` and all that depends on it are out of the way.
      for (let i = 0; i < width; i++) before[i] = clocks.contexts[context * clockStride + i] as number;
      for (const conflicting of footprints.found) {
        const row = conflicting * clockStride;
        if ((trace.clocks[row + other] as number) < index) joinInto(before, 0, trace.clocks, row, width);
      }
      if (!this.knowsAny(before, 0, seen)) initials |= 1 << context;
    }
    // In the middle of an atomic section or below an interrupt nobody else can run: the turn comes before it.
    let entryAt = earlier;
    while (entryAt >= 0 && (initials & (trace.enabled[entryAt] as number)) === 0) entryAt--;
    if (entryAt >= this.floor) this.addTurn(entryAt, initials, context);
    else if (entryAt >= 0) this.request(entryAt, initials, context);
  }

  /** Sees to it that one of `initials`, rather `context` than another, has a turn at `entryAt`. */
  private addTurn(entryAt: number, initials: number, context: number): void {
    const { trace } = this;
    const covered =
      (trace.backtrack[entryAt] as number) |
      (trace.explored[entryAt] as number) |
      (trace.sleeping[entryAt] as number);
    if ((initials & covered) !== 0) return;
    const possible = initials & (trace.enabled[entryAt] as number);
    const turn = (possible & (1 << context)) !== 0 ? 1 << context : possible & -possible;
    trace.backtrack[entryAt] = (trace.backtrack[entryAt] as number) | turn;
  }

  private request(entryAt: number, initials: number, context: number): void {
    const { requests } = this;
    for (let i = 0; i < requests.length; i += 3)
      if (requests[i] === entryAt && requests[i + 1] === initials && requests[i + 2] === context) return;
    requests.push(entryAt, initials, context);
  }

  private knowsAny(clocks: Int32Array, row: number, seen: number): boolean {
    for (let rest = seen; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      if ((clocks[row + context] as number) >= (this.firstIndex[context] as number)) return true;
    }
    return false;
  }

  /** Contexts whose next operation does not depend on the one of `entry` need no turn behind it. */
  private stillAsleep(entry: number, context: number): number {
    const { trace, machine } = this;
    let asleep = ((trace.sleeping[entry] as number) | (trace.explored[entry] as number)) & ~(1 << context);
    for (let rest = asleep; rest !== 0; rest &= rest - 1) {
      const other = firstOf(rest);
      if (dependent(machine, other, context)) asleep &= ~(1 << other);
    }
    return asleep;
  }
}

function dependent(machine: Machine, a: number, b: number): boolean {
  const cpu = machine.cpuWord[a] as number;
  if (
    cpu !== 0 &&
    cpu === machine.cpuWord[b] &&
    (machine.cpuWordWrite[a] === 1 || machine.cpuWordWrite[b] === 1)
  )
    return true;
  const first = machine.pendingAddress[a] as number;
  const second = machine.pendingAddress[b] as number;
  return (
    (machine.pendingWrite[a] === 1 || machine.pendingWrite[b] === 1) &&
    first < second + (machine.pendingSize[b] as number) &&
    second < first + (machine.pendingSize[a] as number)
  );
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
