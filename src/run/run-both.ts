// A case on both engines, with one record and one verdict: the model engine first, since it takes seconds.
import { checkCaseAgainstTree } from '../case/index.js';
import { type EvidenceVerdict, evidenceOf, exitCodeFor } from '../evidence/index.js';
import { caseFiles, harnessPath } from '../kernel/index.js';
import type { Run } from '../record/index.js';
import { applyPatch, readPatch } from '../tree/index.js';
import { filterTests } from './filter.js';
import { recorded } from './recorded.js';
import { bootSides, type RunCaseRequest, settingsInForce } from './run-case.js';
import { exploreSides, type RunModelCaseRequest } from './run-model.js';

export type RunBothRequest = RunCaseRequest & Pick<RunModelCaseRequest, 'options' | 'compiler'>;

export interface RunBothResult {
  readonly run: Run;
  readonly verdict: EvidenceVerdict;
  /** As `millrace run` ends. */
  readonly exitCode: 0 | 1 | 3;
}

/** As {@link runModelCase} and {@link runCase}, one behind the other. */
export async function runBoth(request: RunBothRequest): Promise<RunBothResult> {
  const { tree, fix, filter, progress } = request;
  const theCase = filter === undefined ? request.case : filterTests(request.case, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  if (fix !== null) {
    await applyPatch(tree, await readPatch(fix.patch));
    await caseFiles(theCase, tree, fix.patch);
  }
  const start = {
    version: request.version,
    command: request.command,
    engine: 'both' as const,
    case: theCase,
    harnessPath: harnessPath(theCase),
    tree,
    fix,
    settings: settingsInForce(request),
    filter: filter ?? null,
  };
  const { run, result } = await recorded(request.workingDirectory, start, async (recording) => {
    await exploreSides({ ...request, case: theCase }, recording);
    return { kernelVerdict: await bootSides({ ...request, case: theCase }, recording) };
  });
  const { verdict } = evidenceOf(run.record);
  const exitCode = exitCodeFor(result.kernelVerdict) === 3 ? 3 : verdict.expected ? 0 : 1;
  return { run, verdict, exitCode };
}
