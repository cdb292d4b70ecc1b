// Atomic operations as the compiler's instrumentation reports them (compiler-rt, tsan_interface_atomic.h). The
// machine performs them. Interleavings are sequentially consistent; the memory orders decide what happens before
// what, as C11 5.1.2.4 and 7.17 say: a relaxed operation orders nothing, a fence makes relaxed ones count.
import { accessFlags } from '../detect/index.js';
import { acquires, releases, type Value } from '../memory/index.js';
import { invalidAccess, isGone, isThere } from './accesses.js';
import { type AccessEvent, accessEvent } from './events.js';
import type { Machine } from './machine.js';

type Import = (...args: never[]) => unknown;

export interface Width {
  readonly size: number;
  load(address: number): Value;
  store(address: number, value: Value): void;
}

export const operations: Record<string, (old: bigint, value: bigint) => bigint> = {
  exchange: (_, value) => value,
  fetch_add: (old, value) => old + value,
  fetch_sub: (old, value) => old - value,
  fetch_and: (old, value) => old & value,
  fetch_or: (old, value) => old | value,
  fetch_xor: (old, value) => old ^ value,
  fetch_nand: (old, value) => ~(old & value),
};

export const smallOperations: Record<string, (old: number, value: number) => number> = {
  exchange: (_, value) => value,
  fetch_add: (old, value) => (old + value) | 0,
  fetch_sub: (old, value) => (old - value) | 0,
  fetch_and: (old, value) => old & value,
  fetch_or: (old, value) => old | value,
  fetch_xor: (old, value) => old ^ value,
  fetch_nand: (old, value) => ~(old & value),
};

export function atomicImports(m: Machine, ordering = new Ordering(m)): Record<string, Import> {
  const imports: Record<string, Import> = {
    __tsan_atomic_thread_fence: (mo: number, site: number) => ordering.fence(mo, site),
    __tsan_atomic_signal_fence: () => {},
  };
  for (const bits of [8, 16, 32, 64] as const) addWidth(imports, m, ordering, bits);
  return imports;
}

export function widthOf(m: Machine, bits: 8 | 16 | 32 | 64): () => Width {
  const make = (): Width => {
    const view = new DataView(m.bytes.buffer);
    if (bits === 64)
      return {
        size: 8,
        load: (address) => view.getBigInt64(address, true),
        store: (address, value) => view.setBigInt64(address, BigInt.asIntN(64, BigInt(value)), true),
      };
    if (bits === 32)
      return {
        size: 4,
        load: (address) => view.getInt32(address, true),
        store: (address, value) => view.setInt32(address, Number(value), true),
      };
    if (bits === 16)
      return {
        size: 2,
        load: (address) => view.getUint16(address, true),
        store: (address, value) => view.setUint16(address, Number(value), true),
      };
    return {
      size: 1,
      load: (address) => view.getUint8(address),
      store: (address, value) => view.setUint8(address, Number(value)),
    };
  };
  let width: Width | undefined;
  return () => (width ??= make());
}

/** Same bits, whatever sign a value was passed with. */
export function sameBits(bits: 8 | 16 | 32 | 64): (a: Value, b: Value) => boolean {
  if (bits >= 32) return (a, b) => a === b;
  return (a, b) => (((a as number) ^ (b as number)) & ((1 << bits) - 1)) === 0;
}

export const atomicEvents = {
  load: accessEvent('read', 'atomic', 'load'),
  store: accessEvent('write', 'atomic', 'store'),
  compareExchange: accessEvent('read-write', 'atomic', 'compare-exchange'),
};

function addWidth(
  imports: Record<string, Import>,
  m: Machine,
  ordering: Ordering,
  bits: 8 | 16 | 32 | 64,
): void {
  const prefix = `__tsan_atomic${bits}_`;
  const getWidth = widthOf(m, bits);
  const size = bits / 8;
  const zero: Value = bits === 64 ? 0n : 0;
  const same = sameBits(bits);
  const enter = (address: number, write: boolean, site: number, event: AccessEvent): boolean => {
    if (!isThere(m, address, size, write)) return invalidAccess(m, address, size, write, site);
    if (!m.reach(address, size, write, 0, 0, site)) return false;
    return happens(address, write, site, event);
  };
  const happens = (address: number, write: boolean, site: number, event: AccessEvent): boolean => {
    if (isGone(m, address, size)) return invalidAccess(m, address, size, write, site);
    m.tracer?.event(m.current, event, site, address, size);
    if (!m.alone)
      m.detector.access(m.current, address, size, accessFlags.marked | (write ? accessFlags.write : 0), site);
    return true;
  };
  imports[`${prefix}load`] = (address: number, mo: number, site: number): Value => {
    if (!enter(address, false, site, atomicEvents.load)) return zero;
    ordering.read(address, mo);
    return getWidth().load(address);
  };
  imports[`${prefix}store`] = (address: number, value: never, mo: number, site: number) => {
    if (!enter(address, true, site, atomicEvents.store)) return;
    ordering.store(address, mo);
    getWidth().store(address, value);
    m.changedHere();
  };
  for (const name of Object.keys(operations)) {
    const wide = operations[name] as (old: bigint, value: bigint) => bigint;
    const small = smallOperations[name] as (old: number, value: number) => number;
    const event = accessEvent('read-write', 'atomic', name.replace('fetch_', ''));
    imports[`${prefix}${name}`] = (address: number, value: never, mo: number, site: number): Value => {
      if (!enter(address, true, site, event)) return zero;
      ordering.read(address, mo);
      ordering.update(address, mo);
      const width = getWidth();
      const old = width.load(address);
      width.store(address, bits === 64 ? wide(old as bigint, value) : small(old as number, value));
      // Whoever stores what was there already may be waiting for something else to come.
      if (!same(old, width.load(address))) m.changedHere();
      return old;
    };
  }
  /** The value found; a store happens when it is `expected`. */
  const exchange = (
    address: number,
    expected: Value,
    desired: Value,
    mo: number,
    failureOrder: number,
    site: number,
  ): Value | null => {
    if (!isThere(m, address, size, true)) {
      invalidAccess(m, address, size, true, site);
      return null;
    }
    if (!m.reachCompare(address, size, expected, site)) return null;
    const width = getWidth();
    const old = width.load(address);
    // One that fails is a load (C11 7.17.7.4; "Failed" in the LKMM's explanation.txt).
    if (!happens(address, same(old, expected), site, atomicEvents.compareExchange)) return null;
    if (same(old, expected)) {
      ordering.read(address, mo);
      ordering.update(address, mo);
      width.store(address, desired);
      m.changedHere();
    } else ordering.read(address, failureOrder);
    return old;
  };
  imports[`${prefix}compare_exchange_val`] = (
    address: number,
    expected: never,
    desired: never,
    mo: number,
    failureOrder: number,
    site: number,
  ): Value => exchange(address, expected, desired, mo, failureOrder, site) ?? zero;
}

/** Happens-before of atomic operations: a slot for each location, and two for the fences of each context. */
export class Ordering {
  private readonly m: Machine;

  constructor(m: Machine) {
    this.m = m;
  }

  read(address: number, mo: number): void {
    const { m } = this;
    if (m.alone) return;
    const slot = m.sync.find(address);
    if (slot === 0) return;
    if (acquires(mo)) m.detector.acquire(m.current, slot);
    // A later acquire fence makes this count.
    else m.detector.copySlot(slot, this.fenceSlot('acquire'));
  }

  store(address: number, mo: number): void {
    const { m } = this;
    const slot = this.slotOf(address);
    m.detector.forget(slot);
    this.update(address, mo);
  }

  /** A read-modify-write goes on with the release sequence that it found. */
  update(address: number, mo: number): void {
    const { m } = this;
    const slot = this.slotOf(address);
    if (releases(mo)) m.detector.release(m.current, slot);
    else m.detector.copySlot(this.fenceSlot('release'), slot);
  }

  fence(mo: number, site: number): void {
    const { m } = this;
    m.tracer?.event(m.current, { kind: 'fence' }, site, 0, 0);
    if (acquires(mo)) m.detector.acquire(m.current, this.fenceSlot('acquire'));
    if (releases(mo)) m.detector.release(m.current, this.fenceSlot('release'));
  }

  slotOf(address: number): number {
    return this.m.sync.find(address) || this.m.sync.create(address, 'atomic');
  }

  /** In the null page, where no object of a program lies. */
  private fenceSlot(kind: 'acquire' | 'release'): number {
    const address = (this.m.current + 1) * 8 + (kind === 'acquire' ? 0 : 4);
    return this.m.sync.find(address) || this.m.sync.create(address, 'other');
  }
}
