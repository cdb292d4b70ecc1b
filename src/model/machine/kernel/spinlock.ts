// Spinlocks as drivers take them (kernel/locking/spinlock.c, v6.12) and the interrupt state of each context's CPU.
// Each context runs on a CPU of its own; interrupts are on in a task when it begins and off in a hard interrupt.
import { maxContexts } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';

type Import = (...args: never[]) => unknown;

/** What a context is, for the rules of locking. */
export type KernelContext = 'task' | 'softirq' | 'hardirq';

export class CpuState {
  readonly kinds: KernelContext[] = new Array<KernelContext>(maxContexts).fill('task');
  /** By context: whether interrupts are off, bottom halves are off (a count), preemption is off (a count). */
  readonly irqsOff = new Uint8Array(maxContexts);
  readonly bhOff = new Int32Array(maxContexts);
  readonly preemptOff = new Int32Array(maxContexts);

  start(context: number, kind: KernelContext): void {
    this.kinds[context] = kind;
    this.irqsOff[context] = kind === 'hardirq' ? 1 : 0;
    this.bhOff[context] = kind === 'softirq' ? 1 : 0;
    this.preemptOff[context] = kind === 'task' ? 0 : 1;
  }

  inAtomic(context: number): boolean {
    return this.irqsOff[context] !== 0 || this.bhOff[context] !== 0 || this.preemptOff[context] !== 0;
  }
}

/** How a lock was used: bits, as lockdep's usage states. */
const usage = { inHardirq: 1, inSoftirq: 2, irqsOn: 4, bhOn: 8 } as const;

/** What an unlock or a lock does besides: flags of the primitive. */
interface Form {
  readonly irq?: boolean;
  readonly bh?: boolean;
}

export function spinlockImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const { sync } = m;
  const slotOf = (address: number): number => {
    const known = sync.find(address);
    if (known !== 0) return known;
    const slot = sync.create(address, 'spinlock');
    sync.gates[slot << 1] = 1;
    return slot;
  };

  /** The same lock with interrupts on here and inside one there: a deadlock when that one comes on this CPU. */
  const noteUsage = (slot: number, site: number): boolean => {
    const { current } = m;
    const kind = cpu.kinds[current];
    const off = cpu.irqsOff[current] !== 0;
    let bits = sync.extras[slot] as number;
    if (kind === 'hardirq') bits |= usage.inHardirq;
    if (kind === 'softirq') bits |= usage.inSoftirq;
    if (!off && kind !== 'hardirq') bits |= usage.irqsOn;
    if (!off && kind === 'task' && cpu.bhOff[current] === 0) bits |= usage.bhOn;
    sync.extras[slot] = bits;
    const inconsistent =
      (bits & (usage.inHardirq | usage.irqsOn)) === (usage.inHardirq | usage.irqsOn) ||
      (bits & (usage.inSoftirq | usage.bhOn)) === (usage.inSoftirq | usage.bhOn);
    if (inconsistent)
      misuse(m, 'inconsistent lock state: taken in an interrupt, and with that interrupt enabled', site);
    return !inconsistent;
  };

  const take = (slot: number, address: number, site: number, what: string) => {
    m.tracer?.operation(m.current, what, site, address, 0);
    sync.owners[slot] = m.current;
    sync.sites[slot] = site;
    sync.gates[slot << 1] = 0;
    cpu.preemptOff[m.current] = (cpu.preemptOff[m.current] as number) + 1;
    m.acquire(slot);
    m.changed();
  };

  const lock = (what: string, form: Form) => (address: number, site: number) => {
    const slot = slotOf(address);
    const { current } = m;
    if (m.stage[current] === 0) {
      m.results[current] = cpu.irqsOff[current] as number;
      if (form.irq) cpu.irqsOff[current] = 1;
      if (form.bh) cpu.bhOff[current] = (cpu.bhOff[current] as number) + 1;
      m.stage[current] = 1;
    }
    m.waitingFor[current] = sync.owners[slot] === current ? 'a spinlock that it holds itself' : 'a spinlock';
    if (!m.reach(address, 4, true, slot << 1, slot << 1, site)) return 0;
    m.stage[current] = 0;
    if (!noteUsage(slot, site)) return 0;
    take(slot, address, site, what);
    return m.results[current];
  };

  const unlock =
    (what: string, form: Form) =>
    (address: number, ...rest: number[]) => {
      const site = rest.at(-1) as number;
      const slot = slotOf(address);
      const { current } = m;
      m.steps++;
      if (sync.owners[slot] !== current) {
        misuse(m, `${what} of a spinlock that the context does not hold`, site);
        return;
      }
      m.tracer?.operation(current, what, site, address, 0);
      sync.owners[slot] = -1;
      sync.gates[slot << 1] = 1;
      cpu.preemptOff[current] = (cpu.preemptOff[current] as number) - 1;
      m.release(slot);
      m.changed();
      if (form.irq) cpu.irqsOff[current] = rest.length === 2 ? (rest[0] as number) : 0;
      if (form.bh) cpu.bhOff[current] = (cpu.bhOff[current] as number) - 1;
    };

  return {
    _raw_spin_lock: lock('spin_lock', {}),
    _raw_spin_lock_irqsave: lock('spin_lock_irqsave', { irq: true }),
    _raw_spin_lock_irq: lock('spin_lock_irq', { irq: true }),
    _raw_spin_lock_bh: lock('spin_lock_bh', { bh: true }),
    _raw_spin_unlock: unlock('spin_unlock', {}),
    _raw_spin_unlock_irqrestore: unlock('spin_unlock_irqrestore', { irq: true }),
    _raw_spin_unlock_irq: unlock('spin_unlock_irq', { irq: true }),
    _raw_spin_unlock_bh: unlock('spin_unlock_bh', { bh: true }),
    millrace_irq_flags: () => cpu.irqsOff[m.current],
    millrace_irq_save: () => {
      const before = cpu.irqsOff[m.current];
      cpu.irqsOff[m.current] = 1;
      return before;
    },
    millrace_irq_restore: (flags: number) => {
      cpu.irqsOff[m.current] = flags;
    },
    millrace_irq_disable: () => {
      cpu.irqsOff[m.current] = 1;
    },
    millrace_irq_enable: () => {
      cpu.irqsOff[m.current] = 0;
    },
  };
}
