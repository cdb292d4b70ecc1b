// Files that go into a record: the case with its hashes, consoles and build logs, named inside the record's folder.
import { createHash } from 'node:crypto';
import { constants, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { KernelRun } from '../kernel/index.js';

export interface RecordedFile {
  /** Inside the record's folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

/** Copies one file to `path` inside `record`. */
export async function copyInto(record: string, from: string, path: string): Promise<RecordedFile> {
  const to = join(record, path);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const sha256 = createHash('sha256')
    .update(await readFile(to))
    .digest('hex');
  return { path, sha256 };
}

/** Copies the regular files of a folder, sorted by path; symbolic links may point anywhere and stay behind. */
export async function copyFolderInto(record: string, from: string, path: string): Promise<RecordedFile[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').includes('.millrace'))
    .sort();
  const copied: RecordedFile[] = [];
  for (const file of files) copied.push(await copyInto(record, join(from, file), `${path}/${file}`));
  return copied;
}

/** `run` with its consoles and its build log inside the record: copied there unless they were written there. */
export async function adoptRun<Run extends KernelRun>(record: string, run: Run): Promise<Run> {
  const adopt = async (path: string) => {
    if (!isAbsolute(path)) return path;
    const inside = relative(record, path);
    if (!inside.startsWith('..') && !isAbsolute(inside)) return inside.split(sep).join('/');
    return await adoptFile(record, path, run.name);
  };
  const boots = [];
  for (const boot of run.boots) boots.push({ ...boot, console: await adopt(boot.console) });
  return {
    ...run,
    boots,
    build: { ...run.build, log: await adopt(run.build.log), config: run.build.config ?? null },
  };
}

/** A name of its own for each copy; a file that is gone keeps its old path, so that the record says where it was. */
async function adoptFile(record: string, path: string, folder: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? basename(path) : `${count}-${basename(path)}`;
    try {
      return (await copyInto(record, path, `${folder}/${name}`)).path;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return path;
      if (code !== 'EEXIST') throw error;
    }
  }
}
