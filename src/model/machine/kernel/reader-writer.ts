// Locks that many may hold for reading or one for writing: rwlock_t (kernel/locking/spinlock.c, v6.12), which spins,
// and struct rw_semaphore (kernel/locking/rwsem.c), which sleeps. Gate 0 of the slot lets a writer in, gate 1 a reader.
import { maxContexts } from '../../detect/index.js';
import { initObject } from '../accesses.js';
import type { LockKind } from '../lock-events.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import { type CpuState, type LockForm, maySleep } from './cpu.js';
import type { LockUsage } from './lock-usage.js';
import { objectSlot } from './object.js';

interface Form extends LockForm {
  readonly sleeps?: boolean;
  /** arch_rwlock_t taken directly: nothing is turned off. */
  readonly bare?: boolean;
}

class ReaderWriterLocks {
  /** By slot and context: how often it is held for reading. */
  private readonly readers: Map<number, Int32Array>;
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly usage: LockUsage;

  constructor(m: Machine, cpu: CpuState, usage: LockUsage) {
    this.m = m;
    this.cpu = cpu;
    this.usage = usage;
    this.readers = m.perExecution(new Map<number, Int32Array>());
  }

  lock(address: number, write: boolean, form: Form, site: number): number {
    const { m, cpu } = this;
    const { current } = m;
    const name = `${form.sleeps ? 'down_' : ''}${write ? 'write' : 'read'}${form.sleeps ? '' : '_lock'}`;
    if (form.sleeps && !maySleep(m, cpu, `${name}()`, site)) return 0;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return 0;
    if (spins(form) && m.stage[current] === 0) {
      if (!cpu.beforeLock(form, site)) return 0;
      m.stage[current] = 1;
    }
    m.waitingFor[current] = write ? 'a write lock' : 'a read lock';
    // Readers commute with each other.
    if (!m.reachObject(address, write, (slot << 1) + (write ? 0 : 1), slot, site)) return 0;
    m.stage[current] = 0;
    if (!form.sleeps && !this.usage.note(slot, site, !write)) return 0;
    m.tracer?.operation(current, name, site, address, 0);
    this.tellTaken(address, write, form, site);
    this.take(slot, write, site);
    return form.sleeps ? 0 : (m.results[current] as number);
  }

  tryLock(address: number, write: boolean, form: Form, site: number): number {
    const { m, cpu } = this;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return 0;
    if (spins(form) && m.stage[m.current] === 0) {
      if (!cpu.beforeLock(form, site)) return 0;
      m.stage[m.current] = 1;
    }
    if (!m.reachObject(address, true, 0, slot, site)) return 0;
    m.stage[m.current] = 0;
    const free = (m.sync.gates[(slot << 1) + (write ? 0 : 1)] as number) > 0;
    m.tracer?.operation(
      m.current,
      `try ${write ? 'write' : 'read'}: ${free ? 'taken' : 'busy'}`,
      site,
      address,
      0,
    );
    if (free) {
      this.tellTaken(address, write, form, site);
      this.take(slot, write, site);
    } else if (spins(form)) cpu.afterUnlock(form, m.results[m.current] as number, site);
    return free ? 1 : 0;
  }

  unlock(address: number, write: boolean, form: Form, flags: number, site: number): void {
    const { m, cpu } = this;
    const { current, sync } = m;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return;
    const held = this.readersOf(slot);
    if (write ? sync.owners[slot] !== current : held[current] === 0) {
      misuse(m, `${write ? 'write' : 'read'} unlock of a lock that the context does not hold so`, site);
      return;
    }
    if (!m.reachObject(address, write, 0, slot, site)) return;
    m.tracer?.operation(current, write ? 'write unlock' : 'read unlock', site, address, 0);
    m.tracer?.lock({ kind: 'released', context: current, lock: kindOf(form), address });
    if (write) {
      sync.owners[slot] = -1;
      sync.gates[(slot << 1) + 1] = 1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
    } else {
      held[current] = (held[current] as number) - 1;
      sync.counts[slot] = (sync.counts[slot] as number) - 1;
      if (sync.counts[slot] === 0) sync.gates[slot << 1] = 1;
      m.release(this.readSlot(slot));
    }
    m.changedHere(false);
    if (spins(form)) cpu.afterUnlock(form, flags, site);
  }

  /** A writer becomes a reader; nobody can write in between. */
  downgrade(address: number, site: number): void {
    const { m } = this;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return;
    if (m.sync.owners[slot] !== m.current) {
      misuse(m, 'downgrade_write() of a lock that the context does not hold so', site);
      return;
    }
    if (!m.reachObject(address, true, 0, slot, site)) return;
    m.tracer?.operation(m.current, 'downgrade_write', site, address, 0);
    m.tracer?.lock({ kind: 'downgraded', context: m.current, address });
    m.sync.owners[slot] = -1;
    m.sync.gates[(slot << 1) + 1] = 1;
    m.release(slot);
    this.take(slot, false, site);
  }

  private tellTaken(address: number, write: boolean, form: Form, site: number): void {
    const { m } = this;
    const mode = write ? 'exclusive' : 'read';
    m.tracer?.lock({ kind: 'taken', context: m.current, lock: kindOf(form), mode, address, site });
  }

  private take(slot: number, write: boolean, site: number): void {
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

function kindOf({ sleeps }: Form): LockKind {
  return sleeps ? 'rw_semaphore' : 'rwlock';
}

function spins({ sleeps, bare }: Form): boolean {
  return !sleeps && !bare;
}

export function readerWriterImports(m: Machine, cpu: CpuState, usage: LockUsage): Record<string, Import> {
  const locks = new ReaderWriterLocks(m, cpu, usage);
  const imports: Record<string, Import> = {};
  for (const write of [true, false]) {
    const side = write ? 'write' : 'read';
    for (const [suffix, form] of [
      ['', {}],
      ['_irq', { irq: true }],
      ['_bh', { bh: true }],
      ['_irqsave', { irq: true }],
    ] as const)
      imports[`_raw_${side}_lock${suffix}`] = (address: number, site: number) =>
        locks.lock(address, write, form, site);
    imports[`_raw_${side}_trylock`] = (address: number, site: number) =>
      locks.tryLock(address, write, {}, site);
    imports[`_raw_${side}_unlock`] = (address: number, site: number) =>
      locks.unlock(address, write, {}, 0, site);
    imports[`_raw_${side}_unlock_irq`] = (address: number, site: number) =>
      locks.unlock(address, write, { irq: true }, 0, site);
    imports[`_raw_${side}_unlock_bh`] = (address: number, site: number) =>
      locks.unlock(address, write, { bh: true }, 0, site);
    imports[`_raw_${side}_unlock_irqrestore`] = (address: number, flags: number, site: number) =>
      locks.unlock(address, write, { irq: true }, flags, site);
    imports[`_raw_${side}_trylock_bh`] = (address: number, site: number) =>
      locks.tryLock(address, write, { bh: true }, site);
    imports[`millrace_arch_${side}_lock`] = (address: number, site: number) =>
      locks.lock(address, write, { bare: true }, site);
    imports[`millrace_arch_${side}_trylock`] = (address: number, site: number) =>
      locks.tryLock(address, write, { bare: true }, site);
    imports[`millrace_arch_${side}_unlock`] = (address: number, site: number) =>
      locks.unlock(address, write, { bare: true }, 0, site);
    for (const suffix of ['', '_interruptible', '_killable'])
      imports[`down_${side}${suffix}`] = (address: number, site: number) =>
        locks.lock(address, write, { sleeps: true }, site);
    imports[`down_${side}_trylock`] = (address: number, site: number) =>
      locks.tryLock(address, write, { sleeps: true }, site);
    imports[`up_${side}`] = (address: number, site: number) =>
      locks.unlock(address, write, { sleeps: true }, 0, site);
  }
  imports.downgrade_write = (address: number, site: number) => locks.downgrade(address, site);
  imports.__init_rwsem = (address: number, _name: number, _key: number, site: number) => {
    if (initObject(m, address, 4, site)) m.sync.destroy(address);
  };
  return imports;
}
