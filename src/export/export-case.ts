// A case for readers without Millrace: one patch against the tree, and the stock commands that build and boot it.
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { inputError } from '../base/index.js';
import { type Case, checkCaseAgainstTree } from '../case/index.js';
import { formatKunitconfig, type KconfigLine, parseKunitconfig } from '../kconfig/index.js';
import { caseFiles, type Directions, directedFiles } from '../kernel/index.js';
import { createPatch, type Tree } from '../tree/index.js';
import { instructions } from './instructions.js';
import { stockKunitconfig, stockSteps } from './stock.js';

/** Absolute paths of the files that were written. */
export interface ExportResult {
  /** Absolute paths of what was written. */
  readonly patch: string;
  /** The points on top of it, and the turns that are taken at them; null without. */
  readonly points: string | null;
  readonly instructions: string;
  readonly fixes: readonly string[];
}

/** What is written where: a case as a patch and stock commands. */
export interface ExportRequest {
  readonly case: Case;
  readonly tree: Tree;
  /** A folder: made when it is not there; it may hold an earlier export of this case, and nothing else. */
  readonly directory: string;
  /** As in `kunit.py --make_options`; they win over the case's. */
  readonly makeOptions: readonly string[];
  /** A schedule to play: a second patch, with points in the sources. */
  readonly directions?: Directions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What kunit.py's way needs besides the case's own lines: the engine's smallness is not for it. */
const stockLines: readonly Pick<KconfigLine, 'symbol' | 'value'>[] = [
  { symbol: 'CONFIG_KUNIT', value: 'y' },
  { symbol: 'CONFIG_MILLRACE', value: 'y' },
  { symbol: 'CONFIG_SMP', value: 'y' },
  { symbol: 'CONFIG_HZ_1000', value: 'y' },
  { symbol: 'CONFIG_DEBUG_KERNEL', value: 'y' },
];

/**
 * Writes the patch, the case's fixes and the instructions.
 * Errors: `input` when the case does not fit the tree or the folder cannot be used; `environment` without toolchain.
 */
export async function exportCase(request: ExportRequest): Promise<ExportResult> {
  const { case: theCase, tree } = request;
  if (theCase.device !== undefined)
    throw inputError(`the case ${theCase.name} has a device, which stock commands cannot attach`, {
      hint: 'Export a case with a harness and no device.',
    });
  await checkCaseAgainstTree(theCase, tree);
  const makeOptions = [...theCase.kernel.makeOptions, ...request.makeOptions];
  const { directions } = request;
  const steps = await stockSteps(theCase, makeOptions, request.signal);
  const directory = resolve(request.directory);
  const lines = parseKunitconfig(await readFile(theCase.kunitconfig, 'utf8'), theCase.kunitconfig);
  const named = new Set(lines.map(({ symbol }) => symbol));
  const kunitconfig = {
    path: stockKunitconfig,
    text: formatKunitconfig([...stockLines.filter(({ symbol }) => !named.has(symbol)), ...lines]),
  };
  const files = [...(await caseFiles(theCase, tree, null)), kunitconfig];
  const points = directions === undefined ? null : join(directory, pointsPatch);
  const patch = join(directory, steps.patch);
  const file = join(directory, 'REPRODUCE.txt');
  const fixes = steps.fixes.map((fix) => join(directory, fix.patch));
  const text = await createPatch(tree, files, {
    subject: `kunit: add a race harness for ${theCase.name}`,
    body: [
      `${theCase.title}: for KCSAN, not for merging.`,
      `The driver's code is as it was; behind it stand pointers to the static\nfunctions that the harness calls.`,
    ].join('\n\n'),
    author: 'Millrace <millrace@example.org>',
  });
  // An export without points may follow one with them.
  await makeFolder(directory, [patch, join(directory, pointsPatch), file, ...fixes]);
  await writeFile(patch, text);
  if (directions === undefined) await rm(join(directory, pointsPatch), { force: true });
  else {
    const directed = await directedFiles(theCase, tree, null, directions);
    const mail = {
      subject: `kunit: play a schedule of ${theCase.name} turn by turn`,
      body: 'Each millrace_point() waits, for a bounded time, until it is the turn of whoever calls it:\nlib/millrace/millrace_plan.h says who goes when. Not for merging.',
      author: 'Millrace <millrace@example.org>',
    };
    await writeFile(join(directory, pointsPatch), await createPatch(tree, directed.files, mail, files));
  }
  for (const [index, fix] of theCase.fixes.entries()) await copyFile(fix.patch, fixes[index] as string);
  await writeFile(
    file,
    instructions({ case: theCase, tree, steps, points: points === null ? null : pointsPatch }),
  );
  return { patch, points, instructions: file, fixes };
}

const pointsPatch = '0002-points.patch';

/** Makes the folder, or takes one that holds nothing but an earlier export of the same files. */
async function makeFolder(directory: string, own: readonly string[]): Promise<void> {
  const there = await stat(directory).catch(() => null);
  if (there !== null && !there.isDirectory())
    throw inputError(`${directory} is not a folder`, { hint: 'Name a folder with -o.' });
  await mkdir(directory, { recursive: true });
  const names = own.map((path) => basename(path));
  const foreign = (await readdir(directory)).filter((name) => !names.includes(name));
  if (foreign.length > 0)
    throw inputError(`${directory} holds other files: ${foreign.slice(0, 3).join(', ')}`, {
      hint: 'Name a new or empty folder with -o.',
    });
}
