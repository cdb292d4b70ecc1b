// Records read back, from the folder alone.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { inputError, MillraceError, runFolders, runsDirectory } from '../base/index.js';
import { isAlive } from './liveness.js';
import { migrated } from './migrate.js';
import { type RunRecord, recordFormat, runRecordSchema } from './record-schema.js';
import { type Run, recordFileName } from './write.js';

/** `cut off`: the record says `running` and the process that ran it is gone. */
export type RunState = RunRecord['status'] | 'cut off';

export function stateOf(record: RunRecord): RunState {
  return record.status === 'running' && !isAlive(record.process) ? 'cut off' : record.status;
}

/**
 * Reads a run: `latest`, an id below `workingDirectory`'s `.millrace/runs`, a record's folder or its run.json.
 * Errors: `input` when there is none, or when it is not a record that this version can read.
 */
export async function readRun(idOrPath: string, workingDirectory: string): Promise<Run> {
  const runs = runsDirectory(resolve(workingDirectory));
  if (idOrPath === 'latest') {
    const [newest] = runFolders(workingDirectory);
    if (newest === undefined) {
      throw inputError('there is no run here yet', {
        hint: `\`millrace run CASE\` makes one below ${runs}.`,
      });
    }
    return await readRecord(newest);
  }
  const path = resolve(workingDirectory, idOrPath);
  const candidates = [
    join(runs, basename(idOrPath) === idOrPath ? idOrPath : ''),
    basename(path) === recordFileName ? dirname(path) : path,
  ];
  for (const directory of candidates) {
    try {
      return await readRecord(directory);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw inputError(`no run called ${idOrPath}`, { hint: '`millrace runs` lists what there is.' });
}

/** A run that is there but cannot be read is listed too, with the reason. */
export type ListedRun = Run | { readonly directory: string; readonly problem: MillraceError };

/** The runs below `workingDirectory`, newest first. */
export async function listRuns(workingDirectory: string): Promise<ListedRun[]> {
  const listed: ListedRun[] = [];
  for (const directory of runFolders(workingDirectory)) listed.push(await listRun(directory));
  return listed;
}

/** One of them, by its folder. */
export async function listRun(directory: string): Promise<ListedRun> {
  try {
    return await readRecord(directory);
  } catch (error) {
    if (error instanceof MillraceError) return { directory, problem: error };
    if (isMissing(error)) return { directory, problem: inputError(`no ${recordFileName} in it`) };
    throw error;
  }
}

async function readRecord(directory: string): Promise<Run> {
  const file = join(directory, recordFileName);
  const value = parseJson(await readFile(file, 'utf8'), file);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'number' && format > recordFormat) {
    throw inputError(`this record is of format ${format}, made by a newer Millrace`, {
      at: { file },
      hint: 'Read it with a version of Millrace at least as new as the one that made it.',
    });
  }
  const parsed = runRecordSchema.safeParse(migrated(value));
  if (parsed.success) return { directory, record: parsed.data };
  const [issue] = parsed.error.issues;
  throw inputError(
    `not a run record: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}`,
    {
      at: { file },
    },
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw inputError('not a run record: it is not JSON', { at: { file }, cause });
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
