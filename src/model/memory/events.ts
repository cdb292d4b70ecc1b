// What a weak memory keeps of an execution: the accesses to shared atomic locations and the fences, in the order in
// which they were made, with what each reads from and where each write stands in the coherence order of its location.

/** Which executions are shown: of interleavings alone, of x86 processors, of C11. */
export const memoryModels = ['sc', 'tso', 'c11'] as const;
export type MemoryModel = (typeof memoryModels)[number];

/** `memory_order` of C11. */
export const memoryOrder = {
  relaxed: 0,
  consume: 1,
  acquire: 2,
  release: 3,
  acquireRelease: 4,
  sequential: 5,
} as const;

/** Consume counts as acquire, as compilers have it. */
export const acquires = (order: number) =>
  order === memoryOrder.consume || order === memoryOrder.acquire || order >= memoryOrder.acquireRelease;
export const releases = (order: number) => order >= memoryOrder.release;

/** A number for up to 32 bits, a bigint for 64. */
export type Value = number | bigint;

/** Context of what was there before. */
export const nobody = -1;

/** `update`: a read-modify-write. */
export type EventKind = 'read' | 'write' | 'update' | 'fence';

export interface MemoryEvent {
  /** Place among all events of the execution. */
  readonly number: number;
  readonly context: number;
  /** Place among the events of its context, from 1. */
  readonly index: number;
  readonly kind: EventKind;
  readonly order: number;
  readonly location: Location | null;
  /** What a write leaves. */
  readonly value: Value;
  /** What a read reads from. */
  readonly source: MemoryEvent | null;
  readonly readers: MemoryEvent[];
  /** How far its context was when it was made, and how much of each context happens before what follows it. */
  readonly time: number;
  readonly clocks: Int32Array;
  /** By context: how many of its events locks, starts and ends of threads put before this one. */
  readonly settled: Int32Array;
  /** How many events of its own context a full fence puts before it. */
  readonly fenced: number;
  /** The newest read and the newest write of its context, itself included. */
  readonly lastRead: MemoryEvent | null;
  readonly lastWrite: MemoryEvent | null;
  /** Of a write: what an acquire that reads it comes behind. */
  readonly released: Int32Array;
  /** The scheduler's name for the operation. */
  readonly operation: number;
  readonly site: number;
}

export interface Location {
  readonly address: number;
  readonly size: number;
  /** In coherence order, the initial one first. */
  readonly writes: MemoryEvent[];
}

/** Something that a context is about to do to a location. */
export interface Intent {
  readonly context: number;
  readonly kind: Exclude<EventKind, 'fence'>;
  readonly order: number;
  readonly location: Location;
  /** As of {@link MemoryEvent}. */
  readonly time: number;
  readonly clocks: Int32Array;
}

export const isRead = ({ kind }: Pick<MemoryEvent, 'kind'>) => kind === 'read' || kind === 'update';
export const isWrite = ({ kind }: Pick<MemoryEvent, 'kind'>) => kind === 'write' || kind === 'update';

/** Whether `event` happens before what a context does that has `clocks`. */
export function happensBefore(event: MemoryEvent, context: number, clocks: Int32Array): boolean {
  if (event.context === nobody || event.context === context) return true;
  return (clocks[event.context] as number) >= event.time;
}
