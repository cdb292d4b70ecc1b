// Posting callbacks, taking them back, and waiting for their end.
import type { CallbackKind } from '../events.js';
import type { Machine } from '../machine.js';
import { noFootprint } from '../types.js';
import { type Callback, type CallbackSpec, openGates, touchCallback, useCallback } from './callback.js';
import { CallbackRunners } from './callback-runners.js';
import type { CpuState } from './cpu.js';

export class Callbacks {
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly byObject: Map<number, Callback>;
  /** Posted while nothing else ran yet, in order. */
  private readonly held: { callback: Callback; site: number }[];
  private readonly runners: CallbackRunners;

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
    this.runners = new CallbackRunners(m, cpu);
    this.byObject = m.perExecution(new Map<number, Callback>());
    this.held = m.perExecution([]);
  }

  isPending(object: number): boolean {
    return this.byObject.get(object)?.pending ?? false;
  }

  isRunning(object: number): boolean {
    return this.byObject.get(object)?.running ?? false;
  }

  /** The object whose callback the current context runs, or 0. */
  get currentObject(): number {
    return this.runners.currentObject;
  }

  /** Whether `context` waits for a start that nobody owes it. */
  isIdle(context: number): boolean {
    return this.runners.isIdle(context);
  }

  /**
   * Makes it pending. 1 when it was not, 0 when it was, -1 when it was refused; null when the caller must return at
   * once.
   */
  post(object: number, spec: CallbackSpec, site: number): -1 | 0 | 1 | null {
    const { m } = this;
    const callback = this.get(object, spec);
    if (spec.kindWord !== undefined) m.touchesToo(spec.kindWord, false);
    if (!useCallback(m, callback, site)) return null;
    m.touchedToo();
    return this.postWithin(object, spec, site);
  }

  /** As {@link post}, in a step of the caller's on the same footprint. */
  postWithin(object: number, spec: CallbackSpec, site: number): -1 | 0 | 1 {
    const { m } = this;
    const callback = this.get(object, spec);
    if (spec.refuse?.()) return -1;
    m.tracer?.event(m.current, { kind: 'callback', does: 'queue', callback: spec.kind }, site, object, 0);
    m.release(callback.slot);
    if (callback.pending) return 0;
    callback.pending = true;
    callback.spec = spec;
    spec.mark?.(true);
    openGates(m, callback);
    m.changed();
    if (callback.runner >= 0) return 1;
    if (m.alone) this.held.push({ callback, site });
    else this.runners.launch(callback, site);
    return 1;
  }

  /** Changes it with `then` when it is pending. 1 when it was, 0 when not; null: return at once. */
  repost(object: number, then: () => void, site: number, spec = none): 0 | 1 | null {
    const callback = this.get(object, spec);
    if (!useCallback(this.m, callback, site)) return null;
    if (!callback.pending) return 0;
    then();
    this.m.release(callback.slot);
    return 1;
  }

  /** What was posted before the sides began may run from now on: all of it, or the one of `object`. */
  startHeld(object?: number): void {
    for (const { callback, site } of this.held)
      if ((object ?? callback.object) === callback.object && callback.pending && callback.runner < 0)
        this.runners.launch(callback, site);
    if (object === undefined && this.held.length > 0) this.held.length = 0;
  }

  /**
   * Takes it back when it has not begun. 1 when it had been pending, 0 when not; null: return at once. `then` happens
   * in the same step. `spec`: of what it is, where its footprint is not the object itself.
   */
  cancel(object: number, site: number, then: () => void = () => {}, spec = none): 0 | 1 | null {
    const callback = this.get(object, spec);
    if (!useCallback(this.m, callback, site)) return null;
    then();
    return this.takeBack(callback, site);
  }

  /**
   * As {@link cancel}, and waits until it does not run any more. The answer of the second half is lost over the wait,
   * so it lies in the context's results.
   */
  cancelSync(object: number, site: number, then: () => void = () => {}, spec = none): 0 | 1 | null {
    const { m } = this;
    const { current } = m;
    const callback = this.get(object, spec);
    // Stages: 0 first, 1 waits for its end, 2 takes back what it posted anew while it was waited for.
    for (;;) {
      if (m.stage[current] !== 1) {
        if (!useCallback(m, callback, site)) return null;
        const before = m.stage[current] === 0 ? 0 : (m.results[current] as number);
        if (m.stage[current] === 0) then();
        m.results[current] = before | this.takeBack(callback, site);
        m.stage[current] = 1;
      }
      if (!this.await(callback, callback.slot << 1, site)) return null;
      m.stage[current] = callback.pending && callback.runner >= 0 ? 2 : 0;
      if (m.stage[current] === 0) return m.results[current] as 0 | 1;
    }
  }

  /**
   * Waits until it neither is pending nor runs. `isKnown`: whether the caller names its object, which the callback may
   * have freed otherwise.
   */
  flush(object: number, site: number, isKnown = true, spec = none): 0 | 1 | null {
    const { m } = this;
    const { current } = m;
    const callback = this.get(object, spec);
    if (m.stage[current] === 0) {
      if (!(isKnown ? useCallback : touchCallback)(m, callback, site)) return null;
      m.results[current] = callback.pending || callback.running ? 1 : 0;
      m.stage[current] = 1;
    }
    if (!this.await(callback, (callback.slot << 1) + 1, site)) return null;
    m.stage[current] = 0;
    return m.results[current] as 0 | 1;
  }

  /** Waits until it does not run. False: return at once. */
  waitUntilIdle(object: number, site: number, spec = none): boolean {
    const callback = this.get(object, spec);
    const { m } = this;
    if (m.stage[m.current] === 0) {
      if (!useCallback(m, callback, site)) return false;
      m.stage[m.current] = 1;
    }
    return this.awaitEnd(object, site);
  }

  /** The second half of {@link waitUntilIdle} and {@link flush}, for a call whose stage is not 0 any more. */
  awaitEnd(object: number, site: number, pendingToo = false): boolean {
    const callback = this.get(object, none);
    if (!this.await(callback, (callback.slot << 1) + (pendingToo ? 1 : 0), site)) return false;
    this.m.stage[this.m.current] = 0;
    return true;
  }

  /** An operation on its state that `then` does something in. False: return at once. */
  within(object: number, site: number, then: () => void): boolean {
    const callback = this.get(object, none);
    if (!useCallback(this.m, callback, site)) return false;
    then();
    return true;
  }

  /**
   * Of these objects, those that are pending or run now, to be waited for; what the others did who ran comes before what
   * the current context does. `objects`: all that were ever posted of a kind.
   */
  unfinished(objects: Iterable<number>): number[] {
    const left: number[] = [];
    for (const object of objects) {
      const callback = this.byObject.get(object);
      if (callback === undefined) continue;
      if (callback.pending || callback.running) left.push(object);
      else if (callback.runs > 0) this.m.acquire(callback.slot);
    }
    return left;
  }

  /** Objects that were ever posted and are of that kind. */
  posted(kind: CallbackKind): number[] {
    return [...this.byObject.values()].filter(({ spec }) => spec.kind === kind).map(({ object }) => object);
  }

  private takeBack(callback: Callback, site: number): 0 | 1 {
    const { m } = this;
    const { spec, object } = callback;
    m.tracer?.event(m.current, { kind: 'callback', does: 'cancel', callback: spec.kind }, site, object, 0);
    m.acquire(callback.slot);
    const was = callback.pending ? 1 : 0;
    callback.pending = false;
    if (!callback.running) callback.runner = -1;
    openGates(m, callback);
    if (was === 1) {
      callback.spec.mark?.(false);
      m.changed();
    }
    return was;
  }

  private await(callback: Callback, gate: number, site: number): boolean {
    const { m } = this;
    const isInterrupt = this.cpu.kind(m.current) !== 'task';
    if (isInterrupt && !m.resuming && this.cpu.stacks.mayMatter()) return false;
    // Who waits before the sides begin, or behind their end, owes nobody else a turn.
    if (!m.resuming && callback.pending && callback.runner < 0) this.startHeld(callback.object);
    const own = callback.running && callback.runner === m.current;
    const who = callback.runner < 0 ? {} : { who: callback.runner };
    m.waitingFor[m.current] = { on: 'callback-end', callback: callback.spec.kind, own, ...who };
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
    openGates(this.m, created);
    return created;
  }
}

const none: CallbackSpec = { kind: null, context: 'task', begin: () => null };
