// One side of a case under KCSAN's own algorithm: a sample of executions of every test, and what KCSAN would have
// reported in them.
import { interruptedError } from '../../base/index.js';
import { type FrameNames, type KcsanSettings, kcsanConfigLines, raceReport } from '../detect/kcsan/index.js';
import { testSides } from '../kernel-test/index.js';
import type { Program } from '../link/index.js';
import { kernelMachine } from '../machine/index.js';
import { caseKcsanProgram, type Sample, sample } from '../sampling/index.js';
import type { KcsanRun, KcsanTest, ModelOptions } from '../types.js';
import { type PreparedModel, type PrepareRequest, prepareModel } from './prepare.js';
import { machineLimits, sidesOf } from './run.js';
import { type SourceNames, sourceNames } from './source-names.js';

export interface KcsanRunRequest extends PrepareRequest {
  /** Executions of each test are `maxSchedules`. */
  readonly options: ModelOptions;
}

/**
 * Compiles the case as the kernel is built for KCSAN, and samples every test.
 * Errors: `input` for a case that does not compile or that calls what nobody supplies; `environment`; `interrupted`.
 */
export async function runKcsan(request: KcsanRunRequest): Promise<KcsanRun> {
  const prepared = await prepareModel({ ...request, kcsan: true });
  const { case: theCase, fix, options, progress, signal } = request;
  const tests: KcsanTest[] = [];
  for (const { name } of theCase.tests) {
    const title = `Sample ${name}${fix === null ? '' : ` with ${fix.name}`} under KCSAN`;
    tests.push(
      await progress.step(title, async (update) => {
        const result = await sampleTest(prepared, name, prepared.kcsanSettings, null, request, update);
        return kcsanTest(prepared, name, result, request);
      }),
    );
    if (signal?.aborted) throw interruptedError();
  }
  return {
    name: fix?.name ?? 'base',
    compiler: prepared.compiler,
    program: prepared.program.identity,
    settings: kcsanConfigLines(prepared.kcsanSettings),
    unmodelled: unmodelled(prepared.kcsanSettings),
    seed: options.seed,
    tests,
  };
}

/** A sample of the executions of one test; `cpus` as {@link caseKcsanProgram} takes it. */
export async function sampleTest(
  { program }: PreparedModel,
  test: string,
  settings: KcsanSettings,
  cpus: number | null,
  { options, signal }: Pick<KcsanRunRequest, 'options' | 'signal'>,
  update: (text: string, fraction: number) => void,
): Promise<Sample & { readonly warnings: readonly string[] }> {
  const made = caseKcsanProgram(program, {
    test,
    settings,
    seed: options.seed,
    cpus,
    limits: machineLimits(options),
  });
  const executions = options.maxSchedules;
  const result = await sample(made, {
    executions,
    maxTime: options.maxTime * 1000,
    signal,
    onProgress: (done) => update(`${done.toLocaleString('en')} executions`, done / executions),
  });
  return { ...result, warnings: [...made.warnings] };
}

function kcsanTest(
  { program, root }: PreparedModel,
  name: string,
  result: Awaited<ReturnType<typeof sampleTest>>,
  { case: theCase, options }: KcsanRunRequest,
): KcsanTest {
  const names = frameNames(program, sourceNames(program, root, theCase.harness));
  return {
    name,
    sides: sidesOf(testSides(kernelMachine(program, machineLimits(options)), name)),
    executions: result.executions,
    hits: result.hits,
    printed: result.printed,
    races: result.races.map(({ report, hits, first }) => ({
      report: raceReport(report, names),
      hits,
      first,
    })),
    findings: result.incidents.map(({ kind, message }) => ({ kind, message })),
    warnings: result.warnings,
    counters: { ...result.counters },
    virtualSeconds: result.virtualTime / 1e9,
    stoppedBy: result.stoppedBy === 'time' ? 'time' : 'end',
  };
}

/** The function of the program has an offset and a size, as a kernel's symbols have. */
function frameNames({ symbols }: Program, names: SourceNames): FrameNames {
  return {
    functionOf: (site) => symbols.place(site).function,
    frames: (site) => {
      const frames = names.frames(site);
      return frames.map((frame, index) =>
        index === frames.length - 1 ? { ...frame, ...symbols.extent(site) } : frame,
      );
    },
  };
}

/** Settings that ask for what the model engine does not have, a sentence each. */
function unmodelled({ verbose, permissive }: KcsanSettings): string[] {
  return [
    ...(verbose ? ['CONFIG_KCSAN_VERBOSE: held locks and interrupt events are not in the reports.'] : []),
    ...(permissive ? ['CONFIG_KCSAN_PERMISSIVE: accesses to current->flags are not told from others.'] : []),
  ];
}
