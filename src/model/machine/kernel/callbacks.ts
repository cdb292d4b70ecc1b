// What runs later on behalf of somebody: timers, work items, tasklets, interrupts, RCU callbacks. Each is known by the
// address of its object; it is pending, runs, or neither, never runs twice at a time, and runs in a context of its own
// at any point behind its posting. What its poster did comes before it; its end comes before whoever waits for it.
import { inputError } from '../../../base/index.js';
import { maxContexts } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import { noFootprint } from '../types.js';
import type { CpuState, KernelContext } from './cpu.js';

/** One call into the program; `next` tells what follows on its result, if anything. */
export interface CallbackStep {
  readonly context: KernelContext;
  readonly call: () => number;
  readonly next?: (result: number) => CallbackStep | null;
}

export interface CallbackSpec {
  /** `timer`, `work` …, for messages and replays. */
  readonly what: string;
  /** Address that whoever changes the object's state touches; the object's own when not given. */
  readonly footprint?: number;
  /** Made when it starts to run; null when there is nothing to run after all. */
  readonly begin: () => CallbackStep | null;
  /** Whether it may run now; asked again after each change. */
  readonly ready?: () => boolean;
  /** Gate that must be open for it to start. */
  readonly gate?: number;
  /** Asked when it is posted: whether it must not be pending at all. */
  readonly refuse?: () => boolean;
  /** When it has run: whether it is to run again. */
  readonly again?: (result: number) => boolean;
}

interface Callback {
  readonly object: number;
  spec: CallbackSpec;
  readonly slot: number;
  pending: boolean;
  running: boolean;
  /** Context that runs it, or will; -1 for none. */
  runner: number;
  runs: number;
}

/** One that posts itself anew runs so often in an execution; after that it stays pending. */
const maxRuns = 3;

export class Callbacks {
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly byObject: Map<number, Callback>;
  /** Posted while nothing else ran yet, in order. */
  private held: { callback: Callback; site: number }[] = [];
  private readonly phases = new Uint8Array(maxContexts);
  private readonly steps: (CallbackStep | null)[] = new Array<CallbackStep | null>(maxContexts).fill(null);
  private readonly results = new Int32Array(maxContexts);
  private readonly runners: (Callback | null)[] = new Array<Callback | null>(maxContexts).fill(null);

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
    this.byObject = m.perExecution(new Map<number, Callback>());
    m.onReset.push(() => {
      this.held = [];
      this.runners.fill(null);
    });
  }

  isPending(object: number): boolean {
    return this.byObject.get(object)?.pending ?? false;
  }

  isRunning(object: number): boolean {
    return this.byObject.get(object)?.running ?? false;
  }

  /** The object whose callback the current context runs, or 0. */
  get currentObject(): number {
    const callback = this.runners[this.m.current];
    return callback?.running ? callback.object : 0;
  }

  /** Whether `context` waits for a start that nobody owes it. */
  isIdle(context: number): boolean {
    const callback = this.runners[context];
    return callback != null && this.phases[context] === 0 && !this.mayStart(callback);
  }

  /**
   * Makes it pending. 1 when it was not, 0 when it was, -1 when it was refused; null when the caller must return at
   * once.
   */
  post(object: number, spec: CallbackSpec, site: number): -1 | 0 | 1 | null {
    const { m } = this;
    const callback = this.get(object, spec);
    if (!this.touch(callback, site)) return null;
    if (spec.refuse?.()) return -1;
    m.tracer?.operation(m.current, `queue ${spec.what}`, site, object, 0);
    m.release(callback.slot);
    if (callback.pending) return 0;
    callback.pending = true;
    callback.spec = spec;
    this.openGates(callback);
    m.changed();
    if (callback.runner >= 0) return 1;
    if (m.alone) this.held.push({ callback, site });
    else this.launch(callback, site);
    return 1;
  }

  /** What was posted before the sides began may run from now on: all of it, or the one of `object`. */
  startHeld(object?: number): void {
    for (const { callback, site } of this.held)
      if ((object ?? callback.object) === callback.object && callback.pending && callback.runner < 0)
        this.launch(callback, site);
    if (object === undefined) this.held = [];
  }

  /**
   * Takes it back when it has not begun. 1 when it had been pending, 0 when not; null: return at once. `then` happens
   * in the same step.
   */
  cancel(object: number, site: number, then: () => void = () => {}): 0 | 1 | null {
    const callback = this.get(object, none);
    if (!this.touch(callback, site)) return null;
    then();
    return this.takeBack(callback, site);
  }

  /**
   * As {@link cancel}, and waits until it does not run any more. The answer of the second half is lost over the wait,
   * so it lies in the context's results.
   */
  cancelSync(object: number, site: number, then: () => void = () => {}): 0 | 1 | null {
    const { m } = this;
    const { current } = m;
    const callback = this.get(object, none);
    if (m.stage[current] === 0) {
      if (!this.touch(callback, site)) return null;
      then();
      m.results[current] = this.takeBack(callback, site);
      m.stage[current] = 1;
    }
    if (!this.await(callback, callback.slot << 1, site)) return null;
    m.stage[current] = 0;
    return m.results[current] as 0 | 1;
  }

  /** Waits until it neither is pending nor runs. */
  flush(object: number, site: number): 0 | 1 | null {
    const { m } = this;
    const { current } = m;
    const callback = this.get(object, none);
    if (m.stage[current] === 0) {
      if (!this.touch(callback, site)) return null;
      m.results[current] = callback.pending || callback.running ? 1 : 0;
      m.stage[current] = 1;
    }
    if (!this.await(callback, (callback.slot << 1) + 1, site)) return null;
    m.stage[current] = 0;
    return m.results[current] as 0 | 1;
  }

  /** Waits until it does not run. False: return at once. */
  waitUntilIdle(object: number, site: number): boolean {
    const callback = this.get(object, none);
    const { m } = this;
    if (m.stage[m.current] === 0) {
      if (!this.touch(callback, site)) return false;
      m.stage[m.current] = 1;
    }
    return this.awaitEnd(object, site);
  }

  /** The second half of {@link waitUntilIdle}, for a call whose stage is 1 already. */
  awaitEnd(object: number, site: number): boolean {
    const callback = this.get(object, none);
    if (!this.await(callback, callback.slot << 1, site)) return false;
    this.m.stage[this.m.current] = 0;
    return true;
  }

  /** Objects that are pending or run now and whose kind is `what`. */
  busy(what: string): number[] {
    return [...this.byObject.values()]
      .filter(({ pending, running, spec }) => (pending || running) && spec.what === what)
      .map(({ object }) => object);
  }

  private takeBack(callback: Callback, site: number): 0 | 1 {
    const { m } = this;
    m.tracer?.operation(m.current, `cancel ${callback.spec.what}`, site, callback.object, 0);
    m.acquire(callback.slot);
    const was = callback.pending ? 1 : 0;
    callback.pending = false;
    if (!callback.running) callback.runner = -1;
    this.openGates(callback);
    m.changed();
    return was;
  }

  private await(callback: Callback, gate: number, site: number): boolean {
    const { m } = this;
    const own = callback.running && callback.runner === m.current;
    m.waitingFor[m.current] =
      `the end of ${own ? 'the very callback that it runs' : `a ${callback.spec.what}`}`;
    if (!m.reach(noFootprint, 0, false, gate, 0, site)) return false;
    m.acquire(callback.slot);
    return true;
  }

  private get(object: number, spec: CallbackSpec): Callback {
    const known = this.byObject.get(object);
    if (known !== undefined) return known;
    const slot = this.m.sync.create(0, 'other');
    const created = { object, spec, slot, pending: false, running: false, runner: -1, runs: 0 };
    this.byObject.set(object, created);
    this.openGates(created);
    return created;
  }

  private openGates({ slot, running, pending, runner, runs }: Callback): void {
    const { gates } = this.m.sync;
    gates[slot << 1] = running ? 0 : 1;
    const runsAgain = pending && (runner >= 0 || runs < maxRuns);
    gates[(slot << 1) + 1] = running || runsAgain ? 0 : 1;
  }

  private touch({ spec, object, slot }: Callback, site: number): boolean {
    return this.m.reach(spec.footprint ?? object, 4, true, 0, slot << 1, site);
  }

  private mayStart({ spec }: Callback): boolean {
    return (
      (spec.gate === undefined || (this.m.sync.gates[spec.gate] as number) > 0) && (spec.ready?.() ?? true)
    );
  }

  private launch(callback: Callback, site: number): void {
    const { m } = this;
    const context = m.spawn(m.current, () => this.run(callback, site), 0, site);
    if (context < 0) {
      m.abort(
        inputError(`more than ${maxContexts} contexts in one execution are not modelled`, {
          at: m.program.symbols.place(site),
        }),
      );
      return;
    }
    callback.runner = context;
    this.phases[context] = 0;
    this.runners[context] = callback;
    this.cpu.start(context, 'task');
  }

  /** The entry of the context that runs a callback: called again with the same arguments after each suspension. */
  private run(callback: Callback, site: number): number {
    const { m, phases, steps } = this;
    const { current } = m;
    for (;;) {
      if (phases[current] === 0 && !this.begin(callback, site)) return 0;
      if (phases[current] === 1) {
        const step = steps[current] as CallbackStep;
        const result = step.call();
        if (m.suspending) return 0;
        this.results[current] = result;
        const next = step.next?.(result) ?? null;
        if (next !== null) {
          this.enter(next);
          continue;
        }
        phases[current] = 2;
      }
      if (!this.touch(callback, site)) return 0;
      callback.running = false;
      m.release(callback.slot);
      if (callback.spec.again?.(this.results[current] as number)) callback.pending = true;
      if (callback.runs >= maxRuns || !callback.pending) callback.runner = -1;
      this.openGates(callback);
      m.changed();
      if (callback.runner < 0) return 0;
      phases[current] = 0;
    }
  }

  /** False when it is suspended, or has nothing to do any more. */
  private begin(callback: Callback, site: number): boolean {
    const { m } = this;
    const { current } = m;
    do {
      m.waitingFor[current] = `its turn as a ${callback.spec.what}`;
      const { spec, slot } = callback;
      if (!m.reach(spec.footprint ?? callback.object, 4, true, spec.gate ?? 0, slot << 1, site)) return false;
      if (!callback.pending || callback.runner !== current) return false;
    } while (!this.mayStart(callback));
    const step = callback.spec.begin();
    callback.pending = false;
    if (step === null) {
      callback.runner = -1;
      this.openGates(callback);
      return false;
    }
    callback.running = true;
    callback.runs++;
    this.openGates(callback);
    m.acquire(callback.slot);
    m.changed();
    m.tracer?.operation(current, `run ${callback.spec.what}`, site, callback.object, 0);
    this.enter(step);
    return true;
  }

  private enter(step: CallbackStep): void {
    const { m } = this;
    this.steps[m.current] = step;
    this.cpu.start(m.current, step.context);
    this.phases[m.current] = 1;
  }
}

const none: CallbackSpec = { what: 'callback', begin: () => null };
