// Locks that many may hold for reading or one for writing: rwlock_t (kernel/locking/spinlock.c, v6.12), which spins,
// and struct rw_semaphore (kernel/locking/rwsem.c), which sleeps.
import { initObject } from '../accesses.js';
import type { LockKind } from '../events.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { ReaderWriter } from '../reader-writer.js';
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
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly usage: LockUsage;
  private readonly locks: ReaderWriter;

  constructor(m: Machine, cpu: CpuState, usage: LockUsage) {
    this.m = m;
    this.cpu = cpu;
    this.usage = usage;
    this.locks = new ReaderWriter(m);
  }

  lock(address: number, write: boolean, form: Form, site: number): number {
    const { m, cpu, locks } = this;
    const { current } = m;
    const call = `${form.sleeps ? 'down_' : ''}${write ? 'write' : 'read'}${form.sleeps ? '' : '_lock'}`;
    if (form.sleeps && !maySleep(m, cpu, `${call}`, site)) return 0;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return 0;
    if (spins(form) && m.stage[current] === 0) {
      if (!cpu.beforeLock(form, site)) return 0;
      m.stage[current] = 1;
    }
    const taking = { slot, address, write, lock: kindOf(form), call, site };
    if (!locks.reach(taking)) return 0;
    m.stage[current] = 0;
    if (!form.sleeps && !this.usage.note(slot, site, !write)) return 0;
    locks.take(taking);
    return form.sleeps ? 0 : (m.results[current] as number);
  }

  tryLock(address: number, write: boolean, form: Form, site: number): number {
    const { m, cpu, locks } = this;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return 0;
    if (spins(form) && m.stage[m.current] === 0) {
      if (!cpu.beforeLock(form, site)) return 0;
      m.stage[m.current] = 1;
    }
    const call = `${form.sleeps ? 'down_' : ''}${write ? 'write' : 'read'}_trylock`;
    const taking = { slot, address, write, lock: kindOf(form), call, site };
    if (!locks.reachTry(taking)) return 0;
    m.stage[m.current] = 0;
    const free = locks.takeIfFree(taking);
    if (!free && spins(form)) cpu.afterUnlock(form, m.results[m.current] as number, site);
    return free ? 1 : 0;
  }

  unlock(address: number, write: boolean, form: Form, flags: number, site: number): void {
    const { m, cpu, locks } = this;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return;
    const side = write ? 'write' : 'read';
    const call = form.sleeps ? `up_${side}` : `${side}_unlock`;
    if (!locks.holds(slot, write)) {
      misuse(m, { problem: 'not-held', call, object: 'rwlock' }, site);
      return;
    }
    if (!locks.release({ slot, address, write, lock: kindOf(form), call, site })) return;
    if (spins(form)) cpu.afterUnlock(form, flags, site);
  }

  downgrade(address: number, site: number): void {
    const { m, locks } = this;
    const slot = objectSlot(m, address, 'rwlock', site);
    if (slot === 0) return;
    const call = 'downgrade_write';
    if (locks.holds(slot, true)) locks.downgrade(slot, address, call, site);
    else misuse(m, { problem: 'not-held', call, object: 'rwlock' }, site);
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
