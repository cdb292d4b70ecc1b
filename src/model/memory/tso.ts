// Which writes a read may read from on x86: executions in which what every processor sees has one order (Owens, Sarkar,
// Sewell: "A better x86 memory model: x86-TSO", TPHOLs 2009; as axioms Alglave, Maranget, Tautschnig: "Herding cats",
// TOPLAS 2014). Program order holds but from a write to a later read without a fence between; a read comes behind the
// write of another processor that it reads from, and before those that are newer; writes to one location have an order.
//
// Stores are made in the order in which they reach memory, so only a read can be early: it may read an old write when
// none of the newer ones comes before it.

import { type Intent, isRead, isWrite, type MemoryEvent, nobody } from './events.js';
import type { Graph } from './graph.js';

/** Of `writes`, in coherence order, how many at the end `intent` may leave unseen. */
export function unseenOnX86(graph: Graph, intent: Intent): number {
  const { context, location, kind } = intent;
  const { writes } = location;
  if (kind !== 'read' || writes.length < 2) return 0;
  const before = new Ancestors(graph).ofRead(context);
  let unseen = 0;
  while (unseen < writes.length - 1) {
    const newer = writes[writes.length - 1 - unseen] as MemoryEvent;
    if (newer.context === context || before.has(newer)) break;
    unseen++;
  }
  return unseen;
}

class Ancestors {
  private readonly graph: Graph;
  private readonly found = new Set<MemoryEvent>();
  private readonly open: MemoryEvent[] = [];

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** All that comes before what `context` reads next. */
  ofRead(context: number): ReadonlySet<MemoryEvent> {
    const { graph, open } = this;
    this.addNewest(context, graph.fencedOf(context));
    this.add(graph.newest(context)?.lastRead ?? null);
    this.addSettled(graph.settledOf(context));
    for (let event = open.pop(); event !== undefined; event = open.pop()) this.expand(event);
    return this.found;
  }

  private expand(event: MemoryEvent): void {
    const { graph } = this;
    const previous = event.index > 1 ? graph.at(event.context, event.index - 1) : null;
    this.add(previous?.lastRead ?? null);
    if (isWrite(event)) this.add(previous?.lastWrite ?? null);
    else this.addNewest(event.context, event.fenced);
    this.addSettled(event.settled);
    const { source, location } = event;
    if (isRead(event) && source !== null && source.context !== event.context) this.add(source);
    if (!isWrite(event) || location === null) return;
    const place = location.writes.indexOf(event);
    const older = place > 0 ? (location.writes[place - 1] as MemoryEvent) : null;
    if (older === null) return;
    this.add(older);
    for (const reader of older.readers) if (reader !== event) this.add(reader);
  }

  /** The first `count` events of a context. */
  private addNewest(context: number, count: number): void {
    if (count === 0) return;
    const event = this.graph.at(context, count);
    this.add(event.lastRead);
    this.add(event.lastWrite);
  }

  private addSettled(settled: Int32Array): void {
    for (let context = 0; context < settled.length; context++)
      this.addNewest(context, settled[context] as number);
  }

  private add(event: MemoryEvent | null): void {
    if (event === null || event.context === nobody || this.found.has(event)) return;
    this.found.add(event);
    this.open.push(event);
  }
}
