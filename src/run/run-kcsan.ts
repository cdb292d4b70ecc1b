// A case, a tree and perhaps a fix, to what KCSAN would report, in a sample of executions on the model machine.
import type { Progress } from '../base/index.js';
import { type Case, type CaseFix, checkCaseAgainstTree } from '../case/index.js';
import { type ExpectedPair, expectedPairs, matchPair } from '../evidence/index.js';
import { type KcsanOptions, type KcsanRun, runKcsan } from '../model/index.js';
import { applyPatch, readPatch, type Tree } from '../tree/index.js';
import { filterTests } from './filter.js';

export interface RunKcsanRequest {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  readonly options: KcsanOptions;
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** As {@link filterTests} takes it. */
  readonly filter?: string | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface KcsanResult {
  readonly case: string;
  readonly tree: string;
  readonly runs: readonly KcsanRun[];
  /** Pairs of functions that the case expects and no execution without a fix showed. */
  readonly missed: readonly ExpectedPair[];
  /** Pairs that the fix was to end and did not. */
  readonly left: readonly ExpectedPair[];
  /** Whether nothing was missed and nothing is left. */
  readonly expected: boolean;
}

/**
 * Samples the base, then the tree with the fix where one is given.
 * Errors: `input` for a case, tree or fix that do not fit together; `environment`; `interrupted`.
 */
export async function runKcsanCase(request: RunKcsanRequest): Promise<KcsanResult> {
  const { tree, fix, filter, progress } = request;
  const theCase = filter === undefined ? request.case : filterTests(request.case, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  if (fix !== null) await applyPatch(tree, await readPatch(fix.patch));
  const runs: KcsanRun[] = [];
  for (const patch of fix === null ? [null] : [null, fix])
    runs.push(await runKcsan({ ...request, case: theCase, fix: patch }));
  const pairs = expectedPairs(theCase.tests);
  const hitIn = (run: KcsanRun | undefined) => {
    const reports = run?.tests.flatMap(({ races }) => races.map(({ report }) => report)) ?? [];
    const hit = new Set(reports.map((report) => matchPair(report, pairs, theCase.sources)));
    return pairs.filter((_, index) => hit.has(index));
  };
  const shown = hitIn(runs[0]);
  const left = hitIn(runs[1]);
  const missed = pairs.filter((pair) => !shown.includes(pair));
  return {
    case: theCase.name,
    tree: tree.version,
    runs,
    missed,
    left,
    expected: missed.length === 0 && left.length === 0,
  };
}
