// Atomic operations where memory is weaker than sequential consistency: a load may read an old write, and under C11 a
// write may come before others in coherence order. Memory itself holds the newest writes. Which are possible,
// ../memory/ says; which is taken is a choice like others.
//
// As x86 compiles them (`tso`): loads and stores are plain moves, a sequentially consistent store has a fence behind it,
// read-modify-writes are locked, and of fences only the sequentially consistent one is an instruction.
import { accessFlags } from '../detect/index.js';
import {
  type Graph,
  type Intent,
  type Location,
  type MemoryEvent,
  memoryOrder,
  nobody,
  placesUnderC11,
  unseenOnX86,
  type Value,
} from '../memory/index.js';
import { invalidAccess, isGone, isThere } from './accesses.js';
import { atomicEvents, Ordering, operations, sameBits, smallOperations, widthOf } from './atomics.js';
import { type AccessEvent, accessEvent } from './events.js';
import type { Machine } from './machine.js';
import type { Import } from './types.js';

type Bits = 8 | 16 | 32 | 64;

/** What can come of an operation: what it does, and the place of the write that it reads or comes behind. */
interface Way {
  readonly kind: Intent['kind'];
  readonly order: number;
  readonly place: number;
}

/** An atomic operation of the program's. */
interface Operation {
  readonly address: number;
  readonly kind: Intent['kind'];
  readonly order: number;
  /** Of a compare-exchange: the order where it fails, which makes it a load (C11 7.17.7.4). */
  readonly failureOrder?: number;
  /** What it leaves; undefined where it writes nothing. */
  readonly compute: (old: Value) => Value | undefined;
  readonly event: AccessEvent;
  readonly site: number;
}

export function weakAtomicImports(m: Machine, graph: Graph): Record<string, Import> {
  const ordering = new Ordering(m);
  const imports: Record<string, Import> = {
    __tsan_atomic_thread_fence: (order: number, site: number) => fence(m, graph, ordering, order, site),
    __tsan_atomic_signal_fence: () => {},
  };
  for (const bits of [8, 16, 32, 64] as const)
    addWidth(imports, new WeakAtomics(m, graph, ordering, bits), bits);
  return imports;
}

function fence(m: Machine, graph: Graph, ordering: Ordering, order: number, site: number): void {
  const { current } = m;
  const time = m.detector.clocksOf(current)[current] as number;
  ordering.fence(order, site);
  if (m.alone || order !== memoryOrder.sequential) return;
  if (graph.model === 'tso') graph.fence(current);
  else
    graph.addFence(
      { context: current, order, time, clocks: m.detector.clocksOf(current) },
      m.operation,
      site,
    );
}

function addWidth(imports: Record<string, Import>, atomics: WeakAtomics, bits: Bits): void {
  const prefix = `__tsan_atomic${bits}_`;
  const same = sameBits(bits);
  imports[`${prefix}load`] = (address: number, order: number, site: number) =>
    atomics.perform({ address, kind: 'read', order, compute: nothing, event: atomicEvents.load, site });
  imports[`${prefix}store`] = (address: number, value: never, order: number, site: number) => {
    const compute = () => value;
    atomics.perform({ address, kind: 'write', order, compute, event: atomicEvents.store, site });
  };
  for (const name of Object.keys(operations)) {
    const wide = operations[name] as (old: bigint, value: bigint) => bigint;
    const small = smallOperations[name] as (old: number, value: number) => number;
    const event = accessEvent('read-write', 'atomic', name.replace('fetch_', ''));
    imports[`${prefix}${name}`] = (address: number, value: never, order: number, site: number) => {
      const compute = (old: Value) =>
        bits === 64 ? wide(old as bigint, value) : small(old as number, value);
      return atomics.perform({ address, kind: 'update', order, compute, event, site });
    };
  }
  imports[`${prefix}compare_exchange_val`] = (
    address: number,
    expected: never,
    desired: never,
    order: number,
    failureOrder: number,
    site: number,
  ) => {
    const compute = (old: Value) => (same(old, expected) ? desired : undefined);
    const event = atomicEvents.compareExchange;
    return atomics.perform({ address, kind: 'update', order, failureOrder, compute, event, site }, expected);
  };
}

const nothing = () => undefined;

class WeakAtomics {
  private readonly m: Machine;
  private readonly graph: Graph;
  private readonly ordering: Ordering;
  private readonly bits: Bits;
  private readonly size: number;
  private readonly width: ReturnType<typeof widthOf>;

  constructor(m: Machine, graph: Graph, ordering: Ordering, bits: Bits) {
    this.m = m;
    this.graph = graph;
    this.ordering = ordering;
    this.bits = bits;
    this.size = bits / 8;
    this.width = widthOf(m, bits);
  }

  /** Answers what was there. `expected`: of a compare-exchange. */
  perform(operation: Operation, expected?: Value): Value {
    const { m, size } = this;
    const { address, kind, site } = operation;
    const write = kind !== 'read';
    const zero = this.bits === 64 ? 0n : 0;
    if (isThere(m, address, size, write)) {
      const goesOn =
        expected === undefined
          ? m.reach(address, size, write, 0, 0, site)
          : m.reachCompare(address, size, expected, site);
      if (!goesOn) return zero;
      if (!isGone(m, address, size)) return this.happens(operation);
    }
    invalidAccess(m, address, size, write, site);
    return zero;
  }

  private happens(operation: Operation): Value {
    const { m, graph, size, ordering } = this;
    const { address } = operation;
    if (m.alone) {
      graph.forget();
      return this.happensInOrder(operation);
    }
    const location = graph.locate(address, size, () => ({
      value: this.width().load(address),
      released: m.detector.copyOf(ordering.slotOf(address)),
    }));
    if (location === null) {
      graph.inOrder(m.current, address, size);
      return this.happensInOrder(operation);
    }
    const ways = this.waysOf(operation, location);
    const choice = m.chooseWrite(ways.length, (index) => this.isDue(location, ways[index] as Way));
    return this.take(operation, location, ways[choice] as Way);
  }

  /** Memory is as it is without a history. */
  private happensInOrder(operation: Operation): Value {
    const { m, ordering } = this;
    const { address, kind, order, failureOrder = order } = operation;
    const width = this.width();
    const old = width.load(address);
    const value = operation.compute(old);
    this.tell(operation, value !== undefined, operation.event);
    if (kind !== 'write') ordering.read(address, value === undefined ? failureOrder : order);
    if (value === undefined) return old;
    if (kind === 'write') ordering.store(address, order);
    else ordering.update(address, order);
    width.store(address, value);
    if (kind === 'write' || !sameBits(this.bits)(old, width.load(address))) m.changedHere();
    return old;
  }

  private tell({ address, site }: Operation, write: boolean, event: AccessEvent): void {
    const { m, size } = this;
    m.tracer?.event(m.current, event, site, address, size);
    if (m.alone) return;
    const flags = accessFlags.marked | (write ? accessFlags.write : 0);
    m.detector.access(m.current, address, size, flags, site);
  }

  /** Newest first. */
  private waysOf({ kind, order, failureOrder, compute }: Operation, location: Location): readonly Way[] {
    const ways = (as: Intent['kind'], by: number) =>
      this.placesOf(as, by, location).map((place): Way => ({ kind: as, order: by, place }));
    if (failureOrder === undefined) return ways(kind, order);
    const { writes } = location;
    const succeeds = ({ place }: Way) => compute((writes[place] as MemoryEvent).value) !== undefined;
    return [
      ...ways('update', order).filter(succeeds),
      // One that fails is locked on x86, too, and sees the newest.
      ...(this.graph.model === 'tso'
        ? [{ kind: 'read' as const, order: failureOrder, place: writes.length - 1 }]
        : ways('read', failureOrder)
      ).filter((way) => !succeeds(way)),
    ].sort((a, b) => b.place - a.place);
  }

  private placesOf(kind: Intent['kind'], order: number, location: Location): number[] {
    const { m, graph } = this;
    const clocks = m.detector.clocksOf(m.current);
    const time = clocks[m.current] as number;
    const intent: Intent = { context: m.current, kind, order, location, time, clocks };
    if (graph.model === 'c11') return placesUnderC11(graph, intent);
    const last = location.writes.length - 1;
    return Array.from({ length: unseenOnX86(graph, intent) + 1 }, (_, unseen) => last - unseen);
  }

  /** Whether only an execution that has come so far can have it: see {@link Machine.chooseWrite}. */
  private isDue({ writes }: Location, { kind, place }: Way): boolean {
    let last = writes[place + 1] as MemoryEvent;
    for (const newer of writes.slice(place + 2)) if (newer.number > last.number) last = newer;
    const source = writes[place] as MemoryEvent;
    return (kind !== 'write' && last.number < source.number) || this.m.follows(last.operation);
  }

  private take(operation: Operation, location: Location, { kind, order, place }: Way): Value {
    const { m, graph, ordering } = this;
    const { address, site, compute, event, failureOrder } = operation;
    const { detector, current } = m;
    const { writes } = location;
    const source = writes[place] as MemoryEvent;
    const unseen = writes.length - 1 - place;
    const isWriting = kind !== 'read';
    const value = isWriting ? this.cut(compute(source.value) as Value) : source.value;
    this.tell(operation, isWriting, unseen === 0 ? event : oldEvent(event, source, value, unseen));
    // What is released there is what the write releases that it is about, as long as this takes.
    const slot = ordering.slotOf(address);
    detector.put(slot, source.released);
    if (kind !== 'write') ordering.read(address, order);
    const clocks = detector.clocksOf(current);
    if (kind === 'write') ordering.store(address, order);
    else if (kind === 'update') ordering.update(address, order);
    const isLocked = graph.model === 'tso' && failureOrder !== undefined;
    if (isLocked) graph.fence(current);
    const intent: Intent = {
      context: current,
      kind,
      order,
      location,
      time: clocks[current] as number,
      clocks,
    };
    graph.add(intent, place, {
      value,
      source: kind === 'write' ? null : source,
      released: detector.copyOf(slot),
      operation: m.operation,
      site,
    });
    if (isLocked || (kind === 'write' && graph.model === 'tso' && order === memoryOrder.sequential))
      graph.fence(current);
    detector.put(slot, (writes.at(-1) as MemoryEvent).released);
    if (isWriting && unseen === 0) {
      this.width().store(address, value);
      if (kind === 'write' || !sameBits(this.bits)(source.value, value)) m.changedHere();
    }
    return source.value;
  }

  /** As a load would find it. */
  private cut(value: Value): Value {
    const { bits } = this;
    if (bits === 64) return BigInt.asIntN(64, BigInt(value));
    return bits === 32 ? Number(value) | 0 : Number(value) & ((1 << bits) - 1);
  }
}

function oldEvent(event: AccessEvent, source: MemoryEvent, value: Value, unseen: number): AccessEvent {
  const { context, site } = source;
  return {
    ...event,
    old: { value: String(value), context: context === nobody ? null : context, site, unseen },
  };
}
