// What a case adds to a kernel tree: one folder, lib/millrace, with the harness and its header, a line each in two
// files of lib/ that lead there, and the exposed functions at the end of the sources they are in. `export` writes
// the very same files as a patch.
import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayPath, inputError } from '../../base/index.js';
import { type Case, caseChanges, exposeText } from '../../case/index.js';
import type { OverlayFile, Tree } from '../../tree/index.js';
import { type DirectedFiles, type Directions, directFiles } from '../directed/index.js';

const headerFolder = fileURLToPath(new URL('../../../include/', import.meta.url));
const headers = ['millrace.h', 'millrace_kernel.h', 'millrace_channel.h', 'millrace_registers.h'];
const directedHeader = 'millrace_directed.h';
/**
 * Neither make nor ccache asks again whether a header is there (`__has_include`): the harness itself has to differ, or a
 * kernel without points gets the object of one with them. At its end, where it moves no line.
 */
const directedMark = '\n/* Directed: millrace_plan.h says who goes when. */\n';

/** The folder inside the tree that holds everything that is the case's alone. */
export const harnessFolder = 'lib/millrace';

/** Path inside the tree of the case's harness. */
export function harnessPath(theCase: Pick<Case, 'name'>): string {
  return `${harnessFolder}/${objectStem(theCase)}.c`;
}

/** The harness's object without `.o`: the case's name as a C file's. */
export function objectStem(theCase: Pick<Case, 'name'>): string {
  return theCase.name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_$/, 'harness');
}

/** The same as a directed kernel has it: with points in the sources, and a plan of who goes when. Errors: the same. */
export async function directedFiles(
  theCase: Case,
  tree: Tree,
  fix: string | null,
  directions: Directions,
): Promise<DirectedFiles> {
  const path = `${harnessFolder}/${directedHeader}`;
  const header = { path, text: await readFile(join(headerFolder, directedHeader), 'utf8') };
  const files = (await caseFiles(theCase, tree, fix)).map((file) =>
    file.path === harnessPath(theCase) ? { ...file, text: `${file.text}${directedMark}` } : file,
  );
  return directFiles([...files, header], directions, tree, harnessFolder);
}

/**
 * The overlay's files for a case, with a fix or without.
 * @param fix a patch file, or null for the tree as it is
 * Errors: `input` when the patch does not apply, or removes a file that the case adds to.
 */
export async function caseFiles(
  theCase: Case,
  tree: Tree,
  fix: string | null,
): Promise<readonly OverlayFile[]> {
  const changes = await caseChanges(theCase, tree, fix);
  const files = new Map<string, OverlayFile>(changes.map((file) => [file.path, file]));
  const append = async (path: string, text: string) => {
    const patched = files.get(path);
    if (patched?.removed)
      throw inputError(`the fix removes ${path}, which the case adds to`, {
        at: { file: displayPath(fix ?? path) },
        hint: 'Make the case of another source, or keep the file in the fix.',
      });
    const before = patched?.text ?? (await readFile(join(tree.path, path), 'utf8'));
    files.set(path, { ...patched, path, text: `${before}${before.endsWith('\n') ? '' : '\n'}${text}` });
  };
  // Who runs with hardware has the driver as it is.
  for (const [source, functions] of Object.entries(theCase.device === undefined ? theCase.expose : {}))
    await append(source, exposeText(functions));
  const { within } = theCase;
  if (within !== undefined)
    await append(within, `\n#include "${posix.relative(dirname(within), harnessPath(theCase))}"\n`);
  await append('lib/Makefile', '\nobj-$(CONFIG_MILLRACE) += millrace/\n');
  await append('lib/Kconfig.debug', `\nsource "${harnessFolder}/Kconfig"\n`);
  const add = (name: string, text: string) =>
    files.set(`${harnessFolder}/${name}`, { path: `${harnessFolder}/${name}`, text });
  const wanted = theCase.device === undefined ? headers : ['millrace_channel.h'];
  for (const header of wanted) add(header, await readFile(join(headerFolder, header), 'utf8'));
  const own = theCase.device === undefined ? theCase.harness : join(headerFolder, 'millrace_guest.c');
  add(`${objectStem(theCase)}.c`, await readFile(own, 'utf8'));
  add('Kconfig', kconfig(theCase));
  add('Makefile', makefile(theCase));
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function kconfig(theCase: Case): string {
  return `# SPDX-License-Identifier: GPL-2.0
config MILLRACE
	bool "Race harness: ${objectStem(theCase)}"
${theCase.device === undefined ? '\tdepends on KUNIT=y\n' : ''}	help
	  A KUnit suite that runs code paths against each other which are
	  suspected to race, for KCSAN to look at. For tests only: say N.
`;
}

function makefile(theCase: Case): string {
  // One that is compiled behind a source is no object of its own.
  if (theCase.within !== undefined) return '# SPDX-License-Identifier: GPL-2.0\n';
  const folders = [...new Set(theCase.sources.map((source) => dirname(source)))];
  const includes = folders.map((folder) => ` -I$(srctree)/${folder}`).join('');
  return `# SPDX-License-Identifier: GPL-2.0
ccflags-y += -I$(srctree)/${harnessFolder}${includes}
obj-$(CONFIG_MILLRACE) += ${objectStem(theCase)}.o
`;
}
