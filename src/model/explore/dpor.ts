// Dynamic partial-order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Source sets:
// a foundation for optimal dynamic partial order reduction", JACM 64(4), 2017, algorithm 1). Of all interleavings
// that differ only in the order of independent operations it runs one to its end; the number of complete executions
// is the number of inequivalent interleavings. Executions that sleep sets cut short are counted apart.
import type { Machine, Scheduler } from '../machine/index.js';
import { abandon, firstOf, noFootprint } from '../machine/index.js';
import { Dependences } from './dependence.js';
import { SleepingContexts } from './sleeping.js';
import type { Branch, Remainder, Strategy } from './strategy.js';
import { clockStride, Trace, valueChoice } from './trace.js';

export class DporStrategy implements Strategy, Scheduler {
  readonly exhaustive = true;
  private machine!: Machine;
  private readonly trace = new Trace();
  private readonly dependences = new Dependences(this.trace, (entry, initials, context) => {
    if (entry >= this.floor) this.addTurn(entry, initials, context);
    else this.request(entry, initials, context);
  });
  private readonly sleep = new SleepingContexts(this.trace);
  /** Entries of the last execution that this one repeats; the last of them takes a new turn. */
  private planned = 0;
  /** Entry of the last operation. */
  private last = -1;
  /** Whether an execution has begun and is not evaluated. */
  private isOpen = false;
  /** Entries that are not this exploration's own: see {@link adopt}. */
  private floor = 0;
  /** What the last operation comes behind but for what it touches; only with {@link isWeak}. */
  private readonly past = new Int32Array(clockStride);
  /** Whether the last operation is a section, which moves as a whole. */
  private isSection = false;
  private isWeak = false;
  /** Turns that races ask for in those entries: entry, initials and context of each, one behind the other. */
  private requests: number[] = [];

  begin(machine: Machine): void {
    this.machine = machine;
    this.trace.length = 0;
    this.last = -1;
    this.isOpen = true;
    this.isWeak = machine.weak !== null;
    this.dependences.begin(machine);
    this.sleep.begin(machine);
  }

  pick(enabled: number, current: number): number {
    const { trace, machine, planned, sleep } = this;
    // In an atomic section nobody else can run: what it does is part of the operation that began it.
    if ((machine.suppressed | (1 << current)) === -1 && trace.contexts[this.last] === current) {
      this.isSection = true;
      this.dependences.extend(current, trace.length >= planned);
      sleep.extend(this.last, current, trace.length >= planned);
      return current;
    }
    const entry = trace.length;
    let context: number;
    if (entry < planned) context = trace.contexts[entry] as number;
    else {
      const awake = enabled & ~sleep.contexts;
      if (awake === 0) return abandon;
      context = current >= 0 && (awake & (1 << current)) !== 0 ? current : firstOf(awake);
    }
    trace.push(context);
    this.last = entry;
    if (entry >= planned) {
      trace.enabled[entry] = enabled;
      trace.sleeping[entry] = sleep.contexts;
      trace.explored[entry] = 0;
      trace.backtrack[entry] = 1 << context;
      trace.valueCounts[entry] = 0;
    }
    if (this.isWeak) {
      this.isSection = false;
      const row = context * clockStride;
      this.past.set(this.dependences.clocks.contexts.subarray(row, row + clockStride));
    }
    this.dependences.record(entry, context, entry >= planned - 1);
    if (entry >= planned - 1) sleep.operation(entry, context, entry === planned - 1);
    return context;
  }

  value(count: number): number {
    const { trace } = this;
    const entry = trace.length;
    trace.push(valueChoice);
    if (entry >= this.planned) {
      trace.values[entry] = 0;
      trace.valueCounts[entry] = count;
      trace.sleeping[entry] = this.sleep.contexts;
      trace.enabled[entry] = 0;
    } else if (entry === this.planned - 1) this.sleep.resume(entry);
    return trace.values[entry] as number;
  }

  operation(): number {
    return this.last;
  }

  follows(operation: number): boolean {
    if (this.isSection || operation < 0) return true;
    const { trace } = this;
    const context = trace.contexts[operation] as number;
    return (
      context === trace.contexts[this.last] ||
      (this.past[context] as number) >= (trace.indices[operation] as number)
    );
  }

  started(child: number, parent: number): void {
    this.dependences.clocks.start(child, parent);
  }

  published(context: number, slot: number): void {
    this.dependences.clocks.publish(context, slot);
  }

  observed(context: number, slot: number): void {
    this.dependences.clocks.observe(context, slot);
  }

  advance(): boolean {
    const { trace } = this;
    if (this.isOpen) this.evaluate();
    for (let entry = trace.length - 1; entry >= this.floor; entry--) {
      if (trace.contexts[entry] === valueChoice) {
        if ((trace.values[entry] as number) + 1 >= (trace.valueCounts[entry] as number)) continue;
        trace.values[entry] = (trace.values[entry] as number) + 1;
        this.plan(entry);
        return true;
      }
      const explored = (trace.explored[entry] as number) | (1 << (trace.contexts[entry] as number));
      trace.explored[entry] = explored;
      const open = (trace.backtrack[entry] as number) & ~explored & ~(trace.sleeping[entry] as number);
      if (open === 0) continue;
      trace.contexts[entry] = firstOf(open);
      this.plan(entry);
      return true;
    }
    return false;
  }

  restart(): void {
    this.planned = 0;
    this.trace.length = 0;
    this.floor = 0;
    this.sleep.explored.clear();
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
        const branch = this.copy(entry + 1);
        branch.columns.values[entry] = value;
        return branch;
      }
      const explored = (trace.explored[entry] as number) | (1 << (trace.contexts[entry] as number));
      const open = (trace.backtrack[entry] as number) & ~explored & ~(trace.sleeping[entry] as number);
      if (open === 0) continue;
      const branch = this.copy(entry + 1);
      branch.columns.explored[entry] = explored;
      branch.columns.contexts[entry] = firstOf(open);
      return branch;
    }
    return null;
  }

  adopt(branch: Branch): void {
    this.trace.load(branch, 0);
    this.sleep.explored.load(branch.columns.sections);
    this.planned = branch.length;
    this.floor = branch.length;
    this.requests = [];
  }

  reached({ length, columns }: Branch): 'yes' | 'not-yet' | 'never' {
    const { trace, planned } = this;
    if (planned > length) return 'not-yet';
    const last = length - 1;
    const isSame =
      planned === length &&
      trace.contexts[last] === columns.contexts?.[last] &&
      trace.explored[last] === columns.explored?.[last] &&
      trace.values[last] === columns.values?.[last] &&
      this.sleep.explored.equal(columns.sections, length);
    return isSame ? 'yes' : 'never';
  }

  remainder(more: boolean): Remainder {
    return { rest: more ? this.copy(this.planned) : null, requests: this.requests };
  }

  resume({ length }: Branch, { rest, requests }: Remainder): boolean {
    for (let i = 0; i < requests.length; i += 3)
      this.addTurn(requests[i] as number, requests[i + 1] as number, requests[i + 2] as number);
    this.trace.length = length;
    if (rest === null) return this.advance();
    this.trace.load(rest, length);
    this.sleep.explored.load(rest.columns.sections);
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

  private copy(length: number) {
    const { columns } = this.trace.copy(length);
    return { length, columns: { ...columns, sections: this.sleep.explored.copy(length) } };
  }

  /** The next execution repeats what was done before `entry`. */
  private plan(entry: number): void {
    this.planned = entry + 1;
    this.sleep.explored.forgetBehind(entry);
  }

  private evaluate(): void {
    const { machine, trace, dependences } = this;
    this.isOpen = false;
    dependences.reverseRaces();
    this.sleep.keepSections();
    for (let rest = machine.living; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      const isClosed = (machine.sync.gates[machine.pendingGate[context] as number] as number) <= 0;
      if (isClosed && machine.pendingAddress[context] !== noFootprint)
        dependences.blocked(trace.length, context);
    }
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
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
