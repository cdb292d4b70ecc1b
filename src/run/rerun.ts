// A run done again from its record alone: the record's own copy of the case and of the fix, the same engine and
// settings, and then the two told apart.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, loadCase } from '../case/index.js';
import { defaultModelOptions, type KcsanOptions, type ModelOptions } from '../model/index.js';
import type { Run } from '../record/index.js';
import type { Tree } from '../tree/index.js';
import { compareRecords, type RecordDifferences } from './compare-records.js';
import { runBoth } from './run-both.js';
import { runCase } from './run-case.js';
import { runModelCase } from './run-model.js';

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
  const { record } = earlier;
  await checkCopies(earlier);
  const theCase = await recordedCase(earlier);
  const { filter, settings } = record;
  const common = {
    case: theCase,
    tree,
    fix: recordedFix(earlier),
    workingDirectory,
    version,
    command,
    progress,
    ...(filter === null ? {} : { filter }),
  };
  const sampled = record.kcsan?.runs[0]?.options;
  const model = {
    detector: record.detector,
    options: record.model?.runs[0]?.options ?? { ...defaultModelOptions, ...limitsOf(sampled) },
    executions: sampled?.executions,
  };
  const kernel = {
    // In full: what the record has is what was in force, so that the case's own options come first and once.
    case: { ...theCase, kernel: { ...theCase.kernel, makeOptions: [] } },
    settings: settings ?? {},
    instrument: settings?.instrument ?? ('case' as const),
    lockdep: settings?.lockdep ?? false,
    ...(signal === undefined ? {} : { signal }),
    ...(qemu === undefined ? {} : { qemu }),
    ...(jobs === undefined ? {} : { jobs }),
  };
  const again = async (): Promise<Run> => {
    switch (record.engine) {
      case 'model':
        return (await runModelCase({ ...common, ...model, signal })).run;
      case 'kernel':
        return (await runCase({ ...common, ...kernel })).run;
      case 'both':
        return (await runBoth({ ...common, ...kernel, ...model })).run;
    }
  };
  const run = await again();
  return { run, differences: compareRecords(record, run.record) };
}

/** What a sample shares with an exploration. */
function limitsOf(options: KcsanOptions | undefined): Partial<ModelOptions> {
  if (options === undefined) return {};
  const { executions: _, ...limits } = options;
  return limits;
}

/** What was run is what is run again: a copy that somebody changed since is another case. */
async function checkCopies({ directory, record }: Run): Promise<void> {
  const files = [...record.case.files, ...(record.fix === null ? [] : [record.fix])];
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

function recordedFix({ directory, record: { fix } }: Run): CaseFix | null {
  return fix === null
    ? null
    : { name: fix.name, title: fix.title, patch: join(directory, 'fix', basename(fix.path)) };
}
