// A case, a tree and perhaps a fix, to a verdict and a record of it, on the model engine.
import type { Progress } from '../base/index.js';
import { type Case, type CaseFix, checkCaseAgainstTree } from '../case/index.js';
import { judgeModel, type ModelVerdict } from '../evidence/index.js';
import { type ModelOptions, type ModelRun, runModel } from '../model/index.js';
import type { Run } from '../record/index.js';
import { applyPatch, readPatch, type Tree } from '../tree/index.js';
import { filterTests } from './filter.js';
import { commitToFix } from './fixes.js';
import { type Recording, recorded } from './recorded.js';

export interface RunModelCaseRequest {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  readonly options: ModelOptions;
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** Threads that explore; the result does not depend on it. One when not given. */
  readonly workers?: number | undefined;
  /** As {@link filterTests} takes it. */
  readonly filter?: string | undefined;
  /** Where `.millrace/runs` is made. */
  readonly workingDirectory: string;
  /** Of this program, and as it was called: for the record. */
  readonly version: string;
  readonly command: readonly string[];
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface RunModelCaseResult {
  readonly run: Run;
  readonly verdict: ModelVerdict;
}

/**
 * Explores the base, then the tree with the fix where one is given. Whatever happens, the record says how far it came.
 * Errors: `input` for a case, tree or fix that do not fit together; `environment`; `interrupted`.
 */
export async function runModelCase(request: RunModelCaseRequest): Promise<RunModelCaseResult> {
  const { tree, fix, filter, progress } = request;
  const theCase = filter === undefined ? request.case : filterTests(request.case, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  if (fix !== null) await applyPatch(tree, await readPatch(fix.patch));
  const start = {
    version: request.version,
    command: request.command,
    engine: 'model' as const,
    case: theCase,
    harnessPath: null,
    tree,
    fix,
    settings: null,
    filter: filter ?? null,
  };
  const { run, result } = await recorded(request.workingDirectory, start, async (recording) => ({
    kernelVerdict: null,
    verdict: await exploreSides({ ...request, case: theCase }, recording),
  }));
  return { run, verdict: result.verdict };
}

/** The model engine's part of a run: `request.case` has the tests that a filter left. */
export async function exploreSides(
  request: Omit<RunModelCaseRequest, 'workingDirectory' | 'version' | 'command'>,
  recording: Recording,
): Promise<ModelVerdict> {
  const { case: theCase, fix } = request;
  const explored = async (patch: CaseFix | null): Promise<ModelRun> => {
    const began = performance.now();
    const done = await runModel({ ...request, fix: patch });
    await recording.timed(`model ${done.name}`, began);
    return done;
  };
  const base = await explored(null);
  await recording.update({
    model: { runs: [base], verdict: null },
    seeds: { exploration: String(request.options.seed) },
  });
  const fixed = fix === null ? null : await explored(fix);
  const runs = fixed === null ? [base] : [base, fixed];
  const verdict = judgeModel(theCase, base, fixed);
  await recording.update({ model: { runs, verdict } });
  const reports = base.tests.flatMap(({ races }) => races.map(({ report }) => report));
  await recording.update({ fixes: await commitToFix({ ...request, reports, sources: theCase.sources }) });
  return verdict;
}
