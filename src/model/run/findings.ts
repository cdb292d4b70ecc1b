// From what an exploration met to what a reader wants to know: each finding's schedule is run again on a program that
// tells its calls, and read off there: stacks, values, locks.
import type { Access, RaceReport } from '../../report/index.js';
import type { ModelPlace, ModelSchedule, ModelSide, ModelVariable } from '../basics.js';
import type { ReducedSighting } from '../explore/index.js';
import type { Program } from '../link/index.js';
import { type CallbackKind, factsOf, type Incident, type KernelMachine, waitOf } from '../machine/index.js';
import {
  type Replay,
  type ReplayedRace,
  type ReplayedWait,
  type ReplayStep,
  replaySchedule,
  type Schedule,
  wordBytes,
} from '../replay/index.js';
import type { ModelFailure, ModelFinding, ModelRace, ModelRaceSide, ModelWait } from '../types.js';
import { type Moments, momentsIn } from './moments.js';
import { callerPlace, type SourceNames } from './source-names.js';
import { namesIn } from './step-names.js';
import { lockLabelOf, typedSteps, type VariableNames } from './variables.js';

export interface FindingContext {
  readonly program: Program;
  /** Of a program that tells its calls. */
  readonly traced: KernelMachine;
  readonly entry: (argument: number) => number;
  readonly names: SourceNames;
  readonly variables: VariableNames;
  readonly sides: readonly ModelSide[];
  /** By context: the CPU that it ran on, where a replay tells; else each has one of its own. */
  readonly cpus?: readonly number[];
  /** By context: what it runs that is no side, where that is known. */
  readonly runs?: readonly (CallbackKind | null)[] | undefined;
  /** The harness's file, as line tables name it. */
  readonly harness: string;
  readonly identity: string;
  /** Asked by schedules that are run again and take long. */
  readonly mustStop: () => boolean;
  readonly scheduleText: (schedule: Schedule) => string;
}

export interface Findings {
  readonly races: readonly ModelRace[];
  readonly failures: readonly ModelFailure[];
  readonly findings: readonly ModelFinding[];
}

/** A sighting with its schedule run again. */
export interface ReplayedSighting {
  readonly incident: Incident;
  readonly schedule: ModelSchedule;
  readonly replay: Replay;
}

/** Runs each schedule again, once, on the program that tells its calls. */
export function replaySightings(
  sightings: readonly ReducedSighting[],
  context: FindingContext,
): ReplayedSighting[] {
  const replays = new Map<string, Replay>();
  return sightings.map(({ incident, stretches, choices, preemptions }) => {
    const schedule = { program: context.identity, stretches, choices };
    const text = context.scheduleText(schedule);
    const known = replays.get(text);
    const replayed = known ?? replaySchedule(context.traced.machine, schedule, context);
    const replay = known ?? { ...replayed, steps: typedSteps(replayed, context.variables) };
    replays.set(text, replay);
    return { incident, schedule: { text, preemptions }, replay };
  });
}

/** Findings in the order in which they were met; races of one pair of lines are one. */
export function describeFindings(sightings: readonly ReplayedSighting[], context: FindingContext): Findings {
  const races = new Map<string, ModelRace>();
  const failures = new Map<string, ModelFailure>();
  const findings: ModelFinding[] = [];
  for (const { incident, schedule, replay } of sightings) {
    const inReplay = { ...context, cpus: replay.cpus, runs: replay.runs };
    if (incident.kind === 'data-race') {
      const race = raceOf(incident, replay, schedule, inReplay);
      const key = [...race.lines].sort().join(' ');
      const known = races.get(key);
      if (known === undefined || writes(race) > writes(known)) races.set(key, race);
    } else if (incident.kind === 'assertion') {
      const text = 'text' in incident.facts ? (incident.facts.text ?? '') : '';
      const place = context.names.place(incident.sites[0] ?? 0);
      failures.set(`${text} ${place.file}:${place.line}`, { text, place, schedule });
    } else if (incident.kind !== 'no-serial-order')
      findings.push(otherFinding(incident, replay, schedule, inReplay));
  }
  return {
    races: [...races.values()].sort(byLines),
    failures: [...failures.values()].sort((a, b) => a.place.line - b.place.line),
    findings,
  };
}

function writes({ report }: ModelRace): number {
  return report.accesses.filter(({ type }) => type.startsWith('write')).length;
}

function byLines(a: ModelRace, b: ModelRace): number {
  const order = new Intl.Collator('en', { numeric: true });
  return order.compare([...a.lines].sort().join(' '), [...b.lines].sort().join(' '));
}

function raceOf(
  incident: Incident,
  replay: Replay,
  schedule: ModelSchedule,
  context: FindingContext,
): ModelRace {
  const found = replay.races.find((race) => race.incident.key === incident.key);
  if (found === undefined) return withoutReplay(incident, replay, schedule, context);
  const steps = stepsOf(found, replay);
  const { stackOf } = momentsOf(replay, context);
  const accesses = steps.map((step, index) => ({
    ...accessOf(step, stackOf, context),
    type: accessType(found.incident, index),
  })) as [Access, Access];
  const variable = variableOf(steps, replay, context);
  const sides = steps.map((step) => sideOf(step, variable, replay, context)) as [
    ModelRaceSide,
    ModelRaceSide,
  ];
  return { lines: linesOf(accesses), report: reportOf(accesses), sides, schedule };
}

/** Of the bytes that both touch. */
function variableOf(
  [first, second]: readonly [ReplayStep, ReplayStep],
  { blocks }: Replay,
  { variables }: FindingContext,
): ModelVariable | null {
  const address = Math.max(first.address, second.address);
  const endOf = (step: ReplayStep) => step.address + (step.size || wordBytes);
  const end = Math.min(endOf(first), endOf(second));
  return variables.at({ address, size: end - address, sites: [first.site, second.site], blocks });
}

function stepsOf({ first, second }: ReplayedRace, { steps }: Replay): [ReplayStep, ReplayStep] {
  return [steps[first] as ReplayStep, steps[second] as ReplayStep];
}

/** An access that ends its context, as a second free does, is no step: what is known without. */
function withoutReplay(
  met: Incident,
  replay: Replay,
  schedule: ModelSchedule,
  context: FindingContext,
): ModelRace {
  const found = replay.allRaces.find((race) => race.incident.key === met.key);
  // The schedule may show it the other way round.
  const incident = found?.incident ?? met;
  const address = incident.address ?? 0;
  const variable = context.variables.at({ address, size: 1, sites: incident.sites, blocks: replay.blocks });
  const moments = momentsOf(replay, context);
  const standings = incident.sites.map((site, index) => {
    const step = replay.steps[(index === 0 ? found?.first : found?.second) ?? -1];
    const end = found === undefined ? undefined : replay.ends[incident.contexts[index] ?? -1];
    return step ?? { site, calls: end?.calls ?? null, locks: end?.locks ?? [] };
  });
  const accesses = standings.map((standing, index) => ({
    type: accessType(incident, index),
    address: hex(address),
    size: 1,
    context: kcsanContext(sideAt(incident.contexts[index] ?? 0, context)),
    stack: moments.stackOf(standing),
  })) as unknown as [Access, Access];
  const sides = incident.contexts.map((number, index) => ({
    side: sideAt(number, context),
    value: null,
    locks: (standings[index]?.locks ?? []).map(moments.lockOf),
    variable,
  })) as unknown as [ModelRaceSide, ModelRaceSide];
  return { lines: linesOf(accesses), report: reportOf(accesses), sides, schedule };
}

function accessType({ accesses }: Incident, index: number): string {
  const access = accesses?.[index];
  return `${access?.write ? 'write' : 'read'}${access?.marked ? ' (marked)' : ''}`;
}

function accessOf(
  step: ReplayStep,
  stackOf: Moments['stackOf'],
  context: FindingContext,
): Omit<Access, 'type'> {
  return {
    address: hex(step.address),
    size: step.size || wordBytes,
    context: kcsanContext(sideAt(step.context, context)),
    stack: stackOf(step),
  };
}

function momentsOf(replay: Replay, context: FindingContext): Moments {
  return momentsIn(replay, { ...context, sideOf: (number) => sideAt(number, context) });
}

function sideOf(
  step: ReplayStep,
  variable: ModelVariable | null,
  replay: Replay,
  context: FindingContext,
): ModelRaceSide {
  return {
    side: sideAt(step.context, context),
    value: step.value,
    locks: step.locks.map(momentsOf(replay, context).lockOf),
    variable,
  };
}

/** A context is the test itself, a side, or what a side or setup started and no side names. */
export function sideAt(
  context: number,
  { sides, cpus, runs }: Pick<FindingContext, 'sides' | 'cpus' | 'runs'>,
): ModelSide {
  if (context === 0) return { name: 'setup and check', context: 'setup', cpu: sides.length };
  const kind = runs?.[context] ?? 'timer';
  const started = { name: `${kind} ${context}`, context: startedContexts[kind], cpu: context - 1 };
  const side = sides[context - 1] ?? started;
  return { ...side, cpu: cpus?.[context] ?? side.cpu };
}

/** What callbacks of each kind run in: src/model/machine/kernel. */
const startedContexts: Readonly<Record<CallbackKind, ModelSide['context']>> = {
  timer: 'timer',
  hrtimer: 'timer',
  'work-item': 'work',
  'delayed-work-item': 'work',
  tasklet: 'softirq',
  softirq: 'softirq',
  interrupt: 'hardirq',
  'interrupt-thread': 'task',
  'RCU-callback': 'softirq',
  'SRCU-callback': 'softirq',
  kfree_rcu: 'softirq',
};

function kcsanContext({ context, cpu }: ModelSide): Access['context'] {
  const isTask = context === 'task' || context === 'work' || context === 'setup';
  return { kind: isTask ? 'task' : 'interrupt', pid: null, cpu };
}

function linesOf(accesses: readonly [Access, Access]): [string, string] {
  const line = ({ stack }: Access) => `${stack[0]?.file ?? stack[0]?.function ?? '?'}:${stack[0]?.line ?? 0}`;
  return [line(accesses[0]), line(accesses[1])];
}

function reportOf(accesses: readonly [Access, Access]): RaceReport {
  const functions = accesses.map(({ stack }) => stack[0]?.function ?? '?');
  return {
    title: `data-race in ${[...functions].sort().join(' / ')}`,
    kind: 'data-race',
    unknownOrigin: false,
    accesses,
    valueChanged: null,
    time: null,
    reporter: null,
  };
}

function otherFinding(
  incident: Incident,
  replay: Replay,
  schedule: ModelSchedule,
  context: FindingContext,
): ModelFinding {
  const places = incident.sites.map((site) => context.names.place(site));
  const callers = incident.sites.map((site) => callerPlace(context.names, site));
  const moments = momentsOf(replay, context);
  return {
    kind: incident.kind,
    facts: factsOf(incident.facts, (number) => sideAt(number, context)),
    places,
    sides: incident.contexts.map((number) => sideAt(number, context)),
    waits: incident.kind === 'deadlock' ? waitsOf(replay, moments, context) : [],
    lifetime: moments.lifetimeOf(incident),
    references: moments.referencesOf(incident),
    inHarness: callers[0]?.file === context.harness,
    fingerprint: fingerprintOf(incident.kind, callers, context),
    schedule,
  };
}

/** The text of a line stays where a fix moves it, or changes what is around it. */
function fingerprintOf(kind: string, places: readonly ModelPlace[], { names }: FindingContext): string {
  const at = places.map(({ function: name, file, line }) => `${name} ${file} ${names.line(file, line)}`);
  return [kind, ...at].join('\n');
}

function waitsOf({ waits, blocks, ends }: Replay, moments: Moments, context: FindingContext): ModelWait[] {
  const { lockName } = namesIn(context, blocks);
  // What two functions call one lock, or one function two, tells them apart by the structure that it is in.
  const nameOf = ({ wait, address, site, holders }: ReplayedWait) => {
    const variable = context.variables.at({ address, size: 0, sites: [], blocks });
    return variable === null
      ? lockName({ lock: wait?.on ?? 'lock', address, site: holders[0]?.held.site ?? site })
      : lockLabelOf(variable);
  };
  return waits
    .filter((wait) => wait.context !== 0)
    .map((wait) => ({
      side: sideAt(wait.context, context),
      place: context.names.place(wait.site),
      stack: moments.stackOf({ site: wait.site, calls: ends[wait.context]?.calls ?? null }),
      holds: (ends[wait.context]?.locks ?? []).map(moments.lockOf),
      missed: moments.missedBy(wait),
      wait: wait.wait === null ? null : waitOf(wait.wait, (number) => sideAt(number, context)),
      lock: wait.address === 0 ? null : nameOf(wait),
      holders: wait.holders.map((one) => ({
        side: sideAt(one.context, context),
        taken: context.names.place(one.held.site),
      })),
    }));
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
