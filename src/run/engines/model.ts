// The model engine: every interleaving of a case's tests, explored.
import { fixMatrix, judgeModel, leadingFix } from '../../judge/index.js';
import { defaultModelOptions, type ModelOptions, type ModelRun } from '../../model/index.js';
import type { ModelSection } from '../../record/index.js';
import { refuseWithoutHarness } from './device.js';
import type { Engine, EngineRequest } from './engine.js';

export interface ModelEngineOptions {
  /** What is left out is as in `defaultModelOptions`. */
  readonly options?: Partial<ModelOptions>;
  /** The native clang, or the one that comes along; native where there is one. */
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** Threads that explore; the result does not depend on it. One when not given. */
  readonly workers?: number | undefined;
}

export function modelEngine(
  request: EngineRequest,
  { options: given, compiler, workers }: ModelEngineOptions,
): Engine<ModelRun, ModelSection> {
  const { case: theCase, tree, explorer } = request;
  const options = { ...defaultModelOptions, ...given };
  return {
    name: 'model',
    unjudged: (kernels) => ({ engine: 'model', kernels, verdict: null }),
    check: async () => refuseWithoutHarness(request.case),
    run: (fix, { directory }) =>
      explorer.explore('model', { case: theCase, tree, fix, options, compiler, workers, directory }, request),
    judge: async (base, fixed) => ({
      engine: 'model',
      kernels: fixed === null ? [base] : [base, fixed],
      verdict: judgeModel(theCase, base, fixed),
    }),
    compare: (base, fixed) => {
      const judged = fixed.map((kernel) => ({ kernel, verdict: judgeModel(theCase, base, kernel) }));
      const matrix = fixMatrix(
        base,
        fixed,
        judged.map(({ verdict }) => verdict),
      );
      const leading = leadingFix(matrix) ?? '';
      const first = judged.find(({ kernel }) => kernel.name === leading);
      const others = judged.filter((one) => one !== first);
      return {
        leading,
        section: {
          engine: 'model',
          kernels: first === undefined ? [base] : [base, first.kernel],
          verdict: first?.verdict ?? null,
          others,
          matrix,
        },
      };
    },
    seeds: () => ({ exploration: String(options.seed) }),
    reports: ({ tests }) => tests.flatMap(({ races }) => races.map(({ report }) => report)),
  };
}
