// The suite's threads and their timers: what kernel/torture.c, kernel/kthread.c and kernel/time/timer.c (v6.12.117) do for
// it. Thread n has CPU n, the suite itself the first; a thread's timer comes upon it, on its CPU.
import { type Import, type KernelOverride, type Machine, maxContexts } from '../machine/index.js';
import type { ContextView, TimedScheduler } from '../sampling/index.js';

type Parts = Parameters<KernelOverride>[2];

/** Nanoseconds of a tick: CONFIG_HZ=250. */
export const tick = 4e6;
const timerWords = { pending: 1, expires: 2, function: 3 } as const;

interface Timer {
  readonly context: number;
  readonly slot: number;
  address: number;
  running: boolean;
  stopped: boolean;
}

export class SuiteThreads {
  private readonly m: Machine;
  private readonly parts: Parts;
  private readonly scheduler: () => TimedScheduler;
  private readonly cpus = new Int32Array(maxContexts);
  private stopping = 0;
  /** By thread. */
  private readonly timers = new Map<number, Timer>();
  private readonly timerOfContext = new Map<number, Timer>();

  constructor(m: Machine, parts: Parts, scheduler: () => TimedScheduler) {
    this.m = m;
    this.parts = parts;
    this.scheduler = scheduler;
    m.onReset.push(() => {
      this.cpus.fill(0);
      this.stopping = 0;
      this.timers.clear();
      this.timerOfContext.clear();
    });
  }

  readonly view: ContextView = {
    cpuOf: (context) => this.cpus[context] as number,
    level: (context) => (this.timerOfContext.has(context) ? 1 : 0),
    isBegun: (context) => this.timerOfContext.get(context)?.running ?? false,
    irqsOff: (context) => this.parts.cpu.irqsOff[context] !== 0,
    bhOff: (context) => this.parts.cpu.bhOff(context),
    pidOf: (context) => (this.timerOfContext.has(context) ? 0 : 100 + context),
    commOf: (context) => (context === 0 ? 'kunit_try_catch' : 'access_thread'),
  };

  imports(): Record<string, Import> {
    const { m } = this;
    return {
      torture_init_begin: () => 1,
      torture_init_end: () => {},
      torture_cleanup_begin: () => 0,
      torture_cleanup_end: () => {},
      torture_kthread_stopping: () => {},
      torture_must_stop: () => (this.stopping >> m.current) & 1,
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
        const thread = entry === null ? -1 : this.spawn(entry, argument, site);
        m.words[task >> 2] = thread;
        return thread < 0 ? -12 : 0;
      },
      _torture_stop_kthread: (_message: number, task: number, site: number) => {
        const thread = m.words[task >> 2] as number;
        this.stopping |= 1 << thread;
        m.changed();
        m.waitingFor[m.current] = 'the end of a thread';
        if (!m.reach(-1, 0, false, m.sync.endOf(thread) << 1, 0, site)) return;
        m.joined();
        m.words[task >> 2] = 0;
      },
      init_timer_key: (timer: number, callback: number) => {
        m.words.fill(0, timer >> 2, (timer >> 2) + 5);
        m.words[(timer >> 2) + timerWords.function] = callback;
      },
      mod_timer: (timer: number, expires: number) => {
        const own = this.timers.get(m.current);
        if (own === undefined) return 0;
        own.address = timer;
        m.words[(timer >> 2) + timerWords.pending] = timer;
        m.words[(timer >> 2) + timerWords.expires] = expires;
        this.scheduler().notBefore(own.context, (expires >>> 0) * tick);
        m.sync.gates[own.slot << 1] = 1;
        return 0;
      },
      timer_delete_sync: (timer: number) => {
        const own = this.timers.get(m.current);
        m.words[(timer >> 2) + timerWords.pending] = 0;
        if (own === undefined) return 0;
        own.stopped = true;
        m.sync.gates[own.slot << 1] = 1;
        return 1;
      },
    };
  }

  private spawn(entry: (argument: number) => number, argument: number, site: number): number {
    const { m, parts } = this;
    const thread = m.spawn(m.current, entry, argument, site);
    if (thread < 0) return -1;
    const cpu = (thread + 1) >> 1;
    this.cpus[thread] = cpu;
    parts.cpu.start(thread, 'task');
    const slot = m.sync.create(0, 'other');
    m.sync.gates[slot << 1] = 0;
    const timer: Timer = { context: thread + 1, slot, address: 0, running: false, stopped: false };
    const context = m.spawn(m.current, () => this.runTimer(timer), 0, site);
    if (context < 0) return -1;
    m.joined();
    this.cpus[context] = cpu;
    parts.cpu.start(context, 'task');
    this.timers.set(thread, timer);
    this.timerOfContext.set(context, timer);
    return thread;
  }

  /** The entry of a timer's context: called again with the same arguments after each suspension. */
  private runTimer(timer: Timer): number {
    const { m, parts } = this;
    for (;;) {
      if (!timer.running) {
        m.waitingFor[m.current] = 'its time';
        if (!m.reach(0x380 + 4 * m.current, 4, true, timer.slot << 1, 0, 0)) return 0;
        if (timer.stopped) return 0;
        m.sync.gates[timer.slot << 1] = 0;
        m.words[(timer.address >> 2) + timerWords.pending] = 0;
        timer.running = true;
        parts.cpu.start(m.current, 'softirq');
        m.changed();
      }
      const callback = m.functionAt(m.words[(timer.address >> 2) + timerWords.function] as number);
      callback?.(timer.address);
      if (m.suspending) return 0;
      timer.running = false;
      parts.cpu.start(m.current, 'task');
    }
  }
}
