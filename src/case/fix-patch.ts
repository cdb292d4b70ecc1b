// The patches of a case. One from a stranger may change what the guest runs, never what the build runs on this
// machine: no makefile, no script, no program of the build. A user's own patch (`--fix FILE`) is not held to this.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { displayPath, InputErrors, inputError, type MillraceError } from '../base/index.js';
import { type FilePatch, parsePatch } from '../tree/index.js';

// Where the kernel keeps programs that its build compiles and runs (v6.12; the rest are found by their Makefile).
const buildFolders =
  /^(?:scripts|tools|usr|certs|samples|Documentation|arch\/[^/]+\/(?:boot|tools|entry|vdso)|include\/(?:uapi|generated))\//;
// Headers that those programs include (scripts/mod, scripts/Makefile, lib/gen_crc32table.c, scripts/selinux/mdp).
const buildHeaders =
  /^include\/linux\/(?:mod_devicetable|license|module_symbol|crc32poly|kconfig|compiler-version|asn1\w*)\.h$/;

const hint = 'If you trust it, pass it yourself: --fix FILE.';

/**
 * Parses a patch that a case brings along and checks that it changes nothing but C files and headers in the folders
 * of the case's sources, and headers under include/. Errors: `InputErrors`, with the patch's lines.
 */
export function checkFixPatch(text: string, path: string, sources: readonly string[]): void {
  const file = displayPath(path);
  const folders = new Set(sources.map((source) => dirname(source)));
  const problems = parsePatch(text, file).files.flatMap((part) =>
    touched(part).flatMap((target): MillraceError[] => {
      const complain = (message: string) => [inputError(message, { at: { file, line: part.line }, hint })];
      if (!/\.[ch]$/.test(target) || part.executable)
        return complain(`a case's fix may change C files and headers only, not ${target}`);
      if (buildFolders.test(target) || buildHeaders.test(target))
        return complain(`${target} belongs to programs that the kernel's build runs on this machine`);
      if (folders.has(dirname(target)) || (target.startsWith('include/') && target.endsWith('.h'))) return [];
      return complain(`${target} is neither in a folder of the case's sources nor a header under include/`);
    }),
  );
  if (problems.length > 0)
    throw new InputErrors(`${file} changes what a case's fix may not change`, problems);
}

/**
 * Checks such a patch against a tree: that no folder of the sources keeps a program of the build which the patch
 * would change. Errors: `InputErrors`, with the patch's lines.
 */
export async function checkFixPatchAgainstTree(path: string, tree: string): Promise<void> {
  const file = displayPath(path);
  const problems: MillraceError[] = [];
  for (const part of parsePatch(await readFile(path, 'utf8'), file).files) {
    for (const target of touched(part)) {
      const programs = await buildPrograms(join(tree, dirname(target)));
      const isHeader = target.endsWith('.h');
      if (isHeader ? programs.length > 0 : programs.includes(basename(target, '.c')))
        problems.push(
          inputError(
            isHeader
              ? `${target} may be part of ${programs.join(', ')}, which the kernel's build runs on this machine`
              : `the kernel's build runs ${target} on this machine`,
            { at: { file, line: part.line }, hint },
          ),
        );
    }
  }
  if (problems.length > 0)
    throw new InputErrors(`${file} changes what a case's fix may not change`, problems);
}

function touched({ from, to }: FilePatch): readonly string[] {
  return [...new Set([from, to])].filter((path) => path !== null);
}

/** The names that `hostprogs` and `userprogs` lines of a folder's makefiles give. */
async function buildPrograms(folder: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    ['Makefile', 'Kbuild'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  const assignments = texts
    .join('\n')
    .replaceAll('\\\n', ' ')
    .matchAll(/^\s*(?:hostprogs|userprogs)[\w-]*\s*[:+]?=(.*)$/gm);
  return [...assignments].flatMap(([, names = '']) => names.trim().split(/\s+/));
}
