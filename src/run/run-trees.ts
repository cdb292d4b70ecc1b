// One case on several trees, one after the other on the model engine: which of them have the bug, and whether the patch
// applies to each and ends it there. Each tree has a record of its own.

import { basename } from 'node:path';
import { MillraceError } from '../base/index.js';
import { applyPatch, openTree, readPatch, type Tree } from '../tree/index.js';
import { runReasonText } from '../words/index.js';
import { type BaseState, baseState } from './base-state.js';
import type { ModelEngineOptions } from './engines/index.js';
import { type RunCaseRequest, runCase } from './run-case.js';

export interface RunTreesRequest extends Omit<RunCaseRequest, 'tree' | 'engines'> {
  readonly model: ModelEngineOptions;
  /** As `openTree` takes them. */
  readonly trees: readonly string[];
}

export interface TreeOutcome {
  /** As it was named. */
  readonly tree: string;
  /** As its Makefile says; null where it could not be had. */
  readonly version: string | null;
  readonly base: BaseState | 'not run';
  /** Null without a fix, and where the base was not run. */
  readonly fix: 'ends it' | 'does not end it' | 'not needed' | 'open' | 'does not apply' | null;
  /** The verdict's reason, or why there is none: a sentence. */
  readonly reason: string;
  /** Id of the record; null where none was made. */
  readonly run: string | null;
}

/** Errors: `interrupted`. Whatever is wrong with one tree is said of that tree. */
export async function runTrees(request: RunTreesRequest): Promise<readonly TreeOutcome[]> {
  const outcomes: TreeOutcome[] = [];
  for (const name of request.trees) outcomes.push(await runOn(name, request));
  return outcomes;
}

async function runOn(name: string, request: RunTreesRequest): Promise<TreeOutcome> {
  const { fix, progress, signal } = request;
  let version: string | null = null;
  try {
    const tree = await openTree(name, { signal, progress });
    version = tree.version;
    const refused = fix === null ? null : await refusalOf(tree, fix.patch);
    const { run, verdict } = await runCase({
      ...request,
      tree,
      fix: refused === null ? fix : null,
      engines: { model: request.model },
    });
    const { kind, reason } = verdict;
    const base = baseState(run.record);
    const ends = base === 'shown' ? (kind === 'fix-shown' ? 'ends it' : 'does not end it') : null;
    return {
      tree: name,
      version,
      base,
      fix:
        fix === null
          ? null
          : refused !== null
            ? 'does not apply'
            : (ends ??
              (verdict.harms.length > 0 ? 'does not end it' : base === 'open' ? 'open' : 'not needed')),
      reason: [runReasonText(reason), ...(refused === null ? [] : [`${refused}.`])].join(' '),
      run: basename(run.directory),
    };
  } catch (error) {
    if (!(error instanceof MillraceError) || error.kind === 'interrupted') throw error;
    return { tree: name, version, base: 'not run', fix: null, reason: `${error.message}.`, run: null };
  }
}

/** Why the patch does not apply; null when it does. */
async function refusalOf(tree: Tree, patch: string): Promise<string | null> {
  try {
    await applyPatch(tree, await readPatch(patch));
    return null;
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'input') return error.message;
    throw error;
  }
}
