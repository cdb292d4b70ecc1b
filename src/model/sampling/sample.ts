// Executions of one program under KCSAN, one after the other as rounds on one kernel: what the CPUs count goes on.
import { Breath } from '../../base/index.js';
import type { Counters, Kcsan, KcsanReport } from '../detect/kcsan/index.js';
import {
  type Ending,
  type Grain,
  type Incident,
  type Machine,
  type Mode,
  plainMode,
} from '../machine/index.js';
import type { TimedScheduler } from './timed-scheduler.js';

/** A program on a machine that KCSAN watches. */
export interface KcsanProgram {
  /** The machine's own when not given. */
  readonly grain?: Grain | undefined;
  readonly machine: Machine;
  readonly kcsan: Kcsan;
  readonly scheduler: TimedScheduler;
  readonly entry: (argument: number) => number;
  /** What the kernel would have warned of. */
  readonly warnings: ReadonlySet<string>;
}

/** How many executions showed something, and the first that did, from 1. */
export interface Shown {
  readonly hits: number;
  readonly first: number;
}

export interface RaceIdentity {
  readonly race: string;
  /** Null for nothing. */
  readonly group: number | null;
}

export interface SampleLimits {
  readonly executions: number;
  /** Milliseconds of real time. */
  readonly maxTime: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * What makes two reports reports of one race, and what it is counted with besides; asked once for each two places
   * and kinds of access, which is what makes a race when this is not given.
   */
  readonly identify?: ((report: KcsanReport) => RaceIdentity) | undefined;
  readonly onProgress?: ((executions: number) => void) | undefined;
}

export interface Sample {
  readonly executions: number;
  /** Executions in which KCSAN found a race, whether it would have printed it or had just printed it. */
  readonly hits: number;
  /** Reports that KCSAN would have printed. */
  readonly printed: number;
  /** Each race once, as it was first reported. */
  readonly races: readonly ({ readonly report: KcsanReport } & Shown)[];
  /** By what {@link SampleLimits.identify} answers. */
  readonly groups: ReadonlyMap<number, Shown>;
  /** Anything else that went wrong in an execution, each kind once. */
  readonly incidents: readonly Incident[];
  readonly counters: Counters;
  /** Nanoseconds of virtual time. */
  readonly virtualTime: number;
  readonly stoppedBy: 'end' | 'time' | 'interrupt';
}

/** {@link Shown}, and the last execution that did, so that each counts once. */
interface Count {
  hits: number;
  first: number;
  last: number;
}

function count(shown: Count, execution: number): void {
  if (shown.last === execution) return;
  if (shown.hits === 0) shown.first = execution;
  shown.hits++;
  shown.last = execution;
}

function shownOf({ hits, first }: Count): Shown {
  return { hits, first };
}

/** Runs the program once more, as the next round on the same kernel. */
export function nextExecution(
  { machine, kcsan, scheduler, grain, entry }: KcsanProgram,
  mode: Partial<Mode> = {},
): Ending {
  // Without other code, counts would go in step with the rounds, and some accesses would never be watched.
  kcsan.skipOthers(scheduler.random);
  return machine.execute(scheduler, entry, { ...plainMode, findsWaits: false, grain, ...mode });
}

export async function sample(program: KcsanProgram, limits: SampleLimits): Promise<Sample> {
  const { machine, kcsan, scheduler } = program;
  const identities = new Map<string, RaceIdentity>();
  const races = new Map<string, { report: KcsanReport; shown: Count }>();
  const groups = new Map<number, Count>();
  const incidents = new Map<string, Incident>();
  let execution = 0;
  let hits = 0;
  let printed = 0;
  let hit = false;
  kcsan.onReport = (report, limited) => {
    hit = true;
    if (!limited) printed++;
    const key = report.accesses.map(({ stack, type }) => `${stack[0]} ${type}`).join(' / ');
    const identity = identities.get(key) ?? limits.identify?.(report) ?? { race: key, group: null };
    identities.set(key, identity);
    const race = races.get(identity.race) ?? { report, shown: { hits: 0, first: 0, last: 0 } };
    races.set(identity.race, race);
    count(race.shown, execution);
    if (identity.group === null) return;
    const group = groups.get(identity.group) ?? { hits: 0, first: 0, last: 0 };
    groups.set(identity.group, group);
    count(group, execution);
  };
  const started = performance.now();
  const breath = new Breath();
  const mode = {
    mustStop: () => limits.signal?.aborted === true || performance.now() - started > limits.maxTime,
  };
  let stoppedBy: Sample['stoppedBy'] = 'end';
  while (execution < limits.executions) {
    execution++;
    hit = false;
    if (nextExecution(program, mode) === 'given-up')
      stoppedBy = limits.signal?.aborted ? 'interrupt' : 'time';
    if (hit) hits++;
    // What was given up counts only if it had shown something.
    else if (stoppedBy !== 'end') execution--;
    for (const incident of machine.incidents) incidents.set(incident.key, incident);
    if ((execution & 31) !== 0 && !machine.tookLong && stoppedBy === 'end') continue;
    const now = performance.now();
    if (stoppedBy === 'end' && now - started > limits.maxTime) stoppedBy = 'time';
    if (breath.isDue(now)) {
      limits.onProgress?.(execution);
      await breath.take();
      if (limits.signal?.aborted) stoppedBy = 'interrupt';
    }
    if (stoppedBy !== 'end') break;
  }
  return {
    executions: execution,
    hits,
    printed,
    races: [...races.values()].map(({ report, shown }) => ({ report, ...shownOf(shown) })),
    groups: new Map([...groups].map(([group, shown]) => [group, shownOf(shown)])),
    incidents: [...incidents.values()],
    counters: { ...kcsan.counters },
    virtualTime: scheduler.now(),
    stoppedBy,
  };
}
