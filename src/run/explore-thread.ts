// The entry of the thread that compiles and explores for a run.
import { type Asker, answerRequests } from '../base/index.js';
import type { Case } from '../case/index.js';
import { expectedPairs, matchPair } from '../judge/index.js';
import { type CountedPairs, replayModel, runKcsan, runModel, runTune } from '../model/index.js';
import { keepMachine } from '../page/index.js';
import type { ExploreRequest, ExploreResult } from './explore-protocol.js';

function answer(
  { kind, request }: ExploreRequest,
  { signal, progress, busyFor: onBusy }: Asker<never>,
): Promise<ExploreResult> {
  const here = { signal, progress, onBusy };
  switch (kind) {
    case 'model':
      return runModel({ ...request, ...here, onProgram: (made) => keepMachine(request.directory, made) });
    case 'kcsan':
      return runKcsan({ ...request, ...here, pairsOf: (test) => pairsOfTest(request.case, test) });
    case 'replay':
      return replayModel({ ...request, ...here });
    case 'tune':
      return runTune({ ...request, ...here });
  }
}

/** Those that the test expects. */
function pairsOfTest({ tests, sources }: Case, test: string): CountedPairs {
  const pairs = expectedPairs(tests.filter(({ name }) => name === test));
  return {
    functions: pairs.map(({ functions }) => functions),
    indexOf: (report) => matchPair(report, pairs, sources),
  };
}

answerRequests(answer);
