// Files that a compilation read and that are none of the input's: a stranger's source has no business with them.
import { join } from 'node:path';
import { inputError, isOwnFile } from '../../base/index.js';
import { type Mounts, mountRoot } from './toolchain/index.js';

/** Folders that hold what a stranger wrote: links in them may lead anywhere. */
const strangers = ['user', 'case'] as const;

/** Headers of clang itself. */
const ofCompiler = /\/lib\/clang\/[\d.]+\/include\//;

/** Whether `path`, as the compiler names it, is a file of one of the folders that the job may read. */
export function isMounted(path: string, mounts: Mounts): boolean {
  const [, name = '', inside = ''] = /^\/millrace\/([a-z]+)\/(.*)$/s.exec(path) ?? [];
  const folder = path.startsWith(`${mountRoot}/`) ? mounts[name] : undefined;
  if (folder === undefined) return ofCompiler.test(path);
  return !strangers.some((one) => one === name) || isOwnFile(join(folder, inside), [folder]);
}

/** Errors: `input` when the compilation of `file` read a file of the host that is none of its own. */
export function refuseForeignFiles(file: string, opened: readonly string[], mounts: Mounts): void {
  const foreign = opened.find((path) => !isMounted(path, mounts));
  if (foreign !== undefined)
    throw inputError(`${file} includes ${foreign}, which lies outside its folder`, {
      hint: 'Copy what it needs into its folder: no other file of this machine is read.',
    });
}
