// What each context's CPU has enabled: interrupts, bottom halves, preemption. preempt_count() has the fields of
// include/linux/preempt.h, v6.12. Each context runs on a CPU of its own.
import { maxContexts } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';

/** What a context is, for the rules of locking and sleeping. */
export type KernelContext = 'task' | 'softirq' | 'hardirq';

/** Units of the fields of preempt_count(). */
export const preemptUnits = { preempt: 1, softirq: 0x100, bhDisable: 0x200, hardirq: 0x10000 } as const;
const softirqMask = 0xff00;

export class CpuState {
  readonly kinds: KernelContext[] = new Array<KernelContext>(maxContexts).fill('task');
  /** By context: 1 when interrupts are off. */
  readonly irqsOff = new Uint8Array(maxContexts);
  readonly preemptCount = new Int32Array(maxContexts);
  /** By context: how deep it is in RCU read sections. */
  readonly rcuDepth = new Int32Array(maxContexts);
  /** Told when a context stops being atomic. */
  onSettled: (context: number) => void = () => {};

  start(context: number, kind: KernelContext): void {
    this.kinds[context] = kind;
    this.irqsOff[context] = kind === 'hardirq' ? 1 : 0;
    this.preemptCount[context] =
      kind === 'task' ? 0 : kind === 'softirq' ? preemptUnits.softirq : preemptUnits.hardirq;
    this.rcuDepth[context] = 0;
  }

  bhOff(context: number): boolean {
    return ((this.preemptCount[context] as number) & softirqMask) !== 0;
  }

  inAtomic(context: number): boolean {
    return this.irqsOff[context] !== 0 || this.preemptCount[context] !== 0;
  }

  count(context: number, change: number): void {
    this.preemptCount[context] = (this.preemptCount[context] as number) + change;
    if (change < 0 && !this.inAtomic(context)) this.onSettled(context);
  }

  setIrqs(context: number, off: number): void {
    this.irqsOff[context] = off;
    if (off === 0 && !this.inAtomic(context)) this.onSettled(context);
  }
}

/** Whether the current context may sleep; if not, that is a finding and the caller must return at once. */
export function maySleep(m: Machine, cpu: CpuState, what: string, site: number): boolean {
  const { current } = m;
  if (m.resuming) return true;
  const why =
    cpu.kinds[current] !== 'task'
      ? `in a ${cpu.kinds[current]}`
      : cpu.irqsOff[current] !== 0
        ? 'with interrupts off'
        : cpu.preemptCount[current] !== 0
          ? 'in atomic context: a spinlock is held, or preemption is off'
          : (cpu.rcuDepth[current] as number) > 0
            ? 'in an RCU read section'
            : '';
  if (why === '') return true;
  misuse(m, `${what} may sleep ${why}`, site, 'sleep-in-atomic');
  return false;
}

export function cpuImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const check = (what: string) => (site: number) => void maySleep(m, cpu, what, site);
  return {
    millrace_irq_flags: () => cpu.irqsOff[m.current],
    millrace_irq_save: () => {
      const before = cpu.irqsOff[m.current];
      cpu.irqsOff[m.current] = 1;
      return before;
    },
    millrace_irq_restore: (flags: number) => cpu.setIrqs(m.current, flags),
    millrace_irq_disable: () => {
      cpu.irqsOff[m.current] = 1;
    },
    millrace_irq_enable: () => cpu.setIrqs(m.current, 0),
    millrace_preempt_count: () => cpu.preemptCount[m.current],
    millrace_preempt_count_set: (count: number) => {
      cpu.preemptCount[m.current] = count;
    },
    millrace_preempt_count_add: (change: number) => cpu.count(m.current, change),
    millrace_preempt_schedule: () => {},
    millrace_need_resched: () => 0,
    __local_bh_disable_ip: (_place: number, count: number) => cpu.count(m.current, count),
    __local_bh_enable_ip: (_place: number, count: number) => cpu.count(m.current, -count),
    _local_bh_enable: () => cpu.count(m.current, -preemptUnits.bhDisable),
    __might_sleep: (_file: number, _line: number, site: number) => void maySleep(m, cpu, 'a call that', site),
    __might_resched: (_file: number, _line: number, _offsets: number, site: number) =>
      void maySleep(m, cpu, 'a call that', site),
    __cond_resched: (site: number) => {
      check('cond_resched()')(site);
      return 0;
    },
    dynamic_cond_resched: () => 0,
  };
}
