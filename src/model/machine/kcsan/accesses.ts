// The instrumentation's calls as KCSAN has them (the __tsan_* functions of kernel/kcsan/core.c, v6.12.117): each is a
// point where another context may have its turn, and a check.

import { type Kcsan, kcsanAccess, maxEncodableSize } from '../../detect/kcsan/index.js';
import { invalidAccess } from '../accesses.js';
import { type AccessEvent, accessEvent } from '../events.js';
import { nullPage } from '../layout.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { VirtualCpus } from './types.js';

/** One access of the current context, made at `site` and checked at `here`. False: return at once. */
export type CheckAccess = (
  address: number,
  size: number,
  type: number,
  site: number,
  here?: number,
) => boolean;

/** `__ATOMIC_*`, as compilers number them. */
const order = { acquire: 2, release: 3, acquireRelease: 4, sequential: 5 } as const;

export function accessChecker(m: Machine, kcsan: Kcsan, cpus: VirtualCpus): CheckAccess {
  return (address, size, type, site, here) => {
    if (!kcsan.isPending(cpus.self(m.current)) && !takeTurn(m, cpus, address, size, type, site)) return false;
    return kcsan.check(address, size, type, site, here);
  };
}

function eventOf(type: number): AccessEvent {
  const { write, compound, atomic } = kcsanAccess;
  const access = (type & compound) !== 0 ? 'read-write' : (type & write) !== 0 ? 'write' : 'read';
  return accessEvent(access, (type & atomic) !== 0 ? 'marked' : 'plain');
}

function takeTurn(
  m: Machine,
  cpus: VirtualCpus,
  address: number,
  size: number,
  type: number,
  site: number,
): boolean {
  if (m.resuming || m.steps + 1 >= cpus.sliceEnd)
    return m.reach(address, size, (type & kcsanAccess.write) !== 0, 0, 0, site);
  return m.step(address, size, (type & kcsanAccess.write) !== 0, site);
}

export function accessImports(m: Machine, kcsan: Kcsan, check: CheckAccess): Record<string, Import> {
  const { write, compound, atomic } = kcsanAccess;
  const imports: Record<string, Import> = {};
  /** Memory that holds no object is not touched. */
  const allowed = (address: number, size: number, type: number, site: number) => {
    const isWrite = (type & write) !== 0;
    if (address < nullPage || (address >= m.heapStart && !m.heap.holds(address, size)))
      return invalidAccess(m, address, size, isWrite, site);
    if (isWrite) m.changed();
    m.tracer?.event(m.current, eventOf(type), site, address, size);
    return true;
  };
  const access = (address: number, size: number, type: number, site: number) =>
    check(address, size, type, site) && allowed(address, size, type, site);
  for (const size of [1, 2, 4, 8, 16])
    for (const unaligned of ['', 'unaligned_']) {
      const plain = (type: number) => (address: number, site: number) =>
        void access(address >>> 0, size, type, site);
      // volatile is marked only where READ_ONCE() would compile.
      const marked = (type: number) => (signedAddress: number, site: number) => {
        const address = signedAddress >>> 0;
        const isAtomic = size <= 8 && address % size === 0;
        if (isAtomic && kcsan.settings.ignoreAtomics) allowed(address, size, type, site);
        else access(address, size, isAtomic ? type | atomic : type, site);
      };
      imports[`__tsan_${unaligned}read${size}`] = plain(0);
      imports[`__tsan_${unaligned}write${size}`] = plain(write);
      imports[`__tsan_${unaligned}read_write${size}`] = plain(compound | write);
      imports[`__tsan_${unaligned}volatile_read${size}`] = marked(0);
      imports[`__tsan_${unaligned}volatile_write${size}`] = marked(write);
    }
  const range = (type: number) => (address: number, size: number, site: number) =>
    void (size > 0 && access(address >>> 0, size, type, site));
  imports.__tsan_read_range = range(0);
  imports.__tsan_write_range = range(write);
  imports.__tsan_memcpy = copyImport(m, check, allowed);
  imports.__tsan_memmove = imports.__tsan_memcpy;
  imports.__tsan_memset = (to: number, value: number, size: number, site: number) => {
    const address = to >>> 0;
    if (!check(address, Math.min(size, maxEncodableSize), write, site)) return to;
    if (size > 0 && allowed(address, size, write, site)) m.bytes.fill(value, address, address + size);
    return to;
  };
  return imports;
}

/** memcpy() and memmove(): what is written is checked first. */
function copyImport(m: Machine, check: CheckAccess, allowed: CheckAccess): Import {
  const { write } = kcsanAccess;
  return (to: number, from: number, size: number, site: number) => {
    const { stage, current } = m;
    const length = Math.min(size, maxEncodableSize);
    if (stage[current] === 0) {
      if (!check(to >>> 0, length, write, site)) return to;
      stage[current] = 1;
    }
    if (!check(from >>> 0, length, 0, site)) return to;
    stage[current] = 0;
    if (size > 0 && allowed(from >>> 0, size, 0, site) && allowed(to >>> 0, size, write, site))
      m.bytes.copyWithin(to >>> 0, from >>> 0, (from >>> 0) + size);
    return to;
  };
}

/** The atomic builtins: a check, then what the machine does for them. */
export function atomicImports(
  kcsan: Kcsan,
  check: CheckAccess,
  m: Machine,
  own: Readonly<Record<string, Import>>,
  cpus: VirtualCpus,
): Record<string, Import> {
  const imports: Record<string, Import> = {};
  const releases = (memoryOrder: number) => {
    if (
      memoryOrder === order.release ||
      memoryOrder === order.sequential ||
      memoryOrder === order.acquireRelease
    )
      kcsan.barrier('release');
  };
  /** By context: 1 while the operation itself, and not its check, is what was suspended. */
  const operating = m.column();
  for (const [name, perform] of Object.entries(own)) {
    const [, bits, operation] = /^__tsan_atomic(\d+)_(.+)$/.exec(name) ?? [];
    if (bits === undefined || operation === undefined) continue;
    const size = Number(bits) / 8;
    const type = typeOf(operation);
    const orderAt = operation === 'load' ? 1 : operation.startsWith('compare') ? 3 : 2;
    const givesValue = operation !== 'store';
    const nothing = bits === '64' && givesValue ? 0n : 0;
    const call = perform as (...args: (number | bigint)[]) => unknown;
    imports[name] = (...args: (number | bigint)[]) => {
      const self = cpus.self(m.current);
      if (operating[self] === 0) {
        releases(Number(args[orderAt]));
        const checked =
          kcsan.settings.ignoreAtomics || check(Number(args[0]) >>> 0, size, type, Number(args.at(-1)));
        if (!checked) return nothing;
        operating[self] = 1;
      }
      const result = call(...args);
      if (m.suspending) return nothing;
      operating[self] = 0;
      return result;
    };
  }
  imports.__tsan_atomic_thread_fence = (memoryOrder: number) => releases(memoryOrder);
  imports.__tsan_atomic_signal_fence = (memoryOrder: number) => {
    const { acquire, release, acquireRelease, sequential } = order;
    // __KCSAN_BARRIER_TO_SIGNAL_FENCE_* (include/linux/kcsan-checks.h).
    if (memoryOrder === sequential) kcsan.barrier('mb');
    else if (memoryOrder === acquireRelease) kcsan.barrier('wmb');
    else if (memoryOrder === acquire) kcsan.barrier('rmb');
    else if (memoryOrder === release) kcsan.barrier('release');
  };
  return imports;
}

function typeOf(operation: string): number {
  const { write, compound, atomic } = kcsanAccess;
  if (operation === 'load') return atomic;
  return operation === 'store' ? write | atomic : compound | write | atomic;
}
