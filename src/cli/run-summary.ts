// What `millrace runs` says of one run.

import { basename } from 'node:path';
import { evidenceOf } from '../evidence/index.js';
import type { RunSummary } from '../page/index.js';
import { listRun, stateOf } from '../record/index.js';
import { verdictText } from '../words/index.js';

/** What is said of a run, and whether that follows from its record alone, so that it stays. */
export async function summarise(directory: string): Promise<{ summary: RunSummary; stays: boolean }> {
  const run = await listRun(directory);
  if ('problem' in run) {
    const nothing = {
      case: null,
      engines: null,
      tree: null,
      fix: null,
      started: null,
      verdict: null,
    };
    const id = basename(directory);
    return { summary: { id, state: 'unreadable', ...nothing, problem: run.problem.message }, stays: false };
  }
  const { id, engines, started, tree, fix, error, status } = run.record;
  const isJudged = engines.some(({ verdict }) => verdict !== null);
  const summary = {
    id,
    state: stateOf(run.record),
    case: run.record.case.name,
    engines: engines.map(({ engine }) => engine),
    tree: tree?.spec ?? null,
    fix: fix?.name ?? null,
    started,
    verdict: isJudged ? verdictText(evidenceOf(run.record).verdict) : null,
    problem: error?.message ?? null,
  };
  // A run that goes on, or was cut off, is what its process is.
  return { summary, stays: status !== 'running' };
}
