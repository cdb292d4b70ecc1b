// Sleep sets: contexts whose next operation was explored from a state that differs from this one by operations alone
// that it does not depend on. They need no turn until somebody does what their operation depends on.
import { firstOf, type Machine } from '../machine/index.js';
import { type Accesses, ExploredSections } from './sections.js';
import { type Trace, valueChoice } from './trace.js';

export class SleepingContexts {
  /** Bit set. */
  contexts = 0;
  readonly explored = new ExploredSections();
  private readonly trace: Trace;
  private machine!: Machine;
  /** By context that sleeps: what its next operation touches where that is a section. */
  private readonly asleep: (Accesses | null)[] = [];
  /** Sections of this execution, by entry. */
  private readonly sections = new Map<number, Accesses>();

  constructor(trace: Trace) {
    this.trace = trace;
  }

  begin(machine: Machine): void {
    this.machine = machine;
    this.contexts = 0;
    if (this.sections.size > 0) this.sections.clear();
  }

  /** The choice of a value at `entry` is the last that is repeated: the sets are those from there on. */
  resume(entry: number): void {
    this.contexts = this.trace.sleeping[entry] as number;
    this.recall(entry);
  }

  /** `context` does what it stands before, at `entry`. `isFirst`: the last entry that is repeated. */
  operation(entry: number, context: number, isFirst: boolean): void {
    const { trace } = this;
    this.contexts = ((trace.sleeping[entry] as number) | (trace.explored[entry] as number)) & ~(1 << context);
    if (isFirst) this.recall(entry);
    this.wake(context);
  }

  /** What `context` does is part of the section that it began at `entry`. `isNew`: nothing is repeated any more. */
  extend(entry: number, context: number, isNew: boolean): void {
    const { machine, sections } = this;
    const accesses = sections.get(entry) ?? [];
    if (accesses.length === 0) sections.set(entry, accesses);
    accesses.push(
      machine.pendingAddress[context] as number,
      machine.pendingSize[context] as number,
      machine.pendingWrite[context] as number,
    );
    if (isNew) this.wake(context);
  }

  /** The execution is over. */
  keepSections(): void {
    for (const [entry, accesses] of this.sections)
      this.explored.keep(entry, this.trace.contexts[entry] as number, accesses);
  }

  /** Wakes who depends on what `context` stands before. */
  private wake(context: number): void {
    for (let rest = this.contexts; rest !== 0; rest &= rest - 1) {
      const other = firstOf(rest);
      const section = this.asleep[other] ?? null;
      if (
        dependent(this.machine, other, context) ||
        (section !== null && touches(this.machine, context, section))
      )
        this.contexts &= ~(1 << other);
    }
  }

  /** Looks up the sections of those who sleep at `entry`: each had its turn where it was explored last. */
  private recall(entry: number): void {
    const { trace, asleep } = this;
    if (asleep.length > 0) asleep.length = 0;
    if (this.explored.isEmpty) return;
    for (let rest = this.contexts; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      let at = entry;
      while (
        at >= 0 &&
        (trace.contexts[at] === valueChoice || ((trace.explored[at] as number) & (1 << context)) === 0)
      )
        at--;
      asleep[context] = this.explored.of(at, context);
    }
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
  if ((machine.doubled & ((1 << a) | (1 << b))) !== 0 && dependentToo(machine, a, b)) return true;
  const first = machine.pendingAddress[a] as number;
  const second = machine.pendingAddress[b] as number;
  return (
    (machine.pendingWrite[a] === 1 || machine.pendingWrite[b] === 1) &&
    first < second + (machine.pendingSize[b] as number) &&
    second < first + (machine.pendingSize[a] as number)
  );
}

/** Whether two operations conflict in what they touch besides what they name. */
function dependentToo(machine: Machine, a: number, b: number): boolean {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if ((machine.doubled & (1 << one)) === 0) continue;
    const word = machine.secondWord[one] as number;
    const write = machine.secondWrite[one] === 1;
    const start = machine.pendingAddress[other] as number;
    if (
      (write || machine.pendingWrite[other] === 1) &&
      start < word + 4 &&
      word < start + (machine.pendingSize[other] as number)
    )
      return true;
    if (
      (machine.doubled & (1 << other)) !== 0 &&
      word === machine.secondWord[other] &&
      (write || machine.secondWrite[other] === 1)
    )
      return true;
  }
  return false;
}

/** Whether what `context` stands before conflicts with a section. */
function touches(machine: Machine, context: number, accesses: Accesses): boolean {
  const address = machine.pendingAddress[context] as number;
  const end = address + (machine.pendingSize[context] as number);
  const write = machine.pendingWrite[context] === 1;
  for (let i = 0; i < accesses.length; i += 3) {
    const start = accesses[i] as number;
    if ((write || accesses[i + 2] === 1) && start < end && address < start + (accesses[i + 1] as number))
      return true;
  }
  return false;
}
