// A schedule carried over to lines of the source: who runs up to which statement, played on the machine by these lines
// alone. Step numbers belong to one compiler; statements and how often a side has come to them do not.
import { inputError } from '../../base/index.js';
import type { StatementPlace } from '../../c-syntax/index.js';
import type { ModelPlace, ModelSide } from '../basics.js';
import { testEntry, testSides } from '../kernel-test/index.js';
import {
  firstOf,
  type KernelMachine,
  kernelMachine,
  type Machine,
  type Scheduler,
} from '../machine/index.js';
import { Recorder, type Replay, replayBy, type Schedule, ScheduleFollower } from '../replay/index.js';
import type { ModelOptions } from '../types.js';
import type { CaseSchedule } from './case-schedule.js';
import { type PrepareRequest, prepareModel } from './prepare.js';
import { machineLimits, sidesOf } from './run.js';
import { callerPlace, type SourceNames, sourceNames } from './source-names.js';

/** A statement, and how often the side has come to it, from 1. */
export interface StatementStop {
  /** Path inside the tree, or the harness's file name. */
  readonly file: string;
  readonly function: string;
  /** Lines of what the statement itself does. */
  readonly line: number;
  readonly endLine: number;
  readonly occurrence: number;
}

/** A stretch of one side: up to a statement, or to its end. */
export interface DirectedTurn {
  /** Index of the side. */
  readonly side: number;
  /** Null: up to its end. */
  readonly until: StatementStop | null;
  /** Whether it holds a lock there. */
  readonly holdsLock: boolean;
}

/** Both sides of a race, each before the statement of its access. */
export type StatementMeeting = readonly [DirectedTurn, DirectedTurn];

/** What came of playing turns on the machine. */
export interface PlayedTurns {
  /** Kinds of what it showed, each once: `data-race`, `assertion`, `use-after-free` … */
  readonly shows: readonly string[];
  /** All turns came to their ends. */
  readonly isPlayed: boolean;
  /** The turn that could not come to its end, since its side waits; null when all did. */
  readonly waits: {
    readonly turn: number;
    readonly side: ModelSide;
    readonly place: ModelPlace;
    readonly holder: ModelSide | null;
  } | null;
}

/** A schedule by statements. */
export interface DirectedModel {
  readonly sides: readonly ModelSide[];
  readonly turns: readonly DirectedTurn[];
  readonly play: PlayedTurns;
  /** One for each race of the schedule whose accesses can be stopped at. */
  readonly meetings: readonly {
    readonly functions: readonly [string, string];
    readonly meeting: StatementMeeting;
  }[];
}

/** The statement at a line of a file, as line tables name it; null where nobody can be stopped. */
export type FindStatement = (file: string, line: number) => StatementPlace | null;

export interface DirectRequest extends PrepareRequest {
  readonly options: ModelOptions;
  readonly schedule: CaseSchedule;
  readonly find: FindStatement;
}

/** Plays that are tried before it is said that no stops between statements show the finding. */
const mostPlays = 400;
/** Statements on either side of a switch that are tried. */
const reach = 8;

/**
 * Finds stops between statements at which turns show what the schedule shows.
 * Errors: `input` for a schedule of another program, of a sample, and one that needs a switch inside of a statement.
 */
export async function directModel(request: DirectRequest): Promise<DirectedModel> {
  const { schedule, test } = request.schedule;
  if ('execution' in schedule)
    throw inputError('an execution of a sample cannot be played on a kernel', {
      hint: 'Give a schedule that the exploration found: it has `:m1-` in it.',
    });
  const stage = await openStage(request, test);
  const original = stage.follow(schedule);
  const targets = targetsOf(original.replay);
  if (targets.length === 0)
    throw inputError('the schedule shows nothing wrong, so there is nothing to play', {
      hint: 'Copy one from a finding.',
    });
  const stretches = stretchesOf(original.operations, stage.sides.length);
  const played = stage.search(stretches, schedule.choices, targets);
  if (played === null)
    throw inputError('no stops between statements show what the schedule shows: it switches inside of one', {
      hint: 'Another schedule of the finding may do; without --directed, the kernel engine looks for it by chance.',
    });
  return { sides: stage.sides, ...played, meetings: stage.meetings(original.replay) };
}

/** Plays turns on the tree with `request.fix`, or without: what do they show there? */
export async function playModel(
  request: Omit<DirectRequest, 'schedule'> & {
    readonly test: string;
    readonly turns: readonly DirectedTurn[];
  },
): Promise<PlayedTurns> {
  const stage = await openStage(request, request.test);
  return stage.play(request.turns, []).outcome;
}

async function openStage(request: Omit<DirectRequest, 'schedule'>, test: string): Promise<Stage> {
  const { program, root } = await prepareModel(request);
  const kernel = kernelMachine(program, machineLimits(request.options));
  return new Stage(kernel, test, sourceNames(program, root, request.case.harness), request.find);
}

interface Operation {
  readonly context: number;
  readonly site: number;
}

/** A side's operations between two switches, as a range of all its operations. */
interface Stretch {
  readonly side: number;
  /** Index, among the side's own operations, of the first one behind the stretch. */
  readonly end: number;
  readonly isLast: boolean;
}

/** What the schedule is about: what goes wrong, or, where nothing else does, its races. */
function targetsOf({ incidents }: Replay): string[] {
  const wrong = incidents.filter(({ kind }) => kind !== 'data-race');
  return [...new Set((wrong.length > 0 ? wrong : incidents).map(({ key }) => key))];
}

interface Stretches {
  readonly stretches: readonly Stretch[];
  /** By side: sites of its operations. */
  readonly sites: readonly (readonly number[])[];
}

function stretchesOf(operations: readonly Operation[], sides: number): Stretches {
  const sites: number[][] = Array.from({ length: sides }, () => []);
  const found: { side: number; end: number }[] = [];
  for (const { context, site } of operations) {
    const side = context - 1;
    const own = sites[side];
    if (own === undefined) continue;
    own.push(site);
    const last = found.at(-1);
    if (last?.side === side) last.end = own.length;
    else found.push({ side, end: own.length });
  }
  return {
    stretches: found.map((one) => ({ ...one, isLast: one.end === sites[one.side]?.length })),
    sites,
  };
}

/** The machine with one test on it, and its lines. */
class Stage {
  readonly sides: readonly ModelSide[];
  private readonly machine: Machine;
  private readonly entry: (argument: number) => number;
  private readonly places = new Map<number, ModelPlace>();
  private readonly names: SourceNames;
  private readonly find: FindStatement;

  constructor(kernel: KernelMachine, test: string, names: SourceNames, find: FindStatement) {
    this.names = names;
    this.find = find;
    this.machine = kernel.machine;
    this.sides = sidesOf(testSides(kernel, test));
    this.entry = testEntry(kernel, test);
  }

  follow(schedule: Schedule): { readonly replay: Replay; readonly operations: readonly Operation[] } {
    if (schedule.program !== this.machine.program.identity)
      throw inputError(
        `the schedule belongs to program ${schedule.program}, and this one is ${this.machine.program.identity}`,
        { hint: 'Tree, case or compiler differ from those the schedule was found with: run again.' },
      );
    const scheduler = new Watched(this.machine, new ScheduleFollower(this.machine, schedule));
    const replay = replayBy(this.machine, scheduler, new Recorder(this.machine), { entry: this.entry });
    return { replay, operations: scheduler.operations };
  }

  /** Stops near the schedule's own switches at which all of `targets` show; null when there are none. */
  search(
    { stretches, sites }: Stretches,
    choices: readonly number[],
    targets: readonly string[],
  ): Pick<DirectedModel, 'turns' | 'play'> | null {
    const options = stretches.map(({ side, end, isLast }) =>
      isLast ? [null] : this.stopsNear(sites[side] ?? [], end),
    );
    let plays = 0;
    for (const stops of nearestFirst(options)) {
      if (++plays > mostPlays) break;
      const turns = stretches.map(({ side }, index) => ({ side, until: stops[index] ?? null }));
      const { outcome, keys, locks } = this.play(turns, choices);
      if (!targets.every((key) => keys.has(key))) continue;
      return {
        turns: turns.map((turn, index) => ({ ...turn, holdsLock: locks[index] ?? false })),
        play: outcome,
      };
    }
    return null;
  }

  /** Runs the turns; `locks`: by turn, whether a lock was held at its end. */
  play(turns: readonly Pick<DirectedTurn, 'side' | 'until'>[], choices: readonly number[]) {
    const { machine } = this;
    const recorder = new Recorder(machine);
    const player = new TurnPlayer(machine, turns, choices, (site) => this.placeOf(site), recorder);
    const { incidents, waits } = replayBy(machine, player, recorder, { entry: this.entry });
    const { late } = player;
    const sideOf = (context: number) => this.sides[context - 1];
    const outcome: PlayedTurns = {
      shows: [...new Set(incidents.map(({ kind }) => kind))],
      isPlayed: player.isPlayed,
      waits:
        late === null
          ? null
          : {
              turn: late.turn,
              side: sideOf(late.context) as ModelSide,
              place: this.placeOf(late.site),
              holder:
                sideOf(
                  late.holder ??
                    waits.find(({ context }) => context === late.context)?.holders[0]?.context ??
                    0,
                ) ?? null,
            },
    };
    return { outcome, keys: new Set(incidents.map(({ key }) => key)), locks: player.locks };
  }

  /** For each race of the schedule: both sides before their accesses. */
  meetings({ races, steps }: Replay): DirectedModel['meetings'] {
    const found = new Map<string, DirectedModel['meetings'][number]>();
    for (const { first, second } of races) {
      const pair = [first, second].map((index) => {
        const step = steps[index];
        if (step === undefined) return null;
        const own = steps
          .slice(0, index + 1)
          .filter(({ context, concurrent }) => context === step.context && concurrent);
        const visits = this.visitsOf(
          own.map(({ site }) => site),
          true,
        );
        const until = visits.at(-1)?.stop ?? null;
        const side = step.context - 1;
        if (until === null || this.sides[side] === undefined) return null;
        return { side, until, holdsLock: step.locks.length > 0 };
      });
      const [one, other] = pair;
      if (one == null || other == null || one.side === other.side) continue;
      const functions = [one.until.function, other.until.function].sort() as [string, string];
      const key = functions.join(' ');
      // One of them may hold a lock that the other needs on its way: who comes first then has to be the other.
      const orders: StatementMeeting[] = [
        [one, other],
        [other, one],
      ];
      const meeting = orders.find((order) => this.play(order, []).outcome.isPlayed);
      if (meeting === undefined) continue;
      if (!found.has(key)) found.set(key, { functions, meeting });
    }
    return [...found.values()];
  }

  /** The beginnings of visits nearest to operation `end`, the nearest first. */
  private stopsNear(sites: readonly number[], end: number): StatementStop[] {
    const visits = this.visitsOf(sites).filter(({ at }) => at > 0);
    const near = visits.toSorted((a, b) => Math.abs(a.at - end) - Math.abs(b.at - end) || b.at - a.at);
    return near.slice(0, 2 * reach).map(({ stop }) => stop);
  }

  /** Each time that a side came to a statement that it can be stopped before; the last one's operation may be inside. */
  private visitsOf(
    sites: readonly number[],
    lastOnly = false,
  ): { readonly at: number; readonly stop: StatementStop }[] {
    const counters = new Map<string, VisitCounter>();
    const visits: { at: number; stop: StatementStop }[] = [];
    sites.forEach((site, at) => {
      const place = this.placeOf(site);
      const statement = this.find(place.file, place.line);
      const key = statement === null ? null : `${place.file}:${statement.line}`;
      if (key !== null && statement !== null && !counters.has(key))
        counters.set(
          key,
          new VisitCounter(
            { ...statement, file: place.file },
            (one) => this.placeOf(one),
            sites.slice(0, at),
          ),
        );
      for (const [own, counter] of counters) {
        const isNew = counter.take(site);
        if (statement === null || own !== key) continue;
        const isInside = lastOnly && at === sites.length - 1;
        if (!(isNew || isInside) || (statement.isLoop && counter.count > 1)) continue;
        const { line, endLine, function: holder } = statement;
        visits.push({
          at,
          stop: { file: place.file, function: holder, line, endLine, occurrence: counter.count },
        });
      }
    });
    if (lastOnly && visits.at(-1)?.at !== sites.length - 1) return [];
    return visits;
  }

  private placeOf(site: number): ModelPlace {
    const known = this.places.get(site) ?? callerPlace(this.names, site);
    this.places.set(site, known);
    return known;
  }
}

type Statement = Pick<StatementStop, 'file' | 'line' | 'endLine' | 'function'>;

/** Counts how often a side comes to a statement, from the sites of its operations. */
class VisitCounter {
  count = 0;
  private last: number | null = null;
  private readonly statement: Statement;
  private readonly placeOf: (site: number) => ModelPlace;

  constructor(statement: Statement, placeOf: (site: number) => ModelPlace, before: readonly number[] = []) {
    this.statement = statement;
    this.placeOf = placeOf;
    for (const site of before) this.take(site);
  }

  /** Takes the next operation's site; whether the side comes to the statement with it. */
  take(site: number): boolean {
    const { file, line, endLine, function: holder } = this.statement;
    const place = this.placeOf(site);
    const isInside = place.file === file && line <= place.line && place.line <= endLine;
    if (!isInside) {
      // What it calls is part of it; another line of the same function is not.
      if (place.function === holder) this.last = null;
      return false;
    }
    const isNew = this.last === null || site <= this.last;
    this.last = site;
    if (isNew) this.count += 1;
    return isNew;
  }
}

/** Combinations with one of each list, those with the least sum of indices first. */
function* nearestFirst<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  if (lists.some((list) => list.length === 0)) return;
  const most = lists.reduce((sum, list) => sum + list.length - 1, 0);
  for (let sum = 0; sum <= most; sum++) yield* withSum(lists, sum);
}

function* withSum<T>(lists: readonly (readonly T[])[], sum: number): Generator<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) {
    if (sum === 0) yield [];
    return;
  }
  for (let index = 0; index < first.length && index <= sum; index++)
    for (const others of withSum(rest, sum - index)) yield [first[index] as T, ...others];
}

/** Writes down each operation as it is let happen. */
class Watched implements Scheduler {
  readonly operations: Operation[] = [];
  private readonly machine: Machine;
  private readonly inner: Scheduler;

  constructor(machine: Machine, inner: Scheduler) {
    this.machine = machine;
    this.inner = inner;
  }

  begin(machine: Machine): void {
    this.inner.begin(machine);
  }

  pick(enabled: number, current: number): number {
    const context = this.inner.pick(enabled, current);
    if (context >= 0) this.operations.push({ context, site: this.machine.pendingSite[context] as number });
    return context;
  }

  value(count: number): number {
    return this.inner.value(count);
  }

  started(): void {}
  published(): void {}
  observed(): void {}
}

/** Gives the sides their turns, up to the statements that end them. */
class TurnPlayer implements Scheduler {
  /** By turn: whether its side held a lock at its end. */
  readonly locks: boolean[] = [];
  /** The first turn whose side could not go on. */
  late: {
    readonly turn: number;
    readonly context: number;
    readonly site: number;
    readonly holder: number | null;
  } | null = null;
  private turn = 0;
  private choice = 0;
  private readonly begun = new Set<number>();
  private readonly counters: (VisitCounter | null)[];
  /** The operation that was counted last, so that one that is asked for twice counts once. */
  private counted = new Map<number, number>();
  private readonly machine: Machine;
  private readonly turns: readonly Pick<DirectedTurn, 'side' | 'until'>[];
  private readonly choices: readonly number[];
  private readonly recorder: Recorder;

  constructor(
    machine: Machine,
    turns: readonly Pick<DirectedTurn, 'side' | 'until'>[],
    choices: readonly number[],
    placeOf: (site: number) => ModelPlace,
    recorder: Recorder,
  ) {
    this.machine = machine;
    this.turns = turns;
    this.choices = choices;
    this.recorder = recorder;
    this.counters = turns.map(({ until }) => (until === null ? null : new VisitCounter(until, placeOf)));
  }

  get isPlayed(): boolean {
    const left = this.turns.slice(this.turn);
    return this.late === null && left.every(({ side, until }) => until === null && this.begun.has(side + 1));
  }

  begin(): void {}

  pick(enabled: number, current: number): number {
    // The test itself starts the sides, and waits for them.
    if ((enabled & 1) !== 0) return 0;
    const { machine } = this;
    while (this.late === null) {
      const turn = this.turns[this.turn];
      if (turn === undefined) break;
      const context = turn.side + 1;
      const isAlive = (machine.living & (1 << context)) !== 0;
      if (!isAlive && !this.begun.has(context)) break;
      if (!isAlive) {
        // It came to its end: where it was to stop before, the turn did not come.
        this.locks.push(false);
        if (turn.until !== null) this.late = { turn: this.turn, context, site: 0, holder: null };
        this.turn += 1;
        continue;
      }
      this.begun.add(context);
      if (this.stopsNow(context)) {
        this.locks.push(this.recorder.held.of(context).length > 0);
        this.turn += 1;
        continue;
      }
      if ((enabled & (1 << context)) !== 0) return this.go(context);
      const slot = (machine.pendingGate[context] as number) >> 1;
      const address = slot === 0 ? 0 : (machine.sync.addresses[slot] as number);
      const holder = address === 0 ? null : (this.recorder.held.holdersOf(address)[0]?.context ?? null);
      this.late = { turn: this.turn, context, site: machine.pendingSite[context] as number, holder };
    }
    return this.go(current >= 0 && (enabled & (1 << current)) !== 0 ? current : firstOf(enabled));
  }

  value(count: number): number {
    return Math.min(this.choices[this.choice++] ?? 0, count - 1);
  }

  started(): void {}
  published(): void {}
  observed(): void {}

  /** Whether the operation that the side stands before begins the visit that ends its turn. */
  private stopsNow(context: number): boolean {
    const { until } = this.turns[this.turn] as DirectedTurn;
    this.count(context);
    const counter = this.counters[this.turn];
    return until !== null && counter != null && counter.count >= until.occurrence;
  }

  private go(context: number): number {
    this.count(context);
    this.counted.delete(context);
    return context;
  }

  /** Each operation counts for all stops of its side, once. */
  private count(context: number): void {
    const site = this.machine.pendingSite[context] as number;
    if (this.counted.get(context) === site) return;
    this.counted.set(context, site);
    this.turns.forEach(({ side }, index) => {
      if (side + 1 === context) this.counters[index]?.take(site);
    });
  }
}
