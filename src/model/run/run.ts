// One side of a case on the model engine: the tree as it is, or with a fix. Every test of the suite, explored.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Case, openTodos } from '../../case/index.js';
import type { ModelSide } from '../basics.js';
import { canaryName } from '../compile/index.js';
import { type Exploration, explore, firstSerialOrder, reduceSightings } from '../explore/index.js';
import { findsKernelCanary, testEntry, testSides } from '../kernel-test/index.js';
import type { Program } from '../link/index.js';
import { type KernelMachine, kernelMachine } from '../machine/index.js';
import { recruiter } from '../threads/index.js';
import type { ModelCanary, ModelCut, ModelOptions, ModelRun, ModelTest } from '../types.js';
import { type Origin, originOf } from './case-schedule.js';
import { describeCoverage } from './coverage.js';
import { describeFindings, type FindingContext, replaySightings, sideAt } from './findings.js';
import { observeExample, observeOutcomes, observeReach, observeReplays } from './observe.js';
import { harnessFile, type PreparedModel, type PrepareRequest, tracedProgram } from './prepare.js';
import { runTests, type TestStep } from './run-tests.js';
import { callerPlace, type SourceNames, sourceNames } from './source-names.js';
import { testMachine } from './test-machine.js';
import { variableNamesOf } from './variables.js';

export interface ModelRunRequest extends PrepareRequest {
  readonly options: ModelOptions;
  /** Threads that explore; the result does not depend on it. One when not given. */
  readonly workers?: number | undefined;
  /** Told of the program that replays are made with, once it is there. */
  readonly onProgram?: ((made: ModelProgram) => Promise<void>) | undefined;
}

/** What it takes to run interleavings of a case again, without its tree. */
export interface ModelProgram {
  /** `base`, or the fix's name. */
  readonly side: string;
  readonly origin: Origin;
  /** It tells its calls. */
  readonly program: Program;
  readonly limits: { readonly steps: number; readonly memory: number };
  /** File name of the harness, as line tables name it. */
  readonly harness: string;
  readonly names: SourceNames;
}

export const defaultModelOptions: ModelOptions = {
  strategy: 'dpor',
  seed: 1,
  preemptions: 3,
  maxSchedules: 1_000_000,
  maxTime: 120,
  maxMemory: 32,
  maxSteps: 100_000,
};

/** Milliseconds that each step behind an exploration may take beyond the limit of time: what was found is to be told. */
const overtime = 1000;

/** Reduction to the fewest preemptions is bounded by schedules, and by time only where the whole test is. */
const reduction = { maxPreemptions: 4, maxSchedules: 50_000, maxSteps: Number.POSITIVE_INFINITY } as const;

/**
 * Compiles, links and explores every test of the case.
 * Errors: `input` for a case that does not compile or that calls what nobody supplies; `environment`; `interrupted`.
 */
export async function runModel(request: ModelRunRequest): Promise<ModelRun> {
  const { case: theCase, options } = request;
  const entered = new Set<string>();
  const { name, compiler, program, prepared, tests } = await runTests(request, async (ready) => {
    const telling = await tracedProgram(ready);
    await request.onProgram?.({
      side: request.fix?.name ?? 'base',
      origin: await originOf(theCase, request.tree, request.fix),
      program: telling,
      limits: machineLimits(options),
      harness: harnessFile(theCase),
      names: sourceNames(telling, ready.root, theCase.harness),
    });
    const traced = kernelMachine(telling, machineLimits(options));
    return async (step) => {
      const { test, ran } = await runTest(step, traced, request);
      for (const one of ran) entered.add(one);
      return test;
    };
  });
  return {
    name,
    compiler,
    program,
    options,
    canaries: await canariesOf(prepared, request),
    uncalled: await uncalledOf(theCase, entered),
    todos: await openTodos(theCase),
    tests,
  };
}

/** Exposed functions that the harness calls, and no test did. What it hands to a timer or the like may stay there. */
async function uncalledOf({ expose, harness }: Case, entered: ReadonlySet<string>): Promise<string[]> {
  const text = await readFile(harness, 'utf8');
  const isOnlyHandedOn = (name: string) =>
    text.includes(`millrace_call(${name})`) && !new RegExp(`millrace_call\\(${name}\\)\\s*\\(`).test(text);
  return Object.values(expose)
    .flat()
    .filter((name) => !entered.has(name) && !isOnlyHandedOn(name));
}

async function canariesOf(
  { program }: PreparedModel,
  { case: { sources, harness }, options }: ModelRunRequest,
): Promise<ModelCanary[]> {
  const units = [...sources.map((path) => [path, path] as const), [basename(harness), null] as const];
  const canaries: ModelCanary[] = [];
  for (const [unit, path] of units)
    canaries.push({
      unit,
      found: await findsKernelCanary(program, machineLimits(options), canaryName(path)),
    });
  return canaries;
}

async function runTest(
  { name, prepared, withFix, scheduleText }: TestStep,
  traced: KernelMachine,
  { case: theCase, options, workers, progress, signal, onBusy }: ModelRunRequest,
): Promise<{ test: ModelTest; ran: ReadonlySet<string> }> {
  const { program } = prepared;
  const limits = machineLimits(options);
  const until = performance.now() + options.maxTime * 1000;
  const left = () => Math.max(0, until - performance.now());
  const mustStop = () => signal?.aborted === true || performance.now() > until + overtime;
  // The reduction, a look at the schedules, at an example and at the accesses in reach.
  onBusy?.(options.maxTime * 1000 + 4 * overtime);
  const { kernel, entry, outcomes, areSerialKnown } = await testMachine(program, limits, name, {
    maxTime: left(),
    signal,
  });
  const sides = sidesOf(testSides(kernel, name));
  const exploration = await progress.step(`Explore ${name}${withFix}`, async (update) => {
    const result = await explore(kernel.machine, {
      ...options,
      maxTime: left(),
      entry,
      signal,
      observer: outcomes,
      recruit: recruiter(workers ?? 1, options, () => ({
        kind: 'kernel-test',
        linked: program.linked,
        wasm: program.wasm,
        limits,
        test: name,
      })),
      onProgress: ({ schedules, fraction }) => update(countText(schedules, fraction), fraction),
    });
    update(countText(result.schedules, result.complete ? 1 : 0));
    return result;
  });
  const { sightings, cuts, complete, stoppedBy, schedules, redundant, fraction, guarantee } = exploration;
  outcomes.reducing();
  const reduced =
    sightings.length === 0
      ? []
      : await reduceSightings(kernel.machine, sightings, {
          ...reduction,
          maxTime: left() + overtime,
          signal,
          entry,
        });
  const names = sourceNames(program, prepared.root, theCase.harness);
  const context: FindingContext = {
    program,
    traced,
    entry: testEntry(traced, name),
    names,
    variables: variableNamesOf(program, names, theCase.harness),
    sides,
    harness: harnessFile(theCase),
    identity: program.identity,
    mustStop,
    scheduleText,
  };
  const replayed = replaySightings(reduced, context);
  const order = replayed.length > 0 ? null : firstSerialOrder(kernel.machine, entry, mustStop);
  const example = order === null ? null : observeExample(order, context);
  const reach = await observeReach(name, context, { ...options, maxTime: left() + overtime, signal });
  const { races: pairs = [], expect: expected = [] } = theCase.tests.find((one) => one.name === name) ?? {};
  const { coverage, entered } = describeCoverage({
    program,
    names,
    coverage: kernel.machine.coverage,
    sides,
    sideAt: (number) => sideAt(number, { sides, runs: kernel.machine.runs }),
    sources: theCase.sources,
    harness: context.harness,
    pairs: pairs.map(({ functions }) => functions),
    expected,
    reach,
    isDefined: (one) => [...theCase.sources, context.harness].some((file) => names.defines(file, one)),
  });
  const { conflicts, timelines } = observeReplays(replayed, context);
  const test: ModelTest = {
    name,
    sides,
    complete,
    cuts: describeCuts(cuts, names),
    stoppedBy,
    interleavings: schedules,
    redundant,
    estimate: complete ? schedules : fraction > 0 ? Math.round(schedules / fraction) : null,
    guarantee,
    ...describeFindings(replayed, context),
    reach,
    coverage,
    example: example === null ? null : { text: example.text, preemptions: example.preemptions },
    outcomes: areSerialKnown ? observeOutcomes(outcomes, replayed, context, reach) : null,
    conflicts,
    timelines: example === null ? timelines : [...timelines, example],
  };
  onBusy?.(null);
  return { test, ran: entered };
}

/** By line, the most frequent first. */
function describeCuts(cuts: Exploration['cuts'], names: SourceNames): ModelCut[] {
  const byLine = new Map<string, ModelCut>();
  for (const { kind: why, site, count } of cuts) {
    const place = callerPlace(names, site);
    const kind = why === 'rounds' ? why : 'steps';
    const key = `${kind} ${place.file}:${place.line}`;
    byLine.set(key, { kind, place, count: count + (byLine.get(key)?.count ?? 0) });
  }
  return [...byLine.values()].sort((a, b) => b.count - a.count);
}

function countText(schedules: number, fraction: number): string {
  const count = `${schedules.toLocaleString('en')} interleavings`;
  if (fraction <= 0 || fraction >= 1) return count;
  return `${count} of about ${Math.round(schedules / fraction).toLocaleString('en')}`;
}

export function machineLimits({ maxSteps, maxMemory }: Pick<ModelOptions, 'maxSteps' | 'maxMemory'>) {
  return { steps: maxSteps, memory: maxMemory * 1024 * 1024 };
}

/** Each side has a CPU of its own, unless a schedule puts it on top of another. */
export function sidesOf(sides: ReturnType<typeof testSides>): ModelSide[] {
  return sides.map(({ name, context }, cpu) => ({ name, context, cpu }));
}
