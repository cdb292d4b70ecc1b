// All that changes while a program runs, and how an execution begins: with everything as it was before the first one,
// or as setup has left it. What runs before anybody is asked for a choice is the same each time, so it is run once.
import type { RaceDetector } from '../detect/index.js';
import { ContextTable, type SavedContexts } from './context-table.js';
import type { Coroutines, SavedFrames } from './coroutines.js';
import type { Cut, Incident } from './findings.js';
import type { Heap } from './heap.js';
import { ExecutionHistory, type Moment } from './history.js';
import type { LoadedProgram, SavedMemory } from './loaded-program.js';
import { SavedState } from './saved-state.js';
import { SpinLoops } from './spin-loops.js';
import { SyncObjects } from './sync-objects.js';
import type { Ending, Entry } from './types.js';

export interface SavedExecution {
  readonly contexts: SavedContexts;
  readonly fresh: number;
  readonly memory: SavedMemory;
  readonly heap: ReturnType<Heap['save']>;
  readonly sync: ReturnType<SyncObjects['save']>;
  readonly order: ReturnType<RaceDetector['saveOrder']>;
  readonly spins: number;
  readonly objects: SavedState;
  readonly incidents: readonly Incident[];
  readonly unjoined: number;
  readonly steps: number;
  readonly time: number;
}

export abstract class ExecutionState extends ContextTable {
  abstract readonly detector: RaceDetector;
  abstract readonly heap: Heap;
  protected abstract readonly loaded: LoadedProgram;
  protected abstract readonly coroutines: Coroutines;
  readonly sync = new SyncObjects(this.column(false));
  readonly incidents: Incident[] = [];
  /** Whether only one context has not been joined: nothing it does can race. */
  alone = true;
  protected unjoined = 0;
  steps = 0;
  /** Nanoseconds of virtual time. */
  time = 0;
  protected readonly entries = this.valueColumn<Entry | null>(null);
  protected readonly entryArguments = this.column();
  protected readonly spins = new SpinLoops(this.sync, () => this.time);
  /** Whether the current context is suspended only to see whether it spins. */
  protected judging = false;
  protected readonly history = new ExecutionHistory();
  protected ending: Ending = 'complete';
  protected exiting = false;
  /** What happens to the frames of the current context, which is suspended for that alone. */
  protected paused: ((frames: SavedFrames) => SavedFrames) | null = null;
  /** Bit set of contexts that go no further in this execution. */
  protected stalled = 0;
  /** Where contexts were stopped that could have gone on. */
  readonly cuts: Cut[] = [];
  /** Whether the current context seems to go round a loop of accesses that are no operations. */
  looking = false;
  /** Of {@link steps}, when the present turn began. */
  protected turnStart = 0;
  /** Whether {@link SpinLoops.note} has asked already for a look at the current context. */
  protected noted = false;
  /** Address of the word that follows {@link time}; 0 for none. */
  clockWord = 0;
  /** How often time has passed because everybody waited for that. */
  protected leaps = 0;
  /** Whether what happens from now on is not to be believed, and only shows which other orders there are. */
  protected doubtful = false;
  /** Of a weak memory: whether two accesses have raced, and whether an old write was read. */
  protected hasRaced = false;
  protected hasReadOld = false;
  /** Where the execution stood when something failed that it went on after. */
  protected readonly moments = new Map<Incident, Moment>();
  /** Whether the first context has returned: the program is over once nothing else can happen. */
  protected exited = false;
  /**
   * Whether a data race has come before, which C11 gives no meaning, and not all of it is an interleaving: of what comes
   * behind, other races alone are told.
   */
  protected get isUndefined(): boolean {
    return this.hasRaced && this.hasReadOld;
  }

  /** Told before each execution: by those who keep more than {@link perExecution} can. */
  readonly onReset: (() => void)[] = [];
  private readonly objects: object[] = [];
  private readonly initial = new SavedState(this);

  /**
   * Answers `object`, which each execution begins with as it is now: a collection, a list or an array of numbers, or
   * an object by its fields; and so with all that it comes to refer to.
   */
  perExecution<T extends object>(object: T): T {
    this.objects.push(object);
    this.initial.add(object);
    return object;
  }

  protected reset(): void {
    this.loaded.reset();
    this.detector.reset();
    this.sync.reset();
    this.heap.reset();
    this.forgetContexts();
    this.spins.reset();
    this.unjoined = 0;
    this.alone = true;
    this.steps = 0;
    this.time = 0;
    this.forgetIncidents();
    this.initial.restore();
    this.begin();
  }

  /** Whether {@link save} would miss something: somebody else has run, or something went wrong. */
  protected get isUnderWay(): boolean {
    const { history, detector, coroutines, ending } = this;
    return !history.isEmpty || detector.hasSeen || coroutines.unwinding || ending !== 'complete';
  }

  /** While the first context has the turn, and stands where its entry can take it up. */
  protected save(): SavedExecution {
    const objects = new SavedState(this);
    for (const object of this.objects) objects.add(object);
    return {
      contexts: this.saveContexts(),
      fresh: this.coroutines.fresh | 1,
      memory: this.loaded.save(this.heap),
      heap: this.heap.save(),
      sync: this.sync.save(),
      order: this.detector.saveOrder(),
      spins: this.spins.save(),
      objects,
      incidents: [...this.incidents],
      unjoined: this.unjoined,
      steps: this.steps,
      time: this.time,
    };
  }

  /** After the execution in which it was saved, or another one that began with it. */
  protected restore(saved: SavedExecution): void {
    this.loaded.restore(saved.memory);
    this.detector.restoreOrder(saved.order);
    this.sync.restore(saved.sync);
    this.heap.restore(saved.heap);
    this.restoreContexts(saved.contexts);
    this.spins.restore(saved.spins);
    this.unjoined = saved.unjoined;
    this.alone = saved.unjoined === 1;
    this.steps = saved.steps;
    this.time = saved.time;
    this.forgetIncidents();
    for (const incident of saved.incidents) this.incidents.push(incident);
    saved.objects.restore();
    this.begin();
    this.coroutines.fresh = saved.fresh;
  }

  /** To set its length takes long, even where most executions have one. */
  private forgetIncidents(): void {
    while (this.incidents.length > 0) this.incidents.pop();
    while (this.cuts.length > 0) this.cuts.pop();
  }

  private begin(): void {
    this.judging = false;
    this.coroutines.reset();
    this.ending = 'complete';
    this.exiting = false;
    this.exited = false;
    this.stalled = 0;
    this.looking = false;
    this.noted = false;
    this.turnStart = 0;
    this.leaps = 0;
    this.doubtful = false;
    this.hasRaced = false;
    this.hasReadOld = false;
    if (this.moments.size > 0) this.moments.clear();
    this.history.reset();
    for (const told of this.onReset) told();
  }
}
