// Over the commits of a git history: which one brought what a case shows on the model engine, or ended it. Each commit
// that is tried leaves a record like any other run.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MillraceError, silentProgress } from '../base/index.js';
import { type BisectResult, bisect, type CommitTest, type Sought } from '../bisect/index.js';
import { filesRead } from '../model/index.js';
import type { Checkout, Commit, History } from '../tree/index.js';
import { runReasonText } from '../words/index.js';
import { baseState } from './base-state.js';
import type { ModelEngineOptions } from './engines/index.js';
import { type RunCaseRequest, runCase } from './run-case.js';

export interface BisectCaseRequest extends Omit<RunCaseRequest, 'tree' | 'fix' | 'engines'> {
  readonly model: ModelEngineOptions;
  readonly history: History;
  readonly sought: Sought;
  /** Revisions. */
  readonly newest: string;
  /** Null to begin with the commit that added the case's sources. */
  readonly oldest: string | null;
}

export interface CaseOnCommit {
  /** Id of the run's record; null where the case could not be run. */
  readonly run: string | null;
  /** Why the run's verdict is what it is, or why there is none: a sentence. Null where the sources are not there. */
  readonly reason: string | null;
}

/** Errors: `input` for ends that do not fit together; `environment`; `interrupted`. */
export async function bisectCase(request: BisectCaseRequest): Promise<BisectResult<CaseOnCommit>> {
  const { history, sought, newest, oldest, case: theCase, progress, signal } = request;
  return history.withCheckout(
    (checkout) =>
      bisect({
        history,
        sought,
        newest,
        oldest,
        begin: theCase.sources,
        signal,
        test: (commit) =>
          progress.step(`${commit.short} ${commit.subject}`, async (update) => {
            update('check out');
            return runOn(commit, checkout, request);
          }),
      }),
    { signal },
  );
}

async function runOn(
  commit: Commit,
  checkout: Checkout,
  request: BisectCaseRequest,
): Promise<CommitTest<CaseOnCommit>> {
  const { case: theCase } = request;
  const tree = await checkout.tree(commit);
  const { model } = request;
  const quiet = { ...request, tree, fix: null, engines: { model }, progress: silentProgress };
  if (!theCase.sources.every((source) => existsSync(join(tree.path, source))))
    return { state: 'absent', reads: theCase.sources, detail: { run: null, reason: null } };
  try {
    const { run, verdict } = await runCase(quiet);
    const state = baseState(run.record);
    return {
      state: state === 'open' ? 'untested' : state,
      reads: await filesRead({ ...quiet, compiler: model.compiler }),
      detail: { run: basename(run.directory), reason: runReasonText(verdict.reason) },
    };
  } catch (error) {
    if (!(error instanceof MillraceError) || error.kind !== 'input') throw error;
    return { state: 'untested', reads: theCase.sources, detail: { run: null, reason: error.message } };
  }
}
