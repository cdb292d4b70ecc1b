// A case on both engines, with one record and one verdict: the model engine first, since it takes seconds.
import { evidenceOf } from '../evidence/index.js';
import { type EvidenceVerdict, exitCodeFor, verdictExitCode } from '../judge/index.js';
import { caseFiles, harnessPath } from '../kernel/index.js';
import type { Run } from '../record/index.js';
import { recorded } from './recorded.js';
import { bootSides, type RunCaseRequest, settingsInForce } from './run-case.js';
import { modelSides, type RunModelCaseRequest } from './run-model.js';
import { beginRun } from './start.js';

export type RunBothRequest = RunCaseRequest &
  Pick<RunModelCaseRequest, 'options' | 'compiler' | 'detector' | 'executions' | 'workers'>;

export interface RunBothResult {
  readonly run: Run;
  readonly verdict: EvidenceVerdict;
  /** As `millrace run` ends. */
  readonly exitCode: 0 | 1 | 3 | 4;
}

/** As {@link runModelCase} and {@link runCase}, one behind the other. */
export async function runBoth(asked: RunBothRequest): Promise<RunBothResult> {
  const { request, start } = await beginRun(asked, (theCase) => ({
    engine: 'both',
    detector: asked.detector ?? 'happens-before',
    harnessPath: harnessPath(theCase),
    settings: settingsInForce(asked),
  }));
  const { case: theCase, tree, fix } = request;
  if (fix !== null) await caseFiles(theCase, tree, fix.patch);
  const { run, result } = await recorded(request, start, async (recording) => {
    await modelSides(request, recording);
    return { kernelVerdict: await bootSides(request, recording) };
  });
  const { verdict } = evidenceOf(run.record);
  const exitCode = exitCodeFor(result.kernelVerdict) === 3 ? 3 : verdictExitCode(verdict);
  return { run, verdict, exitCode };
}
