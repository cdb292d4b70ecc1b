// The commit that a patch against the race would name in `Fixes:` (Documentation/process/submitting-patches.rst).
import type { CaseFix } from '../../case/index.js';
import type { RaceReport } from '../../report/index.js';
import { blame, readPatch, type SourceLine, type Tree } from '../../tree/index.js';

export interface FixesRequest {
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  /** Of the base, with files and lines. */
  readonly reports: readonly RaceReport[];
  /** The case's own: a line of any other file names nothing. */
  readonly sources: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * The commit of the lines that the fix takes out, when it is one; without such, the newest commit of the lines that
 * race, since the race is there since the last of them. Null when git cannot tell.
 */
export async function commitToFix(
  request: FixesRequest,
): Promise<{ commit: string; subject: string } | null> {
  const { tree, fix, sources, signal } = request;
  if (tree.commit === null) return null;
  const removed = fix === null ? [] : (await removedLines(fix)).filter(({ file }) => sources.includes(file));
  const ofFix = removed.length === 0 ? null : await blame(tree, removed, signal);
  const named =
    ofFix !== null && ofFix.length === 1
      ? ofFix
      : await blame(tree, racingLines(request.reports, sources), signal);
  const newest = named?.at(-1);
  return newest === undefined ? null : { commit: newest.commit, subject: newest.subject };
}

/** Lines of the tree that the patch removes or replaces. */
async function removedLines(fix: CaseFix): Promise<SourceLine[]> {
  const { files } = await readPatch(fix.patch);
  return files.flatMap(({ from, hunks }) =>
    hunks.flatMap(({ diff }) => {
      let line = diff.oldStart;
      return diff.lines.flatMap((text): SourceLine[] => {
        const at = line;
        if (text.startsWith('-') || text.startsWith(' ')) line += 1;
        return text.startsWith('-') && from !== null ? [{ file: from, line: at }] : [];
      });
    }),
  );
}

/** Where the accesses are, each once: the innermost frame inside the case's sources. */
function racingLines(reports: readonly RaceReport[], sources: readonly string[]): SourceLine[] {
  const lines = new Map<string, SourceLine>();
  for (const { accesses } of reports) {
    for (const { stack } of accesses) {
      const frame = stack.find(({ file, line }) => file !== null && line !== null && sources.includes(file));
      if (frame?.file && frame.line)
        lines.set(`${frame.file}:${frame.line}`, { file: frame.file, line: frame.line });
    }
  }
  return [...lines.values()];
}
