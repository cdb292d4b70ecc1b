// What `millrace runs` says of all runs. A thousand records are a hundred megabytes of JSON to read and to judge, so
// that each summary is kept, for as long as its record is the very same file and Millrace the same program.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import { cacheDirectory, displayPath, runFolders } from '../base/index.js';
import type { RunSummary } from '../page/index.js';
import { version } from './version.js';

interface Kept {
  readonly stamp: string;
  readonly summary: RunSummary;
}

type ShownSummary = RunSummary & { readonly directory: string };

/** The newest first. */
export async function summariesOf(workingDirectory: string): Promise<ShownSummary[]> {
  const program = fileStamp(fileURLToPath(new URL('./main.js', import.meta.url)));
  const key = digestOf(JSON.stringify([version(), program, resolve(workingDirectory)]));
  const file = join(cacheDirectory(), 'runs', `${key.slice(0, 32)}.json`);
  const before = readKept(file);
  const after = new Map<string, Kept>();
  const summaries: ShownSummary[] = [];
  for (const folder of runFolders(workingDirectory)) {
    const { summary, stamp } = await summaryOf(folder, before.get(folder));
    if (stamp !== null) after.set(folder, { stamp, summary });
    const { id, ...rest } = summary;
    summaries.push({ id, directory: displayPath(folder), ...rest });
  }
  const isSame =
    after.size === before.size &&
    [...after].every(([folder, { stamp }]) => before.get(folder)?.stamp === stamp);
  if (program !== null && !isSame) writeKept(file, after);
  return summaries;
}

/** `stamp` is the record's when the summary may be kept with it. */
async function summaryOf(
  folder: string,
  known: Kept | undefined,
): Promise<Kept | (Omit<Kept, 'stamp'> & { stamp: null })> {
  const record = join(folder, 'run.json');
  const stamp = fileStamp(record);
  if (stamp !== null && known?.stamp === stamp) return known;
  const { summarise } = await import('./run-summary.js');
  const { summary, stays } = await summarise(folder);
  // What was written while it was read may have been read before it was written.
  return { summary, stamp: stays && stamp === fileStamp(record) ? stamp : null };
}

/** A file by what changes with every change of it; null when it is not there. */
function fileStamp(file: string): string | null {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}

/** What was kept, behind its digest; nothing when that does not fit. */
function readKept(file: string): Map<string, Kept> {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    if (text.slice(0, end) !== digestOf(text.slice(end + 1))) return new Map();
    return new Map(JSON.parse(text.slice(end + 1)) as [string, Kept][]);
  } catch {
    return new Map();
  }
}

function writeKept(file: string, kept: ReadonlyMap<string, Kept>): void {
  const text = JSON.stringify([...kept]);
  try {
    mkdirSync(join(cacheDirectory(), 'runs'), { recursive: true });
    writeFileAtomic.sync(file, `${digestOf(text)}\n${text}`);
  } catch {
    // A cache that cannot be written costs time, and nothing else.
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
