// What a test showed besides its findings: every access in reach, the outcomes, and how each schedule that does harm
// went, step by step.

import type { ModelSchedule, ModelSide } from '../basics.js';
import { type ExploreOptions, explore, type Sighting } from '../explore/index.js';
import { type Outcomes, testEntry } from '../kernel-test/index.js';
import { Grain } from '../machine/index.js';
import type { ModelConflict, ModelOutcomes, ModelReach, ModelTimeline } from '../observations.js';
import { type Replay, type ReplayStep, replaySchedule } from '../replay/index.js';
import type { ModelOptions } from '../types.js';
import { describeReach } from './accesses.js';
import { type Conflict, conflictsIn } from './conflicts.js';
import { type FindingContext, type ReplayedSighting, sideAt } from './findings.js';
import { describeOutcomes } from './outcomes.js';
import { compoundSites, Reach } from './reach.js';
import { callerPlace } from './source-names.js';
import { namesIn } from './step-names.js';
import { timelineOf } from './timelines.js';
import { typedSteps } from './variables.js';

/** Executions that are run once more for the accesses: bounded by number, and by time only where the whole test is. */
const mostExecutions = 2000;

/**
 * Runs executions of the test `name` on the traced machine of `context` once more and writes down who accesses what
 * under which locks: the interleavings of the exploration in its order, all of them where they are at most 2000.
 */
export async function observeReach(
  name: string,
  context: FindingContext,
  options: Omit<ModelOptions, 'maxTime'> & Pick<ExploreOptions, 'maxTime' | 'signal'>,
): Promise<ModelReach> {
  const { traced } = context;
  const { machine } = traced;
  const reach = new Reach(traced);
  try {
    const { schedules, rehearsed, redundant, complete } = await explore(machine, {
      ...options,
      maxSchedules: mostExecutions,
      entry: testEntry(traced, name),
      grain: new Grain(machine.program),
      tracer: reach,
    });
    const naming = namesIn(context, machine.heap.blocks);
    const looked = { executions: schedules + rehearsed + redundant, complete };
    return describeReach(reach.shared(), looked, {
      names: context.names,
      variableAt: (address, size, site) => naming.variableAt(address, size, [site]),
      lockName: naming.lockName,
      sideAt: (number) => sideAt(number, { ...context, runs: machine.runs }),
      harness: context.harness,
    });
  } finally {
    reach.detach();
  }
}

/** A schedule that shows nothing wrong, step by step: so that there is one to look at where nothing was found. */
export function observeExample(
  order: Pick<Sighting, 'stretches' | 'choices'>,
  context: FindingContext,
): ModelTimeline {
  const schedule = { program: context.identity, ...order };
  const replayed = replaySchedule(context.traced.machine, schedule, context);
  const replay = { ...replayed, steps: typedSteps(replayed, context.variables) };
  const { stepName: nameOf } = namesIn(context, replay.blocks);
  return {
    text: context.scheduleText(schedule),
    preemptions: 0,
    steps: timelineOf(replay, { names: context.names, nameOf }),
    started: startedIn(replay, context),
  };
}

function startedIn({ contexts, cpus, runs }: Replay, { sides }: FindingContext): ModelSide[] {
  const first = sides.length + 1;
  return Array.from({ length: Math.max(0, contexts - first) }, (_, index) =>
    sideAt(first + index, { sides, cpus, runs }),
  );
}

/** Invariants look at final states, and so does whoever compares them with those of serial orders. */
const harmful: ReadonlySet<string> = new Set(['assertion', 'no-serial-order']);

export function observeReplays(
  sightings: readonly ReplayedSighting[],
  context: FindingContext,
): { readonly conflicts: readonly ModelConflict[]; readonly timelines: readonly ModelTimeline[] } {
  const compound = compoundSites(context.traced.machine.program);
  const { stepName: nameOf } = namesIn(context, context.traced.machine.heap.blocks);
  const timelines = new Map<string, ModelTimeline>();
  const conflicts = new Map<string, ModelConflict>();
  for (const { incident, schedule, replay } of sightings) {
    if (!timelines.has(schedule.text))
      timelines.set(schedule.text, {
        ...schedule,
        steps: timelineOf(replay, { names: context.names, nameOf }),
        started: startedIn(replay, context),
      });
    if (!harmful.has(incident.kind)) continue;
    for (const conflict of conflictsIn(replay.steps, ({ site }) => compound.has(site))) {
      const told = describeConflict(conflict, schedule, nameOf, context);
      const key = JSON.stringify([told.kind, told.places]);
      const known = conflicts.get(key);
      if (known === undefined || preemptionsOf(told) < preemptionsOf(known)) conflicts.set(key, told);
    }
  }
  return { timelines: [...timelines.values()], conflicts: [...conflicts.values()] };
}

function preemptionsOf({ schedule }: ModelConflict): number {
  return schedule.preemptions ?? Number.POSITIVE_INFINITY;
}

function describeConflict(
  conflict: Conflict,
  schedule: ModelSchedule,
  nameOf: (step: ReplayStep) => string | null,
  { names }: FindingContext,
): ModelConflict {
  const name = (step: ReplayStep) => nameOf(step) ?? hex(step.address);
  const value = (step: ReplayStep) => valueText(step.value);
  if (conflict.kind === 'lost-update') {
    const { read, seen, lost, overwrites } = conflict;
    return {
      kind: 'lost-update',
      places: [read, lost, overwrites].map(({ site }) => callerPlace(names, site)),
      values: [
        { name: name(read), value: valueText(seen) },
        { name: name(lost), value: value(lost) },
        { name: name(overwrites), value: value(overwrites) },
      ],
      schedule,
    };
  }
  const [fresh, stale] = conflict.reads;
  const [before, after] = conflict.writes;
  return {
    kind: 'torn-pair',
    places: [fresh, stale, before, after].map(({ site }) => callerPlace(names, site)),
    values: [fresh, stale, before, after].map((step) => ({ name: name(step), value: value(step) })),
    schedule,
  };
}

/** Outcomes that no serial order gives, out of what reduction left of the sightings. */
export function observeOutcomes(
  outcomes: Outcomes,
  replayed: readonly ReplayedSighting[],
  context: FindingContext,
  reach: ModelReach,
): ModelOutcomes {
  const shown = replayed.find(({ incident }) => incident.kind === 'no-serial-order');
  const naming = namesIn(context, context.traced.machine.heap.blocks);
  const seen = new Map(
    reach.variables.flatMap(({ addresses, variable }) =>
      addresses.map((address) => [address, variable] as const),
    ),
  );
  return describeOutcomes(
    outcomes,
    shown?.schedule ?? null,
    (address) => seen.get(hex(address)) ?? naming.variableAt(address, 4, []),
  );
}

/** Bits matter more than amounts in what drivers write: hexadecimal beyond a digit. */
function valueText(value: string | null): string {
  if (value === null) return '?';
  const number = BigInt(value);
  if (number >= 0n && number < 10n) return value;
  return `0x${BigInt.asUintN(number < -(2n ** 31n) || number >= 2n ** 32n ? 64 : 32, number).toString(16)}`;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
