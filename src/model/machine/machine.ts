// The deterministic machine that runs a linked program: contexts that switch only where the program calls the
// machine, memory restored before each execution, and one scheduler that takes every choice.
import { setFlagsFromString } from 'node:v8';
import { environmentError } from '../../base/index.js';
import { maxContexts, RaceDetector, type RacePair } from '../detect/index.js';
import type { Program } from '../link/index.js';
import type { Incident } from './findings.js';
import { Heap } from './heap.js';
import { layoutMemory, type MemoryLayout } from './layout.js';
import { abandon, type Scheduler } from './scheduler.js';
import { SyncObjects } from './sync-objects.js';

/** How an execution ended. */
export type Ending =
  | 'complete'
  /** The scheduler gave it up: another execution covers it. */
  | 'abandoned'
  /** An input did not meet what the program assumes. */
  | 'assumed-away'
  /** An incident stopped it. */
  | 'failed'
  /** Something has to be seen at a finer grain: explore anew. */
  | 'refine';

/** Things that cost executions and are looked at only once a program is seen to need them. */
export const refinements = { unlocks: 1 } as const;

export interface MachineLimits {
  /** Operations in one execution, plain accesses included. */
  readonly steps: number;
  /** Bytes of linear memory. */
  readonly memory: number;
}

export interface Tracer {
  /** `context` is about to do something at `site`. */
  operation(context: number, what: string, site: number, address: number, size: number): void;
  /** Text that belongs to the step before: a value, an outcome. */
  detail(context: number, text: string): void;
  output(context: number, text: string): void;
}

type Entry = (argument: number) => number;

/** An operation without a footprint: it commutes with all others, so nobody asks the scheduler about it. */
export const noFootprint = -1;

interface AsyncifyExports {
  readonly asyncify_start_unwind: (data: number) => void;
  readonly asyncify_stop_unwind: () => void;
  readonly asyncify_start_rewind: (data: number) => void;
  readonly asyncify_stop_rewind: () => void;
}

export class Machine {
  readonly program: Program;
  readonly limits: MachineLimits;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly detector: RaceDetector;
  readonly sync = new SyncObjects(this);
  readonly heap: Heap;
  readonly layout: MemoryLayout;
  /** Of {@link heap}, {@link layout} and {@link limits}, where speed matters. */
  readonly heapStart: number;
  readonly memoryEnd: number;
  readonly maxSteps: number;

  /** Bit sets of contexts. */
  living = 0;
  private fresh = 0;
  private local = 0;
  private deferred = 0;
  private spinning = 0;
  /** Contexts that cannot run because another runs on top of them. */
  suppressed = 0;
  /** Contexts begun in this execution. */
  count = 0;
  current = 0;
  /** Whether only one context has not been joined: nothing it does can race. */
  alone = true;
  private unjoined = 0;

  /** By context: what it stands before. */
  readonly pendingAddress = new Int32Array(maxContexts);
  readonly pendingSize = new Int32Array(maxContexts);
  readonly pendingWrite = new Uint8Array(maxContexts);
  readonly pendingSite = new Int32Array(maxContexts);
  /** Gate that must be above 0; gate 0 always is. */
  readonly pendingGate = new Int32Array(maxContexts);
  /** Gate pair that the operation changes, by its first gate; 0 for none. */
  readonly pendingObject = new Int32Array(maxContexts);
  /** How far a call of several operations has come. */
  readonly stage = new Int32Array(maxContexts);
  readonly results = new Int32Array(maxContexts);
  /** For primitives: what a context waits for, for messages. */
  readonly waitingFor: string[] = new Array<string>(maxContexts).fill('');
  readonly entrySites = new Int32Array(maxContexts);

  /** By site: whether a plain access there is an operation that the scheduler is asked about. */
  readonly visible: Uint8Array;
  /** Bit set of {@link refinements}. */
  refined = 0;
  steps = 0;
  /** Nanoseconds of virtual time. */
  time = 0;
  /**
   * Whether operations without a footprint happen at once, as partial-order reduction wants it; if not, the scheduler
   * is asked about them too.
   */
  eager = true;
  tracer: Tracer | null = null;
  /** How the execution went: context and steps of each stretch without a switch, one behind the other. */
  readonly stretches: number[] = [];
  readonly choices: number[] = [];
  private stretchStart = 0;
  readonly incidents: Incident[] = [];
  onRace: (pair: RacePair) => void = () => {};
  /** Raised when the program calls something that nobody supplies. */
  trouble: Error | null = null;

  /** Asked when a context has run its entry: what it runs next, or null when it ends. */
  followUp: (context: number) => { readonly entry: Entry; readonly argument: number } | null = () => null;
  /** Told when a context has ended. */
  onEnd: (context: number) => void = () => {};
  /** Told before each execution, for what primitives keep themselves. */
  readonly onReset: (() => void)[] = [];

  private exiting = false;
  /** Whether the first context has returned: the program is over once nothing else can happen. */
  private exited = false;
  private rewinding = false;
  private unwinding = false;
  private next = abandon;
  private ending: Ending = 'complete';
  private scheduler!: Scheduler;
  private readonly entries: Entry[] = new Array<Entry>(maxContexts);
  private readonly entryArguments = new Int32Array(maxContexts);
  private readonly stackPointers = new Int32Array(maxContexts);
  private readonly spinSite = new Int32Array(maxContexts);
  private readonly spinVersion = new Int32Array(maxContexts);
  private readonly spinOperations = new Int32Array(maxContexts);
  private readonly spinRounds = new Int32Array(maxContexts);
  /** Counts changes of memory that another context may wait for. */
  private version = 1;
  private readonly image: Uint8Array;
  private readonly asyncify: AsyncifyExports;
  private readonly stackPointer: WebAssembly.Global;
  private readonly table: WebAssembly.Table;
  private readonly functions = new Map<number, Entry | null>();
  readonly exports: WebAssembly.Exports;

  /** `makeImports` supplies a function for each import of the program; it is called once. */
  constructor(
    program: Program,
    limits: MachineLimits,
    makeImports: (machine: Machine) => Record<string, WebAssembly.ImportValue>,
  ) {
    this.program = program;
    this.limits = limits;
    // Node 20 calls exports through a generic wrapper that costs more than a whole switch of contexts.
    setFlagsFromString('--no-wasm-generic-wrapper');
    const imports = makeImports(this);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(program.wasm), {
      env: imports,
      machine: imports,
    });
    this.exports = instance.exports;
    this.asyncify = instance.exports as unknown as AsyncifyExports;
    this.memory = instance.exports.memory as WebAssembly.Memory;
    this.table = instance.exports.__indirect_function_table as WebAssembly.Table;
    this.stackPointer = instance.exports.__stack_pointer as WebAssembly.Global;
    const heapBase = Number((instance.exports.__heap_base as WebAssembly.Global).value);
    const dataEnd = Number((instance.exports.__data_end as WebAssembly.Global).value);
    this.layout = layoutMemory(heapBase, dataEnd, limits.memory);
    this.memory.grow(Math.max(0, (this.layout.end - this.memory.buffer.byteLength) / 65536));
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.detector = new RaceDetector(this.layout.end);
    this.detector.onRace = (pair) => this.onRace(pair);
    this.heap = new Heap(this.layout.heap, maxContexts);
    this.heapStart = this.heap.start;
    this.memoryEnd = this.layout.end;
    this.maxSteps = limits.steps;
    this.sync.watch(this.layout.end);
    this.visible = new Uint8Array(program.siteLimit + 1);
    (instance.exports.__wasm_call_ctors as (() => void) | undefined)?.();
    this.image = this.bytes.slice(this.layout.dataStart, this.layout.dataEnd);
  }

  /** Runs the program once, from its first instruction to its end. `entry` is the first context. */
  execute(scheduler: Scheduler, entry: Entry): Ending {
    this.reset(scheduler);
    scheduler.begin(this);
    this.spawn(-1, entry, 0, 0);
    this.current = 0;
    for (;;) {
      const { current } = this;
      this.enter(current);
      let trap: unknown = null;
      let result = 0;
      try {
        result = (this.entries[current] as Entry)(this.entryArguments[current] as number);
      } catch (error) {
        trap = error;
      }
      if (trap !== null) this.crash(trap);
      else if (this.unwinding && !this.exiting) {
        this.asyncify.asyncify_stop_unwind();
        this.unwinding = false;
        this.stackPointers[current] = this.stackPointer.value;
      } else this.leave(current, result);
      this.endStretch(current);
      if (this.trouble !== null) throw this.trouble;
      if (this.next === abandon) return this.ending;
      this.current = this.next;
    }
  }

  /** A new context, after all that `parent` did. Answers its number, or -1 when there are too many. */
  spawn(parent: number, entry: Entry, argument: number, site: number): number {
    if (this.count === maxContexts) return -1;
    const context = this.count++;
    const bit = 1 << context;
    this.living |= bit;
    this.fresh |= bit;
    this.local |= bit;
    this.entries[context] = entry;
    this.entryArguments[context] = argument;
    this.entrySites[context] = site;
    this.pendingGate[context] = 0;
    this.pendingAddress[context] = noFootprint;
    this.pendingSite[context] = site;
    this.stage[context] = 0;
    this.spinVersion[context] = 0;
    this.waitingFor[context] = '';
    this.unjoined++;
    this.alone = this.unjoined === 1;
    this.detector.start(context, parent);
    this.scheduler.started(context, parent);
    return context;
  }

  /** Another context has observed the end of one: what that one did is ordered from now on. */
  joined(): void {
    this.unjoined--;
    this.alone = this.unjoined === 1;
  }

  /** The function behind a function pointer, or null when it is none of the program's. */
  functionAt(pointer: number): Entry | null {
    const known = this.functions.get(pointer);
    if (known !== undefined) return known;
    const found =
      pointer > 0 && pointer < this.table.length ? (this.table.get(pointer) as Entry | null) : null;
    this.functions.set(pointer, found);
    return found;
  }

  /**
   * The current context stands before an operation on `size` bytes at `address` (or {@link noFootprint}) that can
   * happen when `gate` is above 0. Answers whether it may happen now; if not, the caller must return at once, and is
   * called again with the same arguments when it may.
   */
  reach(address: number, size: number, write: boolean, gate: number, object: number, site: number): boolean {
    if (this.rewinding) {
      this.asyncify.asyncify_stop_rewind();
      this.rewinding = false;
      return true;
    }
    if (this.unwinding) return false;
    const { current } = this;
    if (++this.steps > this.maxSteps) return this.outOfSteps(site);
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
      this.noteSpin(current, site);
    }
    const next = this.schedule(current);
    if (next === current) return true;
    this.next = next;
    this.unwind();
    return false;
  }

  /** The end of the whole program: happens once nothing else can. */
  reachExit(site: number): boolean {
    if (!this.rewinding) this.deferred |= 1 << this.current;
    return this.reach(noFootprint, 0, false, 0, 0, site);
  }

  /** Whether the current call is the second half of one that {@link reach} suspended. */
  get resuming(): boolean {
    return this.rewinding;
  }

  /** Memory changed, or a lock: whoever spins on something may look again. */
  changed(): void {
    this.version++;
    this.spinning = 0;
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

  /** One of `count` values, each explored. */
  choose(count: number): number {
    const value = count > 1 ? this.scheduler.value(count) : 0;
    if (count > 1) this.choices.push(value);
    if (this.tracer !== null && count > 1) this.tracer.detail(this.current, `choice ${value} of ${count}`);
    return value;
  }

  /** Ends the execution because of `incident`. The caller must return at once. */
  fail(incident: Incident): void {
    if (this.ending === 'complete') {
      this.incidents.push(incident);
      this.ending = 'failed';
    }
    this.stop();
  }

  /** Notes something wrong that does not keep the execution from going on. */
  note(incident: Incident): void {
    this.incidents.push(incident);
  }

  /** Ends the execution for good reasons. The caller must return at once. */
  end(ending: Ending): void {
    if (this.ending === 'complete') this.ending = ending;
    this.stop();
  }

  /** The program needs a closer look from now on; this execution ends. False when it has it already. */
  refine(refinement: number): boolean {
    if ((this.refined & refinement) !== 0) return false;
    this.refined |= refinement;
    this.end('refine');
    return true;
  }

  /** Stops everything with an error of the user's: something that no machine supplies. */
  abort(error: Error): void {
    this.trouble ??= error;
    this.end('failed');
  }

  /** Bytes between the program's memory limits, for accesses that do not come from a block of the heap. */
  get stackLow(): number {
    return this.layout.stackLow(this.current);
  }

  private reset(scheduler: Scheduler): void {
    this.scheduler = scheduler;
    this.bytes.set(this.image, this.layout.dataStart);
    this.detector.reset();
    this.sync.reset();
    this.heap.reset();
    this.living = 0;
    this.fresh = 0;
    this.local = 0;
    this.deferred = 0;
    this.spinning = 0;
    this.suppressed = 0;
    this.count = 0;
    this.unjoined = 0;
    this.alone = true;
    this.steps = 0;
    this.time = 0;
    this.version = 1;
    this.ending = 'complete';
    this.unwinding = false;
    this.rewinding = false;
    this.exiting = false;
    this.exited = false;
    if (this.stretches.length > 0) this.stretches.length = 0;
    if (this.choices.length > 0) this.choices.length = 0;
    this.stretchStart = 0;
    if (this.incidents.length > 0) this.incidents.length = 0;
    for (const reset of this.onReset) reset();
  }

  private endStretch(context: number): void {
    const { stretches } = this;
    // A stretch that was cut short ends before its last step. One that ended by itself is told by one step more.
    const ended = (this.living & (1 << context)) === 0 ? 1 : 0;
    const steps = this.steps - this.stretchStart + ended;
    const last = stretches.length - 2;
    if (last >= 0 && stretches[last] === context)
      stretches[last + 1] = (stretches[last + 1] as number) + steps;
    else stretches.push(context, steps);
    this.stretchStart = this.steps;
  }

  private enter(context: number): void {
    const bit = 1 << context;
    if ((this.fresh & bit) !== 0) {
      this.fresh &= ~bit;
      this.stackPointer.value = this.layout.stackTop(context);
      return;
    }
    this.stackPointer.value = this.stackPointers[context] as number;
    this.rewinding = true;
    this.asyncify.asyncify_start_rewind(this.layout.asyncifyData(context));
  }

  private unwind(): void {
    if (this.unwinding) return;
    this.unwinding = true;
    const data = this.layout.asyncifyData(this.current);
    this.words[data >> 2] = data + 8;
    this.words[(data >> 2) + 1] = this.layout.asyncifyEnd(this.current);
    this.asyncify.asyncify_start_unwind(data);
  }

  private stop(): void {
    if (this.rewinding) {
      this.asyncify.asyncify_stop_rewind();
      this.rewinding = false;
    }
    this.next = abandon;
    this.unwind();
  }

  /** The current context ends now, whatever it has still to return from. The caller must return at once. */
  exit(result: number): void {
    this.results[this.current] = result;
    this.exiting = true;
    this.unwind();
  }

  /** The entry of the current context has been left. */
  private leave(context: number, result: number): void {
    if (this.exiting) {
      this.asyncify.asyncify_stop_unwind();
      this.unwinding = false;
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
      this.fresh |= 1 << context;
      this.next = context;
      return;
    }
    this.living &= ~(1 << context);
    this.changed();
    this.sync.finished(context);
    this.onEnd(context);
    this.next = this.ending === 'complete' ? this.schedule(-1) : abandon;
  }

  /** Which context goes on: {@link abandon} when the execution is over. */
  private schedule(current: number): number {
    const { gates } = this.sync;
    let enabled = 0;
    for (let context = 0; context < this.count; context++)
      if ((gates[this.pendingGate[context] as number] as number) > 0) enabled |= 1 << context;
    enabled &= this.living & ~this.suppressed;
    if (enabled === 0) {
      if (this.living !== 0 && !this.exited) this.deadlock();
      return abandon;
    }
    const running = enabled & ~this.deferred;
    if (running === 0) return firstOf(enabled);
    const atOnce = this.eager ? running & this.local : 0;
    if (atOnce !== 0) return current >= 0 && (atOnce & (1 << current)) !== 0 ? current : firstOf(atOnce);
    const useful = running & ~this.spinning;
    const picked = this.scheduler.pick(useful === 0 ? running : useful, current);
    if (picked === abandon && this.ending === 'complete') this.ending = 'abandoned';
    return picked;
  }

  /**
   * A context that goes round a loop in which nothing changes waits until something does. Rounds are told by coming
   * back to one site; the site is chosen anew at growing distances, so that any loop is met (Brent's algorithm).
   */
  private noteSpin(context: number, site: number): void {
    if (this.spinVersion[context] !== this.version) {
      this.spinVersion[context] = this.version;
      this.spinOperations[context] = 1;
      this.spinRounds[context] = 0;
      this.spinSite[context] = site;
      return;
    }
    const operations = (this.spinOperations[context] as number) + 1;
    this.spinOperations[context] = operations;
    if (this.spinSite[context] === site) {
      const rounds = (this.spinRounds[context] as number) + 1;
      this.spinRounds[context] = rounds;
      if (rounds >= spinLimit) this.spinning |= 1 << context;
    } else if ((operations & (operations - 1)) === 0) {
      this.spinSite[context] = site;
      this.spinRounds[context] = 0;
    }
  }

  private deadlock(): void {
    const blocked = contextsOf(this.living);
    const sites = blocked.map((context) => this.pendingSite[context] as number);
    const waits = blocked.map((context) => `T${context} waits for ${this.waitingFor[context] || 'nothing'}`);
    this.incidents.push({
      kind: 'deadlock',
      message: waits.join(', '),
      sites,
      contexts: blocked,
      key: `deadlock ${[...sites].sort((a, b) => a - b).join(' ')}`,
    });
    this.ending = 'failed';
  }

  outOfSteps(site: number): false {
    this.fail({
      kind: 'no-progress',
      message: `no end after ${this.limits.steps} steps`,
      sites: [site],
      contexts: [this.current],
      key: 'no-progress',
    });
    return false;
  }

  private crash(error: unknown): void {
    const overflow = error instanceof RangeError;
    if (!(overflow || error instanceof WebAssembly.RuntimeError)) throw error;
    const { message } = error;
    this.next = abandon;
    if (this.ending !== 'complete') return;
    this.ending = 'failed';
    this.incidents.push({
      kind: overflow ? 'stack-overflow' : 'crash',
      message: overflow ? 'calls nest too deep' : message,
      sites: [this.pendingSite[this.current] as number],
      contexts: [this.current],
      key: `crash ${message}`,
    });
  }
}

/** Entry site of what a context runs after its own entry. */
const followUpSite = -1;

/** Rounds of a loop in which nothing changes, after which whoever runs it waits for a change. */
const spinLimit = 3;

/** Numbers of the contexts in a bit set. */
export function contextsOf(set: number): number[] {
  const contexts: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) contexts.push(firstOf(rest));
  return contexts;
}

export function firstOf(set: number): number {
  return 31 - Math.clz32(set & -set);
}

/** The export of that name as an entry of a context. Errors: `environment` when there is none. */
export function exportedEntry(machine: Machine, ...names: string[]): Entry {
  for (const name of names) {
    const found = machine.exports[name];
    if (typeof found === 'function') return found as Entry;
  }
  throw environmentError(`the program has no ${names[0]}`);
}
