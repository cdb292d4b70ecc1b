// Tasks: `current`, sleeping and waking (kernel/sched/core.c, v6.12). A task that sleeps goes on when it is woken; with a time limit, at any point. struct task_struct on wasm32 begins with struct
// thread_info (16 bytes), behind which its state lies.
import { inputError } from '../../../base/index.js';
import { maxContexts } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import { type Import, noFootprint } from '../types.js';
import { waits } from '../waits.js';
import { type CpuState, maySleep } from './cpu.js';
import { type Clock, jiffy } from './time.js';

export const stateOffset = 16;
const taskBytes = 8192;
const maxTimeout = 0x7fffffff;
/** TASK_NORMAL: interruptible and not. */
export const taskNormal = 3;

/** What has been asked of a kernel thread. */
export interface Kthread {
  shouldStop: boolean;
  shouldPark: boolean;
  /** Its gates: open while it is parked; open while it need not be. */
  readonly parking: number;
  /** How often it has been told that there is nothing to do but its work. */
  rounds: number;
}

export interface Task {
  readonly address: number;
  /** -1: a thread that was created and not woken yet. */
  context: number;
  readonly slot: number;
  readonly entry: ((argument: number) => number) | null;
  readonly argument: number;
  /** Of a kernel thread; null for any other task. */
  readonly thread: Kthread | null;
}

export class Tasks {
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly clock: Clock;
  private readonly byAddress: Map<number, Task>;
  private readonly byContext: (Task | null)[];

  constructor(m: Machine, cpu: CpuState, clock: Clock) {
    this.m = m;
    this.cpu = cpu;
    this.clock = clock;
    this.byAddress = m.perExecution(new Map<number, Task>());
    this.byContext = m.valueColumn<Task | null>(null);
  }

  get current(): Task {
    const { m } = this;
    const known = this.byContext[m.current];
    if (known != null) return known;
    const task = this.create(null, 0, 0);
    task.context = m.current;
    this.byContext[m.current] = task;
    return task;
  }

  /** Whether `context` is a kernel thread that waits and that nobody stops. */
  isIdle(context: number): boolean {
    const task = this.byContext[context];
    return task?.thread != null && !task.thread.shouldStop;
  }

  setState(task: Task, state: number): void {
    this.m.words[(task.address + stateOffset) >> 2] = state;
  }

  /** Wakes the task at `address` when it sleeps in one of `states`. Answers whether it did. */
  wake(address: number, states: number): boolean {
    const { m } = this;
    const task = this.byAddress.get(address);
    if (task === undefined) return false;
    m.release(task.slot);
    const state = m.words[(address + stateOffset) >> 2] as number;
    if ((state & states) === 0) return false;
    this.setState(task, 0);
    m.sync.gates[task.slot << 1] = 1;
    m.changed();
    return true;
  }

  /** Sleeps until woken, when the state says so. False: return at once. */
  sleep(site: number, why = waits['wake-up']): boolean {
    const { m, cpu } = this;
    if (!maySleep(m, cpu, 'schedule', site)) return false;
    const task = this.current;
    const running = m.words[(task.address + stateOffset) >> 2] === 0;
    if (!m.resuming) m.sync.gates[task.slot << 1] = running ? 1 : 0;
    m.waitingFor[m.current] = why;
    if (!m.reach(noFootprint, 0, false, task.slot << 1, 0, site)) return false;
    m.acquire(task.slot);
    return true;
  }

  imports(): Record<string, Import> {
    const { m, cpu } = this;
    const wakeUp = (states: number) => (address: number, site: number) => {
      if (!m.reach(address + stateOffset, 4, true, 0, 0, site)) return 0;
      m.tracer?.event(m.current, { kind: 'post', call: 'wake_up_process' }, site, address, 0);
      const task = this.byAddress.get(address);
      if (task !== undefined && task.context < 0 && task.entry !== null) return this.begin(task, site);
      return this.wake(address, states) ? 1 : 0;
    };
    const sleep = (site: number) => void this.sleep(site);
    const timedSleep = (timeout: number, site: number): number => {
      if (timeout === maxTimeout) return this.sleep(site) ? timeout : 0;
      if (!maySleep(m, cpu, 'schedule_timeout', site)) return 0;
      const task = this.current;
      const { current, stage, results } = m;
      if (stage[current] === 0) {
        if (!m.reach(task.address + stateOffset, 4, true, 0, 0, site)) return 0;
        const woken = m.words[(task.address + stateOffset) >> 2] === 0;
        if (woken) m.acquire(task.slot);
        this.setState(task, 0);
        results[current] = woken ? 1 : 0;
        stage[current] = 1;
      }
      if (!this.clock.pass(timeout * jiffy, site)) return 0;
      stage[current] = 0;
      return results[current] === 1 ? Math.max(timeout, 1) : 0;
    };
    return {
      millrace_current: () => this.current.address,
      schedule: sleep,
      io_schedule: sleep,
      schedule_timeout: timedSleep,
      schedule_timeout_interruptible: (timeout: number, site: number) => timedSleep(timeout, site),
      schedule_timeout_uninterruptible: (timeout: number, site: number) => timedSleep(timeout, site),
      wake_up_process: wakeUp(taskNormal),
      wake_up_state: (address: number, states: number, site: number) => wakeUp(states)(address, site),
      yield: () => {},
      set_user_nice: () => {},
      sched_set_fifo: () => {},
      sched_set_fifo_low: () => {},
      sched_set_normal: () => {},
      set_freezable: () => 0,
    };
  }

  /** A kernel thread when there is an `entry`. */
  create(entry: Task['entry'], argument: number, site: number): Task {
    const { m } = this;
    const address = m.heap.allocate(m.current, taskBytes, site);
    m.bytes.fill(0, address, address + taskBytes);
    const slot = m.sync.create(0, 'other');
    const thread = entry === null ? null : this.newThread();
    const task = { address, context: -1, slot, entry, argument, thread };
    this.byAddress.set(address, task);
    return task;
  }

  /** The task at `address`, or undefined. */
  at(address: number): Task | undefined {
    return this.byAddress.get(address);
  }

  private newThread(): Kthread {
    const parking = this.m.sync.create(0, 'other');
    this.m.sync.gates[(parking << 1) + 1] = 1;
    return { shouldStop: false, shouldPark: false, parking, rounds: 0 };
  }

  private begin(task: Task, site: number): number {
    const { m } = this;
    const context = m.spawn(m.current, task.entry as (argument: number) => number, task.argument, site);
    if (context < 0) {
      m.abort(
        inputError(`more than ${maxContexts} contexts in one execution are not modelled`, {
          at: m.program.symbols.place(site),
        }),
      );
      return 0;
    }
    task.context = context;
    this.byContext[context] = task;
    this.cpu.start(context, 'task');
    this.cpu.stacks.place(context, 'task');
    return 1;
  }
}
