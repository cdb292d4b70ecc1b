// Runs one schedule again and writes down every step.
import { inputError } from '../../base/index.js';
import type { RacePair } from '../detect/index.js';
import { type Entry, entryOf, raceIncident } from '../explore/index.js';
import {
  abandon,
  type CallbackKind,
  contextsOf,
  firstOf,
  Grain,
  type HeldLock,
  type HeldLocks,
  type Incident,
  type Machine,
  plainMode,
  type Scheduler,
  type Wait,
} from '../machine/index.js';
import { type CallStack, Recorder, type ReplayStep } from './recorder.js';
import type { Schedule } from './schedule.js';

/** What an execution allocated. */
export type HeapBlock = Machine['heap']['blocks'][number];

/** The two accesses of a race, as indices of steps. */
export interface ReplayedRace {
  readonly incident: Incident;
  readonly first: number;
  readonly second: number;
}

/** A context that waits, and who holds what it waits for. */
export interface ReplayedWait {
  readonly context: number;
  readonly site: number;
  readonly wait: Wait | null;
  /** Of the lock; 0 where it waits for no lock. */
  readonly address: number;
  readonly holders: readonly { readonly context: number; readonly held: HeldLock }[];
}

/** How a context got to where it stood last, and what it held there. */
export interface ReplayedEnd {
  readonly calls: CallStack;
  readonly locks: readonly HeldLock[];
}

export interface Replay {
  readonly steps: readonly ReplayStep[];
  readonly incidents: readonly Incident[];
  /** Of the incidents, the races whose accesses are both among the steps. */
  readonly races: readonly ReplayedRace[];
  /** All of them; -1 stands for an access that ended its context, as a second free does. */
  readonly allRaces: readonly ReplayedRace[];
  readonly contexts: number;
  /** By context: the CPU that it ran on. */
  readonly cpus: readonly number[];
  /** By context: what it runs; null for threads and for sides that are functions. */
  readonly runs: readonly (CallbackKind | null)[];
  /** Who could not go on in the end, and for what. */
  readonly waits: readonly ReplayedWait[];
  /** By context: where it stood in the end, or where it failed. */
  readonly ends: readonly ReplayedEnd[];
  /** All that was allocated, freed or not. */
  readonly blocks: readonly HeapBlock[];
}

/** How an execution is run once more. */
export interface ReplayOptions {
  /** As in {@link ExploreOptions}. */
  readonly entry?: Entry | undefined;
  /** Asked now and then: whether the execution is to end where it is. */
  readonly mustStop?: (() => boolean) | undefined;
}

/** Errors: `input` when the schedule belongs to another program or does not fit. */
export function replaySchedule(machine: Machine, schedule: Schedule, options: ReplayOptions = {}): Replay {
  const { program } = machine;
  if (schedule.program !== program.identity)
    throw inputError(
      `the schedule belongs to program ${schedule.program}, and this one is ${program.identity}`,
      {
        hint: 'Source, flags, headers or the compiler differ from those the schedule was found with: run again.',
      },
    );
  const { memory = 'sc' } = schedule;
  if (memory !== machine.memoryModel)
    throw inputError(`the schedule is of memory model ${memory}, and this run is of ${machine.memoryModel}`, {
      hint: `Add --memory ${memory}.`,
    });
  return replayBy(machine, new ScheduleFollower(machine, schedule), new Recorder(machine), options);
}

/** Runs one execution that `scheduler` decides, at the grain that can follow any schedule, and writes it down. */
export function replayBy(
  machine: Machine,
  scheduler: Scheduler,
  recorder: Recorder,
  { entry, mustStop = plainMode.mustStop }: ReplayOptions = {},
): Replay {
  const races = new Map<string, ReplayedRace>();
  const onRace = (pair: RacePair) => {
    const incident = raceIncident(pair);
    const first = recorder.lastAccess(pair.firstContext, pair.firstSite, pair.address);
    if (!races.has(incident.key)) races.set(incident.key, { incident, first, second: recorder.steps.length });
  };
  machine.execute(scheduler, entryOf(machine, entry), {
    ...plainMode,
    goesOn: true,
    grain: Grain.finest(machine.program),
    tracer: recorder,
    onRace,
    mustStop,
  });
  recorder.settle();
  const { steps } = recorder;
  const found = [...races.values()].map((race) => ({ ...race, second: secondStep(race, steps) }));
  return {
    steps,
    incidents: [...found.map(({ incident }) => incident), ...machine.incidents],
    races: found.filter(({ first, second }) => first >= 0 && second >= 0),
    allRaces: found,
    contexts: machine.count,
    cpus: [...machine.cpus.subarray(0, machine.count)],
    blocks: [...machine.heap.blocks],
    runs: machine.runs.slice(0, machine.count),
    waits: contextsOf(machine.living).map((context): ReplayedWait => {
      const slot = (machine.pendingGate[context] as number) >> 1;
      const address = slot === 0 ? 0 : (machine.sync.addresses[slot] as number);
      return {
        context,
        site: machine.pendingSite[context] as number,
        wait: machine.waitingFor[context] ?? null,
        address,
        holders: holdersOf(recorder.held, machine.waitingFor[context] ?? null, address),
      };
    }),
    ends: Array.from({ length: machine.count }, (_, context) => recorder.endOf(context)),
  };
}

/** The detector sees an access before the tracer does, but for what a primitive tells and then does. */
function secondStep({ incident, second }: ReplayedRace, steps: readonly ReplayStep[]): number {
  const [, context] = incident.contexts;
  const [, site] = incident.sites;
  const isIt = (index: number) => steps[index]?.context === context && steps[index]?.site === site;
  return isIt(second) ? second : isIt(second - 1) ? second - 1 : -1;
}

/** Of the lock at `address`, or of the read sections that the wait is for. */
function holdersOf(held: HeldLocks, wait: Wait | null, address: number): ReplayedWait['holders'] {
  if (wait?.on === 'rcu-sections') return held.sectionsOf('RCU');
  return address === 0 ? [] : held.holdersOf(address);
}

/** Takes the turns that a schedule tells, and ends with the failure that it shows. */
export class ScheduleFollower implements Scheduler {
  private readonly machine: Machine;
  private readonly schedule: Schedule;
  private stretch = 0;
  private start = 0;
  private choice = 0;

  constructor(machine: Machine, schedule: Schedule) {
    this.machine = machine;
    this.schedule = schedule;
  }

  begin(): void {}

  pick(enabled: number, current: number): number {
    const { stretches } = this.schedule;
    const goesOn =
      current >= 0 &&
      (enabled & (1 << current)) !== 0 &&
      this.machine.steps - this.start < (stretches[this.stretch + 1] ?? Number.POSITIVE_INFINITY);
    if (goesOn) return current;
    this.stretch += 2;
    this.start = this.machine.steps;
    const next = stretches[this.stretch];
    // What others did after the failure that the schedule shows is no part of it. Before that, the last step has yet to
    // be taken by whoever stands before it.
    if (next === undefined) {
      if (this.machine.incidents.length > 0) return abandon;
      return current >= 0 && (enabled & (1 << current)) !== 0 ? current : firstOf(enabled);
    }
    if ((enabled & (1 << next)) === 0)
      throw inputError(`the schedule gives T${next} the turn when it cannot run`, {
        hint: 'The schedule was changed, or cut short: copy all of it from the finding.',
      });
    return next;
  }

  value(count: number): number {
    return Math.min(this.schedule.choices[this.choice++] ?? 0, count - 1);
  }

  started(): void {}
  published(): void {}
  observed(): void {}
}
