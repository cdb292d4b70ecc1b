// The deterministic machine that runs a linked program: contexts that switch only where the program calls the
// machine, memory restored before each execution, and one scheduler that takes every choice.
import { maxContexts, RaceDetector } from '../detect/index.js';
import type { Program } from '../link/index.js';
import { Beginnings } from './beginnings.js';
import { contextsOf, firstOf } from './context-set.js';
import { Coroutines, type SavedFrames } from './coroutines.js';
import type { Coverage } from './coverage.js';
import { deadlock } from './failures.js';
import { Heap } from './heap.js';
import type { MemoryLayout } from './layout.js';
import { LoadedProgram } from './loaded-program.js';
import { abandon, type Scheduler } from './scheduler.js';
import { tell } from './setup-recorder.js';
import type { Suspended } from './suspended.js';
import { ThreadLocals } from './thread-locals.js';
import { type Ending, type Entry, type MachineLimits, noFootprint, timedWait } from './types.js';

/** Entry site of what a context runs after its own entry. */
const followUpSite = -1;

export class Machine extends Beginnings {
  readonly program: Program;
  readonly limits: MachineLimits;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly detector: RaceDetector;
  readonly heap: Heap;
  readonly layout: MemoryLayout;
  /** Of {@link heap}, {@link layout} and {@link limits}, where speed matters. */
  readonly heapStart: number;
  readonly memoryEnd: number;
  readonly maxSteps: number;
  /** Where variables that nobody supplies stand; no bytes when there are none. */
  readonly undefinedStart: number;
  readonly undefinedBytes: number;

  /** By site: whether a plain access there is an operation that the scheduler is asked about. */
  readonly visible: Uint8Array;
  private scheduler!: Scheduler;
  protected readonly coroutines: Coroutines;
  protected readonly loaded: LoadedProgram;
  /** What each context ran, in all executions so far. */
  readonly coverage: Coverage;
  readonly exports: WebAssembly.Exports;
  private readonly threadLocals: ThreadLocals | null;

  /** `makeImports` supplies a function for each import of the program; it is called once. */
  constructor(
    program: Program,
    limits: MachineLimits,
    makeImports: (machine: Machine) => Record<string, WebAssembly.ImportValue>,
  ) {
    super();
    this.program = program;
    this.limits = limits;
    this.loaded = new LoadedProgram(program, limits, makeImports(this));
    const { instance, layout, bytes, words } = this.loaded;
    this.exports = instance.exports;
    this.coverage = this.loaded.coverage;
    this.memory = instance.memory;
    this.layout = layout;
    this.bytes = bytes;
    this.words = words;
    this.coroutines = new Coroutines(instance, layout, words);
    this.detector = new RaceDetector(layout.end);
    this.detector.onRace = (pair) => {
      if (!this.doubtful) this.onRace(pair);
    };
    this.heap = new Heap(layout.heap, maxContexts);
    this.heapStart = this.heap.start;
    this.memoryEnd = layout.end;
    this.maxSteps = limits.steps;
    this.undefinedStart = this.loaded.undefinedStart;
    this.undefinedBytes = this.loaded.undefinedBytes;
    this.sync.watch(layout.end);
    this.visible = new Uint8Array(program.siteLimit + 1);
    this.threadLocals = ThreadLocals.of(this);
  }

  /** Runs the program once, from its first instruction to its end. `entry` is the first context. */
  execute(scheduler: Scheduler, entry: Entry): Ending {
    this.long.begin();
    try {
      return this.run(scheduler, entry);
    } finally {
      this.long.end();
    }
  }

  private run(scheduler: Scheduler, entry: Entry): Ending {
    this.start(scheduler, entry);
    this.stepStop = Math.min(this.maxSteps, this.long.nextLook(this.steps));
    for (;;) {
      const { current } = this;
      this.threadLocals?.enter(current);
      const { coverage } = this;
      this.coroutines.enter(current, this.doubtful ? coverage.nobody : coverage.addressOf(current));
      let trap: unknown = null;
      let result = 0;
      try {
        result = (this.entries[current] as Entry)(this.entryArguments[current] as number);
      } catch (error) {
        trap = error;
      }
      if (trap !== null) this.crash(trap);
      else if (this.coroutines.unwinding && !this.exiting) this.suspended(current);
      else this.leave(current, result);
      const running = this.living & ~this.stalled;
      this.history.endStretch(current, this.steps, (running & (1 << current)) === 0);
      if (this.trouble !== null) throw this.trouble;
      if (this.next === abandon) return this.ending;
      this.current = this.next;
    }
  }

  /** From the beginning, or from where setup ends. */
  private start(scheduler: Scheduler, entry: Entry): void {
    this.current = 0;
    const told = this.putBack(entry);
    scheduler.begin(this);
    if (told !== null) {
      this.scheduler = scheduler;
      tell(scheduler, told);
      return;
    }
    this.scheduler = this.recorded(scheduler);
    this.spawn(-1, entry, 0, 0);
  }

  private suspended(context: number): void {
    this.coroutines.unwound(context);
    const { paused } = this;
    if (paused !== null) {
      this.paused = null;
      this.coroutines.putFrames(context, paused(this.coroutines.framesOf(context)));
      this.next = context;
      return;
    }
    if (!this.judging) return;
    this.judging = false;
    this.spins.judge(context, this.coroutines.stateOf(context));
    this.next = this.schedule(context);
  }

  /** A new context, after all that `parent` did. Answers its number, or -1 when there are too many. */
  spawn(parent: number, entry: Entry, argument: number, site: number): number {
    if (this.count === maxContexts) return -1;
    const context = this.addContext(site);
    this.coroutines.fresh |= 1 << context;
    this.entries[context] = entry;
    this.entryArguments[context] = argument;
    this.spins.begin(context);
    this.unjoined++;
    this.alone = this.unjoined === 1;
    this.detector.start(context, parent);
    this.threadLocals?.begin(context, site);
    this.scheduler.started(context, parent);
    return context;
  }

  /** A context that is suspended, and not the current one, runs `other` from now on. Answers what it ran. */
  exchange(context: number, other: Suspended): Suspended {
    const before: Suspended = {
      frames: this.coroutines.exchange(context, other.frames),
      entry: this.entries[context] as Entry,
      argument: this.entryArguments[context] as number,
      ...this.takePending(context),
    };
    this.entries[context] = other.entry;
    this.entryArguments[context] = other.argument;
    this.putPending(context, other);
    this.spins.begin(context);
    this.changed();
    return before;
  }

  /** Another context has observed the end of one: what that one did is ordered from now on. */
  joined(): void {
    this.unjoined--;
    this.alone = this.unjoined === 1;
  }

  /** The function behind a function pointer, or null when it is none of the program's. */
  functionAt(pointer: number): Entry | null {
    return this.loaded.functions.at(pointer);
  }

  /**
   * The current context stands before an operation on `size` bytes at `address` (or {@link noFootprint}) that can
   * happen when `gate` is above 0. Answers whether it may happen now; if not, the caller must return at once, and is
   * called again with the same arguments when it may.
   */
  reach(address: number, size: number, write: boolean, gate: number, object: number, site: number): boolean {
    const { current, coroutines } = this;
    if (coroutines.rewinding) {
      coroutines.resumed();
      return true;
    }
    if (coroutines.unwinding) return false;
    if (++this.steps > this.stepStop && !this.goesFurther(site)) return false;
    if (
      (this.alone || address === noFootprint) &&
      (this.sync.gates[gate] as number) > 0 &&
      this.deferred === 0
    )
      return true;
    this.pendingAddress[current] = address;
    this.pendingSize[current] = size;
    this.pendingWrite[current] = write ? 1 : 0;
    this.pendingGate[current] = gate;
    this.pendingObject[current] = object;
    this.pendingSite[current] = site;
    const bit = 1 << current;
    if (address === noFootprint) this.local |= bit;
    else {
      this.local &= ~bit;
      if (this.spins.note(current, site)) {
        // Its variables can be looked at once they are saved: see execute().
        this.judging = true;
        coroutines.unwind(current);
        return false;
      }
    }
    const next = this.schedule(current);
    if (next === current) return true;
    this.next = next;
    coroutines.unwind(current);
    return false;
  }

  /** The end of the whole program: happens once nothing else can. */
  reachExit(site: number): boolean {
    if (!this.coroutines.rewinding) this.deferred |= 1 << this.current;
    return this.reach(noFootprint, 0, false, 0, 0, site);
  }

  /**
   * The current context is stopped, goes on at once with the frames that `then` answers, and the call that stood in the
   * last of those is made again. The caller must return at once.
   */
  pause(then: (frames: SavedFrames) => SavedFrames): void {
    this.paused = then;
    this.coroutines.unwind(this.current);
  }

  /** Goes on behind {@link pause}. */
  resume(): void {
    this.coroutines.resumed();
  }

  /** Of the current context. */
  get stackPointer(): number {
    return Number((this.exports.__stack_pointer as WebAssembly.Global).value);
  }

  /** Whether the current call is the second half of one that {@link reach} suspended. */
  get resuming(): boolean {
    return this.coroutines.rewinding;
  }

  /** Whether the current context is being stopped: a call from here into the program has not returned for good. */
  get suspending(): boolean {
    return this.coroutines.unwinding;
  }

  /** Memory changed, or a lock: whoever spins on something may look again. */
  changed(): void {
    this.spins.changed();
  }

  /** Orders what the current context did before what acquires `slot` later. */
  release(slot: number): void {
    this.detector.release(this.current, slot);
    this.scheduler.published(this.current, slot);
  }

  acquire(slot: number): void {
    this.detector.acquire(this.current, slot);
    this.scheduler.observed(this.current, slot);
  }

  /** One of `count` values, each explored. `told`: whether a replay shows it. */
  choose(count: number, told = true): number {
    const value = count > 1 ? this.scheduler.value(count) : 0;
    if (count > 1) this.history.choose(value);
    if (told && this.tracer !== null && count > 1)
      this.tracer.detail(this.current, `choice ${value} of ${count}`);
    return value;
  }

  /** Counts changes of memory and of locks. */
  get changes(): number {
    return this.spins.changes;
  }

  /** Bytes between the program's memory limits, for accesses that do not come from a block of the heap. */
  get stackLow(): number {
    return this.layout.stackLow(this.current);
  }

  /** The current context ends now, whatever it has still to return from. The caller must return at once. */
  exit(result: number): void {
    this.results[this.current] = result;
    this.exiting = true;
    this.coroutines.unwind(this.current);
  }

  /** The entry of the current context has been left. */
  private leave(context: number, result: number): void {
    if (this.exiting) {
      this.coroutines.unwound(context);
      this.exiting = false;
    } else if (this.entrySites[context] !== followUpSite) {
      this.results[context] = result;
      if (context === 0) this.exited = true;
    }
    const follow = this.followUp(context);
    if (follow !== null) {
      this.entries[context] = follow.entry;
      this.entryArguments[context] = follow.argument;
      this.entrySites[context] = followUpSite;
      this.coroutines.fresh |= 1 << context;
      this.next = context;
      return;
    }
    this.living &= ~(1 << context);
    this.changed();
    const end = this.sync.endOf(context);
    this.sync.gates[end << 1] = 1;
    this.threadLocals?.end(context);
    this.release(end);
    this.onEnd(context);
    this.next = this.ending === 'complete' || this.stalled !== 0 ? this.schedule(-1) : abandon;
  }

  /** Which context goes on: {@link abandon} when the execution is over. */
  protected schedule(current: number): number {
    const enabled = this.enabledContexts(this.sync.gates) & ~this.stalled;
    if (enabled === 0) {
      if (this.stalled !== 0) {
        if (this.ending === 'complete' && this.assumed) this.ending = 'assumed-away';
      } else if (this.living !== 0 && !this.exited) {
        // A wait with a time limit ends: the execution in which it ran out is another one.
        if (contextsOf(this.living).some((context) => this.waitingFor[context] === timedWait))
          this.ending = 'assumed-away';
        else this.failed(deadlock(this));
      }
      return abandon;
    }
    const running = enabled & ~this.deferred;
    if (running === 0) return firstOf(enabled);
    const atOnce = this.eager ? running & this.local : 0;
    if (atOnce !== 0) return current >= 0 && (atOnce & (1 << current)) !== 0 ? current : firstOf(atOnce);
    const useful = running & ~this.spins.spinning;
    if (useful === 0) this.onStandstill();
    // A replay stops at more operations: what spins is told otherwise there, and the schedule says who goes on.
    const isFree = useful === 0 || (this.tracer !== null && !this.looksOn);
    const picked = this.scheduler.pick(isFree ? running : useful, current);
    if (picked === abandon && (this.ending === 'complete' || this.goesOn)) this.ending = 'abandoned';
    return picked;
  }
}
