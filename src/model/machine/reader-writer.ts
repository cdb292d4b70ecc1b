// A lock that many may hold for reading or one for writing, over a slot: gate 0 lets a writer in, gate 1 a reader. The
// kernel's and pthread's are made of it.
import { maxContexts } from '../detect/index.js';
import type { LockKind } from './events.js';
import type { Machine } from './machine.js';
import { waits } from './waits.js';

/** One call on such a lock by the current context. */
export interface ReaderWriterCall {
  readonly slot: number;
  readonly address: number;
  readonly write: boolean;
  readonly lock: LockKind;
  /** As C code calls it. */
  readonly call: string;
  readonly site: number;
}

export class ReaderWriter {
  private readonly m: Machine;
  /** By slot and context: how often it is held for reading. */
  private readonly readers: Map<number, Int32Array>;

  constructor(m: Machine) {
    this.m = m;
    this.readers = m.perExecution(new Map<number, Int32Array>());
  }

  /** Whether the current context holds it so. */
  holds(slot: number, write: boolean): boolean {
    const { current, sync } = this.m;
    return write ? sync.owners[slot] === current : (this.readersOf(slot)[current] as number) > 0;
  }

  /** Waits until it can be taken. False: return at once. */
  reach({ slot, address, write, site }: ReaderWriterCall): boolean {
    this.m.waitingFor[this.m.current] = waits[write ? 'write-lock' : 'read-lock'];
    // Readers commute with each other.
    return this.m.reachObject(address, write, (slot << 1) + (write ? 0 : 1), slot, site);
  }

  /** Comes to an attempt at it. False: return at once. */
  reachTry({ slot, address, site }: ReaderWriterCall): boolean {
    return this.m.reachObject(address, true, 0, slot, site);
  }

  /** Behind {@link reachTry}: whether it was free, and is taken now. */
  takeIfFree(call: ReaderWriterCall): boolean {
    const { m } = this;
    const free = (m.sync.gates[(call.slot << 1) + (call.write ? 0 : 1)] as number) > 0;
    if (free) this.take(call, true);
    else {
      m.tracer?.event(
        m.current,
        { kind: 'try', on: 'lock', call: call.call, success: false },
        call.site,
        call.address,
        0,
      );
    }
    return free;
  }

  /** Behind {@link reach}. */
  take({ slot, address, write, lock, call, site }: ReaderWriterCall, tried = false): void {
    const { m } = this;
    const mode = write ? 'exclusive' : 'read';
    m.tracer?.event(m.current, { kind: 'acquire', lock, mode, call, tried }, site, address, 0);
    this.enter(slot, write, site);
  }

  /** Gives back what the current context {@link holds}. False: return at once. */
  release({ slot, address, write, lock, call, site }: ReaderWriterCall): boolean {
    const { m } = this;
    const { current, sync } = m;
    if (!m.reachObject(address, write, 0, slot, site)) return false;
    m.tracer?.event(current, { kind: 'release', lock, call }, site, address, 0);
    if (write) {
      sync.owners[slot] = -1;
      sync.gates[(slot << 1) + 1] = 1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
    } else {
      const held = this.readersOf(slot);
      held[current] = (held[current] as number) - 1;
      sync.counts[slot] = (sync.counts[slot] as number) - 1;
      if (sync.counts[slot] === 0) sync.gates[slot << 1] = 1;
      m.release(this.readSlot(slot));
    }
    m.changedHere(false);
    return true;
  }

  /** A writer becomes a reader; nobody can write in between. */
  downgrade(slot: number, address: number, call: string, site: number): void {
    const { m } = this;
    if (!m.reachObject(address, true, 0, slot, site)) return;
    m.tracer?.event(m.current, { kind: 'downgrade', call }, site, address, 0);
    m.sync.owners[slot] = -1;
    m.sync.gates[(slot << 1) + 1] = 1;
    m.release(slot);
    this.enter(slot, false, site);
  }

  private enter(slot: number, write: boolean, site: number): void {
    const { m } = this;
    const { sync } = m;
    sync.gates[slot << 1] = 0;
    if (write) {
      sync.owners[slot] = m.current;
      sync.sites[slot] = site;
      sync.gates[(slot << 1) + 1] = 0;
      m.acquire(this.readSlot(slot));
    } else {
      const held = this.readersOf(slot);
      held[m.current] = (held[m.current] as number) + 1;
      sync.counts[slot] = (sync.counts[slot] as number) + 1;
    }
    m.acquire(slot);
    m.changedHere(false);
  }

  private readersOf(slot: number): Int32Array {
    const known = this.readers.get(slot);
    if (known !== undefined) return known;
    const created = new Int32Array(maxContexts);
    this.readers.set(slot, created);
    return created;
  }

  /** Read sections order nothing among themselves: what they release only a writer acquires. */
  private readSlot(slot: number): number {
    const { sync } = this.m;
    if (sync.extras[slot] === 0) sync.extras[slot] = sync.create(0, 'other');
    return sync.extras[slot] as number;
  }
}
