// Runs a program over and over under a strategy, collects what went wrong, and looks closer where it has to: once two
// sites race, both become operations that are interleaved, and the exploration begins anew. When it ends with no race
// elsewhere, interleaving everything would have shown no more: all other accesses are ordered in every execution.
import type { RacePair } from '../detect/index.js';
import { accessFlags } from '../detect/index.js';
import { exportedEntry, type Incident, type Machine } from '../machine/index.js';
import { BoundedStrategy } from './bounded.js';
import { DporStrategy } from './dpor.js';
import { PctStrategy } from './pct.js';
import { RandomStrategy } from './random.js';
import type { Strategy } from './strategy.js';

export type StrategyName = 'dpor' | 'bounded' | 'pct' | 'random';

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
  readonly onProgress?: ((state: { schedules: number; fraction: number }) => void) | undefined;
}

/** An incident and an execution that shows it. */
export interface Sighting {
  readonly incident: Incident;
  /** Context and steps of each stretch, one behind the other. */
  readonly stretches: readonly number[];
  readonly choices: readonly number[];
}

export interface Exploration {
  readonly strategy: StrategyName;
  /** Executions that ran to an end; under `dpor`, each stands for another interleaving. */
  readonly schedules: number;
  /** Executions given up because others cover them. */
  readonly redundant: number;
  /** Executions whose inputs the program rules out. */
  readonly assumedAway: number;
  /** Executions of earlier passes, before all racing accesses were interleaved. */
  readonly rehearsed: number;
  readonly complete: boolean;
  readonly stoppedBy: 'end' | 'schedules' | 'time' | 'interrupt';
  /** Share of the whole that was done, 0 to 1, estimated. */
  readonly fraction: number;
  /** By key, in the order in which they were met. */
  readonly sightings: readonly Sighting[];
  /** Milliseconds. */
  readonly elapsed: number;
  /** For `pct`: the probability with which a bug of that depth would have been met, at least. */
  readonly guarantee: number | null;
}

export function makeStrategy(options: Pick<ExploreOptions, 'strategy' | 'seed' | 'preemptions'>): Strategy {
  switch (options.strategy) {
    case 'dpor':
      return new DporStrategy();
    case 'bounded':
      return new BoundedStrategy(options.preemptions);
    case 'pct':
      return new PctStrategy(options.seed, options.preemptions + 1);
    case 'random':
      return new RandomStrategy(options.seed);
  }
}

/** What clang calls main(), with arguments and without. */
export const mainNames = ['main', '__main_argc_argv', '__original_main'] as const;

export type Entry = readonly string[] | ((argument: number) => number);

export function entryOf(machine: Machine, entry: Entry = mainNames): (argument: number) => number {
  return typeof entry === 'function' ? entry : exportedEntry(machine, ...entry);
}

/** How long the event loop waits at most, in milliseconds. */
const breath = 50;

export async function explore(machine: Machine, options: ExploreOptions): Promise<Exploration> {
  const strategy = makeStrategy(options);
  const run = new Run(machine, strategy, options);
  machine.eager = options.strategy === 'dpor';
  const started = performance.now();
  let lastBreath = started;
  let stoppedBy: Exploration['stoppedBy'] | null = null;
  while (stoppedBy === null) {
    stoppedBy = run.once();
    if ((run.executions & 31) !== 0 && stoppedBy === null) continue;
    const now = performance.now();
    if (now - started > options.maxTime) stoppedBy ??= 'time';
    if (now - lastBreath < breath) continue;
    lastBreath = now;
    options.onProgress?.({ schedules: run.schedules, fraction: strategy.progress() });
    await new Promise<void>((resume) => setImmediate(resume));
    if (options.signal?.aborted) stoppedBy ??= 'interrupt';
  }
  return {
    strategy: options.strategy,
    schedules: run.schedules,
    redundant: run.redundant,
    assumedAway: run.assumedAway,
    rehearsed: run.rehearsed,
    complete: stoppedBy === 'end' && strategy.exhaustive,
    stoppedBy,
    fraction: strategy.progress(),
    sightings: [...run.sightings.values()],
    elapsed: performance.now() - started,
    guarantee: strategy instanceof PctStrategy ? strategy.guarantee(run.schedules) : null,
  };
}

class Run {
  schedules = 0;
  redundant = 0;
  assumedAway = 0;
  rehearsed = 0;
  executions = 0;
  readonly sightings = new Map<string, Sighting>();
  private readonly machine: Machine;
  private readonly strategy: Strategy;
  private readonly options: ExploreOptions;
  private readonly entry: (argument: number) => number;
  private readonly knownRaces = new Set<number>();
  private newIncidents: Incident[] = [];
  private finer = false;

  constructor(machine: Machine, strategy: Strategy, options: ExploreOptions) {
    this.machine = machine;
    this.strategy = strategy;
    this.options = options;
    this.entry = entryOf(machine, options.entry);
    machine.onRace = (pair) => this.noteRace(pair);
  }

  /** One execution; answers why to stop, or null. */
  once(): Exploration['stoppedBy'] | null {
    const { machine, strategy } = this;
    const ending = machine.execute(strategy, this.entry);
    this.executions++;
    for (const incident of machine.incidents) this.noteIncident(incident);
    this.keepSightings();
    if (ending === 'refine' || this.finer) {
      this.finer = false;
      this.rehearsed += this.schedules + 1;
      this.schedules = 0;
      this.redundant = 0;
      this.assumedAway = 0;
      strategy.restart();
      return this.rehearsed >= this.options.maxSchedules ? 'schedules' : null;
    }
    if (ending === 'abandoned') this.redundant++;
    else if (ending === 'assumed-away') this.assumedAway++;
    else this.schedules++;
    if (!strategy.advance()) return 'end';
    return this.rehearsed + this.schedules + this.redundant >= this.options.maxSchedules ? 'schedules' : null;
  }

  private noteRace(pair: RacePair): void {
    const { machine } = this;
    const low = Math.min(pair.firstSite, pair.secondSite);
    const high = Math.max(pair.firstSite, pair.secondSite);
    const key = low * machine.program.siteLimit + high;
    if (this.knownRaces.has(key)) return;
    this.knownRaces.add(key);
    for (const site of [low, high])
      if (machine.visible[site] === 0) {
        machine.visible[site] = 1;
        this.finer = true;
      }
    this.newIncidents.push(raceIncident(pair));
  }

  private noteIncident(incident: Incident): void {
    // Before all racing accesses are operations, a loop that waits for one of them seems to have no end.
    if (incident.kind === 'no-progress' && this.finer) return;
    if (!this.sightings.has(incident.key)) this.newIncidents.push(incident);
  }

  private keepSightings(): void {
    if (this.newIncidents.length === 0) return;
    const { stretches, choices } = this.machine;
    for (const incident of this.newIncidents)
      this.sightings.set(incident.key, { incident, stretches, choices });
    this.newIncidents = [];
  }
}

export function raceKey(pair: RacePair): string {
  return `data-race ${Math.min(pair.firstSite, pair.secondSite)} ${Math.max(pair.firstSite, pair.secondSite)}`;
}

export function raceIncident(pair: RacePair): Incident {
  const side = (flags: number) => ({
    write: (flags & accessFlags.write) !== 0,
    marked: (flags & accessFlags.marked) !== 0,
  });
  return {
    kind: 'data-race',
    message: `data race at 0x${pair.address.toString(16)}`,
    sites: [pair.firstSite, pair.secondSite],
    contexts: [pair.firstContext, pair.secondContext],
    key: raceKey(pair),
    accesses: [side(pair.firstFlags), side(pair.secondFlags)],
    address: pair.address,
  };
}
