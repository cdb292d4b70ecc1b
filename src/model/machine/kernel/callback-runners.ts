// The contexts that run callbacks, each at any point behind its posting: what its poster did comes before it, its end
// comes before whoever waits for it. One that comes again keeps its context.
import { inputError } from '../../../base/index.js';
import { maxContexts } from '../../detect/index.js';
import type { Machine } from '../machine.js';
import { type Callback, type CallbackStep, maxRuns, openGates } from './callback.js';
import type { CpuState } from './cpu.js';

/** How far a context is with the run at hand. */
const phases = { waits: 0, runs: 1, ends: 2 } as const;

export class CallbackRunners {
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly phases: Int32Array;
  private readonly steps: (CallbackStep | null)[];
  private readonly results: Int32Array;
  private readonly callbacks: (Callback | null)[];

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
    this.phases = m.column();
    this.steps = m.valueColumn<CallbackStep | null>(null);
    this.results = m.column();
    this.callbacks = m.valueColumn<Callback | null>(null);
  }

  /** The object whose callback the current context runs, or 0. */
  get currentObject(): number {
    const callback = this.callbacks[this.m.current];
    return callback?.running ? callback.object : 0;
  }

  /** Whether `context` waits for a start that nobody owes it. */
  isIdle(context: number): boolean {
    const callback = this.callbacks[context];
    return callback != null && this.phases[context] === phases.waits && !this.mayStart(callback);
  }

  /** A context for a callback that is pending. */
  launch(callback: Callback, site: number): void {
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
    m.runs[context] = callback.spec.kind;
    this.phases[context] = phases.waits;
    this.callbacks[context] = callback;
    this.cpu.start(context, 'task');
    this.cpu.stacks.place(context, callback.spec.context);
  }

  /** The entry of such a context: called again with the same arguments after each suspension. */
  private run(callback: Callback, site: number): number {
    const { m, steps } = this;
    const { current } = m;
    for (;;) {
      if (this.phases[current] === phases.waits && !this.begin(callback, site)) return 0;
      if (this.phases[current] === phases.runs) {
        const step = steps[current] as CallbackStep;
        const result = step.call();
        if (m.suspending) return 0;
        this.results[current] = result;
        this.cpu.noteLeftBehind(current, site);
        const next = step.next?.(result) ?? null;
        if (next !== null) {
          this.enter(next);
          continue;
        }
        this.phases[current] = phases.ends;
      }
      // A callback may free its own object.
      if (!m.reach(callback.spec.footprint ?? callback.object, 4, true, 0, callback.slot << 1, site))
        return 0;
      callback.running = false;
      m.release(callback.slot);
      this.cpu.interruptEnded();
      if (callback.spec.again?.(this.results[current] as number)) {
        callback.pending = true;
        callback.spec.mark?.(true);
      }
      if (callback.runs >= maxRuns || !callback.pending) callback.runner = -1;
      openGates(m, callback);
      m.changed();
      if (callback.runner < 0) return 0;
      this.phases[current] = phases.waits;
    }
  }

  private mayStart({ spec }: Callback): boolean {
    return (
      (spec.gate === undefined || (this.m.sync.gates[spec.gate] as number) > 0) && (spec.ready?.() ?? true)
    );
  }

  /** False when it is suspended, or has nothing to do any more. */
  private begin(callback: Callback, site: number): boolean {
    const { m } = this;
    const { current } = m;
    do {
      m.waitingFor[current] = { on: 'callback-turn', callback: callback.spec.kind };
      const { spec, slot } = callback;
      if (spec.turnWord !== undefined) m.touchesToo(spec.turnWord, true);
      if (!m.reach(spec.footprint ?? callback.object, 4, true, spec.gate ?? 0, slot << 1, site)) return false;
      m.touchedToo();
      if (!callback.pending || callback.runner !== current) return false;
    } while (!this.mayStart(callback));
    const step = callback.spec.begin();
    callback.pending = false;
    callback.spec.mark?.(false);
    if (step === null) {
      callback.runner = -1;
      openGates(m, callback);
      return false;
    }
    callback.running = true;
    callback.runs++;
    openGates(m, callback);
    m.acquire(callback.slot);
    m.changed();
    m.tracer?.event(
      current,
      { kind: 'callback', does: 'run', callback: callback.spec.kind },
      site,
      callback.object,
      0,
    );
    this.enter(step);
    return true;
  }

  private enter(step: CallbackStep): void {
    const { m, cpu } = this;
    this.steps[m.current] = step;
    if (step.context === 'task') cpu.stacks.becomeTask(m.current);
    else cpu.stacks.begin(m.current);
    cpu.start(m.current, step.context);
    this.phases[m.current] = phases.runs;
  }
}
