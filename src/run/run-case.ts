// A case, a tree and perhaps a fix, to a verdict and a record of it, on the engines that were chosen.
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { didYouMean, inputError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, caseChanges, checkCaseAgainstTree } from '../case/index.js';
import { evidenceOf, type RunVerdict } from '../evidence/index.js';
import { harnessPath } from '../kernel/index.js';
import type { Run } from '../record/index.js';
import type { Tree } from '../tree/index.js';
import { chosenEngines, type EngineChoice } from './engines/index.js';
import { Explorer } from './explorer.js';
import { filterTests } from './filter.js';
import { recorded } from './recorded.js';

/** What is run, on which engines, and where the record is made. */
export interface RunCaseRequest {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  /** Further fixes: the model engine sets them side by side, and the record is about the weakest that holds. */
  readonly otherFixes?: readonly CaseFix[] | undefined;
  readonly engines: EngineChoice;
  /** Tests to run, as `kunit.filter_glob` takes them: `SUITE.TEST` with `*` and `?`. */
  readonly filter?: string | undefined;
  /** Where `.millrace/runs` is made. */
  readonly workingDirectory: string;
  /** Of the program that calls, and as it was called: for the record. */
  readonly version: string;
  readonly command: readonly string[];
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The record, and the verdict of all engines together. */
export interface RunCaseResult {
  readonly run: Run;
  /** Of all engines together. */
  readonly verdict: RunVerdict;
}

/**
 * Runs the base on each engine, then the tree with the fix where one is given. Whatever happens, the record says how far
 * it came.
 * Errors: `input` for a case, tree or fix that do not fit together, said before anything runs; `environment`;
 * `interrupted`.
 */
export async function runCase(asked: RunCaseRequest): Promise<RunCaseResult> {
  const { tree, fix, otherFixes, filter, version, command, progress, signal } = asked;
  const theCase = filter === undefined ? asked.case : filterTests(asked.case, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  for (const one of fix === null ? [null] : [fix, ...(otherFixes ?? [])])
    await caseChanges(theCase, tree, one?.patch ?? null);
  const explorer = new Explorer();
  const engines = chosenEngines(
    { case: theCase, tree, fix, otherFixes, progress, signal, explorer },
    asked.engines,
  );
  for (const engine of engines) await engine.check();
  const start = {
    version,
    command,
    engines: engines.map(({ section }) => section),
    case: theCase,
    harnessPath: asked.engines.kernel === undefined ? null : harnessPath(theCase),
    tree,
    fix,
    otherFixes,
    filter: filter ?? null,
  };
  try {
    const run = await recorded(asked, start, async (recording) => {
      for (const engine of engines) await engine.run(recording);
    });
    return { run, verdict: evidenceOf(run.record).verdict };
  } finally {
    await explorer.close();
  }
}

/** The fix that `--fix` names: one of the case's, or a patch file. Errors: `input` when it is neither. */
export function findFix(theCase: Case, nameOrFile: string): CaseFix {
  const named = theCase.fixes.find(({ name }) => name === nameOrFile);
  if (named !== undefined) return named;
  const patch = resolve(nameOrFile);
  if (statSync(patch, { throwIfNoEntry: false })?.isFile()) {
    const stem = basename(patch).replace(/\.(patch|diff)$/, '');
    // The kernel without a fix is called that.
    return { name: stem === 'base' ? basename(patch) : stem, title: basename(patch), patch };
  }
  const names = theCase.fixes.map(({ name }) => name);
  throw inputError(`the case ${theCase.name} has no fix "${nameOrFile}", and there is no such file`, {
    hint: didYouMean(nameOrFile, names) ?? `It has: ${names.join(', ') || 'none'}.`,
  });
}
