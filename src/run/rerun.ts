// A run done again from its record alone: the record's own copy of the case and of the fix, the same engine and
// settings, and then the two told apart.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, loadCase } from '../case/index.js';
import { type Run, type RunRecord, sectionOf } from '../record/index.js';
import type { Tree } from '../tree/index.js';
import { compareRecords, type RecordDifferences } from './compare-records.js';
import type { EngineChoice } from './engines/index.js';
import { runCase } from './run-case.js';

export interface RerunRequest {
  /** The run to do again. */
  readonly earlier: Run;
  readonly tree: Tree;
  /** Where `.millrace/runs` is made. */
  readonly workingDirectory: string;
  /** Of this program, and as it was called: for the record. */
  readonly version: string;
  readonly command: readonly string[];
  /** QEMU by name or path. */
  readonly qemu?: string | undefined;
  readonly jobs?: number | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface RerunResult {
  readonly run: Run;
  readonly differences: RecordDifferences;
}

/**
 * Errors: `input` for a record whose copy of the case is not what was run, or whose case this version cannot read; and
 * those of the engines.
 */
export async function rerun(request: RerunRequest): Promise<RerunResult> {
  const { earlier, qemu, jobs, tree, workingDirectory, version, command, progress, signal } = request;
  const { record, directory } = earlier;
  await checkCopies(earlier);
  const theCase = await recordedCase(earlier);
  const { run } = await runCase({
    case:
      sectionOf(record, 'kernel') === undefined && sectionOf(record, 'directed') === undefined
        ? theCase
        : withoutMakeOptions(theCase),
    tree,
    fix: recordedFix(directory, record.fix),
    otherFixes: (record.otherFixes ?? []).flatMap((one) => recordedFix(directory, one) ?? []),
    engines: choiceOf(record, { qemu, jobs }),
    workingDirectory,
    version,
    command,
    progress,
    signal,
    ...(record.filter === null ? {} : { filter: record.filter }),
  });
  return { run, differences: compareRecords(record, run.record) };
}

/** The engines as they ran; of one that was cut off before it had a kernel, the defaults. */
function choiceOf(record: RunRecord, { qemu, jobs }: Pick<RerunRequest, 'qemu' | 'jobs'>): EngineChoice {
  const [explored, sampled, directed, booted] = [
    sectionOf(record, 'model'),
    sectionOf(record, 'kcsan'),
    sectionOf(record, 'directed'),
    sectionOf(record, 'kernel'),
  ];
  const asBooted = ({ settings }: Pick<NonNullable<typeof booted>, 'settings'>) => ({
    settings: settings ?? {},
    instrument: settings?.instrument ?? ('case' as const),
    lockdep: settings?.lockdep ?? false,
    ...(qemu === undefined ? {} : { qemu }),
    ...(jobs === undefined ? {} : { jobs }),
  });
  return {
    ...(explored === undefined ? {} : { model: { options: explored.kernels[0]?.options ?? {} } }),
    ...(sampled === undefined ? {} : { kcsan: { options: sampled.kernels[0]?.options ?? {} } }),
    ...(directed === undefined ? {} : { directed: { ...asBooted(directed), schedule: directed.schedule } }),
    ...(booted === undefined ? {} : { kernel: asBooted(booted) }),
  };
}

/** The record has them in full, as they were in force: the case's own came first, and come once. */
function withoutMakeOptions(theCase: Case): Case {
  return { ...theCase, kernel: { ...theCase.kernel, makeOptions: [] } };
}

/** What was run is what is run again: a copy that somebody changed since is another case. */
async function checkCopies({ directory, record }: Run): Promise<void> {
  const files = [
    ...record.case.files,
    ...(record.fix === null ? [] : [record.fix]),
    ...(record.otherFixes ?? []),
  ];
  if (record.case.files.length === 0)
    throw inputError(`the record ${record.id} was cut off before the case was copied into it`, {
      hint: 'Run the case itself: `millrace run CASE`.',
    });
  for (const { path, sha256 } of files) {
    const bytes = await readFile(join(directory, path)).catch(() => null);
    if (bytes === null)
      throw inputError(`the record ${record.id} has lost ${path}`, {
        at: { file: join(directory, path) },
        hint: 'Copy the whole folder of the run, not run.json alone.',
      });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw inputError(`${path} in the record ${record.id} is not what was run`, {
        at: { file: join(directory, path) },
        hint: 'Run it as a case of its own: `millrace run` takes the folder.',
      });
  }
}

async function recordedCase({ directory, record }: Run): Promise<Case> {
  const copy = await loadCase(join(directory, 'case'));
  // The copy's folder is called `case`, whatever the case is called.
  return { ...copy, name: record.case.name };
}

function recordedFix(directory: string, fix: RunRecord['fix']): CaseFix | null {
  return fix === null
    ? null
    : { name: fix.name, title: fix.title, patch: join(directory, 'fix', basename(fix.path)) };
}
