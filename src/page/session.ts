// A program with its machine in the page: runs one interleaving after another, each from its beginning, and tells all
// that the page shows of it. Another branch is the same decisions up to one of them, and another one there.
import { inputError } from '../base/index.js';
import type { ModelPlace, ModelSide } from '../model/index.js';
import type { Program } from '../model/link/index.js';
import {
  abandon,
  contextsOf,
  factsOf,
  firstOf,
  type Incident,
  type Machine,
  onlyReads,
  type Scheduler,
  type Wait,
} from '../model/machine/index.js';
import {
  type CallStack,
  Recorder,
  type Replay,
  type ReplayStep,
  replayBy,
  type Schedule,
  ScheduleFollower,
} from '../model/replay/index.js';
import {
  callerPlace,
  heldKind,
  namesIn,
  type SourceNames,
  typedSteps,
  type VariableNames,
} from '../model/run/index.js';
import { incidentText, stepText, threadText, waitText } from '../words/index.js';
import { kindOf } from './step-kind.js';
import type { Blocked, Trace, TraceLifetime, TraceStep, Turn } from './trace.js';

/** A program, ready to run. */
export interface Runner {
  readonly program: Program;
  readonly machine: Machine;
  /** What the first context runs; main() when not given. */
  readonly entry?: ((argument: number) => number) | undefined;
  readonly names: SourceNames;
  readonly variables: VariableNames;
  /** Of a context, in an execution that gave them these CPUs and made them run that. */
  readonly sideOf: (context: number, execution: Pick<Replay, 'cpus' | 'runs'>) => ModelSide;
  /** As `millrace replay` takes it. */
  readonly scheduleText: (schedule: Schedule) => string;
}

/** Which way an execution goes. */
export interface Way {
  /** Who goes next, at each time that somebody is asked. */
  readonly decisions: readonly number[];
  /** Values, in the order in which they are chosen. */
  readonly choices: readonly number[];
  /** Whether it ends with the last decision; it runs on by itself when not. */
  readonly stops: boolean;
}

export class Session {
  private readonly runner: Runner;

  constructor(runner: Runner) {
    this.runner = runner;
  }

  get names(): SourceNames {
    return this.runner.names;
  }

  /** Errors: `input` when the schedule does not fit. */
  follow(schedule: Schedule): Trace {
    const { machine, program } = this.runner;
    if (schedule.program !== program.identity)
      throw inputError(
        `the schedule belongs to program ${schedule.program}, and this one is ${program.identity}`,
      );
    return this.run(new ScheduleFollower(machine, schedule));
  }

  /** Errors: `input` when somebody is to go who cannot. */
  take(way: Way): Trace {
    return this.run(new WayFollower(this.runner.machine, way));
  }

  /** As `trace` up to the pick of that index, where `context` goes next; then on by itself, or no further. */
  branch(trace: Trace, pick: number, context: number, stops = false): Trace {
    const decisions = [...trace.picks.slice(0, pick).map(({ chosen }) => chosen), context];
    return this.take({ decisions, choices: trace.choices.slice(0, trace.picks[pick]?.choices ?? 0), stops });
  }

  private run(inner: Scheduler): Trace {
    const { machine, entry } = this.runner;
    const recorder = new Recorder(machine);
    const watcher = new Watcher(machine, recorder, inner);
    const replay = replayBy(machine, watcher, recorder, { entry });
    return this.describe(replay, watcher);
  }

  private describe(replayed: Replay, { raw, choices }: Watcher): Trace {
    const { program, machine, names, variables, sideOf, scheduleText } = this.runner;
    const steps = typedSteps(replayed, variables);
    const replay = { ...replayed, steps };
    const { lockName, stepName, variableAt } = namesIn({ program, names, variables }, replay.blocks);
    const pickOf = picksOfSteps(steps, raw);
    const textOf = ({ kind, facts, sites }: Incident) =>
      incidentText({
        kind,
        facts: factsOf(facts, (number) => sideOf(number, replay)),
        places: sites.map((site) => names.place(site)),
      });
    const shownSteps = steps.map((step, index): TraceStep => {
      const variable = stepName(step);
      return {
        context: step.context,
        kind: kindOf(step.event),
        text: stepText(step.event, variable, step.value),
        place: callerPlace(names, step.site),
        stack: stackOf(step, names),
        address: step.address,
        size: step.size,
        writes: step.size > 0 && !onlyReads(step.event),
        variable,
        value: step.value,
        locks: step.locks.map((lock) => ({
          name: lockName(lock),
          kind: heldKind(lock),
          address: lock.address,
          taken: callerPlace(names, lock.site),
        })),
        concurrent: step.concurrent,
        pick: pickOf[index] ?? -1,
      };
    });
    const picks = raw.map(
      (pick): Turn => ({
        chosen: pick.chosen,
        choices: pick.choices,
        enabled: pick.enabled.map(({ context, site, address, size, write }) => ({
          context,
          place: site > 0 ? callerPlace(names, site) : null,
          variable: address > 0 && size > 0 ? (variableAt(address, size, [site])?.name ?? null) : null,
          write,
        })),
        blocked: pick.blocked.map((one): Blocked => {
          if (!('wait' in one)) return one;
          const { wait, ...rest } = one;
          const what = waitText(wait, threadText);
          if (rest.reason === 'interrupted') return { ...rest, what };
          const { context, reason, address, site, holders } = rest;
          const lock = address === 0 ? null : lockName({ lock: 'lock', address, site });
          return { context, reason, what, lock, holders };
        }),
      }),
    );
    return {
      contexts: Array.from({ length: replay.contexts }, (_, number) => ({
        number,
        side: sideOf(number, replay),
      })),
      steps: shownSteps,
      picks,
      choices,
      races: replay.races.map(({ incident, first, second }) => ({
        text: textOf(incident),
        first,
        second,
      })),
      findings: replay.incidents
        .filter(({ kind }) => kind !== 'data-race')
        .map((incident) => ({
          kind: incident.kind,
          text: textOf(incident),
          places: incident.sites.map((site) => callerPlace(names, site)),
          contexts: incident.contexts,
          step: lastStepAt(steps, incident.sites[0] ?? 0, incident.contexts[0] ?? 0),
        })),
      lifetimes: lifetimesIn(replay),
      waits: replay.waits
        .filter(({ context }) => context !== 0)
        .map(({ context, wait, address, site, holders }) => ({
          context,
          what: waitText(wait, threadText),
          lock: address === 0 ? null : lockName({ lock: 'lock', address, site }),
          holders: holders.map((one) => one.context),
        })),
      schedule: scheduleText({ program: program.identity, ...machine.wholeHistory() }),
    };
  }
}

/** Takes decisions one by one, and then whoever goes on goes on. */
class WayFollower implements Scheduler {
  private readonly machine: Machine;
  private readonly way: Way;
  private next = 0;
  private choice = 0;

  constructor(machine: Machine, way: Way) {
    this.machine = machine;
    this.way = way;
  }

  begin(): void {}

  pick(enabled: number, current: number): number {
    const decided = this.way.decisions[this.next++];
    if (decided !== undefined) {
      if ((enabled & (1 << decided)) === 0)
        throw inputError(`T${decided} is to have the turn, and cannot run`);
      return decided;
    }
    if (this.way.stops || this.machine.incidents.length > 0) return abandon;
    return current >= 0 && (enabled & (1 << current)) !== 0 ? current : firstOf(enabled);
  }

  value(count: number): number {
    return Math.min(this.way.choices[this.choice++] ?? 0, count - 1);
  }

  started(): void {}
  published(): void {}
  observed(): void {}
}

interface RawPick {
  readonly chosen: number;
  readonly choices: number;
  /** Steps that had been made. */
  readonly step: number;
  readonly enabled: readonly {
    readonly context: number;
    readonly site: number;
    readonly address: number;
    readonly size: number;
    readonly write: boolean;
  }[];
  readonly blocked: readonly RawBlocked[];
}

type RawBlocked =
  | Exclude<Blocked, { readonly what: string }>
  | { readonly context: number; readonly reason: 'interrupted'; readonly wait: Wait | null }
  | {
      readonly context: number;
      readonly reason: 'waits';
      readonly wait: Wait | null;
      /** Of the lock; 0 for none. */
      readonly address: number;
      readonly site: number;
      readonly holders: readonly number[];
    };

/** Writes down who could go next, and why others could not, each time that a scheduler is asked. */
class Watcher implements Scheduler {
  readonly raw: RawPick[] = [];
  readonly choices: number[] = [];
  private readonly machine: Machine;
  private readonly recorder: Recorder;
  private readonly inner: Scheduler;

  constructor(machine: Machine, recorder: Recorder, inner: Scheduler) {
    this.machine = machine;
    this.recorder = recorder;
    this.inner = inner;
  }

  begin(machine: Machine): void {
    this.inner.begin(machine);
  }

  pick(enabled: number, current: number): number {
    const { machine: m } = this;
    const able = contextsOf(enabled).map((context) => ({
      context,
      site: m.pendingSite[context] as number,
      address: m.pendingAddress[context] as number,
      size: m.pendingSize[context] as number,
      write: m.pendingWrite[context] !== 0,
    }));
    const blocked: RawBlocked[] = [];
    for (let context = 0; context < m.count; context++)
      if ((enabled & (1 << context)) === 0) blocked.push(this.reason(context));
    const chosen = this.inner.pick(enabled, current);
    this.raw.push({
      chosen,
      choices: this.choices.length,
      step: this.recorder.steps.length,
      enabled: able,
      blocked,
    });
    return chosen;
  }

  private reason(context: number): RawBlocked {
    const { machine: m, recorder } = this;
    const bit = 1 << context;
    if ((m.living & bit) === 0) return { context, reason: 'ended' };
    const wait = m.waitingFor[context] ?? null;
    if ((m.suppressed & bit) !== 0) return { context, reason: 'interrupted', wait };
    const gate = m.pendingGate[context] as number;
    if ((m.sync.gates[gate] as number) > 0) return { context, reason: 'stopped' };
    const slot = gate >> 1;
    const address = slot === 0 ? 0 : (m.sync.addresses[slot] as number);
    const holders = address === 0 ? [] : recorder.held.holdersOf(address).map((one) => one.context);
    return { context, reason: 'waits', wait, address, site: m.pendingSite[context] as number, holders };
  }

  value(count: number): number {
    const value = this.inner.value(count);
    this.choices.push(value);
    return value;
  }

  started(child: number, parent: number): void {
    this.inner.started(child, parent);
  }

  published(context: number, slot: number): void {
    this.inner.published(context, slot);
  }

  observed(context: number, slot: number): void {
    this.inner.observed(context, slot);
  }
}

/** By step: the last pick before it that gave its context the turn; -1 where nobody was asked. */
function picksOfSteps(steps: readonly ReplayStep[], picks: readonly RawPick[]): Int32Array {
  const found = new Int32Array(steps.length).fill(-1);
  for (const [index, { step, chosen }] of picks.entries())
    if (steps[step]?.context === chosen) found[step] = index;
  return found;
}

function stackOf(step: ReplayStep, names: SourceNames): ModelPlace[] {
  const frames = [...names.frames(step.site)];
  for (let calls: CallStack = step.calls; calls !== null; calls = calls.caller)
    frames.push(...names.frames(calls.site));
  return frames.map(({ function: name, file, line }) => ({
    function: name,
    file: file ?? '',
    line: line ?? 0,
  }));
}

function lastStepAt(steps: readonly ReplayStep[], site: number, context: number): number {
  const own = steps.findLastIndex((step) => step.site === site && step.context === context);
  return own < 0 ? steps.length - 1 : own;
}

/** Of each use of freed memory that the execution shows. */
function lifetimesIn({ incidents, steps, blocks }: Replay): TraceLifetime[] {
  return incidents.flatMap(({ kind, address, sites, contexts }) => {
    if (kind !== 'use-after-free' || address === undefined) return [];
    const block = blocks.findLast((one) => address >= one.address && address < one.address + one.size);
    if (block === undefined) return [];
    const at = (kind: TraceStep['kind']) => {
      const index = steps.findLastIndex(
        (step) => step.address === block.address && kindOf(step.event) === kind,
      );
      return index < 0 ? null : index;
    };
    return [
      {
        allocated: at('allocate'),
        freed: at('free'),
        used: lastStepAt(steps, sites[0] ?? 0, contexts[0] ?? 0),
      },
    ];
  });
}
