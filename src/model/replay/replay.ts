// Runs one schedule again and writes down every step.
import { inputError } from '../../base/index.js';
import { type Entry, entryOf, raceIncident } from '../explore/index.js';
import { firstOf, type Incident, type Machine, type Scheduler, type Tracer } from '../machine/index.js';
import type { Schedule } from './schedule.js';

export interface ReplayStep {
  readonly context: number;
  readonly site: number;
  /** `read`, `lock`, `create T1` … */
  readonly what: string;
  readonly address: number;
  /** Bytes; 0 for what is no access. */
  readonly size: number;
  /** What was read, or what memory held after a write; null for what is no access. */
  value: string | null;
  /** Whether another context could have come in between. */
  readonly concurrent: boolean;
  /** Sites of the calls that led to it, innermost first; empty unless the program tells its calls. */
  readonly calls: CallStack;
  /** Locks that the context holds. */
  readonly locks: readonly HeldLock[];
}

/** A linked list, of which every step keeps its own end. */
export type CallStack = { readonly site: number; readonly caller: CallStack } | null;

/** What an execution allocated. */
export type HeapBlock = Machine['heap']['blocks'][number];

export interface HeldLock {
  /** `spinlock`, `mutex` … */
  readonly kind: string;
  readonly address: number;
  /** Where it was taken. */
  readonly site: number;
}

/** The two accesses of a race, as indices of steps. */
export interface ReplayedRace {
  readonly incident: Incident;
  readonly first: number;
  readonly second: number;
}

export interface Replay {
  readonly steps: readonly ReplayStep[];
  readonly incidents: readonly Incident[];
  /** Of the incidents, the races whose accesses are both among the steps. */
  readonly races: readonly ReplayedRace[];
  readonly contexts: number;
  /** By context: the CPU that it ran on. */
  readonly cpus: readonly number[];
  /** All that was allocated, freed or not. */
  readonly blocks: readonly HeapBlock[];
}

/** Steps are counted alike at every grain; the finest can follow any schedule. */
const allRefinements = -1;

/** Errors: `input` when the schedule belongs to another program or does not fit. */
export function replaySchedule(machine: Machine, schedule: Schedule, entry?: Entry): Replay {
  const { program } = machine;
  if (schedule.program !== program.identity)
    throw inputError(
      `the schedule belongs to program ${schedule.program}, and this one is ${program.identity}`,
      {
        hint: 'Source, flags, headers or the compiler differ from those the schedule was found with: run again.',
      },
    );
  const recorder = new Recorder(machine);
  const races = new Map<string, ReplayedRace>();
  machine.eager = false;
  machine.visible.fill(1);
  machine.refined = allRefinements;
  machine.tracer = recorder;
  machine.onRace = (pair) => {
    const incident = raceIncident(pair);
    // The detector sees an access before the tracer does.
    const second = recorder.steps.length;
    const first = recorder.lastAccess(pair.firstContext, pair.firstSite, pair.address);
    if (!races.has(incident.key)) races.set(incident.key, { incident, first, second });
  };
  try {
    machine.execute(new ScheduleFollower(machine, schedule), entryOf(machine, entry));
  } finally {
    machine.tracer = null;
    machine.visible.fill(0);
    machine.refined = 0;
  }
  recorder.settle();
  const { steps } = recorder;
  const found = [...races.values()];
  return {
    steps,
    incidents: [...found.map(({ incident }) => incident), ...machine.incidents],
    races: found.filter(({ first, second }) => first >= 0 && second < steps.length),
    contexts: machine.count,
    cpus: [...machine.cpus.subarray(0, machine.count)],
    blocks: [...machine.heap.blocks],
  };
}

class ScheduleFollower implements Scheduler {
  private readonly machine: Machine;
  private readonly schedule: Schedule;
  private stretch = 0;
  private start = 0;
  private choice = 0;

  constructor(machine: Machine, schedule: Schedule) {
    this.machine = machine;
    this.schedule = schedule;
  }

  begin(): void {}

  pick(enabled: number, current: number): number {
    const { stretches } = this.schedule;
    const goesOn =
      current >= 0 &&
      (enabled & (1 << current)) !== 0 &&
      this.machine.steps - this.start < (stretches[this.stretch + 1] ?? Number.POSITIVE_INFINITY);
    if (goesOn) return current;
    this.stretch += 2;
    this.start = this.machine.steps;
    const next = stretches[this.stretch];
    if (next === undefined) return firstOf(enabled);
    if ((enabled & (1 << next)) === 0)
      throw inputError(`the schedule gives T${next} the turn when it cannot run`, {
        hint: 'The schedule was changed, or cut short: copy all of it from the finding.',
      });
    return next;
  }

  value(count: number): number {
    return Math.min(this.schedule.choices[this.choice++] ?? 0, count - 1);
  }

  started(): void {}
  published(): void {}
  observed(): void {}
}

class Recorder implements Tracer {
  readonly steps: ReplayStep[] = [];
  private readonly machine: Machine;
  private unsettled: ReplayStep | null = null;
  private readonly calls: CallStack[] = [];
  /** By context: what it holds together with others. */
  private readonly shared: (readonly HeldLock[])[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  operation(context: number, what: string, site: number, address: number, size: number): void {
    this.settle();
    const calls = this.calls[context] ?? null;
    if (what === 'call') {
      this.calls[context] = { site, caller: calls };
      return;
    }
    if (what === 'return') {
      this.calls[context] = calls?.caller ?? null;
      return;
    }
    const step: ReplayStep = {
      context,
      site,
      what,
      address,
      size,
      value: null,
      concurrent: !this.machine.alone,
      calls,
      locks: [...locksOwned(this.machine, context), ...(this.shared[context] ?? [])],
    };
    this.steps.push(step);
    this.shared[context] = afterOperation(this.shared[context] ?? [], what, address, site);
    if (size === 0) return;
    if (/^(read|atomic load)/.test(what)) step.value = this.valueAt(address, size);
    else this.unsettled = step;
  }

  /** Index of the newest step of `context` at `site` that touches `address`; -1 when there is none. */
  lastAccess(context: number, site: number, address: number): number {
    return this.steps.findLastIndex(
      (step) =>
        step.context === context &&
        step.site === site &&
        step.address <= address &&
        address < step.address + step.size,
    );
  }

  detail(context: number, text: string): void {
    this.operation(context, text, this.steps.at(-1)?.site ?? 0, 0, 0);
  }

  output(context: number, text: string): void {
    this.operation(context, `prints ${JSON.stringify(text)}`, this.steps.at(-1)?.site ?? 0, 0, 0);
  }

  /** A write is told before it happens: what it wrote is known once something else comes. */
  settle(): void {
    if (this.unsettled !== null)
      this.unsettled.value = this.valueAt(this.unsettled.address, this.unsettled.size);
    this.unsettled = null;
  }

  private valueAt(address: number, size: number): string | null {
    const view = new DataView(this.machine.memory.buffer);
    if (address < 0 || address + size > view.byteLength) return null;
    if (size === 1) return numberText(BigInt(view.getInt8(address)), 1);
    if (size === 2) return numberText(BigInt(view.getInt16(address, true)), 2);
    if (size === 4) return numberText(BigInt(view.getInt32(address, true)), 4);
    if (size === 8) return numberText(view.getBigInt64(address, true), 8);
    return null;
  }
}

/** Those with an owner; what is held by several at once has none. */
function locksOwned({ sync }: Machine, context: number): HeldLock[] {
  return sync
    .slots()
    .filter((slot) => sync.owners[slot] === context)
    .map((slot) => ({
      kind: sync.kinds[slot] ?? 'other',
      address: sync.addresses[slot] as number,
      site: sync.sites[slot] as number,
    }));
}

/** What several contexts may hold at once, by the words of its operations. */
const sections = [
  {
    kind: 'rwlock, for reading',
    begins: /^(read_lock|read lock|(try read|read trylock): taken)$/,
    ends: 'read unlock',
  },
  { kind: 'rw_semaphore, for reading', begins: /^down_read$/, ends: 'read unlock' },
  { kind: 'RCU read section', begins: /^rcu_read_lock$/, ends: 'rcu_read_unlock' },
] as const;

/** `held` after an operation. */
function afterOperation(
  held: readonly HeldLock[],
  what: string,
  address: number,
  site: number,
): readonly HeldLock[] {
  const begun = sections.find(({ begins }) => begins.test(what));
  if (begun !== undefined) return [...held, { kind: begun.kind, address, site }];
  const ended = held.findLastIndex(
    (lock) =>
      lock.address === address && sections.some(({ kind, ends }) => kind === lock.kind && ends === what),
  );
  return ended < 0 ? held : held.toSpliced(ended, 1);
}

/** Addresses, error codes and registers are read as bits, small numbers as numbers. */
function numberText(value: bigint, bytes: number): string {
  const isSmall = value >= -4096n && value < 0x100000n;
  return isSmall ? String(value) : `0x${BigInt.asUintN(bytes * 8, value).toString(16)}`;
}
