// How every run of a case begins: the tests that a filter leaves, checked against the tree, the fix among them, and what
// the record says first.
import type { Progress } from '../base/index.js';
import { type Case, type CaseFix, caseChanges, checkCaseAgainstTree } from '../case/index.js';
import type { RunStart } from '../record/index.js';
import type { Tree } from '../tree/index.js';
import { filterTests } from './filter.js';

/** What every run is asked for with. */
export interface RunBasics {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
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

/** What one engine has to say of it besides. */
export type EngineStart = Pick<RunStart, 'engine' | 'detector' | 'harnessPath' | 'settings'>;

/**
 * The request with the tests that its filter leaves, and the record's beginning.
 * Errors: `input` for a case, tree or fix that do not fit together: told now, not when the base has been run.
 */
export async function beginRun<R extends Omit<RunBasics, 'workingDirectory'>>(
  request: R,
  engine: (theCase: Case) => EngineStart,
): Promise<{ readonly request: R; readonly start: RunStart }> {
  const { tree, fix, filter, version, command } = request;
  const theCase = filter === undefined ? request.case : filterTests(request.case, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) request.progress.note(remark);
  await caseChanges(theCase, tree, fix?.patch ?? null);
  const start = { version, command, case: theCase, tree, fix, filter: filter ?? null, ...engine(theCase) };
  return { request: { ...request, case: theCase }, start };
}
