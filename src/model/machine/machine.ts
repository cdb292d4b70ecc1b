// The deterministic machine that runs a linked program: contexts that switch only where the program calls the
// machine, memory restored before each execution, and one scheduler that takes every choice.
import { accessFlags, maxContexts, RaceDetector } from '../detect/index.js';
import type { Program } from '../link/index.js';
import { Graph, type MemoryModel } from '../memory/index.js';
import { useObject } from './accesses.js';
import { Beginnings } from './beginnings.js';
import { Bounds } from './bounds.js';
import { contextsOf, firstOf } from './context-set.js';
import { Coroutines, type SavedFrames } from './coroutines.js';
import type { Coverage } from './coverage.js';
import { noSite } from './events.js';
import { deadlock, endlessWait } from './failures.js';
import { Heap } from './heap.js';
import type { MemoryLayout } from './layout.js';
import { LoadedProgram } from './loaded-program.js';
import { Grain, type Mode } from './mode.js';
import { abandon, type Scheduler } from './scheduler.js';
import { tell } from './setup-recorder.js';
import { clockAddress } from './spin-loops.js';
import type { Suspended } from './suspended.js';
import { ThreadLocals } from './thread-locals.js';
import { type Ending, type Entry, type MachineLimits, noFootprint } from './types.js';
import { isTimed } from './waits.js';

/** Entry site of what a context runs after its own entry. */
const followUpSite = -1;
/** How often time passes for those who wait for it; each time twice as far, up to a limit. */
const mostLeaps = 64;

export class Machine extends Beginnings {
  readonly program: Program;
  readonly limits: MachineLimits;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly detector: RaceDetector;
  readonly heap: Heap;
  readonly layout: MemoryLayout;
  readonly bounds: Bounds;
  /** Of {@link heap}, {@link layout} and {@link limits}, where speed matters. */
  readonly heapStart: number;
  readonly memoryEnd: number;
  /** Null where memory is sequentially consistent. */
  readonly weak: Graph | null;
  /** Where variables that nobody supplies stand; no bytes when there are none. */
  readonly undefinedStart: number;
  readonly undefinedBytes: number;

  readonly grain: Grain;
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
    const { memoryModel = 'sc' } = limits;
    this.weak = memoryModel === 'sc' ? null : new Graph(memoryModel);
    const { weak } = this;
    if (weak !== null) this.onReset.push(() => weak.forget());
    this.loaded = new LoadedProgram(program, limits, makeImports(this));
    const { instance, layout, bytes, words } = this.loaded;
    this.exports = instance.exports;
    this.coverage = this.loaded.coverage;
    this.memory = instance.memory;
    this.layout = layout;
    this.bytes = bytes;
    this.words = words;
    this.coroutines = new Coroutines(instance, layout, words);
    this.bounds = new Bounds(program, this.loaded, this.coroutines, this);
    this.detector = new RaceDetector(layout.end);
    this.detector.onRace = (pair) => {
      if (!this.doubtful) this.mode.onRace(pair);
      // Of an object and whoever ends it, the order counts; that is no race.
      if (((pair.firstFlags | pair.secondFlags) & accessFlags.object) === 0) this.hasRaced = true;
    };
    this.heap = new Heap(layout.heap, maxContexts);
    this.heapStart = this.heap.start;
    this.memoryEnd = layout.end;
    this.undefinedStart = this.loaded.undefinedStart;
    this.undefinedBytes = this.loaded.undefinedBytes;
    this.sync.watch(layout.end);
    this.spins.watch(bytes, words);
    this.grain = new Grain(program);
    this.threadLocals = ThreadLocals.of(this);
  }

  get memoryModel(): MemoryModel {
    return this.weak?.model ?? 'sc';
  }

  /** Runs the program once, from its first instruction to its end. `entry` is the first context. */
  execute(scheduler: Scheduler, entry: Entry, mode: Mode): Ending {
    if (mode !== this.mode) this.adopt(mode);
    this.long.begin(mode.mustStop);
    return this.run(scheduler, entry);
  }

  private run(scheduler: Scheduler, entry: Entry): Ending {
    this.start(scheduler, entry);
    this.lookAt = this.long.nextLook(this.steps);
    for (;;) {
      const { current } = this;
      this.turnStart = this.steps;
      this.limitSteps();
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
      this.ownSteps[current] = (this.ownSteps[current] as number) + this.steps - this.turnStart;
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
    this.spins.judge(context, `${this.coroutines.stateOf(context)} ${this.stateOf(context)}`);
    this.next = this.alone && (this.spins.waiting & (1 << context)) === 0 ? context : this.schedule(context);
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
    if (parent >= 0) this.weak?.started(context, parent);
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
    const { spins } = this;
    if (coroutines.rewinding) {
      coroutines.resumed();
      if (spins.recording !== 0) spins.operation(current, address, size, write, site);
      return true;
    }
    if (coroutines.unwinding) return false;
    if (++this.steps > this.stepStop && !this.goesFurther(site)) return false;
    if (spins.recording !== 0) spins.settle(current);
    const isLocal = (this.alone && !this.isDue(site)) || address === noFootprint;
    if (isLocal && (this.sync.gates[gate] as number) > 0 && this.deferred === 0) {
      if (spins.recording !== 0) spins.operation(current, address, size, write, site);
      return true;
    }
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
      if (this.noted || (this.findsWaits && spins.note(current, this.placeOf(site)))) {
        this.noted = false;
        // Its variables can be looked at once they are saved: see execute().
        this.judging = true;
        coroutines.unwind(current);
        return false;
      }
    }
    const next = this.schedule(current);
    if (next === current) {
      if (spins.recording !== 0) spins.operation(current, address, size, write, site);
      return true;
    }
    this.next = next;
    coroutines.unwind(current);
    return false;
  }

  /**
   * The current context stands before an access that is no operation. Answers whether it may happen; if not, the caller
   * must return at once.
   */
  step(address: number, size: number, write: boolean, site: number): boolean {
    if (++this.steps > this.stepStop && !this.goesFurther(site)) return false;
    const { spins, current } = this;
    if (spins.recording === 0) return true;
    spins.settle(current);
    spins.operation(current, address, size, write, site);
    return true;
  }

  /** The current context looks at a word, or changes what lies there, besides the operations that it has come to. */
  sees(address: number, write: boolean, site: number): void {
    const { spins, current } = this;
    if (spins.recording === 0) return;
    spins.settle(current);
    spins.operation(current, address, 4, write, site);
  }

  /** Whether an access that is no operation has to be treated as one now: it may belong to a loop that waits. */
  looksAt(site: number): boolean {
    return this.coroutines.rewinding || this.isDue(site);
  }

  /** A site and how far its call has come, in one number. */
  private placeOf(site: number): number {
    return site * 16 + (this.stage[this.current] as number);
  }

  /** Whether the variables of the current context are to be looked at where it stands. */
  private isDue(site: number): boolean {
    if (!this.looking || !this.findsWaits) return false;
    const { spins, current } = this;
    spins.settle(current);
    this.noted ||= spins.note(current, this.placeOf(site));
    return this.noted;
  }

  /** As {@link reach}, for an operation on the object of `slot` at `address`, which has to be there. */
  reachObject(address: number, write: boolean, gate: number, slot: number, site: number): boolean {
    return this.reach(address, 4, write, gate, slot << 1, site) && useObject(this, address, 4, site);
  }

  /**
   * As {@link reachObject}, for an operation that writes if `gate` is open when it happens, and looks if not. Not where
   * operations that open or close the gate are told as reads, because they commute.
   */
  reachTry(address: number, gate: number, slot: number, site: number): boolean {
    if (!this.coroutines.rewinding) this.writesIfOpen(gate);
    if (!this.reachObject(address, true, 0, slot, site)) return false;
    this.conditional &= ~(1 << this.current);
    return true;
  }

  /** As {@link reach}, for an operation that writes if these bytes hold `expected` when it happens. */
  reachCompare(address: number, size: number, expected: number | bigint, site: number): boolean {
    if (!this.coroutines.rewinding) this.writesIf(size, expected);
    if (!this.reach(address, size, true, 0, 0, site)) return false;
    this.conditional &= ~(1 << this.current);
    return true;
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

  /** Something changed that is neither memory nor the state of a lock: whoever waits in a loop has to look again. */
  changed(): void {
    this.spins.changed();
  }

  /** The operation of the current context changes the memory that it names, or the lock that lies there. */
  changedHere(firmly = true): void {
    this.spins.changedAt(this.current, firmly);
  }

  /** The current context looks at the clock. */
  readTime(site: number): number {
    const { spins, current } = this;
    if (spins.recording !== 0) {
      spins.settle(current);
      spins.operation(current, clockAddress, 4, false, site);
    }
    return this.time;
  }

  /** Orders what the current context did before what acquires `slot` later. */
  release(slot: number): void {
    this.detector.release(this.current, slot);
    this.weak?.release(this.current, slot);
    this.scheduler.published(this.current, slot);
  }

  acquire(slot: number): void {
    this.detector.acquire(this.current, slot);
    this.weak?.acquire(this.current, slot);
    this.scheduler.observed(this.current, slot);
  }

  /**
   * One of `count` values, each explored. `told`: whether a replay shows it. `isTimeLimit`: whether that is all that is
   * chosen, which no loop can count on.
   */
  choose(count: number, told = true, isTimeLimit = false): number {
    const value = count > 1 ? this.scheduler.value(count) : 0;
    if (count > 1) {
      this.history.choose(value);
      if (!isTimeLimit) this.spins.chose(this.current);
    }
    if (told && this.tracer !== null && count > 1)
      this.tracer.event(this.current, { kind: 'choice', value, count }, noSite, 0, 0);
    return value;
  }

  /**
   * One of `count` old and new writes, the newest first. `isDue`: whether one that is not the newest can be had in no
   * execution that has the operation earlier.
   */
  chooseWrite(count: number, isDue: (choice: number) => boolean): number {
    if (count === 1) return 0;
    const due = [0];
    for (let choice = 1; choice < count; choice++) if (isDue(choice)) due.push(choice);
    const choice = due.length === 1 ? 0 : (due[this.scheduler.value(due.length)] as number);
    this.history.choose(choice);
    if (choice > 0) {
      this.hasReadOld = true;
      // Who goes round a loop reads the newest in the end.
      this.spins.chose(this.current);
    }
    return choice;
  }

  /** The scheduler's name for the operation that happens now. */
  get operation(): number {
    return this.scheduler.operation?.() ?? -1;
  }

  /** See {@link Scheduler.follows}. */
  follows(operation: number): boolean {
    return this.scheduler.follows?.(operation) ?? true;
  }

  /** Counts changes of memory and of locks. */
  get changes(): number {
    return this.spins.changes;
  }

  takeStackOverflow(): number {
    const { stackOverflow } = this.loaded.instance;
    const site = Number(stackOverflow.value);
    stackOverflow.value = 0;
    return site;
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
    if (enabled === 0) return this.atEnd();
    const running = enabled & ~this.deferred;
    if (running === 0) return firstOf(enabled);
    const atOnce = this.eager ? running & this.local : 0;
    if (atOnce !== 0) return current >= 0 && (atOnce & (1 << current)) !== 0 ? current : firstOf(atOnce);
    let useful = running & ~this.spins.waiting;
    if (useful === 0) {
      if (enabled !== running) return firstOf(enabled & this.deferred);
      if (!this.timePasses()) return this.atStandstill();
      useful = running & ~this.spins.waiting;
    }
    if (this.conditional !== 0) this.settleConditions(this.bytes, this.sync.gates, this.weak);
    // A replay stops at more operations: what spins is told otherwise there, and the schedule says who goes on.
    const isFree = useful === 0 || (this.tracer !== null && !this.mode.looksOn);
    const picked = this.scheduler.pick(isFree ? running : useful, current);
    if (picked === abandon && (this.ending === 'complete' || this.mode.goesOn)) this.ending = 'abandoned';
    return picked;
  }

  /** Nobody can go on. */
  private atEnd(): number {
    if (this.stalled !== 0) this.endShort();
    else if (this.living !== 0 && !this.exited) {
      if (this.isTimedWait()) this.endCovered();
      else this.failed(deadlock(this));
    }
    return abandon;
  }

  /** Who can go on waits for what nobody does. */
  private atStandstill(): number {
    if (this.stalled !== 0) this.endShort();
    else if (!this.exited) {
      const standsBefore = (context: number, address: number) => this.pendingAddress[context] === address;
      if (this.isTimedWait() || this.spins.hasChosen || this.spins.passesOn(this.living, standsBefore))
        this.endCovered();
      else this.failed(endlessWait(this, this.spins.loops(this.living)));
    }
    return abandon;
  }

  /** Somebody was stopped, and the others have come to their end. */
  private endShort(): void {
    if (this.ending === 'complete' && this.cuts.length > 0)
      this.ending = this.cuts.some(({ kind }) => kind === 'assumption') ? 'assumed-away' : 'cut';
  }

  /** Whether somebody waits whose time limit another execution lets run out. */
  private isTimedWait(): boolean {
    return contextsOf(this.living).some((context) => isTimed(this.waitingFor[context]));
  }

  /** Another execution shows how it goes on: with a time limit that ran out, or with another value. */
  private endCovered(): void {
    if (this.ending === 'complete' || this.mode.goesOn) this.ending = 'abandoned';
  }

  /** Everybody waits, and somebody for time to pass. False when that does not help. */
  private timePasses(): boolean {
    if (!this.spins.awaitsTime(this.clockWord) || this.leaps >= mostLeaps) return false;
    this.onStandstill(this.leaps++);
    return true;
  }
}
