// One side of a case under KCSAN's own algorithm: a sample of executions of every test, and what KCSAN would have
// reported in them.
import type { RaceReport } from '../../report/index.js';
import type { ModelSide } from '../basics.js';
import { type KcsanReport, type KcsanSettings, kcsanConfigLines } from '../detect/kcsan/index.js';
import type { KcsanOptions, KcsanRace, KcsanRun, KcsanTest } from '../kcsan-types.js';
import { testSides } from '../kernel-test/index.js';
import { factsOf, kernelMachine } from '../machine/index.js';
import type { ModelTimeline } from '../observations.js';
import {
  caseKcsanProgram,
  type RaceIdentity,
  type Sample,
  sample,
  watchExecutions,
} from '../sampling/index.js';
import { sideAt } from './findings.js';
import { type KcsanNames, kcsanNames } from './kcsan-names.js';
import type { PreparedModel, PrepareRequest } from './prepare.js';
import { machineLimits, sidesOf } from './run.js';
import { runTests, type TestStep } from './run-tests.js';
import { settingsDigest } from './sampled-execution.js';
import { timelineOf } from './timelines.js';

export const defaultKcsanOptions: KcsanOptions = {
  executions: 10_000,
  seed: 1,
  maxTime: 120,
  maxMemory: 32,
  maxSteps: 100_000,
};

/** Pairs of functions that executions are counted by. */
export interface CountedPairs {
  readonly functions: readonly (readonly [string, string])[];
  /** The index of the pair that a report is of; null for none. */
  indexOf(report: RaceReport): number | null;
}

export interface KcsanRunRequest extends PrepareRequest {
  readonly options: KcsanOptions;
  /** Of a test; none when not given. */
  readonly pairsOf?: ((test: string) => CountedPairs) | undefined;
}

/** What one test is sampled with. */
export interface SampleRequest {
  readonly test: string;
  readonly settings: KcsanSettings;
  /** As {@link caseKcsanProgram} takes it. */
  readonly cpus: number | null;
  readonly options: KcsanOptions;
}

/**
 * Compiles the case as the kernel is built for KCSAN, and samples every test.
 * Errors: `input` for a case that does not compile or that calls what nobody supplies; `environment`; `interrupted`.
 */
export async function runKcsan(request: KcsanRunRequest): Promise<KcsanRun> {
  const { options } = request;
  const { name, compiler, program, prepared, tests } = await runTests(
    { ...request, kcsan: true },
    async () => (step) => runTest(step, request),
  );
  return {
    name,
    compiler,
    program,
    settings: kcsanConfigLines(prepared.kcsanSettings),
    unmodelled: prepared.kcsanSettings.verbose ? ['verbose'] : [],
    options,
    tests,
  };
}

/** A machine that has not run yet: one for each sample. */
export function sampledProgram({ program }: PreparedModel, { options, ...of }: SampleRequest) {
  return caseKcsanProgram(program, { ...of, seed: options.seed, limits: machineLimits(options) });
}

/** A sample of the executions of one test. */
export async function sampleTest(
  prepared: PreparedModel,
  request: SampleRequest,
  told: {
    readonly signal?: AbortSignal | undefined;
    readonly identify?: (report: KcsanReport) => RaceIdentity;
    readonly update?: (text: string, fraction: number) => void;
  },
): Promise<Sample & { readonly warnings: readonly string[] }> {
  const made = sampledProgram(prepared, request);
  const { executions, maxTime } = request.options;
  const result = await sample(made, {
    executions,
    maxTime: maxTime * 1000,
    signal: told.signal,
    identify: told.identify,
    onProgress: (done) => told.update?.(`${done.toLocaleString('en')} executions`, done / executions),
  });
  return { ...result, warnings: [...made.warnings] };
}

async function runTest(
  { name, prepared, withFix, scheduleText }: TestStep,
  { case: theCase, options, pairsOf, progress, signal, onBusy }: KcsanRunRequest,
): Promise<KcsanTest> {
  // Sampling, and the executions that showed something once more.
  onBusy?.(options.maxTime * 1000 + 2 * overtime);
  const { program, root, kcsanSettings: settings } = prepared;
  const request = { test: name, settings, cpus: null, options };
  const until = performance.now() + options.maxTime * 1000;
  const pairs = pairsOf?.(name) ?? { functions: [], indexOf: () => null };
  const naming = kcsanNames(program, root, theCase.harness);
  const result = await progress.step(`Sample ${name}${withFix} under KCSAN`, (update) =>
    sampleTest(prepared, request, {
      signal,
      identify: (report) => identityOf(naming.report(report), pairs),
      update,
    }),
  );
  const executionText = (execution: number) =>
    scheduleText({
      program: program.identity,
      settings: settingsDigest(kcsanConfigLines(settings), options),
      seed: options.seed,
      execution,
    });
  const maxTime = Math.max(0, until - performance.now()) + overtime;
  const shown = await showRaces(prepared, request, result, { naming, executionText, maxTime, signal });
  const sides = kcsanSides(prepared, name, options);
  onBusy?.(null);
  return {
    name,
    sides,
    executions: result.executions,
    hits: result.hits,
    printed: result.printed,
    pairs: pairs.functions.map((functions, index) => {
      const { hits = 0, first = null } = result.groups.get(index) ?? {};
      return { functions, hits, first };
    }),
    ...shown,
    findings: result.incidents.map(({ kind, facts }) => ({
      kind,
      facts: factsOf(facts, (number) => sideAt(number, { sides })),
    })),
    warnings: result.warnings,
    counters: { ...result.counters },
    virtualSeconds: result.virtualTime / 1e9,
    stoppedBy: result.stoppedBy,
  };
}

/** Reports of the same two lines are of one race, whoever ran into whose watchpoint. */
function identityOf(report: RaceReport, pairs: CountedPairs): RaceIdentity {
  const lines = report.accesses.map(({ stack: [frame] }) => `${frame?.file}:${frame?.line}`).sort();
  return { race: [report.title, ...lines].join(' '), group: pairs.indexOf(report) };
}

/** Milliseconds beyond the limit of time in which what was found is looked at again. */
const overtime = 1000;

/** Each race with its variable, and the execution that showed it first, run again and told step by step in the time left. */
async function showRaces(
  prepared: PreparedModel,
  request: SampleRequest,
  { races }: Sample,
  {
    naming,
    executionText,
    maxTime,
    signal,
  }: {
    readonly naming: KcsanNames;
    readonly executionText: (execution: number) => string;
    readonly maxTime: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Pick<KcsanTest, 'races' | 'timelines'>> {
  const firsts = [...new Set(races.map(({ first }) => first))].sort((a, b) => a - b);
  const watched = await watchExecutions(sampledProgram(prepared, request), firsts, { maxTime, signal });
  const namings = watched.map(({ blocks }) => naming.within(blocks));
  return {
    races: races.map(({ report, hits, first }): KcsanRace => {
      const variable = namings[firsts.indexOf(first)]?.variableOf(report) ?? null;
      return { report: naming.report(report), variable, hits, first, schedule: executionText(first) };
    }),
    timelines: watched.map((execution, index): ModelTimeline => {
      const { names } = naming;
      const nameOf = namings[index]?.stepName ?? (() => null);
      return {
        text: executionText(firsts[index] ?? 0),
        preemptions: null,
        steps: timelineOf(execution, { names, nameOf }),
      };
    }),
  };
}

/** The test itself has the first CPU, the sides those behind it. */
export function kcsanSides({ program }: PreparedModel, test: string, options: KcsanOptions): ModelSide[] {
  const sides = sidesOf(testSides(kernelMachine(program, machineLimits(options)), test));
  return sides.map((side) => ({ ...side, cpu: side.cpu + 1 }));
}
