// What KCSAN would report of a case, in a sample of executions on the model machine: a part of a run of the model engine.
import type { Case, CaseFix } from '../case/index.js';
import { expectedPairs, judgeKcsan, matchPair } from '../judge/index.js';
import {
  type CountedPairs,
  defaultKcsanOptions,
  type KcsanRun,
  type ModelOptions,
  runKcsan,
} from '../model/index.js';
import { runAsPrinted } from './as-printed.js';
import { commitToFix } from './fixes.js';
import { endIfInterrupted, type Recording } from './recorded.js';
import type { RunBasics } from './start.js';

export interface SampleRequest extends Omit<RunBasics, 'workingDirectory' | 'version' | 'command'> {
  /** Seed and limits; executions are not of these. */
  readonly options: ModelOptions;
  readonly executions?: number | undefined;
  readonly compiler?: 'native' | 'packaged' | undefined;
}

/** `request.case` has the tests that a filter left. */
export async function sampleSides(request: SampleRequest, recording: Recording): Promise<void> {
  const { case: theCase, fix, executions = defaultKcsanOptions.executions } = request;
  const { seed, maxTime, maxMemory, maxSteps } = request.options;
  const options = { executions, seed, maxTime, maxMemory, maxSteps };
  const sampled = async (patch: CaseFix | null): Promise<KcsanRun> => {
    const began = performance.now();
    const pairsOf = (test: string) => pairsOfTest(theCase, test);
    const sample = await runKcsan({ ...request, fix: patch, options, pairsOf });
    const done = runAsPrinted(sample, request);
    await recording.timed(`kcsan ${done.name}`, began);
    return done;
  };
  const base = await sampled(null);
  await recording.update({ kcsan: { runs: [base], verdict: null }, seeds: { sample: String(seed) } });
  endIfInterrupted(request);
  const fixed = fix === null ? null : await sampled(fix);
  const runs = fixed === null ? [base] : [base, fixed];
  if (request.signal?.aborted) await recording.update({ kcsan: { runs, verdict: null } });
  endIfInterrupted(request);
  await recording.update({ kcsan: { runs, verdict: judgeKcsan(theCase, base, fixed) } });
  const reports = base.tests.flatMap(({ races }) => races.map(({ report }) => report));
  await recording.update({ fixes: await commitToFix({ ...request, reports, sources: theCase.sources }) });
}

/** Those that the test expects. */
function pairsOfTest({ tests, sources }: Case, test: string): CountedPairs {
  const pairs = expectedPairs(tests.filter(({ name }) => name === test));
  return {
    functions: pairs.map(({ functions }) => functions),
    indexOf: (report) => matchPair(report, pairs, sources),
  };
}
