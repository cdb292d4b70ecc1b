// The overlay: a folder that looks like the user's tree with some files added, changed or gone, made of symbolic
// links. Only the folders on the way to such a file are real; everything else is a link to the tree, so that
// nothing is copied and nothing is written to the tree.
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inputError, interruptedError } from '../base/index.js';
import { hiddenPaths } from './hidden.js';
import { entryInside } from './inside.js';
import type { OverlayFile, Tree } from './types.js';

/** Holds the tree's path; says that the folder is ours to change. */
const markerName = '.millrace-overlay';

export interface OverlayOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface OverlayResult {
  /** Paths inside the tree whose text in the overlay is new or other than before; empty when nothing had to be done. */
  readonly changed: readonly string[];
}

/** A real folder of the overlay. */
interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, OverlayFile>;
}

interface Context {
  readonly tree: string;
  readonly hidden: ReadonlySet<string>;
  /** Every folder is real, not just those on the way to a changed file. */
  readonly deep: boolean;
  readonly signal: AbortSignal | undefined;
  readonly changed: string[];
}

/**
 * Makes `directory` show `tree` with `files`; build in it with `make O=…` only.
 *
 * It may be called again on the same directory with other files: only what differs is written, and the times of all
 * other files stay as they are, which make relies on. A file that was changed before and no longer is becomes a
 * copy of the tree's with a new time, since the tree's own time would be older than the object built from the
 * changed one.
 *
 * Left out of the overlay: what an earlier build in the tree left there (see `hidden.ts`), and `.git`.
 * Errors: `input` for a path that leads out of the tree or through a symbolic link in it, that is a folder, or
 * that is given twice; `input` when `directory` holds something else, or an overlay of another tree.
 */
export async function materialiseOverlay(
  tree: Tree,
  files: readonly OverlayFile[],
  directory: string,
  options: OverlayOptions = {},
): Promise<OverlayResult> {
  const target = resolve(directory);
  const hidden = await hiddenPaths(tree.path, options.signal);
  const top = await plan(tree.path, files, hidden);
  const context: Context = {
    tree: tree.path,
    hidden,
    deep: await anySharedFileChanged(tree.path, files),
    signal: options.signal,
    changed: [],
  };
  const fresh = !isOverlayOf(target, tree.path);
  if (fresh) {
    mkdirSync(dirname(target), { recursive: true });
    await replaceByFolder(context, '', target, top);
  } else await syncFolder(context, '', target, top, false);
  return { changed: context.changed };
}

function isOverlayOf(directory: string, tree: string): boolean {
  const entries = entriesOf(directory);
  if (entries.size === 0) return false;
  const owner = entries.has(markerName) ? readFileSync(join(directory, markerName), 'utf8') : null;
  if (owner === tree) return true;
  throw inputError(
    owner === null
      ? `${directory} is not empty and not an overlay`
      : `${directory} is an overlay of another tree, ${owner}`,
    { hint: 'Give an empty or new directory.' },
  );
}

async function plan(
  tree: string,
  files: readonly OverlayFile[],
  hidden: ReadonlySet<string>,
): Promise<Folder> {
  const top = newFolder();
  const folderAt = (parts: readonly string[]): Folder => {
    let folder = top;
    for (const part of parts) {
      if (folder.files.has(part)) throw inputError(`'${parts.join('/')}' is given as a file and as a folder`);
      const next = folder.folders.get(part) ?? newFolder();
      folder.folders.set(part, next);
      folder = next;
    }
    return folder;
  };
  for (const path of hidden) folderAt(path.split('/').slice(0, -1));
  for (const file of files) {
    const entry = await entryInside(tree, file.path);
    if (entry === 'directory') throw inputError(`'${file.path}' is a folder of the tree`);
    const parts = file.path.split('/');
    const name = parts.pop() as string;
    const folder = folderAt(parts);
    if (folder.files.has(name)) throw inputError(`'${file.path}' is given twice`);
    if (folder.folders.has(name)) throw inputError(`'${file.path}' is given as a file and as a folder`);
    folder.files.set(name, file);
  }
  return top;
}

function newFolder(): Folder {
  return { folders: new Map(), files: new Map() };
}

/**
 * Whether a file is changed that others may include by `../`. From a file below a linked folder, `../` leads to the
 * folder's real parent, which is the user's tree and not the overlay, and the change would be missed in silence.
 */
async function anySharedFileChanged(tree: string, files: readonly OverlayFile[]): Promise<boolean> {
  for (const { path } of files) {
    if (/(\.c|\/Makefile|\/Kbuild|\/Kconfig[^/]*)$|^(Makefile|Kbuild|Kconfig)$/.test(path)) continue;
    if ((await entryInside(tree, path)) === 'file') return true;
  }
  return false;
}

/** Builds a real folder aside and puts it in place of the link, or of nothing, at `target`. */
async function replaceByFolder(
  context: Context,
  path: string,
  target: string,
  folder: Folder,
): Promise<void> {
  const aside = join(dirname(target), `.${basename(target)}.millrace-new`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside);
  await syncFolder(context, path, aside, folder, true);
  if (path === '') writeFileSync(join(aside, markerName), context.tree);
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() || there?.isFile()) unlinkSync(target);
  renameSync(aside, target);
}

async function syncFolder(
  context: Context,
  path: string,
  target: string,
  folder: Folder,
  fresh: boolean,
): Promise<void> {
  if (context.signal?.aborted) throw interruptedError();
  await nextTurn();
  const source = join(context.tree, path);
  const inTree = entriesOf(source);
  const there = entriesOf(target);
  for (const name of inTree.keys()) if (context.hidden.has(below(path, name))) inTree.delete(name);

  for (const name of there.keys()) {
    const wanted = inTree.has(name) || folder.files.has(name) || folder.folders.has(name);
    const removed = folder.files.get(name)?.removed === true;
    if ((wanted && !removed) || (path === '' && name === markerName)) continue;
    rmSync(join(target, name), { recursive: true });
    context.changed.push(below(path, name));
  }
  for (const [name, file] of folder.files) {
    if (file.removed) continue;
    const original = inTree.get(name) === 'file' ? join(source, name) : null;
    const mode = original === null ? (file.executable ? 0o755 : 0o644) : statSync(original).mode & 0o777;
    if (writeIfOther(join(target, name), there.get(name), Buffer.from(file.text), mode))
      context.changed.push(below(path, name));
  }
  for (const [name, kind] of inTree) {
    if (folder.files.has(name)) continue;
    const from = join(source, name);
    const to = join(target, name);
    const planned = folder.folders.get(name);
    const old = there.get(name);
    if (
      kind === 'directory' &&
      (planned !== undefined || old === 'directory' || isDeep(context, path, name))
    ) {
      const next = planned ?? newFolder();
      if (old === 'directory') await syncFolder(context, below(path, name), to, next, false);
      else await replaceByFolder(context, below(path, name), to, next);
    } else if (old === 'link') {
      // Made by us, and named as what it stands for: right.
    } else if (old === 'file' && kind === 'file') {
      const { mode } = statSync(from);
      if (writeIfOther(to, old, readFileSync(from), mode & 0o777)) context.changed.push(below(path, name));
    } else {
      if (old !== undefined) rmSync(to, { recursive: true });
      // A file that comes back after it was left out must look new to make; in a new folder nothing was left out.
      if (fresh || kind !== 'file') symlinkSync(from, to);
      else copyFileSync(from, to);
      if (!fresh) context.changed.push(below(path, name));
    }
  }
  for (const [name, next] of folder.folders) {
    if (inTree.has(name)) continue;
    const to = join(target, name);
    if (there.get(name) === 'directory') await syncFolder(context, below(path, name), to, next, false);
    else await replaceByFolder(context, below(path, name), to, next);
  }
}

function isDeep(context: Context, path: string, name: string): boolean {
  // Nothing is compiled from there, and it is an eighth of the tree.
  return context.deep && below(path, name) !== 'Documentation';
}

/** Writes by rename, never through a link that stands at `to`, and not at all when the same text is there. */
function writeIfOther(to: string, old: Kind | undefined, text: Buffer, mode: number): boolean {
  if (old === 'file' && readFileSync(to).equals(text) && (statSync(to).mode & 0o777) === mode) return false;
  if (old === 'directory') rmSync(to, { recursive: true });
  const aside = join(dirname(to), `.${basename(to)}.millrace-new`);
  rmSync(aside, { force: true });
  writeFileSync(aside, text, { flag: 'wx', mode });
  renameSync(aside, to);
  return true;
}

type Kind = 'file' | 'directory' | 'link';

/** Entries of a folder by name; none when there is no such folder. */
function entriesOf(directory: string): Map<string, Kind> {
  try {
    return new Map(
      readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink())
        .map((entry) => [
          entry.name,
          entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'directory' : 'file',
        ]),
    );
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return new Map();
    throw error;
  }
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
