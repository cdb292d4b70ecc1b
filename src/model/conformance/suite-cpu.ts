// A CPU for the suite's threads: they take turns in one context of the machine, and another comes upon it at each tick that
// something is due: timers (kernel/time/timer.c, v6.12.117), and behind them the next thread's turn, where the kernel is
// preemptible.
import type { KernelOverride, Machine, Suspended } from '../machine/index.js';
import type { TimedScheduler } from '../sampling/index.js';

export type KernelParts = Parameters<KernelOverride>[2];

/** Nanoseconds of a tick: CONFIG_HZ=250. A thread's turn is as long. */
export const tick = 4e6;
/** struct timer_list, in words. */
export const timerWords = { pending: 1, expires: 2, function: 3 } as const;
/** In the null page, where no object of a program lies. */
const timerPlace = 0x380;
const taskPlace = 0x3c0;

export interface SuiteTask {
  readonly id: number;
  readonly entry: (argument: number) => number;
  readonly argument: number;
  /** Its first gate opens when the task has ended. */
  readonly endSlot: number;
  stopping: boolean;
  ended: boolean;
  /** While it is not its turn: where it stands, and since when it could go on. */
  suspended: Suspended | null;
  time: number;
}

/** What all CPUs share. */
export interface SuiteMachineParts {
  readonly m: Machine;
  readonly parts: KernelParts;
  readonly scheduler: () => TimedScheduler;
  /** Whether the kernel of the program takes a CPU from a thread that would go on. */
  readonly preemptible: () => boolean;
}

export class SuiteCpu {
  readonly number: number;
  /** Contexts of the machine: -1 before there is one. */
  carrier = -1;
  softirq = -1;
  /** Whether timers run. */
  inSoftirq = false;
  task: SuiteTask | null = null;
  readonly waiting: SuiteTask[] = [];
  private readonly shared: SuiteMachineParts;
  private slot = 0;
  private turnEnd = 0;
  /** Expiry in jiffies, by address. */
  private readonly timers = new Map<number, number>();
  private due: number[] = [];
  private callback = 0;

  constructor(number: number, shared: SuiteMachineParts) {
    this.number = number;
    this.shared = shared;
  }

  /** Brings its contexts up for a first task. False when the machine has no more. */
  start(task: SuiteTask, site: number): boolean {
    const { m, parts } = this.shared;
    this.slot = m.sync.create(0, 'other');
    this.softirq = m.spawn(m.current, () => this.runSoftirq(), 0, site);
    this.task = task;
    this.carrier = this.softirq < 0 ? -1 : m.spawn(m.current, () => this.runTask(task), 0, site);
    if (this.carrier < 0) return false;
    parts.cpu.start(this.softirq, 'task');
    parts.cpu.start(this.carrier, 'task');
    return true;
  }

  /** The entry of a task: called again after each suspension. */
  runTask(task: SuiteTask): number {
    const { m } = this.shared;
    if (!task.ended) {
      task.entry(task.argument);
      if (m.suspending) return 0;
      task.ended = true;
      m.sync.gates[task.endSlot << 1] = 1;
      m.changed();
      this.arm();
    }
    // The next task gets the CPU when its softirq has seen that this one has ended.
    while (this.waiting.length > 0) if (!m.reach(taskPlace + 4 * this.number, 4, false, 0, 0, 0)) return 0;
    this.task = null;
    return 0;
  }

  addTimer(address: number, expires: number): void {
    this.timers.set(address, expires);
    this.arm();
  }

  /** Answers whether it was pending. */
  deleteTimer(address: number): boolean {
    const was = this.timers.delete(address);
    this.arm();
    return was;
  }

  /** Another task waits for its turn, or a timer for its time: the softirq comes then. */
  arm(): void {
    const { m, scheduler } = this.shared;
    const turn = this.waiting.length === 0 ? Number.POSITIVE_INFINITY : this.task?.ended ? 0 : this.turnEnd;
    const next = Math.min(turn, ...[...this.timers.values()].map((expires) => expires * tick));
    m.sync.gates[this.slot << 1] = Number.isFinite(next) ? 1 : 0;
    if (Number.isFinite(next)) scheduler().notBefore(this.softirq, next);
  }

  /** The entry of the softirq's context: called again after each suspension. */
  private runSoftirq(): number {
    const { m, parts, scheduler } = this.shared;
    for (;;) {
      if (!this.inSoftirq) {
        m.waitingFor[m.current] = null;
        if (!m.reach(timerPlace + 4 * this.number, 4, true, this.slot << 1, 0, 0)) return 0;
        const jiffies = Math.floor(scheduler().now() / tick);
        const expired = [...this.timers].filter(([, expires]) => expires <= jiffies);
        this.due = expired.sort(([, a], [, b]) => a - b).map(([address]) => address);
        this.inSoftirq = true;
        parts.cpu.start(m.current, 'softirq');
        m.changed();
      }
      for (let address = this.due[0]; address !== undefined; address = this.due[0]) {
        if (this.callback === 0) {
          this.timers.delete(address);
          m.words[(address >> 2) + timerWords.pending] = 0;
          this.callback = m.words[(address >> 2) + timerWords.function] as number;
        }
        m.functionAt(this.callback)?.(address);
        if (m.suspending) return 0;
        this.callback = 0;
        this.due.shift();
      }
      this.inSoftirq = false;
      parts.cpu.start(m.current, 'task');
      this.reschedule();
      this.arm();
    }
  }

  /** From the softirq, which the task lies below: the next task's turn. */
  private reschedule(): void {
    const { m, scheduler } = this.shared;
    const { task, carrier, waiting } = this;
    const [next] = waiting;
    if (next?.suspended == null || task === null) return;
    const now = scheduler().now();
    if (!task.ended && (now < this.turnEnd || !this.mayPreempt())) return;
    waiting.shift();
    task.time = scheduler().timeOf(carrier);
    task.suspended = m.exchange(carrier, next.suspended);
    if (!task.ended) waiting.push(task);
    this.task = next;
    this.turnEnd = now + tick;
    scheduler().notBefore(carrier, next.time);
  }

  private mayPreempt(): boolean {
    const { preemptible, parts } = this.shared;
    return preemptible() && !parts.cpu.inAtomic(this.carrier);
  }
}
