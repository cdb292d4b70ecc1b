// `millrace check`: a freestanding C program, from its files to what is wrong with it.
import type { Progress } from '../../base/index.js';
import {
  type Exploration,
  type ExploreOptions,
  explore,
  findsCanary,
  firstSerialOrder,
  mainNames,
  type Observer,
  type ReducedSighting,
  reduceSightings,
} from '../explore/index.js';
import { type CallKind, callTold, linkProgram, type Program, type SourcePlace } from '../link/index.js';
import {
  type CutKind,
  type FindingFacts,
  type FindingKind,
  fewThreads,
  type InputValues,
  inputsOf,
  type Machine,
  type MachineLimits,
  plainCMachine,
} from '../machine/index.js';
import type { MemoryModel } from '../memory/index.js';
import { formatSchedule, type ReplayOptions, replaySchedule } from '../replay/index.js';
import { recruiter } from '../threads/index.js';
import { placesOf } from './callers.js';
import { canaryName } from './compile.js';
import { type CheckFunction, coverageOf } from './coverage.js';
import type { UninitializedRead } from './hints.js';
import { type CheckVariable, variableAt, variableKey } from './variables.js';

/** How far a C program is explored, and how it is compiled. Times in milliseconds, memory in bytes. */
export interface CheckOptions extends Omit<ExploreOptions, 'onProgress' | 'observer' | 'recruit'> {
  readonly cflags: readonly string[];
  /** Bytes of linear memory. */
  readonly maxMemory: number;
  /** Operations of one thread in one execution. */
  readonly maxSteps: number;
  /** Threads in one execution, `main` among them; as many as are modelled when not given. */
  readonly maxThreads?: number | undefined;
  /** Values that `__VERIFIER_nondet_int()` and its like take. */
  readonly inputs: readonly number[];
  /** Which executions there are; those of sequential consistency when not given. */
  readonly memoryModel?: MemoryModel | undefined;
  /** Threads that explore; one when not given. */
  readonly workers?: number | undefined;
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** Told now and then how many executions there were, and what share of the whole that is. */
  readonly onSchedules?: ((schedules: number, fraction: number) => void) | undefined;
}

export interface FindingPlace {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** Thread number; `main` is 0. */
  readonly thread: number;
  /** For a race: `read`, `write`, each also with ` (marked)`. */
  readonly access: string | null;
  /** The library's function that is called there, which makes the access itself; null for none. */
  readonly call: string | null;
}

export interface CheckFinding {
  readonly kind: FindingKind;
  readonly facts: FindingFacts;
  /** What the accesses of a race touch, or what was freed; null where that is not known, and for what is about none. */
  readonly variable: CheckVariable | null;
  readonly places: readonly FindingPlace[];
  readonly schedule: string;
  /** The fewest with which it can be had; null when that was not found out in time. */
  readonly preemptions: number | null;
}

/** What a result leaves open. */
export type CheckLimit =
  | { readonly kind: 'sequential-consistency' }
  | { readonly kind: 'weak-memory'; readonly model: Exclude<MemoryModel, 'sc'> }
  /** Atomic accesses of several sizes to the same bytes: they were kept in one order. */
  | { readonly kind: 'mixed-sizes' }
  | { readonly kind: 'inputs'; readonly values: readonly number[] }
  | { readonly kind: 'random-numbers' }
  /** A variable that may be read before it is set was 0. */
  | {
      readonly kind: 'uninitialised';
      readonly variable: string;
      readonly file: string;
      readonly line: number;
    }
  /** `most`: threads besides `main` that were started. */
  | { readonly kind: 'threads'; readonly most: number }
  /** A race of Millrace's own that was planted behind the file's code was not found: no other there would be. */
  | { readonly kind: 'uninstrumented'; readonly file: string }
  /** Threads that were stopped at one line, `count` times in all executions. */
  | CheckCut
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'schedules'; readonly most: number }
  | { readonly kind: 'interrupt' };

export interface CheckCut {
  /** At the limit of steps, in a loop that went on without one, or at an assumption of the program's that does not hold. */
  readonly kind: CutKind;
  readonly count: number;
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The limit, of `steps`; null for the others. */
  readonly steps: number | null;
}

/** What was found in a C program, and whether every interleaving was run. */
export interface CheckResult {
  readonly files: readonly string[];
  readonly findings: readonly CheckFinding[];
  readonly exploration: CheckExploration;
  readonly limits: readonly CheckLimit[];
  /** How much of each function was run in any interleaving; null when nobody came back to tell. */
  readonly coverage: readonly CheckFunction[] | null;
  /** Where nothing was found: a schedule in which no thread is interrupted, to be replayed. Null where there is none. */
  readonly example: string | null;
  /**
   * `found`; `nothing` where that holds of all that was to be explored; `inconclusive` where nothing was found and
   * something was cut, or there was nothing to look at.
   */
  readonly outcome: 'found' | 'nothing' | 'inconclusive';
}

type CheckExploration = Omit<Exploration, 'sightings' | 'cuts'>;

/** A program made ready, and what it takes to run it. */
export interface CheckProgram {
  readonly program: Program;
  readonly machine: Machine;
  readonly inputs: InputValues;
  readonly observer: Observer;
  /** Locals that the program may read before it sets them: they were 0. */
  readonly uninitialized: readonly UninitializedRead[];
}

/** SV-COMP rules: what a function of such a name does others see at once; where that one is called is the error. */
const verifierCall: CallKind = (name) => {
  if (name === 'reach_error') return 'error';
  return name.startsWith('__VERIFIER_atomic_') && !/_(begin|end)$/.test(name) ? 'section' : null;
};

const switchesContexts = (name: string) => name !== callTold;

/** A program from a module that is compiled and linked already. */
export function linkPlainC(wasm: Uint8Array): Promise<Program> {
  return linkProgram(wasm, switchesContexts, { kindOf: verifierCall, covered: true });
}

type MachineOptions = Pick<CheckOptions, 'maxMemory' | 'maxSteps' | 'maxThreads' | 'memoryModel'>;

function limitsFor({ maxMemory, maxSteps, maxThreads, memoryModel }: MachineOptions): MachineLimits {
  return { steps: maxSteps, memory: maxMemory, threads: maxThreads, memoryModel };
}

/** A machine of its own for `program`. */
export function prepareProgram(
  program: Program,
  options: MachineOptions & Pick<CheckOptions, 'inputs'>,
): CheckProgram {
  const inputs = inputsOf(options.inputs);
  const machine = plainCMachine(program, limitsFor(options), inputs);
  const { weak } = machine;
  const observer: Observer = {
    take: () => [
      inputs.sampled,
      inputs.crowded,
      inputs.random,
      weak?.isMixed === true,
      machine.coverage.take(),
    ],
    merge: (seen) => {
      const [sampled, crowded, random, mixed, covered] = seen as [
        boolean,
        boolean,
        boolean,
        boolean,
        Uint8Array,
      ];
      machine.coverage.merge(covered);
      if (weak !== null) weak.isMixed ||= mixed;
      inputs.sampled ||= sampled;
      inputs.crowded ||= crowded;
      inputs.random ||= random;
    },
  };
  return { program, machine, inputs, observer, uninitialized: [] };
}

/** Milliseconds that the reduction may take beyond the limit of time: what was found is to be told. */
const overtime = 1000;

/**
 * Explores a program that `prepareCheck` has compiled. Errors: `environment`. On an abort it answers with what was found
 * until then.
 */
export async function checkProgram(
  files: readonly string[],
  { program, machine, inputs, observer, uninitialized }: CheckProgram,
  options: CheckOptions,
  progress: Progress,
): Promise<CheckResult> {
  const blind = await uninstrumented(files, machine);
  machine.coverage.clear();
  const { sightings, cuts, ...explored } = await progress.step('explore', (update) =>
    explore(machine, {
      ...options,
      observer,
      recruit: recruiter(options.workers ?? 1, options, () => ({
        kind: 'plain C',
        linked: program.linked,
        wasm: program.wasm,
        limits: limitsFor(options),
        inputs: options.inputs,
        entry: typeof options.entry === 'function' ? undefined : options.entry,
      })),
      onProgress: ({ schedules, fraction }) => {
        options.onSchedules?.(schedules, fraction);
        update(`${schedules.toLocaleString('en')} schedules`, fraction);
      },
    }),
  );
  const isMixed = machine.weak?.isMixed === true;
  // What lies behind an assumption that does not hold was not looked at.
  const complete = explored.complete && !inputs.crowded && !isMixed && cuts.length === 0;
  const exploration = { ...explored, complete };
  const reduced =
    sightings.length === 0
      ? []
      : await progress.step('reduce', async () =>
          reduceSightings(machine, sightings, {
            maxTime: Math.max(0, options.maxTime - explored.elapsed) + overtime,
            signal: options.signal,
            maxPreemptions: 6,
            maxSchedules: 50_000,
            maxSteps: 20_000_000,
            entry: options.entry,
          }),
        );
  const until = performance.now() + overtime;
  const again = {
    entry: options.entry,
    mustStop: () => options.signal?.aborted === true || performance.now() > until,
  };
  const findings = mergeByLines(await findingsOf({ program, machine }, reduced, options, again));
  const limits = [
    ...boundsOf(inputs, options),
    ...(isMixed ? [{ kind: 'mixed-sizes' } as const] : []),
    ...blind.map((file): CheckLimit => ({ kind: 'uninstrumented', file })),
    ...uninitialized.map((read): CheckLimit => ({ kind: 'uninitialised', ...read })),
    ...cutsOf(program, cuts, options.maxSteps),
    ...stopsOf(exploration, options),
  ];
  return {
    files,
    findings,
    exploration,
    limits,
    coverage: coverageOf(program, machine.coverage),
    example: findings.length > 0 ? null : exampleOf({ program, machine }, again),
    outcome: outcomeOf(findings, exploration, limits),
  };
}

/** Files whose canary was not found. */
async function uninstrumented(files: readonly string[], machine: Machine): Promise<string[]> {
  const blind: string[] = [];
  for (const [index, file] of files.entries())
    if (!(await findsCanary(machine, canaryName(index)))) blind.push(file);
  return blind;
}

function exampleOf(
  { program, machine }: Pick<CheckProgram, 'program' | 'machine'>,
  { entry = mainNames, mustStop = () => false }: ReplayOptions,
): string | null {
  const order = firstSerialOrder(machine, entry, mustStop);
  return order === null ? null : formatSchedule({ program: program.identity, ...order });
}

/** Of an exploration that never came back: what it had told by then. */
export async function endedResult(
  files: readonly string[],
  program: Program,
  told: Pick<Exploration, 'schedules' | 'fraction' | 'stoppedBy' | 'elapsed' | 'sightings'> & {
    readonly uninitialized: readonly UninitializedRead[];
    readonly options: Omit<CheckOptions, 'signal' | 'entry'>;
  },
): Promise<CheckResult> {
  const { options, uninitialized, sightings, ...reached } = told;
  const { memoryModel: memory } = options;
  const exploration: CheckExploration = {
    ...reached,
    strategy: options.strategy,
    redundant: 0,
    assumedAway: 0,
    cut: 0,
    rehearsed: 0,
    complete: false,
    guarantee: null,
  };
  const findings = mergeByLines(
    sightings.map((sighting) => {
      const places = sighting.incident.sites.map((site) => program.symbols.place(site));
      return findingOf({ program, memory }, { ...sighting, preemptions: null }, places, null);
    }),
  );
  const limits = [
    ...boundsOf(inputsOf(options.inputs), options),
    ...uninitialized.map((read): CheckLimit => ({ kind: 'uninitialised', ...read })),
    ...stopsOf(exploration, options),
  ];
  return {
    files,
    findings,
    exploration,
    limits,
    coverage: null,
    example: null,
    outcome: outcomeOf(findings, exploration, limits),
  };
}

/** Limits with which nothing found says nothing. */
const openKinds: ReadonlySet<CheckLimit['kind']> = new Set([
  ...(['steps', 'rounds', 'assumption', 'interrupt', 'uninstrumented'] as const),
]);

function outcomeOf(
  findings: readonly CheckFinding[],
  { complete, schedules }: CheckExploration,
  limits: readonly CheckLimit[],
): CheckResult['outcome'] {
  if (findings.length > 0) return 'found';
  const isCut = limits.some(({ kind }) => openKinds.has(kind));
  return schedules === 0 || isCut || !complete ? 'inconclusive' : 'nothing';
}

async function findingsOf(
  { program, machine }: Pick<CheckProgram, 'program' | 'machine'>,
  sightings: readonly ReducedSighting[],
  options: CheckOptions,
  again: ReplayOptions,
): Promise<CheckFinding[]> {
  let traced: Promise<Machine> | null = null;
  const makeTraced = async () => {
    const telling = await linkProgram(program.linked, switchesContexts, {
      kindOf: verifierCall,
      tellCalls: true,
      covered: true,
    });
    return prepareProgram(telling, options).machine;
  };
  const findings: CheckFinding[] = [];
  for (const sighting of sightings) {
    const places = await placesOf(program, sighting, () => (traced ??= makeTraced()), again);
    findings.push(
      findingOf(
        { program, memory: machine.memoryModel },
        sighting,
        places,
        variableOf(program, machine, sighting, again),
      ),
    );
  }
  return findings;
}

/** Objects on the heap are those of the sighting's execution, which is run again where no static variable is there. */
function variableOf(
  program: Program,
  machine: Machine,
  { incident: { address = 0 }, stretches, choices }: ReducedSighting,
  again: ReplayOptions,
): CheckVariable | null {
  if (address === 0) return null;
  const known = variableAt(program, address, 1, []);
  if (known !== null) return known;
  const schedule = { program: program.identity, stretches, choices, memory: machine.memoryModel };
  return variableAt(program, address, 1, replaySchedule(machine, schedule, again).blocks);
}

function findingOf(
  { program, memory }: { readonly program: Program; readonly memory: MemoryModel | undefined },
  { incident, stretches, choices, preemptions }: ReducedSighting,
  places: readonly SourcePlace[],
  variable: CheckVariable | null,
): CheckFinding {
  return {
    kind: incident.kind,
    facts: incident.facts,
    variable,
    places: places.map((place, index) => {
      const access = incident.accesses?.[index];
      return {
        file: place.file,
        line: place.line,
        function: place.function,
        thread: incident.contexts[index] ?? 0,
        call: libraryCall(program, incident.sites[index] ?? 0),
        access:
          access === undefined
            ? null
            : `${access.write ? 'write' : 'read'}${access.marked ? ' (marked)' : ''}`,
      };
    }),
    schedule: formatSchedule({ program: program.identity, stretches, choices, memory }),
    preemptions,
  };
}

/** Accesses that the compiler tells of by itself are calls too, but none of the program's. */
function libraryCall({ boundary }: Program, site: number): string | null {
  for (const { name, sites } of boundary.values())
    if (!name.startsWith('__tsan_') && sites.includes(site)) return name;
  return null;
}

/** Several races of one pair of lines on one variable are one finding: `x++` reads and writes. The first stays. */
function mergeByLines(findings: readonly CheckFinding[]): CheckFinding[] {
  const merged = new Map<string, CheckFinding>();
  for (const finding of findings) {
    const lines = finding.places.map(({ file, line }) => `${file}:${line}`);
    const what = variableKey(finding.variable);
    const key = `${finding.kind} ${lines.sort().join(' ')} ${what}${finding.kind === 'data-race' ? '' : JSON.stringify(finding.facts)}`;
    if (!merged.has(key)) merged.set(key, finding);
  }
  return [...merged.values()];
}

/** Bounds of what is modelled. */
function boundsOf(
  inputs: InputValues,
  {
    maxThreads: threads = fewThreads,
    memoryModel: model = 'sc',
  }: Pick<CheckOptions, 'maxThreads' | 'memoryModel'>,
): CheckLimit[] {
  return [
    model === 'sc' ? { kind: 'sequential-consistency' } : { kind: 'weak-memory', model },
    ...(inputs.sampled ? [{ kind: 'inputs', values: inputs.values } as const] : []),
    ...(inputs.random ? [{ kind: 'random-numbers' } as const] : []),
    ...(inputs.crowded ? [{ kind: 'threads', most: threads - 1 } as const] : []),
  ];
}

/** One for each line, the most frequent first. */
function cutsOf(program: Program, cuts: Exploration['cuts'], maxSteps: number): CheckCut[] {
  const byLine = new Map<string, CheckCut>();
  for (const { kind, site, count } of cuts) {
    const { file, line, function: name } = program.symbols.place(site);
    const key = `${kind} ${file}:${line}`;
    const steps = kind === 'steps' ? maxSteps : null;
    const known = byLine.get(key);
    byLine.set(key, { kind, count: count + (known?.count ?? 0), file, line, function: name, steps });
  }
  return [...byLine.values()].sort((a, b) => b.count - a.count);
}

/** What ended the exploration before it was through. */
function stopsOf(
  { stoppedBy }: CheckExploration,
  { maxTime, maxSchedules }: Pick<CheckOptions, 'maxTime' | 'maxSchedules'>,
): CheckLimit[] {
  switch (stoppedBy) {
    case 'time':
      return [{ kind: 'time', seconds: maxTime / 1000 }];
    case 'schedules':
      return [{ kind: 'schedules', most: maxSchedules }];
    case 'interrupt':
      return [{ kind: 'interrupt' }];
    case 'end':
      return [];
  }
}
