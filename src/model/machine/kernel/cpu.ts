// What each context has turned off on its CPU: interrupts, bottom halves, preemption. preempt_count() has the fields of
// include/linux/preempt.h, v6.12.
import type { NoSleep } from '../findings.js';
import type { Machine } from '../machine.js';
import { failAt } from '../misuse.js';
import type { Entry, Import } from '../types.js';
import { CpuStacks, type KernelContext, levels } from './cpu-stacks.js';

/** Units of the fields of preempt_count(). */
const preemptUnits = { preempt: 1, softirq: 0x100, bhDisable: 0x200, hardirq: 0x10000 } as const;
const softirqMask = 0xff00;

/** preempt_count() of a context of a kind that has turned nothing off. */
function entryCount(kind: KernelContext): number {
  return kind === 'task' ? 0 : kind === 'softirq' ? preemptUnits.softirq : preemptUnits.hardirq;
}

/** What taking a lock that spins turns off besides preemption. */
export interface LockForm {
  readonly irq?: boolean;
  readonly bh?: boolean;
}

export class CpuState {
  readonly stacks: CpuStacks;
  private readonly kinds: KernelContext[];
  /** By context: 1 when interrupts are off. */
  readonly irqsOff: Int32Array;
  readonly preemptCount: Int32Array;
  /** By context: how deep it is in RCU read sections. */
  readonly rcuDepth: Int32Array;
  /** By context: whether the interrupt that it is from its beginning has begun. */
  private readonly hasBegun: Int32Array;
  /** Told when a context stops being atomic. */
  onSettled: (context: number) => void = () => {};
  private readonly m: Machine;

  constructor(m: Machine) {
    this.m = m;
    this.stacks = new CpuStacks(m);
    this.kinds = m.valueColumn<KernelContext>('task');
    this.irqsOff = m.column();
    this.preemptCount = m.column();
    this.rcuDepth = m.column();
    this.hasBegun = m.column();
  }

  kind(context: number): KernelContext {
    return this.kinds[context] as KernelContext;
  }

  /** A context of its own begins, with nothing turned off but what its kind does. */
  start(context: number, kind: KernelContext): void {
    this.kinds[context] = kind;
    this.irqsOff[context] = kind === 'hardirq' ? 1 : 0;
    this.preemptCount[context] = entryCount(kind);
    this.rcuDepth[context] = 0;
    this.hasBegun[context] = kind === 'task' ? 0 : 1;
    this.settle(context);
  }

  /** The entry of a context that is an interrupt from its beginning: it begins when its CPU lets it. */
  interruptEntry(entry: Entry, kind: KernelContext): Entry {
    const { m, stacks } = this;
    return (argument) => {
      if (this.hasBegun[m.current] === 0) {
        if (!stacks.nested) m.steps++;
        else if (!m.reach(m.cpuWord[m.current] as number, 4, true, 0, 0, 0)) return 0;
        stacks.begin(m.current);
        this.start(m.current, kind);
      }
      return entry(argument);
    };
  }

  /** The interrupt that the current context ran has ended. */
  interruptEnded(): void {
    const { current } = this.m;
    if (this.kind(current) === 'task') return;
    this.stacks.end(current);
    this.start(current, 'task');
    this.onSettled(current);
  }

  bhOff(context: number): boolean {
    return ((this.preemptCount[context] as number) & softirqMask) !== 0;
  }

  inAtomic(context: number): boolean {
    return this.irqsOff[context] !== 0 || this.preemptCount[context] !== 0;
  }

  /**
   * The current context changes its preempt_count(), and turns interrupts on (0), off (1) or leaves them. False: return
   * at once.
   */
  change(count: number, irqs: number | null, site: number): boolean {
    const { current } = this.m;
    const newCount = (this.preemptCount[current] as number) + count;
    const newIrqs = irqs ?? (this.irqsOff[current] as number);
    if (!this.stacks.aboutToKeep(levelsOf(this.kind(current), newIrqs, newCount), site)) return false;
    const wasAtomic = this.inAtomic(current);
    this.preemptCount[current] = newCount;
    this.irqsOff[current] = newIrqs;
    this.settle(current);
    if (wasAtomic && !this.inAtomic(current)) this.onSettled(current);
    return true;
  }

  /** What comes before a lock that spins is waited for. The flags from before are in the context's results. */
  beforeLock(form: LockForm, site: number): boolean {
    const { m } = this;
    const before = this.irqsOff[m.current] as number;
    if (!this.change(lockUnits(form), form.irq ? 1 : null, site)) return false;
    m.results[m.current] = before;
    return true;
  }

  /** What comes after such a lock was given back. `flags`: of interrupts, where the form has them. */
  afterUnlock(form: LockForm, flags: number, site: number): void {
    this.change(-lockUnits(form), form.irq ? flags : null, site);
  }

  /** Tells of what a context that ends at `site` has left turned off. */
  noteLeftBehind(context: number, site: number): void {
    const kind = this.kind(context);
    const irqs = kind !== 'hardirq' && this.irqsOff[context] !== 0;
    const preemption = this.preemptCount[context] !== entryCount(kind);
    const rcu = (this.rcuDepth[context] as number) > 0;
    if (!irqs && !preemption && !rcu) return;
    const left = [
      ...(irqs ? (['irqs-off'] as const) : []),
      ...(preemption ? (['preemption-off'] as const) : []),
      ...(rcu ? (['RCU-section'] as const) : []),
    ];
    this.m.note({
      kind: 'lock-leak',
      facts: { fact: 'left-behind', who: context, left },
      sites: [site],
      contexts: [context],
      key: `lock-leak ${left.join(' ')} ${site}`,
    });
  }

  private settle(context: number): void {
    this.stacks.keep(
      context,
      levelsOf(this.kind(context), this.irqsOff[context] as number, this.preemptCount[context] as number),
    );
  }
}

function lockUnits({ bh }: LockForm): number {
  return bh ? preemptUnits.bhDisable + preemptUnits.preempt : preemptUnits.preempt;
}

function levelsOf(kind: KernelContext, irqsOff: number, preemptCount: number): number {
  if (kind === 'hardirq') return levels.hardirqs;
  if (kind === 'softirq') return levels.softirqs | (irqsOff !== 0 ? levels.hardirqs : 0);
  if (irqsOff !== 0) return levels.hardirqs | levels.softirqs | levels.tasks;
  if ((preemptCount & softirqMask) !== 0) return levels.softirqs | levels.tasks;
  return preemptCount !== 0 ? levels.tasks : 0;
}

function whereAtomic(cpu: CpuState, context: number): NoSleep | null {
  const kind = cpu.kind(context);
  if (kind !== 'task') return kind;
  if (cpu.irqsOff[context] !== 0) return 'irqs-off';
  if (cpu.preemptCount[context] !== 0) return 'atomic';
  return (cpu.rcuDepth[context] as number) > 0 ? 'RCU-section' : null;
}

/** Whether the current context may sleep; if not, that is a finding and the caller must return at once. */
export function maySleep(m: Machine, cpu: CpuState, call: string, site: number): boolean {
  const { current } = m;
  if (m.resuming) return true;
  const where = whereAtomic(cpu, current);
  if (where === null) return true;
  failAt(m, 'sleep-in-atomic', { fact: 'sleeps', call, where }, site, `${call} ${where}`);
  return false;
}

export function cpuImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const check = (call: string) => (site: number) => void maySleep(m, cpu, call, site);
  const irqs = (off: number, site: number) => void cpu.change(0, off, site);
  const count = (change: number, site: number) => void cpu.change(change, null, site);
  return {
    millrace_irq_flags: () => cpu.irqsOff[m.current],
    millrace_irq_save: (site: number) => {
      const before = cpu.irqsOff[m.current];
      irqs(1, site);
      return before;
    },
    millrace_irq_restore: irqs,
    millrace_irq_disable: (site: number) => irqs(1, site),
    millrace_irq_enable: (site: number) => irqs(0, site),
    millrace_preempt_count: () => cpu.preemptCount[m.current],
    millrace_preempt_count_set: (value: number, site: number) =>
      count(value - (cpu.preemptCount[m.current] as number), site),
    millrace_preempt_count_add: count,
    // Who waits in an interrupt may wait for the very task below it.
    millrace_relax: () => {
      if (cpu.kind(m.current) !== 'task') cpu.stacks.mayMatter();
    },
    millrace_preempt_schedule: () => {},
    millrace_need_resched: () => 0,
    __local_bh_disable_ip: (_place: number, units: number, site: number) => count(units, site),
    __local_bh_enable_ip: (_place: number, units: number, site: number) => count(-units, site),
    _local_bh_enable: (site: number) => count(-preemptUnits.bhDisable, site),
    // Up to 5.16 with a third argument.
    __might_sleep: (...args: number[]) => void maySleep(m, cpu, 'might_sleep', args.at(-1) as number),
    __might_resched: (_file: number, _line: number, _offsets: number, site: number) =>
      void maySleep(m, cpu, 'might_sleep', site),
    __cond_resched: (site: number) => {
      check('cond_resched')(site);
      return 0;
    },
    dynamic_cond_resched: () => 0,
  };
}
