// Small programs of atomic operations, and all executions that the axioms of a model allow, found by trying every source
// of every read and every order of the writes: nothing in here knows the machine.

/** `memory_order` of C11. */
export type Order = 0 | 2 | 3 | 4 | 5;

export type Operation =
  | { readonly op: 'load'; readonly at: number; readonly order: Order }
  | { readonly op: 'store'; readonly at: number; readonly order: Order; readonly value: number }
  | { readonly op: 'add'; readonly at: number; readonly order: Order; readonly value: number }
  | {
      readonly op: 'cas';
      readonly at: number;
      readonly order: Order;
      readonly failureOrder: Order;
      readonly expected: number;
      readonly value: number;
    }
  | { readonly op: 'fence'; readonly order: Order };

export type Threads = readonly (readonly Operation[])[];

interface Event {
  readonly thread: number;
  readonly operation: Operation | null;
  readonly at: number | null;
  order: number;
  reads: boolean;
  writes: boolean;
  read: number;
  written: number;
}

/** Which pairs of events are related. */
type Pairs = boolean[][];

interface Execution {
  readonly events: readonly Event[];
  readonly sb: Pairs;
  readonly rf: Pairs;
  readonly mo: Pairs;
}

export type Axioms = (execution: Execution) => boolean;

/** What each operation answers, by thread, and what memory holds in the end: as text, sorted. */
export function outcomes(threads: Threads, isAllowed: Axioms): string[] {
  const found = new Set<string>();
  for (const execution of executionsOf(threads))
    if (isAllowed(execution)) found.add(outcomeOf(threads, execution));
  return [...found].sort();
}

function outcomeOf(threads: Threads, { events, mo }: Execution): string {
  const answers = threads.map((_, thread) =>
    events.filter((event) => event.thread === thread).map(({ read }) => read),
  );
  const last: Record<number, number> = {};
  events.forEach((event, number) => {
    if (event.writes && event.at !== null && !(mo[number] as boolean[]).includes(true))
      last[event.at] = event.written;
  });
  return JSON.stringify([answers, Object.entries(last).filter(([, value]) => value !== 0)]);
}

function* executionsOf(threads: Threads): Iterable<Execution> {
  const locations = [...new Set(threads.flat().flatMap((one) => (one.op === 'fence' ? [] : [one.at])))];
  const events: Event[] = locations.map((at) => eventOf(-1, null, at));
  threads.forEach((operations, thread) => {
    for (const operation of operations)
      events.push(eventOf(thread, operation, operation.op === 'fence' ? null : operation.at));
  });
  const readers = events.flatMap(({ operation }, number) =>
    operation !== null && operation.op !== 'fence' && operation.op !== 'store' ? [number] : [],
  );
  const sources = readers.map((reader) =>
    events.flatMap(({ at, operation }, number) =>
      number !== reader && at === events[reader]?.at && operation?.op !== 'load' && at !== null
        ? [number]
        : [],
    ),
  );
  const sb = pairs(
    events.length,
    (a, b) => a < b && events[a]?.thread === events[b]?.thread && events[a]?.thread !== -1,
  );
  for (const chosen of product(sources)) {
    const rf = pairs(events.length, (a, b) => chosen[readers.indexOf(b)] === a);
    if (!isAcyclic(union(sb, rf))) continue;
    const valued = evaluate(events, rf);
    if (valued === null) continue;
    for (const orders of product(locations.map((at) => [...orderings(writesTo(valued, at))]))) {
      const mo = pairs(events.length, (a, b) =>
        orders.some((order) => order.includes(a) && order.indexOf(a) < order.indexOf(b)),
      );
      yield { events: valued, sb, rf, mo };
    }
  }
}

function eventOf(thread: number, operation: Operation | null, at: number | null): Event {
  const order = operation?.order ?? 0;
  const reads = operation !== null && operation.op !== 'store' && operation.op !== 'fence';
  const writes = operation === null || operation.op === 'store';
  const written = operation?.op === 'store' ? operation.value : 0;
  return { thread, operation, at, order, reads, writes, read: 0, written };
}

/** Null where somebody reads from an operation that writes nothing. */
function evaluate(events: readonly Event[], rf: Pairs): Event[] | null {
  const valued = events.map((event) => ({ ...event }));
  for (let round = 0; round <= events.length; round++)
    valued.forEach((event, number) => {
      const { operation } = event;
      const source = rf.findIndex((row) => row[number]);
      if (source < 0 || operation === null) return;
      event.read = (valued[source] as Event).written;
      if (operation.op === 'add') {
        event.writes = true;
        event.written = event.read + operation.value;
      } else if (operation.op === 'cas') {
        event.writes = event.read === operation.expected;
        event.order = event.writes ? operation.order : operation.failureOrder;
        event.written = operation.value;
      }
    });
  const isSound = rf.every((row, source) => !row.includes(true) || (valued[source] as Event).writes);
  return isSound ? valued : null;
}

function writesTo(events: readonly Event[], at: number): number[] {
  return events.flatMap((event, number) => (event.writes && event.at === at ? [number] : []));
}

/** The first stays first. */
function* orderings([first, ...rest]: readonly number[]): Iterable<number[]> {
  for (const order of permutations(rest)) yield [first as number, ...order];
}

function* permutations(items: readonly number[]): Iterable<number[]> {
  if (items.length === 0) yield [];
  for (const item of items)
    for (const rest of permutations(items.filter((other) => other !== item))) yield [item, ...rest];
}

function* product<T>([first, ...rest]: readonly (readonly T[])[]): Iterable<T[]> {
  if (first === undefined) yield [];
  else for (const item of first) for (const others of product(rest)) yield [item, ...others];
}

function pairs(size: number, holds: (a: number, b: number) => boolean): Pairs {
  return Array.from({ length: size }, (_, a) => Array.from({ length: size }, (_, b) => holds(a, b)));
}

function union(...all: readonly Pairs[]): Pairs {
  return pairs((all[0] as Pairs).length, (a, b) => all.some((one) => one[a]?.[b] === true));
}

function seq(...all: readonly Pairs[]): Pairs {
  return all.reduce((left, right) =>
    pairs(left.length, (a, b) => left.some((_, c) => left[a]?.[c] === true && right[c]?.[b] === true)),
  );
}

function closure(one: Pairs): Pairs {
  const result = one.map((row) => [...row]);
  for (let c = 0; c < result.length; c++)
    for (const row of result) if (row[c]) for (const b of row.keys()) if (result[c]?.[b]) row[b] = true;
  return result;
}

const inverse = (one: Pairs) => pairs(one.length, (a, b) => one[b]?.[a] === true);
const optional = (one: Pairs) => pairs(one.length, (a, b) => a === b || one[a]?.[b] === true);
const isIrreflexive = (one: Pairs) => one.every((row, a) => !row[a]);
const isAcyclic = (one: Pairs) => isIrreflexive(closure(one));
/** `[events]` */
const only = (events: readonly Event[], test: (event: Event) => boolean) =>
  pairs(events.length, (a, b) => a === b && test(events[a] as Event));
const filter = (one: Pairs, test: (a: number, b: number) => boolean) =>
  pairs(one.length, (a, b) => one[a]?.[b] === true && test(a, b));

function readsBefore({ rf, mo }: Execution): Pairs {
  return filter(seq(inverse(rf), mo), (a, b) => a !== b);
}

/** Lamport's: one order of everything. */
export const sc: Axioms = (execution) => {
  const { events, sb, rf, mo } = execution;
  const first = pairs(events.length, (a, b) => events[a]?.thread === -1 && events[b]?.thread !== -1);
  return isAtomic(execution) && isAcyclic(union(sb, rf, mo, readsBefore(execution), first));
};

function isAtomic(execution: Execution): boolean {
  return isIrreflexive(seq(readsBefore(execution), execution.mo));
}

/** x86-TSO as axioms ("Herding cats", 2014), a sequentially consistent store with a fence behind it. */
export const tso: Axioms = (execution) => {
  const { events, sb, rf, mo } = execution;
  const fr = readsBefore(execution);
  const isSame = (a: number, b: number) => events[a]?.at === events[b]?.at && events[a]?.at !== null;
  if (!isAcyclic(union(filter(sb, isSame), rf, mo, fr)) || !isAtomic(execution)) return false;
  const isLocked = ({ operation }: Event) => operation?.op === 'add' || operation?.op === 'cas';
  const isFence = ({ operation, order }: Event) => operation?.op === 'fence' && order === 5;
  const isFencedStore = ({ operation, order }: Event) => operation?.op === 'store' && order === 5;
  const memory = only(events, ({ at }) => at !== null);
  const ppo = filter(
    seq(memory, sb, memory),
    (a, b) => !((events[a] as Event).writes && !(events[b] as Event).writes),
  );
  const fenced = union(
    seq(sb, only(events, isFence), sb),
    seq(only(events, isFencedStore), sb),
    seq(sb, only(events, isFencedStore), sb),
    seq(only(events, isLocked), sb),
    seq(sb, only(events, isLocked)),
  );
  const rfe = filter(rf, (a, b) => events[a]?.thread !== events[b]?.thread);
  return isAcyclic(union(ppo, fenced, rfe, mo, fr));
};

/** RC11 (Lahav et al., PLDI 2017), release sequences as in C++20. */
export const rc11: Axioms = (execution) => {
  const { events, sb, rf, mo } = execution;
  const size = events.length;
  const rb = readsBefore(execution);
  const isAcquire = ({ order, reads }: Event) => reads && (order === 2 || order >= 4);
  const isRelease = ({ order, writes, thread }: Event) => thread >= 0 && writes && order >= 3;
  const isFence = ({ operation }: Event) => operation?.op === 'fence';
  const fences = (test: (order: number) => boolean) =>
    only(events, (event) => isFence(event) && test(event.order));
  const writes = only(events, (event) => event.writes && event.thread >= 0);
  const updates = only(events, (event) => event.reads && event.writes);
  let sequence = writes;
  for (let round = 0; round < size; round++) sequence = union(sequence, seq(sequence, rf, updates));
  const from = union(
    only(events, isRelease),
    seq(
      fences((order) => order >= 3),
      sb,
      writes,
    ),
  );
  const to = union(
    only(events, isAcquire),
    seq(
      only(events, ({ reads }) => reads),
      sb,
      fences((order) => order === 2 || order >= 4),
    ),
  );
  const sw = seq(from, sequence, rf, to);
  const first = pairs(size, (a, b) => events[a]?.thread === -1 && events[b]?.thread !== -1);
  const hb = closure(union(sb, sw, first));
  const eco = closure(union(rf, mo, rb));
  // A read-modify-write is one event here: it cannot come before itself.
  if (!isIrreflexive(eco) || !isIrreflexive(seq(hb, optional(eco))) || !isAtomic(execution)) return false;
  const isSame = (a: number, b: number) => events[a]?.at === events[b]?.at && events[a]?.at !== null;
  const elsewhere = filter(sb, (a, b) => !isSame(a, b));
  const scb = union(sb, seq(elsewhere, hb, elsewhere), filter(hb, isSame), mo, rb);
  const accesses = only(events, (event) => !isFence(event) && event.order === 5);
  const full = fences((order) => order === 5);
  const before = union(accesses, seq(full, optional(hb)));
  const behind = union(accesses, seq(optional(hb), full));
  const psc = union(seq(before, scb, behind), seq(full, union(hb, seq(hb, eco, hb)), full));
  return isAcyclic(psc);
};
