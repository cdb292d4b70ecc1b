// A case, a tree and perhaps a fix, to a verdict and a record of it, on the model engine: explored, sampled under KCSAN's
// algorithm, or both.
import type { CaseFix } from '../case/index.js';
import { evidenceOf } from '../evidence/index.js';
import { type EvidenceVerdict, judgeModel } from '../judge/index.js';
import { type ModelOptions, type ModelRun, runModel } from '../model/index.js';
import { keepMachine } from '../page/index.js';
import type { Run, RunRecord } from '../record/index.js';
import { commitToFix } from './fixes.js';
import { endIfInterrupted, type Recording, recorded } from './recorded.js';
import { type SampleRequest, sampleSides } from './run-kcsan.js';
import { beginRun, type RunBasics } from './start.js';

/** What looks for races in the model engine. */
export type Detector = RunRecord['detector'];

export interface RunModelCaseRequest extends RunBasics {
  readonly options: ModelOptions;
  /** `happens-before` when not given. */
  readonly detector?: Detector | undefined;
  /** Of each test under KCSAN; 10,000 when not given. */
  readonly executions?: number | undefined;
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** Threads that explore; the result does not depend on it. One when not given. */
  readonly workers?: number | undefined;
}

export interface RunModelCaseResult {
  readonly run: Run;
  readonly verdict: EvidenceVerdict;
}

/**
 * Looks at the base, then at the tree with the fix where one is given. Whatever happens, the record says how far it came.
 * Errors: `input` for a case, tree or fix that do not fit together; `environment`; `interrupted`.
 */
export async function runModelCase(asked: RunModelCaseRequest): Promise<RunModelCaseResult> {
  const { detector = 'happens-before' } = asked;
  const { request, start } = await beginRun(asked, () => ({
    engine: 'model',
    detector,
    harnessPath: null,
    settings: null,
  }));
  const { run } = await recorded(request, start, async (recording) => {
    await modelSides(request, recording);
    return { kernelVerdict: null };
  });
  return { run, verdict: evidenceOf(run.record).verdict };
}

/** The model engine's part of a run: what its detectors find. `request.case` has the tests that a filter left. */
export async function modelSides(
  request: Omit<RunModelCaseRequest, 'workingDirectory' | 'version' | 'command'>,
  recording: Recording,
): Promise<void> {
  const { detector = 'happens-before' } = request;
  if (detector !== 'kcsan') await exploreSides(request, recording);
  if (detector !== 'happens-before') await sampleSides(request, recording);
}

async function exploreSides(
  request: Pick<RunModelCaseRequest, 'workers' | 'options'> & SampleRequest,
  recording: Recording,
): Promise<void> {
  const { case: theCase, fix } = request;
  const explored = async (patch: CaseFix | null): Promise<ModelRun> => {
    const began = performance.now();
    const done = await runModel({
      ...request,
      fix: patch,
      onProgram: (made) => keepMachine(recording.directory, made),
    });
    await recording.timed(`model ${done.name}`, began);
    return done;
  };
  const base = await explored(null);
  await recording.update({
    model: { runs: [base], verdict: null },
    seeds: { exploration: String(request.options.seed) },
  });
  endIfInterrupted(request);
  const fixed = fix === null ? null : await explored(fix);
  const runs = fixed === null ? [base] : [base, fixed];
  if (request.signal?.aborted) await recording.update({ model: { runs, verdict: null } });
  endIfInterrupted(request);
  await recording.update({ model: { runs, verdict: judgeModel(theCase, base, fixed) } });
  const reports = base.tests.flatMap(({ races }) => races.map(({ report }) => report));
  await recording.update({ fixes: await commitToFix({ ...request, reports, sources: theCase.sources }) });
}
