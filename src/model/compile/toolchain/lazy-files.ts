// Folders of the host as the packaged tools take them: trees of byte arrays that are read when a tool first looks.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FileTree {
  [name: string]: FileTree | Uint8Array;
}

/** Notes which files were read since it was last emptied, by the path that the tool knows them by. */
export type ReadLog = Set<string>;

/** A file whose bytes are read on first use: the packaged runtime only asks for `length` and `subarray()`. */
class LazyFile extends Uint8Array {
  readonly #path: string;
  readonly #shown: string;
  readonly #log: ReadLog;
  #bytes: Uint8Array | null = null;

  constructor(path: string, shown: string, log: ReadLog) {
    super(0);
    this.#path = path;
    this.#shown = shown;
    this.#log = log;
  }

  override get length(): number {
    return this.#bytes?.length ?? statSync(this.#path).size;
  }

  override get byteLength(): number {
    return this.length;
  }

  override subarray(begin?: number, end?: number): Uint8Array<ArrayBuffer> {
    this.#bytes ??= readFileSync(this.#path);
    this.#log.add(this.#shown);
    return this.#bytes.subarray(begin, end) as Uint8Array<ArrayBuffer>;
  }
}

/** The folder at `path`, with all below it, shown at `shown`. A link that leads nowhere is left out. */
export function lazyFolder(path: string, shown: string, log: ReadLog): FileTree {
  const folder: FileTree = {};
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const [real, seen] = [join(path, entry.name), `${shown}/${entry.name}`];
    const kind = entry.isSymbolicLink() ? statSync(real, { throwIfNoEntry: false }) : entry;
    if (kind === undefined) continue;
    if (kind.isDirectory()) folder[entry.name] = lazyFolder(real, seen, log);
    else if (kind.isFile()) folder[entry.name] = new LazyFile(real, seen, log);
  }
  return folder;
}

/** Shows the folder `path/below` in `folder`, where nothing of it was shown before. */
export function addLazyFolder(
  folder: FileTree,
  path: string,
  shown: string,
  below: string,
  log: ReadLog,
): void {
  const parts = below.split('/').filter((part) => part !== '');
  let [at, real, seen] = [folder, path, shown];
  for (const [index, part] of parts.entries()) {
    real = join(real, part);
    seen = `${seen}/${part}`;
    const last = index === parts.length - 1;
    const known = at[part];
    if (last) {
      if (statSync(real, { throwIfNoEntry: false })?.isDirectory()) at[part] = lazyFolder(real, seen, log);
      return;
    }
    if (known === undefined) at[part] = {};
    const next = at[part];
    if (next === undefined || next instanceof Uint8Array) return;
    at = next;
  }
}
