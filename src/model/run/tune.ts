// What settings of KCSAN buy on a case: one sample for each point of a grid, on one program.
import { type KcsanSettings, kcsanConfigLines } from '../detect/kcsan/index.js';
import type { KcsanRunRequest } from './kcsan.js';
import { sampleTest } from './kcsan.js';
import { prepareModel } from './prepare.js';

/** One point of the grid; delays in microseconds. `cpus` are shared by the test and its sides. */
export interface TunedSettings
  extends Pick<KcsanSettings, 'skipWatch' | 'udelayTask' | 'udelayInterrupt' | 'interruptWatcher'> {
  readonly cpus: number;
}

export type TuneGrid = { readonly [name in keyof TunedSettings]: readonly TunedSettings[name][] };

export interface TuneSample {
  readonly test: string;
  readonly settings: TunedSettings;
  readonly executions: number;
  /** Executions in which KCSAN found a race. */
  readonly hits: number;
  /** Nanoseconds of virtual time that the sides took, the pauses between rounds included. */
  readonly virtualTime: number;
}

export interface TuneRun {
  readonly compiler: string;
  readonly program: string;
  /** CONFIG_KCSAN_* as the case has them: what the grid does not say holds at every point. */
  readonly settings: readonly string[];
  readonly seed: number;
  readonly samples: readonly TuneSample[];
  /** Whether time ran out, or somebody interrupted, before all points were sampled. */
  readonly cutShort: boolean;
}

export interface TuneRequest extends Omit<KcsanRunRequest, 'fix' | 'pairsOf'> {
  readonly grid: TuneGrid;
}

/** Samples every test at every point. `options.maxTime` is for the whole grid. Errors: as those of `runKcsan`. */
export async function runTune(request: TuneRequest): Promise<TuneRun> {
  const { case: theCase, grid, options, progress, signal, onBusy } = request;
  const prepared = await prepareModel({ ...request, fix: null, kcsan: true });
  const points = pointsOf(grid).flatMap((settings) => theCase.tests.map(({ name }) => ({ name, settings })));
  const started = performance.now();
  const left = () => options.maxTime - (performance.now() - started) / 1000;
  const samples: TuneSample[] = [];
  onBusy?.(options.maxTime * 1000);
  await progress.step(`Sample ${points.length} points of the grid`, async (update) => {
    for (const { name, settings } of points) {
      if (left() <= 0) return;
      const result = await sampleTest(
        prepared,
        {
          test: name,
          settings: { ...prepared.kcsanSettings, ...settings },
          cpus: settings.cpus,
          options: { ...options, maxTime: left() },
        },
        { signal },
      );
      if (signal?.aborted) return;
      const { executions, hits, virtualTime } = result;
      samples.push({ test: name, settings, executions, hits, virtualTime });
      update(`${samples.length} points`, samples.length / points.length);
    }
  });
  onBusy?.(null);
  return {
    compiler: prepared.compiler,
    program: prepared.program.identity,
    settings: kcsanConfigLines(prepared.kcsanSettings),
    seed: options.seed,
    samples,
    cutShort: samples.length < points.length,
  };
}

function pointsOf(grid: TuneGrid): TunedSettings[] {
  return grid.skipWatch.flatMap((skipWatch) =>
    grid.udelayTask.flatMap((udelayTask) =>
      grid.udelayInterrupt.flatMap((udelayInterrupt) =>
        grid.interruptWatcher.flatMap((interruptWatcher) =>
          grid.cpus.map((cpus) => ({ skipWatch, udelayTask, udelayInterrupt, interruptWatcher, cpus })),
        ),
      ),
    ),
  );
}
