// Applies a patch to a tree as an overlay sees it: the result is the overlay's files, the tree stays as it is.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch as applyDiff, reversePatch, type StructuredPatch } from 'diff';
import { InputErrors, inputError, type MillraceError } from '../base/index.js';
import { hunkProblems } from './hunk-problems.js';
import { entryInside } from './inside.js';
import type { FilePatch, Patch } from './read-patch.js';
import type { OverlayFile, Tree } from './types.js';

/**
 * Applies `patch` on top of `tree` with the overlay `already`; returns the whole overlay after it, to hand to
 * `materialiseOverlay`. Context must match exactly; a hunk may stand elsewhere in the file than it says.
 *
 * Errors: `input`, all of them together, each with the patch's file and line: a hunk that does not fit (its number,
 * its `@@` line, what it expects and what the tree has), a file that is missing or already there. When the patch is
 * in the tree already, the message says so.
 */
export async function applyPatch(
  tree: Tree,
  patch: Patch,
  already: readonly OverlayFile[] = [],
): Promise<OverlayFile[]> {
  const state = new Map(already.map((file) => [file.path, file]));
  const problems: MillraceError[] = [];
  let reversed = 0;
  for (const file of patch.files) {
    try {
      await applyToFile(tree, patch, file, state);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      problems.push(...error.problems);
      if (error.isApplied) reversed++;
    }
  }
  if (problems.length === 0) return [...state.values()];
  if (reversed === patch.files.length)
    throw inputError(`${patch.name} is already in the tree: all that it changes is there`, {
      at: { file: patch.name },
      hint: 'Leave the patch out, or use a tree from before it.',
    });
  if (problems.length === 1) throw problems[0];
  throw new InputErrors(`${patch.name} does not apply to ${tree.spec} (${tree.version})`, problems);
}

class FileProblem extends Error {
  readonly problems: readonly MillraceError[];
  readonly isApplied: boolean;
  constructor(problems: readonly MillraceError[], isApplied: boolean) {
    super('file problem');
    this.problems = problems;
    this.isApplied = isApplied;
  }
}

type State = Map<string, OverlayFile>;

async function applyToFile(tree: Tree, patch: Patch, file: FilePatch, state: State): Promise<void> {
  const at = { file: patch.name, line: file.line };
  const fail = (message: string, hint: string, isApplied = false) =>
    new FileProblem([inputError(message, { at, hint })], isApplied);
  const path = (file.to ?? file.from) as string;
  const target = file.to === null ? null : await currentText(tree, file.to, state, at);
  const source = file.from === null ? '' : await currentText(tree, file.from, state, at);
  const diff = structured(file);

  if (source === null) {
    const from = file.from as string;
    const isGone = file.to === null || (target !== null && applyDiff(target, reversePatch(diff)) !== false);
    if (isGone && file.from !== file.to && !file.isCopy)
      throw fail(`${from} is not there: this change seems to be in the tree already`, `See ${path}.`, true);
    throw fail(
      `the patch changes ${from}, which is not in ${tree.spec}`,
      'Use a patch made for this tree; its paths begin with one folder (a/, b/) that is stripped.',
    );
  }
  if (target !== null && file.from !== file.to) {
    const result = applyDiff(source, diff);
    throw result === target
      ? fail(`${path} is already there as the patch makes it`, 'Leave the patch out.', true)
      : fail(`the patch makes ${path}, which is already there`, 'Use a patch made for this tree.');
  }
  const result = applyDiff(source, diff);
  if (result === false || file.hunks.some((hunk) => isLoose(hunk.diff, source))) {
    const isApplied = applyDiff(source, reversePatch(diff)) !== false && result === false;
    throw new FileProblem(hunkProblems(patch.name, file, path, source, isApplied), isApplied);
  }
  if (file.to === null && result !== '')
    throw fail(
      `the patch deletes ${path}, which holds more than it expects`,
      'Use a patch made for this tree.',
    );

  if (file.from !== null && file.from !== file.to && !file.isCopy) {
    if ((await entryInside(tree.path, file.from, at)) === 'absent') state.delete(file.from);
    else state.set(file.from, { path: file.from, text: '', removed: true });
  }
  if (file.to !== null) {
    const mode =
      file.executable || state.get(file.from ?? file.to)?.executable ? { executable: true as const } : {};
    state.set(file.to, { path: file.to, text: result, ...mode });
  }
}

/** A hunk with nothing to recognise its place by would go in anywhere. */
function isLoose(hunk: StructuredPatch['hunks'][number], source: string): boolean {
  return source !== '' && hunk.lines.every((line) => line.startsWith('+'));
}

function structured(file: FilePatch): StructuredPatch {
  return {
    oldFileName: file.from ?? '/dev/null',
    newFileName: file.to ?? '/dev/null',
    oldHeader: '',
    newHeader: '',
    hunks: file.hunks.map((hunk) => hunk.diff),
  };
}

/** Text of a file of the tree under an overlay; null where there is none. */
async function currentText(
  tree: Tree,
  path: string,
  state: State,
  at: { file: string; line: number },
): Promise<string | null> {
  const entry = await entryInside(tree.path, path, at);
  const changed = state.get(path);
  if (changed !== undefined) return changed.removed ? null : changed.text;
  return entry === 'absent' ? null : originalText(tree, path, at);
}

/** Text of a file of the tree. Errors: `input` when it is a folder or not text in UTF-8. */
export async function originalText(
  tree: Tree,
  path: string,
  at?: { file: string; line: number },
): Promise<string> {
  const place = at === undefined ? {} : { at };
  if ((await entryInside(tree.path, path, at)) === 'directory')
    throw inputError(`'${path}' is a folder of the tree`, place);
  const bytes = await readFile(join(tree.path, path));
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw inputError(`'${path}' is not text in UTF-8`, place);
  return text;
}
