// The part of a candidate execution that the program fixes: which events there are, and how they depend on each other.
// Events of all processes are numbered one behind the other, the initial writes first.
import type { AccessOrder, EventKind, FenceKind, LkmmEvent } from './events.js';
import { EventSet, Relation } from './relation.js';

/** Process of an initial write. */
export const initialProcess = -1;

export class Candidate {
  readonly size: number;
  readonly events: readonly LkmmEvent[];
  /** By event. */
  readonly processes: readonly number[];
  readonly po: Relation;
  readonly loc: Relation;
  readonly int: Relation;
  readonly ext: Relation;
  readonly poLoc: Relation;
  readonly addr: Relation;
  readonly data: Relation;
  readonly ctrl: Relation;
  readonly rmw: Relation;
  readonly reads: EventSet;
  readonly writes: EventSet;
  readonly memory: EventSet;
  readonly initial: EventSet;

  /** `initial`: location and value of each initial write. */
  constructor(
    initial: readonly (readonly [location: number, value: number])[],
    threads: readonly (readonly LkmmEvent[])[],
  ) {
    const events: LkmmEvent[] = initial.map(([location, value]) => initialWrite(location, value));
    const processes: number[] = initial.map(() => initialProcess);
    const starts: number[] = [];
    threads.forEach((thread, process) => {
      starts.push(events.length);
      for (const event of thread) {
        events.push(event);
        processes.push(process);
      }
    });
    const size = events.length;
    this.size = size;
    this.events = events;
    this.processes = processes;
    this.po = new Relation(size);
    this.loc = new Relation(size);
    this.int = new Relation(size);
    this.addr = new Relation(size);
    this.data = new Relation(size);
    this.ctrl = new Relation(size);
    this.rmw = new Relation(size);
    for (let a = 0; a < size; a++) {
      const event = events[a] as LkmmEvent;
      const process = processes[a] as number;
      for (let b = 0; b < size; b++) {
        if (process !== initialProcess && process === processes[b]) {
          this.int.add(a, b);
          if (a < b) this.po.add(a, b);
        }
        if (event.location !== null && event.location === events[b]?.location) this.loc.add(a, b);
      }
      if (process === initialProcess) continue;
      const start = starts[process] as number;
      for (const read of event.address) this.addr.add(start + read, a);
      for (const read of event.data) this.data.add(start + read, a);
      for (const read of event.control) this.ctrl.add(start + read, a);
      if (event.rmwRead !== null) this.rmw.add(start + event.rmwRead, a);
    }
    const all = EventSet.of(size, events.keys());
    this.ext = Relation.product(all, all).minus(this.int);
    this.poLoc = this.po.intersect(this.loc);
    this.reads = this.ofKind('read', 'lock-read', 'lock-fail', 'read-unlocked');
    this.writes = this.ofKind('write', 'lock-write', 'unlock');
    this.memory = this.reads.union(this.writes);
    this.initial = this.where((_, event) => processes[event] === initialProcess);
  }

  ofKind(...kinds: readonly EventKind[]): EventSet {
    return this.where(({ kind }) => kinds.includes(kind));
  }

  ordered(...orders: readonly AccessOrder[]): EventSet {
    return this.where(({ order }) => order !== null && orders.includes(order));
  }

  where(test: (event: LkmmEvent, number: number) => boolean): EventSet {
    const set = new EventSet(this.size);
    this.events.forEach((event, number) => {
      if (test(event, number)) set.add(number);
    });
    return set;
  }

  /** `po ; [fences] ; po` */
  fenced(...kinds: readonly FenceKind[]): Relation {
    return this.po.restrict(null, this.ofKind(...kinds)).seq(this.po);
  }
}

function initialWrite(location: number, value: number): LkmmEvent {
  return {
    kind: 'write',
    order: 'once',
    location,
    value,
    address: [],
    data: [],
    control: [],
    rmwRead: null,
    atomic: false,
    line: 0,
  };
}
