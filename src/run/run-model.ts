// A case, a tree and perhaps a fix, to a verdict and a record of it, on the model engine.
import { MillraceError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, checkCaseAgainstTree } from '../case/index.js';
import { judgeModel, type ModelVerdict } from '../evidence/index.js';
import { type ModelOptions, type ModelRun, runModel } from '../model/index.js';
import { createRun, finishRun, type Run, updateRun } from '../record/index.js';
import { applyPatch, readPatch, type Tree } from '../tree/index.js';
import { filterTests } from './filter.js';
import { commitToFix } from './fixes.js';

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
  let run = await createRun(request.workingDirectory, {
    version: request.version,
    command: request.command,
    engine: 'model',
    case: theCase,
    harnessPath: null,
    tree,
    fix,
    settings: null,
  });
  try {
    const runs: ModelRun[] = [];
    const timings: { name: string; seconds: number }[] = [];
    for (const patch of fix === null ? [null] : [null, fix]) {
      const began = performance.now();
      const done = await runModel({ ...request, case: theCase, fix: patch });
      runs.push(done);
      timings.push({ name: done.name, seconds: (performance.now() - began) / 1000 });
      run = await updateRun(run, { timings, model: { runs, verdict: null } });
    }
    const verdict = judgeModel(theCase, runs[0] as ModelRun, runs[1] ?? null);
    const reports = (runs[0]?.tests ?? []).flatMap(({ races }) => races.map(({ report }) => report));
    const fixes = await commitToFix({ ...request, reports, sources: theCase.sources });
    run = await updateRun(run, { model: { runs, verdict }, fixes });
    run = await finishRun(run, { status: 'finished', verdict: null });
    return { run, verdict };
  } catch (error) {
    const interrupted = error instanceof MillraceError && error.kind === 'interrupted';
    await finishRun(run, interrupted ? { status: 'interrupted' } : { status: 'failed', error });
    throw error;
  }
}
