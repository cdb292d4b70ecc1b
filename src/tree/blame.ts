// Which commit brought lines of a checkout, by git blame.
import { gitIn } from './git.js';
import type { Tree } from './types.js';

export interface SourceLine {
  /** Path inside the tree. */
  readonly file: string;
  readonly line: number;
}

export interface BlamedCommit {
  /** Full hash. */
  readonly hash: string;
  /** As `Fixes:` has it: 12 digits, more where these are not unique. */
  readonly commit: string;
  readonly subject: string;
  /** Seconds since 1970 of the committer's clock. */
  readonly time: number;
}

/**
 * The commits of `lines`, each once, the oldest first. Null when the tree is no checkout, or one with changes, and when
 * a line's commit is not in its history, as in a shallow clone.
 */
export async function blame(
  tree: Tree,
  lines: readonly SourceLine[],
  signal?: AbortSignal,
): Promise<readonly BlamedCommit[] | null> {
  if (tree.commit === null || tree.commit.endsWith('-dirty') || lines.length === 0) return null;
  const git = (...args: string[]) => gitIn(tree.path, args, signal);
  const shallow = (await git('rev-parse', '--is-shallow-repository'))?.stdout.trim() !== 'false';
  const commits = new Map<string, BlamedCommit>();
  for (const file of new Set(lines.map((line) => line.file))) {
    const ranges = lines.filter((one) => one.file === file).map(({ line }) => ['-L', `${line},${line}`]);
    // A configuration may name programs to run, and commits to ignore. The first commit of a shallow clone looks like
    // the first of all: with `--root` it would be taken for that.
    const result = await git(
      ...['blame', '--porcelain', '--ignore-revs-file='],
      ...['--no-textconv', ...(shallow ? [] : ['--root'])],
      ...[...ranges.flat(), tree.commit, '--', file],
    );
    const found = result === null ? null : readPorcelain(result.stdout);
    if (found === null) return null;
    for (const one of found) {
      if (commits.has(one.hash)) continue;
      const short = await git('rev-parse', '--short=12', one.hash);
      if (short === null) return null;
      commits.set(one.hash, { ...one, commit: short.stdout.trim() });
    }
  }
  return [...commits.values()].sort((a, b) => a.time - b.time);
}

/** Each commit once, as blame describes it at its first line; null for a line from before the history that is there. */
function readPorcelain(text: string): Omit<BlamedCommit, 'commit'>[] | null {
  if (/^boundary$/m.test(text)) return null;
  const commits: Omit<BlamedCommit, 'commit'>[] = [];
  for (const part of text.split(/^(?=[0-9a-f]{40,64} \d+ \d+)/m)) {
    const hash = /^[0-9a-f]{40,64}/.exec(part)?.[0];
    const subject = /^summary (.*)$/m.exec(part)?.[1];
    const time = /^committer-time (\d+)$/m.exec(part)?.[1];
    if (hash !== undefined && subject !== undefined && time !== undefined)
      commits.push({ hash, subject, time: Number(time) });
  }
  return commits.length === 0 ? null : commits;
}
