// Why a hunk does not fit: which it is, what it expects, and what the tree has at the place that is most like it.
import { applyPatch as applyDiff, diffArrays } from 'diff';
import { inputError, type MillraceError } from '../base/index.js';
import type { FilePatch, Hunk } from './read-patch.js';

/** One error for each hunk of `file` that does not fit `source`, the text of `path`. */
export function hunkProblems(
  patchName: string,
  file: FilePatch,
  path: string,
  source: string,
  isApplied: boolean,
): MillraceError[] {
  const failing = file.hunks.filter((hunk) => !fits(source, [hunk]) || expected(hunk).length === 0);
  // Each fits alone but not all together: they would have to overlap or change places.
  const named =
    failing.length > 0 ? failing : file.hunks.filter((_, index) => isFirstMisfit(file, source, index));
  return named.map((hunk) => {
    const number = file.hunks.indexOf(hunk) + 1;
    return inputError(`hunk ${number} of ${file.hunks.length} for ${path} does not apply: ${hunk.header}`, {
      at: { file: patchName, line: hunk.line },
      excerpt: comparison(hunk, path, source),
      hint: hintFor(hunk, path, source, isApplied),
    });
  });
}

function fits(
  source: string,
  hunks: readonly Hunk[],
  compareLine?: (a: string, b: string) => boolean,
): boolean {
  const patch = {
    oldFileName: '',
    newFileName: '',
    oldHeader: '',
    newHeader: '',
    hunks: hunks.map((hunk) => hunk.diff),
  };
  if (compareLine === undefined) return applyDiff(source, patch) !== false;
  const options = {
    compareLine: (_line: number, text: string, _operation: string, wanted: string) =>
      compareLine(text ?? '', wanted),
  };
  return applyDiff(source, patch, options) !== false;
}

function isFirstMisfit(file: FilePatch, source: string, index: number): boolean {
  return !fits(source, file.hunks.slice(0, index + 1)) && fits(source, file.hunks.slice(0, index));
}

/** The lines that must be in the file: context and what is taken out. */
function expected(hunk: Hunk): string[] {
  return hunk.diff.lines.filter((line) => /^[ -]|^$/.test(line)).map((line) => line.slice(1));
}

function hintFor(hunk: Hunk, path: string, source: string, isApplied: boolean): string {
  if (isApplied) return `${path} seems to have this change already: leave it out of the patch.`;
  if (expected(hunk).length === 0)
    return 'The hunk has no context lines to find its place by: make the patch with at least one, `git diff -U3`.';
  const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();
  if (fits(source, [hunk], (a, b) => squeeze(a) === squeeze(b)))
    return 'Only white space differs, as when a patch is pasted: save it anew, or make it with `git format-patch`.';
  return `Make the patch again for this tree, or mend the hunk so that its lines are those of ${path}.`;
}

/** `-` what the hunk expects, `+` what the file has there, ` ` what both have. */
function comparison(hunk: Hunk, path: string, source: string): string {
  const wanted = expected(hunk);
  const lines = source.replace(/\n$/, '').split('\n');
  const start = mostLike(wanted, lines, hunk.diff.oldStart - 1);
  if (start === null)
    return [
      `none of the lines that the patch expects is in ${path}:`,
      ...wanted.map((line) => `-${line}`),
    ].join('\n');
  const found = lines.slice(start, start + wanted.length);
  const rows = diffArrays(wanted, found).flatMap(({ added, removed, value }) =>
    value.map((line) => `${added ? '+' : removed ? '-' : ' '}${line}`),
  );
  return [`- the patch expects, + ${path} has, from its line ${start + 1}:`, ...rows].join('\n');
}

/** Index in `lines` at which most of `wanted` stand in their places; the nearest to `nominal` of equals. */
function mostLike(wanted: readonly string[], lines: readonly string[], nominal: number): number | null {
  let best: { start: number; score: number } | null = null;
  for (let start = 0; start < lines.length; start++) {
    const score = wanted.filter((line, index) => line.trim() !== '' && lines[start + index] === line).length;
    if (score === 0 || score < (best?.score ?? 0)) continue;
    const isNearer = best === null || Math.abs(start - nominal) < Math.abs(best.start - nominal);
    if (score > (best?.score ?? 0) || isNearer) best = { start, score };
  }
  return best?.start ?? null;
}
