// A scheduler that keeps time: each context has a clock, steps cost time, stalls cost more, and whose clock is behind
// goes on. Contexts share CPUs: a task goes on until it blocks or ends; an interrupt comes upon what its CPU runs, as
// soon as that has interrupts enabled, and runs to its end. So one seed is one run, and many are a sample.
import { maxContexts } from '../detect/index.js';
import { type RandomNumbers, randomNumbers } from '../explore/index.js';
import { firstOf, type Machine, type Scheduler, type VirtualCpus } from '../machine/index.js';

/** What runs on a CPU upon what: a task, a softirq upon it, a hard interrupt upon that. */
export type Level = 0 | 1 | 2;

/** What the scheduler has to know of contexts: plain C has tasks alone. */
export interface ContextView {
  cpuOf(context: number): number;
  level(context: number): Level;
  /** Whether an interrupt has begun and not ended. */
  isBegun(context: number): boolean;
  irqsOff(context: number): boolean;
  bhOff(context: number): boolean;
  pidOf(context: number): number;
  commOf(context: number): string;
}

/** Nanoseconds after its start that a new context begins. */
export type StartDelay = (child: number, parent: number, random: RandomNumbers) => number;

export interface TimedOptions {
  readonly cpus: number;
  readonly seed: number;
  readonly view: ContextView;
  readonly delay: StartDelay;
  /** Nanoseconds that one step of the machine stands for. */
  readonly stepTime: number;
  /** Nanoseconds by which one context may be ahead of another, at random. */
  readonly slack: number;
  /** Nanoseconds between two executions. */
  readonly pause: number;
}

export class TimedScheduler implements Scheduler, VirtualCpus {
  readonly cpus: number;
  sliceEnd = 0;
  /** Told of each context that begins, and of what stands for a release of a lock. */
  onStart: (context: number) => void = () => {};
  onPublish: () => void = () => {};
  /** Told at each turn. */
  onTurn: (now: number) => void = () => {};

  private readonly options: TimedOptions;
  readonly random: RandomNumbers;
  private machine!: Machine;
  private readonly clocks = new Float64Array(maxContexts);
  /** By CPU: the task that it is given to, and the context that ran there last. */
  private readonly owners: Int32Array;
  private readonly lastOn: Int32Array;
  private held = 0;
  private running = 0;
  /** The CPU of the running context if that is a task, which it remains and where it stays; -1 for an interrupt. */
  private taskCpu = -1;
  private enabledBefore = 0;
  private begunBefore = 0;
  private stepsBefore = 0;
  private timeBefore = 0;
  private epoch = 0;

  constructor(options: TimedOptions) {
    this.options = options;
    this.cpus = options.cpus;
    this.random = randomNumbers(options.seed);
    this.owners = new Int32Array(options.cpus);
    this.lastOn = new Int32Array(options.cpus);
  }

  begin(machine: Machine): void {
    this.epoch += Math.max(...this.clocks) + this.options.pause;
    this.machine = machine;
    this.clocks.fill(0);
    this.owners.fill(-1);
    this.lastOn.fill(-1);
    this.held = 0;
    this.running = 0;
    this.taskCpu = -1;
    this.enabledBefore = 0;
    this.begunBefore = 0;
    this.stepsBefore = 0;
    this.timeBefore = 0;
    this.sliceEnd = 0;
  }

  started(child: number, parent: number): void {
    const delay = this.options.delay(child, parent, this.random);
    this.clocks[child] = (parent < 0 ? 0 : this.clockNow()) + delay;
    this.enabledBefore |= 1 << child;
    if (parent < 0) this.running = child;
    // Whoever runs must ask again: there is somebody new.
    this.sliceEnd = 0;
    this.onStart(child);
  }

  published(): void {
    this.onPublish();
  }

  observed(): void {}

  value(count: number): number {
    return this.random(count);
  }

  readonly contexts = maxContexts;

  self(context: number): number {
    return context;
  }

  cpuOf(context: number): number {
    if (context === this.running && this.taskCpu >= 0) return this.taskCpu;
    return this.options.view.cpuOf(context);
  }

  inTask(context: number): boolean {
    if (context === this.running && this.taskCpu >= 0) return true;
    return this.options.view.level(context) === 0;
  }

  pidOf(context: number): number {
    return this.options.view.pidOf(context);
  }

  commOf(context: number): string {
    return this.options.view.commOf(context);
  }

  now(): number {
    return this.epoch + this.clockNow();
  }

  busy(nanoseconds: number, interruptible: boolean): void {
    this.account();
    this.clocks[this.running] = (this.clocks[this.running] as number) + nanoseconds;
    if (!interruptible) this.held |= 1 << this.running;
    this.sliceEnd = 0;
  }

  /** `context` does not go on before that time since boot. */
  notBefore(context: number, time: number): void {
    this.account();
    this.clocks[context] = Math.max(time - this.epoch, this.clockNow());
    this.enabledBefore |= 1 << context;
    this.sliceEnd = 0;
  }

  /** When `context` could go on, in nanoseconds since boot. */
  timeOf(context: number): number {
    return this.epoch + (this.clocks[context] as number);
  }

  pick(enabled: number): number {
    this.account();
    const { clocks, running } = this;
    const now = clocks[running] as number;
    this.wake(enabled & ~this.enabledBefore & ~(1 << running), now);
    this.endInterrupts(now);
    this.enabledBefore = enabled;
    let best = -1;
    let bestClock = Number.POSITIVE_INFINITY;
    let nextClock = Number.POSITIVE_INFINITY;
    for (let rest = enabled; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      const clock = this.clockOn(context);
      const allowed = this.isAllowed(context, enabled);
      if (allowed && clock < bestClock) {
        nextClock = Math.min(nextClock, bestClock);
        best = context;
        bestClock = clock;
      } else if (allowed || this.options.view.level(context) !== 0) nextClock = Math.min(nextClock, clock);
    }
    // Every one of them waits for its CPU: one that an interrupt holds which waits for them.
    if (best < 0) best = firstOf(enabled);
    return this.turnTo(best, nextClock);
  }

  private turnTo(context: number, nextClock: number): number {
    const { clocks, options, machine } = this;
    const cpu = options.view.cpuOf(context);
    clocks[context] = this.clockOn(context);
    // A stall is over when its context has its turn again.
    this.held &= ~(1 << context);
    const isTask = options.view.level(context) === 0;
    if (isTask) this.owners[cpu] = context;
    this.taskCpu = isTask ? cpu : -1;
    this.lastOn[cpu] = context;
    this.running = context;
    machine.time = this.epoch + (clocks[context] as number);
    this.timeBefore = machine.time;
    this.stepsBefore = machine.steps;
    const ahead = nextClock - (clocks[context] as number) + this.random(options.slack);
    this.sliceEnd = machine.steps + Math.max(1, Math.min(Math.ceil(ahead / options.stepTime), 1e6));
    this.onTurn(machine.time);
    return context;
  }

  private clockNow(): number {
    const { machine, running } = this;
    return (
      (this.clocks[running] as number) +
      (machine.steps - this.stepsBefore) * this.options.stepTime +
      (machine.time - this.timeBefore)
    );
  }

  /** What the running context did since it was given its turn costs time. */
  private account(): void {
    this.clocks[this.running] = this.clockNow();
    this.stepsBefore = this.machine.steps;
    this.timeBefore = this.machine.time;
  }

  private wake(woken: number, now: number): void {
    const { clocks } = this;
    for (let rest = woken; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      clocks[context] = Math.max(clocks[context] as number, now);
    }
  }

  /** Where an interrupt has ended, what it came upon goes on from then. */
  private endInterrupts(now: number): void {
    const { machine, options, clocks } = this;
    let begun = 0;
    for (let rest = machine.living; rest !== 0; rest &= rest - 1) {
      const context = firstOf(rest);
      if (options.view.level(context) !== 0 && options.view.isBegun(context)) begun |= 1 << context;
    }
    const ended = this.begunBefore & ~begun;
    this.begunBefore = begun;
    if (ended === 0) return;
    for (let rest = ended; rest !== 0; rest &= rest - 1) {
      const cpu = this.cpuOf(firstOf(rest));
      for (let others = machine.living; others !== 0; others &= others - 1) {
        const other = firstOf(others);
        if (this.cpuOf(other) === cpu && options.view.level(other) === 0)
          clocks[other] = Math.max(clocks[other] as number, now);
      }
    }
  }

  /** When a context could go on: a task, not before the one that its CPU ran. */
  private clockOn(context: number): number {
    const clock = this.clocks[context] as number;
    const last = this.lastOn[this.cpuOf(context)] as number;
    if (last < 0 || last === context || this.options.view.level(context) !== 0) return clock;
    return this.options.view.level(last) === 0 ? Math.max(clock, this.clocks[last] as number) : clock;
  }

  /** Whether the context's CPU is free for it. */
  private isAllowed(context: number, enabled: number): boolean {
    const { view } = this.options;
    const cpu = this.cpuOf(context);
    const level = view.level(context);
    let upon = 0;
    for (let rest = this.begunBefore; rest !== 0; rest &= rest - 1) {
      const other = firstOf(rest);
      if (other === context || this.cpuOf(other) !== cpu) continue;
      const otherLevel = view.level(other);
      if (otherLevel > level) return false;
      if (otherLevel === level && !((this.begunBefore >> context) & 1)) return false;
      if (otherLevel < level && !((this.begunBefore >> context) & 1) && this.masks(other, level))
        return false;
      upon |= 1 << other;
    }
    if (((this.begunBefore >> context) & 1) !== 0) return true;
    const owner = this.owners[cpu] as number;
    const hasOwner = owner >= 0 && ((this.machine.living >> owner) & 1) !== 0;
    if (level === 0) return upon === 0 && (!hasOwner || owner === context || ((enabled >> owner) & 1) === 0);
    return !hasOwner || !this.masks(owner, level);
  }

  /** Whether what a context does keeps interrupts of that level away from its CPU. */
  private masks(context: number, level: Level): boolean {
    const { view } = this.options;
    if (((this.held >> context) & 1) !== 0 || view.irqsOff(context)) return true;
    return level === 1 && view.bhOff(context);
  }
}
