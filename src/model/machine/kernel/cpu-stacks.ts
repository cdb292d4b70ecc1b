// CPUs and what runs on each: a task, a softirq on top of it, a hard interrupt on top of that. What lies below does not
// go on until what lies above has ended. By itself each context has a CPU of its own. An interrupt on another CPU can do
// all that one on top of a task can, and more; so being on top of one is looked at only in programs that can tell: that
// take a lock both in an interrupt and with that interrupt enabled, wait in an interrupt, or ask which CPU they are on.
// A test can also say how many CPUs there are; then everything shares them.
import { maxContexts } from '../../detect/index.js';
import { contextsOf } from '../context-set.js';
import type { Machine } from '../machine.js';
import { refinements } from '../types.js';
import type { Wait } from '../waits.js';

/** What a context is, for the rules of locking and sleeping. */
export type KernelContext = 'task' | 'softirq' | 'hardirq';

/** What a context keeps from its CPU, as bits: other tasks, softirqs, hard interrupts. */
export const levels = { tasks: 1, softirqs: 2, hardirqs: 4 } as const;
const levelCount = 3;
/** In the null page, where no object of a program lies: a word for each CPU. */
const firstWord = 0x300;

export class CpuStacks {
  /** By context: what it is for its CPU, whether it has begun or not. */
  private readonly kinds: KernelContext[];
  private readonly m: Machine;
  /** `waiting`: bit set of interrupts that have not begun. `limit`: see {@link limit}. */
  private readonly state: { waiting: number; limit: number };
  /** By CPU: bit set of the contexts that were placed there. */
  private readonly placed: Int32Array;
  /** By CPU: the interrupt on top of all that run there, plus one; by context: what it lies upon, likewise. */
  private readonly tops: Int32Array;
  private readonly belows: Int32Array;
  /** By context: {@link levels} that it keeps away now. */
  private readonly held: Int32Array;
  /** By CPU and level: what sections did that kept it away. */
  private readonly slots: Map<number, number>;
  /** What the contexts below an interrupt waited for. */
  private readonly waits: Map<number, Wait | null>;

  constructor(m: Machine) {
    this.m = m;
    this.kinds = m.valueColumn<KernelContext>('task');
    this.state = m.perExecution({ waiting: 0, limit: 0 });
    this.placed = m.perExecution(new Int32Array(maxContexts));
    this.tops = m.perExecution(new Int32Array(maxContexts));
    this.belows = m.column();
    this.held = m.column();
    this.slots = m.perExecution(new Map<number, number>());
    this.waits = m.perExecution(new Map<number, Wait | null>());
  }

  /** CPUs that all contexts share; 0 when each has its own. */
  get limit(): number {
    return this.state.limit;
  }

  set limit(cpus: number) {
    this.state.limit = cpus;
  }

  /** What a context is for its CPU, whether it has begun or not. */
  kindOf(context: number): KernelContext {
    return this.kinds[context] as KernelContext;
  }

  /** Whether contexts can lie on top of each other. */
  get nested(): boolean {
    return this.limit > 0 || (this.m.refined & refinements.nesting) !== 0;
  }

  /**
   * Being on top of another context could matter to what the current one does. True when the execution ends because of
   * that: the caller must return at once.
   */
  mayMatter(): boolean {
    const { m } = this;
    return this.limit === 0 && m.count > 1 && m.refine(refinements.nesting);
  }

  /** A context that was just spawned gets a CPU: each possible one is explored. */
  place(context: number, kind: KernelContext): void {
    const { m } = this;
    this.kinds[context] = kind;
    if (!this.nested) return;
    const own = context - 1;
    if (this.limit > 0) m.cpus[context] = kind === 'task' ? own % this.limit : m.choose(this.limit, false);
    else {
      const options = [own, ...this.candidates(own, kind)];
      m.cpus[context] = options[m.choose(options.length, false)] ?? own;
    }
    this.enter(context, kind);
  }

  /** An interrupt begins: it lies on top of whatever runs there. */
  begin(context: number): void {
    const { m } = this;
    if (!this.nested) return;
    const cpu = m.cpus[context] as number;
    this.state.waiting &= ~(1 << context);
    m.cpuWordWrite[context] = 0;
    this.belows[context] = this.tops[cpu] as number;
    this.tops[cpu] = context + 1;
    for (const below of contextsOf(this.livingOn(cpu) & ~(1 << context) & ~this.state.waiting)) {
      if (!this.waits.has(below)) this.waits.set(below, m.waitingFor[below] ?? null);
      m.waitingFor[below] = { on: 'interrupt-end', who: context };
    }
    this.update(cpu);
  }

  /** An interrupt has ended; it may come again. */
  end(context: number): void {
    const { m } = this;
    if (!this.nested) return;
    const cpu = m.cpus[context] as number;
    if (this.tops[cpu] !== context + 1) return;
    this.tops[cpu] = this.belows[context] as number;
    this.keep(context, 0);
    this.state.waiting |= 1 << context;
    m.cpuWordWrite[context] = 1;
    if (this.tops[cpu] === 0)
      for (const below of contextsOf(this.livingOn(cpu))) {
        const waited = this.waits.get(below);
        if (waited !== undefined) m.waitingFor[below] = waited;
        this.waits.delete(below);
      }
    this.update(cpu);
  }

  /** The context, whose interrupt has ended if it was one, goes on as a task. */
  becomeTask(context: number): void {
    const { m } = this;
    if (this.kinds[context] === 'task' || !this.nested) return;
    this.end(context);
    this.kinds[context] = 'task';
    const cpu = m.cpus[context] as number;
    this.placed[cpu] = (this.placed[cpu] as number) & ~(1 << context);
    this.state.waiting &= ~(1 << context);
    m.cpus[context] = this.limit > 0 ? (context - 1) % this.limit : context - 1;
    this.enter(context, 'task');
  }

  /** The context has ended for good. */
  leave(context: number): void {
    if (!this.nested || context === 0) return;
    this.end(context);
    this.keep(context, 0);
    this.update(this.m.cpus[context] as number);
  }

  /**
   * The context goes no further, and its CPU is let go, though in truth it would hold it: answers whether somebody can go
   * on because of that.
   */
  giveUp(context: number): boolean {
    if (!this.nested || context === 0) return false;
    const { m } = this;
    const cpu = m.cpus[context] as number;
    const before = m.suppressed;
    this.end(context);
    this.keep(context, 0);
    this.placed[cpu] = (this.placed[cpu] as number) & ~(1 << context);
    this.update(cpu);
    return (before & ~m.suppressed & ~(1 << context)) !== 0;
  }

  /** The current state of a context keeps `now` away from its CPU: as if it held a lock for each. */
  keep(context: number, now: number): void {
    const before = this.held[context] as number;
    if (now === before) return;
    this.held[context] = now;
    if (!this.nested || context === 0) return;
    const { m } = this;
    const cpu = m.cpus[context] as number;
    for (let level = 0; level < levelCount; level++) {
      const bit = 1 << level;
      if ((now & bit) !== 0 && (before & bit) === 0) m.acquire(this.slotOf(cpu, level));
      if ((now & bit) === 0 && (before & bit) !== 0) m.release(this.slotOf(cpu, level));
    }
    this.update(cpu);
  }

  /**
   * The current context is about to keep away what it did not before: until then, it could come. False: return at once.
   */
  aboutToKeep(now: number, site: number): boolean {
    const { m } = this;
    const { current } = m;
    const more = now & ~(this.held[current] as number);
    if (more === 0) return true;
    // With a CPU for each task there is no other that could be kept away.
    if (!this.nested || current === 0 || (more === levels.tasks && this.limit === 0)) {
      m.steps++;
      return true;
    }
    m.cpuWordWrite[current] = 1;
    if (!m.reach(m.cpuWord[current] as number, 4, true, 0, 0, site)) return false;
    m.cpuWordWrite[current] = 0;
    return true;
  }

  /**
   * The current context is about to give something back that it may hold with interrupts enabled: until then, one that
   * wants it could come. False: return at once.
   */
  beforeUnlock(site: number): boolean {
    const { m } = this;
    const { current } = m;
    if (!this.nested || current === 0 || ((this.held[current] as number) & levels.hardirqs) !== 0) {
      m.steps++;
      return true;
    }
    return m.reach(m.cpuWord[current] as number, 4, false, 0, 0, site);
  }

  private enter(context: number, kind: KernelContext): void {
    const { m } = this;
    const cpu = m.cpus[context] as number;
    m.cpuWord[context] = firstWord + 4 * cpu;
    this.placed[cpu] = (this.placed[cpu] as number) | (1 << context);
    m.cpuWordWrite[context] = kind === 'task' ? 0 : 1;
    if (kind !== 'task') this.state.waiting |= 1 << context;
    this.update(cpu);
  }

  /** CPUs of others on which the context would be on top, or below, of what it can be on top or below of. */
  private candidates(own: number, kind: KernelContext): number[] {
    const found: number[] = [];
    for (let cpu = 0; cpu < this.m.count; cpu++) {
      const there = cpu === own ? 0 : this.livingOn(cpu);
      if (there === 0) continue;
      const tasks = contextsOf(there).filter((other) => this.kinds[other] === 'task').length;
      const softirqs = contextsOf(there).filter((other) => this.kinds[other] === 'softirq').length;
      const fits =
        kind === 'task'
          ? (there & ~this.state.waiting) === 0
          : tasks > 0 || (kind === 'hardirq' && softirqs > 0);
      if (fits) found.push(cpu);
    }
    return found;
  }

  private livingOn(cpu: number): number {
    return (this.placed[cpu] as number) & this.m.living;
  }

  /** Who can go on, of the contexts of a CPU. */
  private update(cpu: number): void {
    const { m, kinds, held } = this;
    const here = this.livingOn(cpu);
    const top = (this.tops[cpu] as number) - 1;
    let kept = 0;
    let firm = -1;
    for (const context of contextsOf(here & ~this.state.waiting)) {
      if (top >= 0 && context !== top) continue;
      kept |= held[context] as number;
      if (held[context] !== 0) firm = context;
    }
    let free = 0;
    for (const context of contextsOf(here)) {
      const isWaiting = (this.state.waiting & (1 << context)) !== 0;
      const may = isWaiting
        ? kinds[context] === 'hardirq'
          ? (kept & levels.hardirqs) === 0
          : (kept & levels.softirqs) === 0 && top < 0
        : top >= 0
          ? context === top
          : firm < 0 || context === firm;
      if (may) free |= 1 << context;
    }
    m.suppressed = (m.suppressed & ~here) | (here & ~free);
  }

  private slotOf(cpu: number, level: number): number {
    const index = cpu * levelCount + level;
    const known = this.slots.get(index);
    if (known !== undefined) return known;
    const created = this.m.sync.create(0, 'other');
    this.slots.set(index, created);
    return created;
  }
}
