// Small git repositories, made by `git fast-import`: a commit is its parents and its files.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeCommit {
  /** Indices of earlier commits; none for a root. */
  readonly parents: readonly number[];
  /** All files, path to text. */
  readonly files: Readonly<Record<string, string>>;
}

export interface MadeRepository {
  readonly path: string;
  /** In the order of the commits made. */
  readonly hashes: readonly string[];
}

/** A bare repository whose branch `main` is the last commit. */
export function makeRepository(commits: readonly MadeCommit[]): MadeRepository {
  const path = mkdtempSync(join(tmpdir(), 'millrace-history-'));
  const git = (args: string[], input?: string) =>
    execFileSync('git', ['-C', path, ...args], {
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  git(['init', '--quiet', '--bare', '--initial-branch=main']);
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const stream = commits.map(({ parents, files }, index) => {
    const [first, ...others] = parents;
    return [
      `${first === undefined ? 'reset refs/heads/main\n' : ''}commit refs/heads/main\nmark :${index + 1}\n`,
      `author A U Thor <author@example.org> ${1_700_000_000 + index * 60} +0000\n`,
      `committer A U Thor <author@example.org> ${1_700_000_000 + index * 60} +0000\n`,
      data(`commit ${index}`),
      first === undefined ? '' : `from :${first + 1}\n`,
      ...others.map((one) => `merge :${one + 1}\n`),
      'deleteall\n',
      ...Object.entries(files).map(([file, text]) => `M 100644 inline ${file}\n${data(text)}`),
    ].join('');
  });
  git(['fast-import', '--quiet', '--force', `--export-marks=${path}/marks`], stream.join('\n'));
  const marks = new Map(
    execFileSync('cat', [`${path}/marks`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return { path, hashes: commits.map((_, index) => marks.get(`:${index + 1}`) ?? '') };
}
