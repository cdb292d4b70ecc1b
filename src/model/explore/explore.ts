// Runs a program over and over under a strategy until all of it is explored or a limit is met. When it ends with no
// race between accesses that are not interleaved, interleaving everything would have shown no more: all other accesses
// are ordered in every execution.
import { Breath } from '../../base/index.js';
import { exportedEntry, type Grain, type Machine, type Tracer } from '../machine/index.js';
import { Crew, type Helper } from './crew.js';
import { type CutCount, type Observer, Pass, type Sighting, type Step } from './pass.js';
import { PctStrategy } from './pct.js';
import { makeStrategy, type StrategyName } from './strategies.js';
import type { Strategy } from './strategy.js';

export interface ExploreOptions {
  readonly strategy: StrategyName;
  readonly seed: number;
  /** Preemptions for `bounded`; for `pct` the depth less one. */
  readonly preemptions: number;
  readonly maxSchedules: number;
  /** Milliseconds. */
  readonly maxTime: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * What the first context runs: a function, or names of exported ones, of which the first that there is is taken.
   * `main` when not given.
   */
  readonly entry?: Entry | undefined;
  /** The machine's own when not given. */
  readonly grain?: Grain | undefined;
  /** Told of each step. */
  readonly tracer?: Tracer | undefined;
  readonly onProgress?: ((state: { schedules: number; fraction: number }) => void) | undefined;
  /** Told of each sighting of its kind that is the first. */
  readonly onSighting?: ((sighting: Sighting) => void) | undefined;
  /** Makes the other threads that take part, once there turns out to be work for them. The result is the same. */
  readonly recruit?: (() => readonly Helper[]) | undefined;
  /** Whoever else observes the executions; with `recruit`, those of the other threads too. */
  readonly observer?: Observer | undefined;
}

export interface Exploration {
  readonly strategy: StrategyName;
  /** Executions that ran to an end; under `dpor`, each stands for another interleaving. */
  readonly schedules: number;
  /** Executions given up because others cover them. */
  readonly redundant: number;
  /** Executions whose inputs the program rules out. */
  readonly assumedAway: number;
  /** Executions in which a context was stopped at a limit of ours. */
  readonly cut: number;
  /** Where contexts were stopped that could have gone on. */
  readonly cuts: readonly CutCount[];
  /** Executions of earlier passes, before all racing accesses were interleaved. */
  readonly rehearsed: number;
  /** Whether all of it was run, and nothing cut but at assumptions of the program's. */
  readonly complete: boolean;
  readonly stoppedBy: 'end' | 'schedules' | 'time' | 'interrupt';
  /** Share of the whole that was done, 0 to 1, estimated. */
  readonly fraction: number;
  /** By key, in the order in which they were met. */
  readonly sightings: readonly Sighting[];
  /** Milliseconds. */
  readonly elapsed: number;
  /**
   * For `pct`: the probability with which a bug of that depth would have been met, at least; null where executions were
   * cut, for which nothing is known, and in a weak memory.
   */
  readonly guarantee: number | null;
}

/** What clang calls main(), with arguments and without. */
export const mainNames = ['main', '__main_argc_argv', '__original_main'] as const;

export type Entry = readonly string[] | ((argument: number) => number);

export function entryOf(machine: Machine, entry: Entry = mainNames): (argument: number) => number {
  return typeof entry === 'function' ? entry : exportedEntry(machine, ...entry);
}

/** Executions after which other threads are worth their while, and between two looks at them. */
const recruitAfter = 1024;
const assignEvery = 64;

export async function explore(machine: Machine, options: ExploreOptions): Promise<Exploration> {
  const strategy = makeStrategy(options);
  const started = performance.now();
  const mode = {
    grain: options.grain,
    tracer: options.tracer ?? null,
    mustStop: () => options.signal?.aborted === true || performance.now() - started > options.maxTime,
  };
  const pass = new Pass(machine, strategy, entryOf(machine, options.entry), mode, options.onSighting);
  const exploring = new Exploring(machine, strategy, pass, options);
  const breath = new Breath();
  let stoppedBy: Exploration['stoppedBy'] | null = null;
  try {
    for (let turn = 1; stoppedBy === null; turn++) {
      stoppedBy = exploring.once(turn);
      if (stoppedBy === 'time' && options.signal?.aborted) stoppedBy = 'interrupt';
      if ((turn & 31) !== 0 && stoppedBy === null && !machine.tookLong) continue;
      const now = performance.now();
      if (now - started > options.maxTime) stoppedBy ??= 'time';
      if (!breath.isDue(now)) continue;
      options.onProgress?.({ schedules: pass.schedules, fraction: strategy.progress() });
      await breath.take();
      if (options.signal?.aborted) stoppedBy ??= 'interrupt';
    }
    options.onProgress?.({ schedules: pass.schedules, fraction: strategy.progress() });
  } finally {
    exploring.close();
  }
  const isCut = [...pass.cuts.values()].some(({ kind }) => kind !== 'assumption');
  return {
    strategy: options.strategy,
    schedules: pass.schedules,
    redundant: pass.redundant,
    assumedAway: pass.assumedAway,
    cut: pass.cut,
    cuts: [...pass.cuts.values()],
    rehearsed: pass.rehearsed,
    complete: stoppedBy === 'end' && strategy.exhaustive && !isCut,
    stoppedBy,
    // What is left of the last branch says nothing once all are done.
    fraction: stoppedBy === 'end' ? 1 : strategy.progress(),
    sightings: [...pass.sightings.values()],
    elapsed: performance.now() - started,
    // It is about turns alone: of which old value is read nothing is known.
    guarantee:
      strategy instanceof PctStrategy && !isCut && machine.weak === null
        ? strategy.guarantee(pass.schedules)
        : null,
  };
}

/** One execution after the other, or a part at once where another thread has run it. */
class Exploring {
  private readonly machine: Machine;
  private readonly strategy: Strategy;
  private readonly pass: Pass;
  private readonly options: ExploreOptions;
  private crew: Crew | null = null;

  constructor(machine: Machine, strategy: Strategy, pass: Pass, options: ExploreOptions) {
    this.machine = machine;
    this.strategy = strategy;
    this.pass = pass;
    this.options = options;
  }

  /** Answers why to stop, or null. `turn` counts calls. */
  once(turn: number): 'end' | 'schedules' | 'time' | null {
    const { pass, crew, options } = this;
    const left = options.maxSchedules - pass.total;
    if (crew === null) {
      if (turn === recruitAfter && options.recruit !== undefined)
        this.crew = new Crew(options.recruit(), this.machine, this.strategy);
    } else {
      const part = crew.take();
      if (part !== null && part.outcome.schedules + part.outcome.redundant + part.outcome.cut < left)
        return this.takeOver(part);
      if (turn % assignEvery === 0) crew.assign(left);
    }
    return this.after(pass.step());
  }

  close(): void {
    this.crew?.close();
  }

  private takeOver({
    branch,
    outcome,
  }: NonNullable<ReturnType<Crew['take']>>): ReturnType<Exploring['after']> {
    this.pass.merge(outcome);
    this.options.observer?.merge(outcome.observed);
    const goesOn = this.strategy.resume(branch, outcome.remainder);
    return this.after(outcome.closer !== null ? 'closer' : goesOn ? 'more' : 'end');
  }

  private after(last: Step): 'end' | 'schedules' | 'time' | null {
    if (last === 'given-up') return 'time';
    if (last === 'end') return 'end';
    if (last === 'closer') {
      this.pass.beginAnew();
      this.crew?.drop();
      return this.pass.rehearsed >= this.options.maxSchedules ? 'schedules' : null;
    }
    return this.pass.total >= this.options.maxSchedules ? 'schedules' : null;
  }
}
