// The suite's threads: what kernel/torture.c and kernel/kthread.c (v6.12.117) do for it. The suite itself has the first
// CPU, its threads those behind it, one after the other; more threads than that take turns. A thread's timer comes upon
// its CPU. KCSAN tells threads apart, not the contexts of the machine that they run in.
import { type Import, maxContexts, notBegun, type VirtualCpus } from '../machine/index.js';
import type { ContextView } from '../sampling/index.js';
import { SuiteCpu, type SuiteMachineParts, type SuiteTask, timerWords } from './suite-cpu.js';

/** The suite asks for 32; number 0 is the suite itself. */
const mostTasks = 33;

export class SuiteThreads {
  /** Told of each that begins, by its number. */
  onStart: (id: number) => void = () => {};
  private readonly shared: SuiteMachineParts;
  private readonly cpus: readonly SuiteCpu[];
  private tasks: SuiteTask[] = [];
  private readonly cpuOfContext: (SuiteCpu | null)[] = new Array<SuiteCpu | null>(maxContexts).fill(null);
  private readonly cpuOfTask: (SuiteCpu | null)[] = new Array<SuiteCpu | null>(mostTasks).fill(null);
  private readonly count: number;

  /** `cpus`: at least 2. */
  constructor(cpus: number, shared: SuiteMachineParts) {
    this.count = cpus;
    this.shared = shared;
    const made: SuiteCpu[] = [];
    this.cpus = made;
    shared.m.onReset.push(() => {
      made.length = 0;
      for (let number = 1; number < cpus; number++) made.push(new SuiteCpu(number, shared));
      this.tasks = [];
      this.cpuOfContext.fill(null);
      this.cpuOfTask.fill(null);
    });
  }

  /** Contexts of the machine, as the scheduler sees them. */
  readonly view: ContextView = {
    cpuOf: (context) => this.cpuOfContext[context]?.number ?? 0,
    level: (context) => (this.cpuOfContext[context]?.softirq === context ? 1 : 0),
    isBegun: (context) => {
      const cpu = this.cpuOfContext[context];
      return cpu?.softirq === context && cpu.inSoftirq;
    },
    irqsOff: (context) => this.shared.parts.cpu.irqsOff[context] !== 0,
    bhOff: (context) => this.shared.parts.cpu.bhOff(context),
    pidOf: (context) => context,
    commOf: () => 'access_thread',
  };

  /** Threads, and behind them the softirqs of the CPUs, as KCSAN sees them. */
  virtualCpus(): VirtualCpus {
    const { scheduler } = this.shared;
    const isTask = (id: number) => id < mostTasks;
    return {
      cpus: this.count,
      contexts: mostTasks + this.count,
      self: (context) => this.idOf(context),
      cpuOf: (id) => (isTask(id) ? (this.cpuOfTask[id]?.number ?? 0) : id - mostTasks),
      inTask: isTask,
      pidOf: (id) => (isTask(id) ? 100 + id : 0),
      commOf: (id) => (id === 0 ? 'kunit_try_catch' : 'access_thread'),
      get sliceEnd() {
        return scheduler().sliceEnd;
      },
      busy: (nanoseconds, interruptible) => scheduler().busy(nanoseconds, interruptible),
      now: () => scheduler().now(),
    };
  }

  private idOf(context: number): number {
    const cpu = this.cpuOfContext[context];
    if (cpu == null) return 0;
    return context === cpu.softirq ? mostTasks + cpu.number : (cpu.task?.id ?? 0);
  }

  private currentTask(): SuiteTask | undefined {
    return this.tasks[this.idOf(this.shared.m.current) - 1];
  }

  imports(): Record<string, Import> {
    const { m } = this.shared;
    const currentCpu = () => this.cpuOfContext[m.current] ?? null;
    return {
      torture_init_begin: () => 1,
      torture_init_end: () => {},
      torture_cleanup_begin: () => 0,
      torture_cleanup_end: () => {},
      torture_kthread_stopping: () => {},
      torture_must_stop: () => (this.currentTask()?.stopping ? 1 : 0),
      _torture_create_kthread: (
        threadFunction: number,
        argument: number,
        _name: number,
        _message: number,
        _failure: number,
        task: number,
        _callback: number,
        site: number,
      ) => {
        const entry = m.functionAt(threadFunction);
        const id = entry === null ? -1 : this.create(entry, argument, site);
        m.words[task >> 2] = id;
        return id < 0 ? -12 : 0;
      },
      _torture_stop_kthread: (_message: number, pointer: number, site: number) => {
        const task = this.tasks[(m.words[pointer >> 2] as number) - 1];
        if (task === undefined) return;
        task.stopping = true;
        m.changed();
        m.waitingFor[m.current] = null;
        if (!m.reach(-1, 0, false, task.endSlot << 1, 0, site)) return;
        m.words[pointer >> 2] = 0;
      },
      init_timer_key: (timer: number, callback: number) => {
        m.words.fill(0, timer >> 2, (timer >> 2) + 5);
        m.words[(timer >> 2) + timerWords.function] = callback;
      },
      mod_timer: (timer: number, expires: number) => {
        m.words[(timer >> 2) + timerWords.pending] = timer;
        m.words[(timer >> 2) + timerWords.expires] = expires;
        currentCpu()?.addTimer(timer, expires >>> 0);
        return 0;
      },
      timer_delete_sync: (timer: number) => {
        m.words[(timer >> 2) + timerWords.pending] = 0;
        return currentCpu()?.deleteTimer(timer) ? 1 : 0;
      },
    };
  }

  /** The number of a new thread; -1 when there is no room for one. */
  private create(entry: (argument: number) => number, argument: number, site: number): number {
    const { m, scheduler } = this.shared;
    const { stackBytes, asyncifyBytes } = m.layout;
    const id = this.tasks.length + 1;
    const cpu = this.cpus[this.tasks.length % this.cpus.length];
    if (id >= mostTasks || cpu === undefined) return -1;
    const endSlot = m.sync.create(0, 'other');
    const task: SuiteTask = {
      id,
      entry,
      argument,
      endSlot,
      stopping: false,
      ended: false,
      suspended: null,
      time: scheduler().now(),
    };
    this.tasks.push(task);
    this.cpuOfTask[id] = cpu;
    if (cpu.carrier < 0) {
      if (!cpu.start(task, site)) return -1;
      this.cpuOfContext[cpu.softirq] = cpu;
      this.cpuOfContext[cpu.carrier] = cpu;
      this.onStart(mostTasks + cpu.number);
    } else {
      const stack = m.heap.allocate(cpu.carrier, stackBytes + asyncifyBytes, site);
      if (stack === 0) return -1;
      task.suspended = notBegun(stack + stackBytes, () => cpu.runTask(task), 0, site);
      cpu.waiting.push(task);
      cpu.arm();
    }
    this.onStart(id);
    return id;
  }
}
