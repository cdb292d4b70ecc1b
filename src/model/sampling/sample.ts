// Executions of one program under KCSAN, one after the other as rounds on one kernel: what the CPUs count goes on.
import type { Counters, Kcsan, KcsanReport } from '../detect/kcsan/index.js';
import type { Incident, Machine } from '../machine/index.js';
import type { TimedScheduler } from './timed-scheduler.js';

/** A program on a machine that KCSAN watches. */
export interface KcsanProgram {
  readonly machine: Machine;
  readonly kcsan: Kcsan;
  readonly scheduler: TimedScheduler;
  readonly entry: (argument: number) => number;
  /** What the kernel would have warned of. */
  readonly warnings: ReadonlySet<string>;
}

export interface SampleLimits {
  readonly executions: number;
  /** Milliseconds of real time. */
  readonly maxTime: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((executions: number) => void) | undefined;
}

export interface Sample {
  readonly executions: number;
  /** Executions in which KCSAN found a race, whether it would have printed it or had just printed it. */
  readonly hits: number;
  /** Reports that KCSAN would have printed. */
  readonly printed: number;
  /** Each race once, as it was first reported, with how many executions showed it. */
  readonly races: readonly { readonly report: KcsanReport; readonly hits: number; readonly first: number }[];
  /** Anything else that went wrong in an execution, each kind once. */
  readonly incidents: readonly Incident[];
  readonly counters: Counters;
  /** Nanoseconds of virtual time. */
  readonly virtualTime: number;
  readonly stoppedBy: 'end' | 'time' | 'interrupt';
}

/** How long the event loop waits at most, in milliseconds. */
const breath = 50;

export async function sample(program: KcsanProgram, limits: SampleLimits): Promise<Sample> {
  const { machine, kcsan, scheduler, entry } = program;
  const races = new Map<string, { report: KcsanReport; hits: number; first: number; last: number }>();
  const incidents = new Map<string, Incident>();
  let execution = 0;
  let hits = 0;
  let printed = 0;
  let hit = false;
  kcsan.onReport = (report, limited) => {
    hit = true;
    if (!limited) printed++;
    const key = report.accesses.map(({ stack, type }) => `${stack[0]} ${type}`).join(' / ');
    const known = races.get(key);
    if (known === undefined) races.set(key, { report, hits: 1, first: execution, last: execution });
    else if (known.last !== execution) {
      known.hits++;
      known.last = execution;
    }
  };
  machine.eager = false;
  const started = performance.now();
  let lastBreath = started;
  let stoppedBy: Sample['stoppedBy'] = 'end';
  while (execution < limits.executions) {
    execution++;
    hit = false;
    // Without other code, counts would go in step with the rounds, and some accesses would never be watched.
    kcsan.skipOthers(scheduler.random);
    machine.execute(scheduler, entry);
    if (hit) hits++;
    for (const incident of machine.incidents) incidents.set(incident.key, incident);
    if ((execution & 31) !== 0) continue;
    const now = performance.now();
    if (now - started > limits.maxTime) stoppedBy = 'time';
    if (now - lastBreath > breath) {
      lastBreath = now;
      limits.onProgress?.(execution);
      await new Promise<void>((resume) => setImmediate(resume));
      if (limits.signal?.aborted) stoppedBy = 'interrupt';
    }
    if (stoppedBy !== 'end') break;
  }
  return {
    executions: execution,
    hits,
    printed,
    races: [...races.values()].map(({ report, hits: count, first }) => ({ report, hits: count, first })),
    incidents: [...incidents.values()],
    counters: { ...kcsan.counters },
    virtualTime: scheduler.now(),
    stoppedBy,
  };
}
