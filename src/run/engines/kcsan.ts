// KCSAN's algorithm on the model machine: what a kernel would report of a case, in a sample of executions.
import { judgeKcsan } from '../../judge/index.js';
import { defaultKcsanOptions, type KcsanOptions, type KcsanRun } from '../../model/index.js';
import type { KcsanSection } from '../../record/index.js';
import { runAsPrinted } from './as-printed.js';
import { refuseWithoutHarness } from './device.js';
import type { Engine, EngineRequest } from './engine.js';

export interface KcsanEngineOptions {
  /** What is left out is as in `defaultKcsanOptions`. */
  readonly options?: Partial<KcsanOptions>;
  /** The native clang, or the one that comes along; native where there is one. */
  readonly compiler?: 'native' | 'packaged' | undefined;
}

export function kcsanEngine(
  request: EngineRequest,
  { options: given, compiler }: KcsanEngineOptions,
): Engine<KcsanRun, KcsanSection> {
  const options = { ...defaultKcsanOptions, ...given };
  const { case: theCase, tree, explorer } = request;
  return {
    name: 'kcsan',
    unjudged: (kernels) => ({ engine: 'kcsan', kernels, verdict: null }),
    check: async () => refuseWithoutHarness(request.case),
    run: async (fix) =>
      runAsPrinted(
        await explorer.explore('kcsan', { case: theCase, tree, fix, options, compiler }, request),
        request,
      ),
    judge: async (base, fixed) => ({
      engine: 'kcsan',
      kernels: fixed === null ? [base] : [base, fixed],
      verdict: judgeKcsan(theCase, base, fixed),
    }),
    seeds: () => ({ sample: String(options.seed) }),
    reports: ({ tests }) => tests.flatMap(({ races }) => races.map(({ report }) => report)),
  };
}
