// Runs executions of a program under a strategy and collects what went wrong, until something has to be looked at more
// closely: once two sites race, both become operations that are interleaved, and the exploration begins anew.
import { accessFlags, type RacePair } from '../detect/index.js';
import {
  type Cut,
  type CutKind,
  type Grain,
  type Incident,
  type Machine,
  type Mode,
  plainMode,
} from '../machine/index.js';
import { DporStrategy } from './dpor.js';
import type { Remainder, Strategy } from './strategy.js';

/** An incident and an execution that shows it. */
export interface Sighting {
  readonly incident: Incident;
  /** Context and steps of each stretch, one behind the other. */
  readonly stretches: readonly number[];
  readonly choices: readonly number[];
}

/** Contexts that were stopped at one site for one reason. */
export interface CutCount {
  readonly kind: CutKind;
  readonly site: number;
  /** How often, in all executions. */
  count: number;
}

/** What somebody who observes executions knows, besides the pass. Plain data, for another thread. */
export interface Observer {
  /** All since the last call. */
  take(): unknown;
  /** What another observer took; after all that was observed here. */
  merge(taken: unknown): void;
}

/** What a part of a pass gave: plain data. */
export interface PartOutcome {
  readonly schedules: number;
  readonly redundant: number;
  readonly assumedAway: number;
  readonly cut: number;
  readonly cuts: readonly CutCount[];
  /** By key, in the order in which they were met. */
  readonly sightings: readonly Sighting[];
  /** Pairs of racing sites: low times the program's limit of sites, plus high. */
  readonly races: readonly number[];
  /** What has to be looked at more closely: the last execution showed it. */
  readonly closer: { readonly sites: readonly number[]; readonly refined: number } | null;
  readonly remainder: Remainder;
  readonly observed: unknown;
}

/** What an execution leads to: more of them, their end, all of them anew, or nothing as it was given up. */
export type Step = 'more' | 'end' | 'closer' | 'given-up';

export class Pass {
  schedules = 0;
  redundant = 0;
  assumedAway = 0;
  /** Executions in which a context was stopped at a limit of ours. */
  cut = 0;
  rehearsed = 0;
  readonly cuts = new Map<string, CutCount>();
  readonly sightings = new Map<string, Sighting>();
  private readonly machine: Machine;
  private readonly strategy: Strategy;
  private readonly entry: (argument: number) => number;
  private readonly mode: Mode;
  private readonly grain: Grain;
  private readonly knownRaces = new Set<number>();
  private newIncidents: Incident[] = [];
  private newlyVisible: number[] = [];

  private readonly onSighting: ((sighting: Sighting) => void) | undefined;

  constructor(
    machine: Machine,
    strategy: Strategy,
    entry: (argument: number) => number,
    mode: Partial<Mode>,
    onSighting?: (sighting: Sighting) => void,
  ) {
    this.machine = machine;
    this.strategy = strategy;
    this.entry = entry;
    this.onSighting = onSighting;
    const eager = strategy instanceof DporStrategy;
    this.grain = mode.grain ?? machine.grain;
    this.mode = { ...plainMode, ...mode, eager, goesOn: eager, onRace: (pair) => this.noteRace(pair) };
  }

  /** Executions that count against a limit. */
  get total(): number {
    return this.rehearsed + this.schedules + this.redundant + this.cut;
  }

  /** One execution. */
  step(): Step {
    const { machine, strategy } = this;
    const ending = machine.execute(strategy, this.entry, this.mode);
    for (const incident of machine.incidents) this.noteIncident(incident);
    this.keepSightings();
    if (ending === 'given-up') return 'given-up';
    if (ending === 'refine' || this.newlyVisible.length > 0) return 'closer';
    for (const cut of machine.cuts) this.noteCut(cut, 1);
    if (ending === 'abandoned') this.redundant++;
    else if (ending === 'assumed-away') this.assumedAway++;
    else if (machine.cuts.length > 0) this.cut++;
    else this.schedules++;
    return strategy.advance() ? 'more' : 'end';
  }

  beginAnew(): void {
    this.newlyVisible = [];
    this.rehearsed += this.schedules + this.cut + 1;
    this.schedules = 0;
    this.redundant = 0;
    this.assumedAway = 0;
    this.cut = 0;
    // A loop that waits for what is no operation yet seems to have no end.
    this.cuts.clear();
    this.strategy.restart();
  }

  /** What the pass has come to, for {@link merge}. `last`: what the last step answered. */
  outcome(last: Step, observed: unknown): PartOutcome {
    return {
      schedules: this.schedules,
      redundant: this.redundant,
      assumedAway: this.assumedAway,
      cut: this.cut,
      cuts: [...this.cuts.values()],
      sightings: [...this.sightings.values()],
      races: [...this.knownRaces],
      closer: last === 'closer' ? { sites: this.newlyVisible, refined: this.grain.refined } : null,
      remainder: this.strategy.remainder(last === 'more'),
      observed,
    };
  }

  /** Takes over what another pass gave, which began where this one stands. */
  merge(part: PartOutcome): void {
    this.schedules += part.schedules;
    this.redundant += part.redundant;
    this.assumedAway += part.assumedAway;
    this.cut += part.cut;
    for (const cut of part.cuts) this.noteCut(cut, cut.count);
    for (const race of part.races) this.knownRaces.add(race);
    for (const sighting of part.sightings)
      if (!this.sightings.has(sighting.incident.key)) this.sightings.set(sighting.incident.key, sighting);
    for (const site of part.closer?.sites ?? []) this.grain.show(site);
    this.grain.refined |= part.closer?.refined ?? 0;
  }

  private noteRace(pair: RacePair): void {
    const { machine } = this;
    const low = Math.min(pair.firstSite, pair.secondSite);
    const high = Math.max(pair.firstSite, pair.secondSite);
    const key = low * machine.program.siteLimit + high;
    if (this.knownRaces.has(key)) return;
    this.knownRaces.add(key);
    for (const site of [low, high]) if (this.grain.show(site)) this.newlyVisible.push(site);
    const { object, write } = accessFlags;
    const both = pair.firstFlags & pair.secondFlags;
    if ((both & object) === 0 || (both & write) !== 0) this.newIncidents.push(raceIncident(pair));
  }

  private noteCut({ kind, site }: Pick<Cut, 'kind' | 'site'>, count: number): void {
    const key = `${kind} ${site}`;
    const known = this.cuts.get(key);
    if (known === undefined) this.cuts.set(key, { kind, site, count });
    else known.count += count;
  }

  private noteIncident(incident: Incident): void {
    // Before all racing accesses are operations, a loop that waits for one of them seems to have no end.
    if (incident.kind === 'no-progress' && this.newlyVisible.length > 0) return;
    if (!this.sightings.has(incident.key)) this.newIncidents.push(incident);
  }

  private keepSightings(): void {
    if (this.newIncidents.length === 0) return;
    for (const incident of this.newIncidents) {
      const sighting = { incident, ...this.machine.historyOf(incident) };
      this.sightings.set(incident.key, sighting);
      this.onSighting?.(sighting);
    }
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
    facts: { fact: 'race', address: pair.address },
    sites: [pair.firstSite, pair.secondSite],
    contexts: [pair.firstContext, pair.secondContext],
    key: raceKey(pair),
    accesses: [side(pair.firstFlags), side(pair.secondFlags)],
    address: pair.address,
  };
}
