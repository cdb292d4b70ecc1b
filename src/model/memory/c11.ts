// Which writes a read may read from under C11, and where in coherence order a write may come: RC11, the model in which
// C++20 and C23 were mended (Lahav, Vafeiadis, Kang, Hur, Dreyer: "Repairing sequential consistency in C/C++11", PLDI
// 2017, section 3), with the release sequences of C++20 and C23, which only read-modify-writes go on with. Happens-before
// is that of the race detector.
//
// RC11 forbids a read of what comes later in program order or by reading, so each of its executions can be made event by
// event: a read chooses among the writes that are there, a write its place among them.
import { Relation } from '../../lkmm/index.js';
import {
  happensBefore,
  type Intent,
  isRead,
  isWrite,
  type Location,
  type MemoryEvent,
  memoryOrder,
  nobody,
} from './events.js';
import { type Graph, isSplit } from './graph.js';

/**
 * Places in coherence order that `intent` may have right behind a write, newest first: as places of that write. A read
 * reads from it, a write comes between it and the next.
 */
export function placesUnderC11(graph: Graph, intent: Intent): number[] {
  const { writes } = intent.location;
  const places = [writes.length - 1];
  for (let place = writes.length - 2; place >= 0; place--) {
    if (!isCoherent(writes[place + 1] as MemoryEvent, intent)) break;
    if (intent.kind !== 'read' && isSplit(writes, place)) continue;
    if (isConsistent(graph, intent, place)) places.push(place);
  }
  return places;
}

/** Whether `intent` may stay behind `newer` in coherence order, as far as happens-before goes. */
function isCoherent(newer: MemoryEvent, { context, clocks }: Intent): boolean {
  return (
    !happensBefore(newer, context, clocks) &&
    !newer.readers.some((reader) => happensBefore(reader, context, clocks))
  );
}

/** Whether sequentially consistent accesses and fences have an order: acyclic(psc). */
function isConsistent(graph: Graph, intent: Intent, place: number): boolean {
  const isSequential = intent.order === memoryOrder.sequential;
  if (graph.sequential + (isSequential ? 1 : 0) < 2) return true;
  return new Sequential(graph, intent, place).isOrdered;
}

/** The events of an execution and one more. */
class Sequential {
  private readonly events: readonly MemoryEvent[];
  private readonly orders: ReadonlyMap<Location, readonly MemoryEvent[]>;

  constructor(graph: Graph, intent: Intent, place: number) {
    const { location } = intent;
    const source = intent.kind === 'write' ? null : (location.writes[place] as MemoryEvent);
    const added = graph.imagined(intent, source);
    this.events = [...graph.all(), added];
    const orders = new Map<Location, readonly MemoryEvent[]>();
    for (const event of this.events)
      if (event.location !== null && !orders.has(event.location))
        orders.set(event.location, event.location.writes);
    if (isWrite(added)) orders.set(location, location.writes.toSpliced(place + 1, 0, added));
    this.orders = orders;
  }

  get isOrdered(): boolean {
    const { events } = this;
    const size = events.length;
    const relation = (holds: (a: MemoryEvent, b: MemoryEvent) => boolean) => {
      const result = new Relation(size);
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++)
          if (a !== b && holds(events[a] as MemoryEvent, events[b] as MemoryEvent)) result.add(a, b);
      return result;
    };
    const numbers = new Map(events.map((event, number) => [event, number]));
    const sb = relation((a, b) => a.context === b.context && a.context !== nobody && a.index < b.index);
    const hb = relation(
      (a, b) =>
        (a.context !== b.context || a.index < b.index) &&
        b.context !== nobody &&
        happensBefore(a, b.context, b.clocks),
    );
    const isSame = relation((a, b) => a.location !== null && a.location === b.location);
    const [mo, rf, fr] = this.communications(numbers);
    const elsewhere = sb.minus(isSame);
    const scb = sb.union(elsewhere.seq(hb, elsewhere), hb.intersect(isSame), mo, fr);
    const accesses = new Relation(size);
    const fences = new Relation(size);
    events.forEach((event, number) => {
      if (event.order !== memoryOrder.sequential || event.context === nobody) return;
      (event.kind === 'fence' ? fences : accesses).add(number, number);
    });
    const from = accesses.union(fences, fences.seq(hb));
    const to = accesses.union(fences, hb.seq(fences));
    const eco = rf.union(mo, fr).plus();
    const psc = from.seq(scb, to).union(fences.seq(hb.union(hb.seq(eco, hb)), fences));
    return psc.isAcyclic;
  }

  private communications(numbers: ReadonlyMap<MemoryEvent, number>): [Relation, Relation, Relation] {
    const size = this.events.length;
    const mo = new Relation(size);
    const rf = new Relation(size);
    const fr = new Relation(size);
    const number = (event: MemoryEvent) => numbers.get(event) as number;
    for (const writes of this.orders.values())
      for (let later = 1; later < writes.length; later++)
        for (let earlier = 0; earlier < later; earlier++)
          mo.add(number(writes[earlier] as MemoryEvent), number(writes[later] as MemoryEvent));
    for (const event of this.events) {
      if (!isRead(event) || event.source === null || event.location === null) continue;
      rf.add(number(event.source), number(event));
      const writes = this.orders.get(event.location) as readonly MemoryEvent[];
      for (const newer of writes.slice(writes.indexOf(event.source) + 1))
        if (newer !== event) fr.add(number(event), number(newer));
    }
    return [mo, rf, fr];
  }
}
