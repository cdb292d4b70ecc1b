// KCSAN's algorithm on the model machine: what a kernel would report of a case, in a sample of executions.
import type { Case } from '../../case/index.js';
import { expectedPairs, judgeKcsan, matchPair } from '../../judge/index.js';
import {
  type CountedPairs,
  defaultKcsanOptions,
  type KcsanOptions,
  type KcsanRun,
  runKcsan,
} from '../../model/index.js';
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
  const pairsOf = (test: string) => pairsOfTest(request.case, test);
  return {
    name: 'kcsan',
    unjudged: (kernels) => ({ engine: 'kcsan', kernels, verdict: null }),
    check: async () => refuseWithoutHarness(request.case),
    run: async (fix) =>
      runAsPrinted(await runKcsan({ ...request, fix, options, compiler, pairsOf }), request),
    judge: async (base, fixed) => ({
      engine: 'kcsan',
      kernels: fixed === null ? [base] : [base, fixed],
      verdict: judgeKcsan(request.case, base, fixed),
    }),
    seeds: () => ({ sample: String(options.seed) }),
    reports: ({ tests }) => tests.flatMap(({ races }) => races.map(({ report }) => report)),
  };
}

/** Those that the test expects. */
function pairsOfTest({ tests, sources }: Case, test: string): CountedPairs {
  const pairs = expectedPairs(tests.filter(({ name }) => name === test));
  return {
    functions: pairs.map(({ functions }) => functions),
    indexOf: (report) => matchPair(report, pairs, sources),
  };
}
