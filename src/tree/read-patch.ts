// A patch file, in git's format or a plain unified diff, as one or more mails or none: cut into its files and hunks
// with the line of each, so that what does not fit can be named. The cut is ours, since mail around the diffs (a
// commit message with dashes, the `-- ` of a signature) is not part of a diff; jsdiff reads each piece.
import { readFile } from 'node:fs/promises';
import { parsePatch as parseDiff, type StructuredPatch } from 'diff';
import { InputErrors, inputError, type MillraceError } from '../base/index.js';
import { checkInside } from './inside.js';

export interface Hunk {
  /** Line of the patch file at which the hunk's `@@` stands, from 1. */
  readonly line: number;
  /** `@@ -10,7 +10,9 @@`, without what follows it. */
  readonly header: string;
  readonly diff: StructuredPatch['hunks'][number];
}

export interface FilePatch {
  /** Path inside the tree before; null for a new file. */
  readonly from: string | null;
  /** Path inside the tree after; null for a file that is deleted. */
  readonly to: string | null;
  /** `from` stays where it is. */
  readonly isCopy: boolean;
  readonly executable: boolean;
  /** Line of the patch file at which this file's part begins, from 1. */
  readonly line: number;
  readonly hunks: readonly Hunk[];
}

export interface Patch {
  /** The file it was read from, or what the caller calls it: named in errors. */
  readonly name: string;
  readonly files: readonly FilePatch[];
}

/** Reads and parses a patch. Errors: `input` when the file cannot be read, and as {@link parsePatch}. */
export async function readPatch(file: string): Promise<Patch> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw inputError(`cannot read the patch ${file}: ${cause.code}`, { cause });
  });
  return parsePatch(text, file);
}

/**
 * Parses a patch whose paths have one folder to strip (`a/`, `b/`), as `git diff` and `patch -p1` have it.
 * Errors: `input`, all of them together, with the patch's line: no diff in it, a hunk whose lines do not add up,
 * a binary file, a symbolic link or submodule, a path that leads out of the tree.
 */
export function parsePatch(text: string, name: string): Patch {
  const encoding = /^content-transfer-encoding:\s*(quoted-printable|base64)/im.exec(text)?.[1];
  if (encoding !== undefined)
    throw inputError(`${name} is a mail in ${encoding} encoding`, {
      hint: 'Save the patch decoded, for example with `b4 am -o- MESSAGE-ID`, or with `git format-patch`.',
    });
  const sections = cut(text, name);
  if (sections.length === 0)
    throw inputError(`${name} holds no diff`, {
      at: { file: name },
      hint: 'Make it with `git format-patch` or `git diff`.',
    });
  const problems: MillraceError[] = [];
  const files: FilePatch[] = [];
  for (const section of sections) {
    try {
      files.push(filePatch(section, name));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problems.push(
        'kind' in error
          ? (error as MillraceError)
          : inputError(`cannot read this diff: ${error.message}`, { at: { file: name, line: section.line } }),
      );
    }
  }
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1) throw new InputErrors(`${name} cannot be used`, problems);
  return { name, files };
}

interface Section {
  readonly line: number;
  readonly lines: string[];
  readonly hunks: { readonly line: number; readonly header: string }[];
}

const gitHeader =
  /^(diff --git|index|old mode|new mode|deleted file|new file|(dis)?similarity|rename|copy|Binary files|GIT binary patch|---|\+\+\+) ?/;
const hunkHeader = /^(@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@)/;

function cut(text: string, name: string): Section[] {
  const lines = text.split('\n');
  const sections: Section[] = [];
  let current: Section | undefined;
  /** Only the lines between a diff's first line and its first hunk are its header; after a hunk comes mail. */
  let inHeader = false;
  const begin = (index: number): Section => {
    const section = { line: index + 1, lines: [], hunks: [] };
    sections.push(section);
    inHeader = true;
    return section;
  };
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    const startsPlain =
      line.startsWith('--- ') &&
      (lines[index + 1]?.startsWith('+++ ') ?? false) &&
      hunkHeader.test(lines[index + 2] ?? '');
    const hunk = hunkHeader.exec(line);
    if (line.startsWith('diff --git ')) current = begin(index);
    else if (startsPlain && !(inHeader && current?.lines[0]?.startsWith('diff --git ')))
      current = begin(index);
    if (hunk !== null && current !== undefined) {
      const end = endOfHunk(lines, index, count(hunk[2]), count(hunk[3]), name);
      current.hunks.push({ line: index + 1, header: hunk[1] as string });
      current.lines.push(...lines.slice(index, end));
      index = end - 1;
      inHeader = false;
    } else if (inHeader && gitHeader.test(line)) current?.lines.push(line);
    else inHeader = false;
  }
  return sections;
}

function count(text: string | undefined): number {
  return text === undefined ? 1 : Number(text);
}

/** Index of the line after the hunk that begins at `start`. */
function endOfHunk(
  lines: readonly string[],
  start: number,
  before: number,
  after: number,
  name: string,
): number {
  let index = start + 1;
  let old = before;
  let fresh = after;
  for (; old > 0 || fresh > 0; index++) {
    const line = lines[index];
    const operation = line === '' || line === '\r' ? ' ' : line?.[0];
    const last = line === '' && index === lines.length - 1;
    if (line === undefined || last || !' +-\\'.includes(operation as string))
      throw inputError(
        `this hunk says ${before} lines before and ${after} after, and ends too early: ${lines[start]}`,
        {
          at: { file: name, line: start + 1 },
          excerpt: `line ${index + 1}: ${line === undefined || last ? 'end of file' : line}`,
          hint: 'The patch was cut off, edited by hand or wrapped by a mail program: make it again, or save it anew.',
        },
      );
    if (operation === ' ' || operation === '-') old--;
    if (operation === ' ' || operation === '+') fresh--;
  }
  if (lines[index]?.startsWith('\\')) index++;
  return index;
}

function filePatch(section: Section, name: string): FilePatch {
  const at = { file: name, line: section.line };
  const header = section.lines.slice(0, section.lines.findIndex((line) => line.startsWith('@@ ')) >>> 0);
  if (header.some((line) => /^(GIT binary patch|Binary files .* differ)/.test(line)))
    throw inputError('a binary file cannot be patched', { at, hint: 'Leave it out of the patch.' });
  const special = header.find((line) =>
    /^(new file mode|new mode|old mode|index .*) ?(12|16)0000\r?$/.test(line),
  );
  if (special !== undefined)
    throw inputError('symbolic links and submodules cannot be patched', { at, excerpt: special });
  const diff = parseDiff(`${section.lines.join('\n')}\n`)[0];
  if (diff === undefined) throw inputError('cannot read this diff', { at });
  const only = diff.isGit === true || diff.hunks.length !== 1 ? undefined : diff.hunks[0];
  const isCreate = diff.isCreate === true || (only?.oldLines === 0 && isAbsent(diff.oldHeader));
  const isDelete = diff.isDelete === true || (only?.newLines === 0 && isAbsent(diff.newHeader));
  const from = isCreate ? null : stripped(diff.oldFileName, at);
  const to = isDelete ? null : stripped(diff.newFileName, at);
  if (from === null && to === null) throw inputError('this diff names no file', { at });
  return {
    from,
    to,
    isCopy: diff.isCopy === true,
    executable: diff.newMode === '100755',
    line: section.line,
    hunks: diff.hunks.map((hunk, index) => {
      const place = section.hunks[index];
      if (place === undefined) throw inputError('cannot read the hunks of this diff', { at });
      return { ...place, diff: hunk };
    }),
  };
}

/** `diff -N` gives a file that is not there the time 0; in any time zone that is in these two days. */
function isAbsent(header: string | undefined): boolean {
  return header === undefined || header === '' || /^(1970-01-01|1969-12-31) /.test(header);
}

function stripped(path: string | undefined, at: { file: string; line: number }): string | null {
  if (path === undefined || path === '/dev/null') return null;
  const slash = path.indexOf('/');
  if (path.startsWith('/') || slash < 0)
    throw inputError(`'${path}' has no leading folder to strip`, {
      at,
      hint: 'Make the patch with `git diff` from the top of the tree: its paths begin with a/ and b/.',
    });
  const inside = path.slice(slash + 1);
  checkInside(inside, at);
  return inside;
}
