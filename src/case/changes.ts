// What a run changes in the tree: the fix that a case takes out of it, then the fix that is tried.
import { applyPatch, type OverlayFile, readPatch, type Tree } from '../tree/index.js';
import type { Case } from './types.js';

/**
 * The overlay of a case's kernel, without the harness; empty for the tree as it is.
 * @param fix a patch file, or null for the base
 * Errors: `input` when a patch does not apply.
 */
export async function caseChanges(
  { undo }: Pick<Case, 'undo'>,
  tree: Tree,
  fix: string | null,
): Promise<readonly OverlayFile[]> {
  const undone = undo === undefined ? [] : await applyPatch(tree, await readPatch(undo));
  return fix === null ? undone : applyPatch(tree, await readPatch(fix), undone);
}
