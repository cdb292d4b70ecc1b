// One try of a job, in a process of its own: what it came to, with a record below the working directory.

import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { InputErrors, MillraceError, type Progress } from '../base/index.js';
import { loadCase } from '../case/index.js';
import { runCase } from '../run/index.js';
import type { Tree } from '../tree/index.js';
import { runReasonText, runStatementText } from '../words/index.js';
import { folderDigest, programDigest, sha256 } from './digest.js';
import { commandOf, engineChoice, fixOf, type Job, toolchainOf } from './job.js';
import type { JobResult } from './result.js';
import { insideOf } from './store.js';
import { treeOfJob } from './trees.js';

/** What the process of a job answers. */
export type Answer =
  | { readonly kind: 'result'; readonly result: JobResult; readonly record: string | null }
  | { readonly kind: 'failed'; readonly reason: string };

/** As a job's process is asked. */
export interface Question {
  readonly job: Job;
  /** Where the record is made. */
  readonly directory: string;
  /** The store's folder. */
  readonly store: string;
}

/**
 * Runs the job. What it is run with has to be what its key says, before and after: a case that is edited meanwhile, or a
 * compiler that is replaced, makes no result. Errors: `interrupted`.
 */
export async function execute(
  { job, directory, store }: Question,
  progress: Progress,
  signal: AbortSignal,
): Promise<Answer> {
  const started = new Date();
  const since = performance.now();
  const common = () =>
    ({
      format: 1,
      key: job.key,
      started: started.toISOString(),
      seconds: (performance.now() - since) / 1000,
      host: hostname(),
    }) as const;
  try {
    const tree = await treeOfJob(job, store, { signal, progress });
    const differing = (await whatDiffers(job, tree)) ?? (await whichTools(job, signal));
    if (differing !== null) return { kind: 'failed', reason: differing };
    const theCase = await loadCase(job.case.folder);
    const { run, verdict } = await runCase({
      case: theCase,
      tree,
      fix: fixOf(job),
      engines: engineChoice(job),
      workingDirectory: directory,
      version: job.millrace,
      command: commandOf(job),
      progress,
      signal,
    });
    const changed = await whatDiffers(job, await treeOfJob(job, store, { signal, progress }));
    if (changed !== null) return { kind: 'failed', reason: changed };
    if (verdict.outcome === 'not-run') return { kind: 'failed', reason: runReasonText(verdict.reason) };
    const { kind, outcome, reason, lacking, remaining, harms } = verdict;
    const shown = {
      kind,
      outcome,
      reason: runReasonText(reason),
      lacking: lacking.map(runStatementText),
      remaining: remaining.map(runStatementText),
      harms: harms.map(runStatementText),
    };
    return { kind: 'result', result: { ...common(), kind: 'run', verdict: shown }, record: run.directory };
  } catch (error) {
    if (!(error instanceof MillraceError) || error.kind === 'interrupted') throw error;
    const reason = reasonOf(error, job.case.folder);
    if (error.kind === 'environment') return { kind: 'failed', reason };
    const changed = await whatDiffers(job, await treeOfJob(job, store, { signal, progress }));
    if (changed !== null) return { kind: 'failed', reason: changed };
    return { kind: 'result', result: { ...common(), kind: 'refused', reason }, record: null };
  }
}

function reasonOf(error: MillraceError, folder: string): string {
  const placed = placedIn(folder);
  const excerpt = error.excerpt === undefined ? [] : [error.excerpt];
  const problems = error instanceof InputErrors ? error.problems.map(placed) : [];
  return [[placed(error), ...problems].join(': '), ...excerpt].join('\n');
}

/** With its place; a file of the case by its path there, which is the same on every machine. */
function placedIn(folder: string): (error: MillraceError) => string {
  return ({ at, message }) => {
    if (at === undefined) return message;
    const file = insideOf(folder, resolve(at.file)) ?? at.file;
    return `${file}${at.line === undefined ? '' : `:${at.line}`}: ${message}`;
  };
}

/** What is not as the job has it, as a sentence's beginning; null when all is. */
async function whatDiffers(job: Job, tree: Tree): Promise<string | null> {
  const { case: theCase, fix } = job;
  if (tree.identity !== job.tree.identity)
    return `the tree ${job.tree.spec} is not the one that the campaign was planned with`;
  if ((await folderDigest(theCase.folder)) !== theCase.digest)
    return `the case ${theCase.name} has been changed since the campaign was planned`;
  if (fix !== null && sha256(await readFile(fix.patch)) !== fix.digest)
    return `the patch ${fix.name} has been changed since the campaign was planned`;
  return null;
}

/** The same of the programs that take part: they are looked at once, since what is loaded does not change. */
async function whichTools(job: Job, signal: AbortSignal): Promise<string | null> {
  if ((await programDigest()) !== job.program)
    return 'this Millrace is not the one that planned the campaign';
  const toolchain = await toolchainOf(job, await loadCase(job.case.folder), signal);
  if (toolchain !== job.toolchain) return `the toolchain is ${toolchain}, planned was ${job.toolchain}`;
  return null;
}
