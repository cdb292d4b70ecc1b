// The files of a directed kernel: a case's overlay with points in its sources, and the plan beside the harness.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { structuredPatch } from 'diff';
import { inputError } from '../../base/index.js';
import type { OverlayFile, Tree } from '../../tree/index.js';
import { planHeader, type TestPlan } from './plan.js';
import { type Point, putPoints, withoutPoints } from './points.js';

/** What makes a kernel of a case a directed one. */
export interface Directions {
  readonly points: readonly Point[];
  readonly plans: readonly TestPlan[];
}

export interface DirectedFiles {
  readonly files: readonly OverlayFile[];
  /** The points as a diff against the sources, as `diff -u` has it. */
  readonly diff: string;
  /** The line of a source without points that `line` of the source with them was. */
  readonly sourceLine: (file: string, line: number) => number;
}

/**
 * @param folder inside the tree, of the harness
 * Errors: `input` for a line that no point can stand in front of.
 */
export async function directFiles(
  files: readonly OverlayFile[],
  { points, plans }: Directions,
  tree: Pick<Tree, 'path'>,
  folder: string,
): Promise<DirectedFiles> {
  const made = new Map<string, OverlayFile>(files.map((file) => [file.path, file]));
  const added = new Map<string, readonly number[]>();
  const diffs: string[] = [];
  for (const path of [...new Set(points.map(({ file }) => file))].sort()) {
    const before = made.get(path)?.text ?? (await readFile(join(tree.path, path), 'utf8'));
    const own = points.filter(({ file }) => file === path);
    const pointed = await putPoints(before, own);
    if (pointed === null)
      throw inputError(`no point can stand in ${path} at line ${own.map(({ line }) => line).join(' or ')}`);
    made.set(path, { ...made.get(path), path, text: pointed.text });
    added.set(path, pointed.added);
    diffs.push(unified(path, before, pointed.text));
  }
  const plan = `${folder}/millrace_plan.h`;
  made.set(plan, { path: plan, text: planHeader(plans) });
  return {
    files: [...made.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    diff: diffs.join(''),
    sourceLine: (file, line) => withoutPoints(added.get(file) ?? [], line),
  };
}

function unified(path: string, before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 });
  const lines = [`--- a/${path}`, `+++ b/${path}`];
  for (const { oldStart, oldLines, newStart, newLines, lines: body } of hunks)
    lines.push(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...body);
  return `${lines.join('\n')}\n`;
}
