import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputErrors, MillraceError } from '../../src/base/index.js';
import { errorText } from '../../src/cli/errors.js';
import {
  applyPatch,
  createPatch,
  type OverlayFile,
  openTree,
  parsePatch,
  readPatch,
  type Tree,
} from '../../src/tree/index.js';
import { findTool } from '../report/tools.js';
import { fakeTree, fingerprint, temporary, write } from './fake-tree.js';

const driver = 'drivers/media/pci/tw686x';
const video = `${driver}/tw686x-video.c`;
let top: string;
let tree: Tree;
let copy: string;
let before: string;

const template = temporary('copy');

beforeAll(() => {
  copy = template;
  renameSync(fakeTree(), copy);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'base');
});

afterAll(() => rmSync(template, { recursive: true }));

beforeEach(async () => {
  top = fakeTree();
  copy = temporary('copy');
  cpSync(template, copy, { recursive: true, preserveTimestamps: true });
  tree = await openTree(top);
  before = fingerprint(top);
});

afterEach(() => {
  expect(fingerprint(top), 'the user’s tree was written to').toBe(before);
  for (const path of [top, copy]) rmSync(path, { recursive: true });
});

function git(...args: string[]): string {
  return gitIn(copy, ...args);
}

function gitIn(directory: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=A B', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, '-C', directory, ...args], { encoding: 'utf8' });
}

const original = (path: string) => readFileSync(join(top, path), 'utf8');
const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(join(copy, path), change(readFileSync(join(copy, path), 'utf8')));

async function failure(text: string, already: OverlayFile[] = []): Promise<MillraceError> {
  try {
    await applyPatch(tree, parsePatch(text, 'fix.patch'), already);
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
  throw new Error('the patch applied');
}

/** What git makes of the copy after the same patch. */
async function appliesLikeGit(diff: string): Promise<OverlayFile[]> {
  const files = await applyPatch(tree, parsePatch(diff, 'fix.patch'));
  for (const file of files) {
    if (file.removed) expect(existsSync(join(copy, file.path)), file.path).toBe(false);
    else expect(file.text, file.path).toBe(readFileSync(join(copy, file.path), 'utf8'));
  }
  return files;
}

describe('a patch', () => {
  it('of git’s, with several files and hunks, gives the files that git has', async () => {
    edit(video, (text) => text.replace('line3;', 'three;').replace('line50;', 'fifty;\n\tmore;'));
    edit(`${driver}/Makefile`, (text) => text.replace('+= tw', ':= tw'));
    const files = await appliesLikeGit(git('diff'));
    expect(files.map((file) => file.path).sort()).toEqual([`${driver}/Makefile`, video]);
  });

  it('as a mail from git format-patch, two in one file, is read past message and signature', async () => {
    edit(video, (text) => text.replace('line3;', 'three;'));
    git('commit', '-qam', 'One\n\n--- not a header\n+++ nor this\n @@ -1 +1 @@ nor that\n- item');
    edit(video, (text) => text.replace('line4;', 'four;'));
    git('commit', '-qam', 'Two');
    const mails = git('format-patch', '--stdout', 'HEAD~2');
    expect(mails).toContain('\n-- \n');
    const [file] = await appliesLikeGit(mails);
    expect(file?.text).toContain('three;\n\tfour;');
  });

  it('adds, deletes, renames and copies files, and makes scripts executable', async () => {
    write(copy, `${driver}/new.c`, 'new\n');
    write(copy, 'scripts/new.sh', '#!/bin/sh\n');
    execFileSync('chmod', ['+x', join(copy, 'scripts/new.sh')]);
    git('add', '.');
    git('rm', '-q', 'drivers/net/Makefile');
    git('mv', video, `${driver}/tw686x-moved.c`);
    edit(`${driver}/tw686x-moved.c`, (text) => text.replace('line30;', 'thirty;'));
    git('add', '.');
    const files = await appliesLikeGit(git('diff', '--cached', '-M'));
    const at = (path: string) => files.find((file) => file.path === path);
    expect(at('drivers/net/Makefile')?.removed).toBe(true);
    expect(at(video)?.removed).toBe(true);
    expect(at(`${driver}/tw686x-moved.c`)?.text).toContain('thirty');
    expect(at('scripts/new.sh')?.executable).toBe(true);
    expect(at(`${driver}/new.c`)?.executable).toBeUndefined();
  });

  it('of plain diff -ru, with other folder names and times, is read too', async () => {
    edit(video, (text) => text.replace('line3;', 'three;'));
    write(copy, `${driver}/new.c`, 'new\n');
    mkdirSync(join(copy, 'both'));
    cpSync(top, join(copy, 'both/old'), { recursive: true });
    mkdirSync(join(copy, 'both/new'));
    for (const path of ['drivers', 'Makefile'])
      cpSync(join(copy, path), join(copy, 'both/new', path), { recursive: true });
    rmSync(join(copy, 'both/old/scripts'), { recursive: true });
    let diff = '';
    try {
      execFileSync('diff', ['-ruN', 'old/drivers', 'new/drivers'], { cwd: join(copy, 'both') });
    } catch (error) {
      diff = String((error as { stdout: Buffer }).stdout);
    }
    const files = await appliesLikeGit(diff);
    expect(files.map((file) => file.path).sort()).toEqual([`${driver}/new.c`, video].sort());
  });

  it('without newline at the end, and for an empty file, is exact', async () => {
    edit(`${driver}/Makefile`, (text) => text.trimEnd());
    write(copy, 'empty.c', '');
    git('add', '.');
    await appliesLikeGit(git('diff', '--cached'));
  });

  it('goes on top of an overlay’s files, and finds its place when lines have moved', async () => {
    edit(video, (text) => text.replace('line40;', 'forty;'));
    const diff = git('diff');
    const moved = { path: video, text: `/* above */\n/* above */\n${original(video)}` };
    const other = { path: 'other.c', text: 'x' };
    const files = await applyPatch(tree, parsePatch(diff, 'fix.patch'), [moved, other]);
    expect(files).toEqual([{ path: video, text: moved.text.replace('line40;', 'forty;') }, other]);
  });

  it('is read from a file, and a missing one is an input error', async () => {
    edit(video, (text) => text.replace('line40;', 'forty;'));
    writeFileSync(join(copy, 'x.patch'), git('diff'));
    expect((await readPatch(join(copy, 'x.patch'))).files[0]?.to).toBe(video);
    await expect(readPatch(join(copy, 'none.patch'))).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('a patch that does not apply', () => {
  it('names the hunk, its line in the patch, and what the tree has instead', async () => {
    edit(video, (text) => text.replace('line3;', 'three;').replace('line50;', 'fifty;'));
    const diff = git('diff').replace(' \tline49;', ' \tline49_renamed;');
    const error = await failure(diff);
    expect(error).toMatchObject({ kind: 'input', at: { file: 'fix.patch', line: 14 } });
    expect(stripVTControlCharacters(errorText(error))).toMatchInlineSnapshot(`
      "millrace: fix.patch:14: hunk 2 of 2 for drivers/media/pci/tw686x/tw686x-video.c does not apply: @@ -48,7 +48,7 @@
          - the patch expects, + drivers/media/pci/tw686x/tw686x-video.c has, from its line 48:
               line47;
               line48;
          -    line49_renamed;
          +    line49;
               line50;
               line51;
               line52;
               line53;
        next: Make the patch again for this tree, or mend the hunk so that its lines are those of drivers/media/pci/tw686x/tw686x-video.c."
    `);
  });

  it('has all its failing hunks named', async () => {
    edit(video, (text) => text.replace('line3;', 'three;').replace('line50;', 'fifty;'));
    edit(`${driver}/Makefile`, (text) => text.replace('+= tw', ':= tw'));
    const error = await failure(
      git('diff').replaceAll('tw686x.o', 'tw68.o').replace('-\tline3;', '-\tline_3;'),
    );
    expect(error).toBeInstanceOf(InputErrors);
    expect((error as InputErrors).problems.map((problem) => problem.message)).toEqual([
      `hunk 1 of 1 for ${driver}/Makefile does not apply: @@ -1,2 +1,2 @@`,
      `hunk 1 of 2 for ${video} does not apply: @@ -1,7 +1,7 @@`,
    ]);
  });

  it('because it is there already says so', async () => {
    edit(video, (text) => text.replace('line3;', 'three;'));
    write(copy, 'new.c', 'new\n');
    git('add', '.');
    git('rm', '-q', 'drivers/net/Makefile');
    const diff = git('diff', '--cached');
    const already = await applyPatch(tree, parsePatch(diff, 'fix.patch'));
    expect((await failure(diff, already)).message).toMatch(/already in the tree/);
  });

  it('because white space was changed says so', async () => {
    edit(video, (text) => text.replace('line30;', 'thirty;'));
    const error = await failure(git('diff').replaceAll('\t', '    '));
    expect(error.hint).toMatch(/white space/);
  });

  it('because its hunk has no context is not put just anywhere', async () => {
    edit(video, (text) => text.replace('line30;', 'line30;\n\tmore;'));
    expect((await failure(git('diff', '-U0'))).hint).toMatch(/no context/);
  });

  it('because the file is missing, or is there, names the file', async () => {
    edit(video, (text) => text.replace('line30;', 'thirty;'));
    expect((await failure(git('diff').replaceAll(video, 'drivers/none.c'))).message).toMatch(
      /drivers\/none\.c, which is not in/,
    );
    write(copy, 'new.c', 'new\n');
    git('add', '.');
    const diff = git('diff', '--cached', 'new.c');
    expect((await failure(diff, [{ path: 'new.c', text: 'other\n' }])).message).toMatch(/already there/);
  });

  it('deletes no file that holds more than the patch knows', async () => {
    git('rm', '-q', 'drivers/net/Makefile');
    const more = { path: 'drivers/net/Makefile', text: 'n\nmore\n' };
    expect((await failure(git('diff', '--cached'), [more])).message).toMatch(/holds more/);
  });
});

describe('a patch is refused', () => {
  const change = (path: string) => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-t\n+u\n`;

  it.each(['../outside', '../../etc/passwd', '.git/config', 'a//b'])(
    'when it leads out of the tree: %s',
    (path) => {
      expect(() => parsePatch(change(path), 'p')).toThrow(/not a path inside/);
    },
  );

  it('when a link in the tree leads it out', async () => {
    const outside = temporary('outside');
    writeFileSync(join(outside, 'file'), 't\n');
    symlinkSync(outside, join(top, 'out'));
    before = fingerprint(top);
    expect((await failure(change('out/file'))).message).toMatch(/symbolic link/);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('t\n');
    rmSync(outside, { recursive: true });
  });

  it('when it makes a symbolic link or changes a binary file', () => {
    symlinkSync('/etc/passwd', join(copy, 'link'));
    git('add', '.');
    expect(() => parsePatch(git('diff', '--cached'), 'p')).toThrow(/symbolic links/);
    git('reset', '-q');
    rmSync(join(copy, 'link'));
    writeFileSync(join(copy, 'blob'), Buffer.from([0, 1, 2, 0]));
    git('add', '.');
    expect(() => parsePatch(git('diff', '--cached'), 'p')).toThrow(/binary/);
    expect(() => parsePatch(git('diff', '--cached', '--binary'), 'p')).toThrow(/binary/);
  });

  it('when it was cut off or line-wrapped, with the line of the hunk', () => {
    const text = change('include/linux/types.h');
    for (const broken of [
      text.replace('+u\n', ''),
      text.replace('+u', 'u'),
      text.replace('-1 +1', '-1,5 +1,5'),
    ])
      expect(() => parsePatch(broken, 'p')).toThrow(
        expect.objectContaining({ kind: 'input', at: { file: 'p', line: 3 } }),
      );
  });

  it('when there is no diff in it, or it is an encoded mail', () => {
    expect(() => parsePatch('Subject: hello\n\ntext\n', 'p')).toThrow(/no diff/);
    expect(() => parsePatch(`Content-Transfer-Encoding: base64\n\n${change('x')}`, 'p')).toThrow(/base64/);
  });

  it('when its paths have no folder to strip', () => {
    expect(() => parsePatch('--- Makefile\n+++ Makefile\n@@ -1 +1 @@\n-t\n+u\n', 'p')).toThrow(
      /folder to strip/,
    );
  });
});

describe('a created patch', () => {
  const files: OverlayFile[] = [
    { path: `${driver}/tw686x_kunit.c`, text: '// harness\nno newline' },
    { path: 'scripts/new.sh', text: '#!/bin/sh\n', executable: true },
    { path: 'scripts/run.sh', text: '#!/bin/sh\ntrue\n' },
    { path: 'drivers/net/Makefile', text: '', removed: true },
    { path: 'new/with space.c', text: 'x\n' },
    { path: 'include/linux/types.h', text: 't\n' },
  ];
  const mail = {
    subject: 'media: tw686x: add a test',
    body: 'Räce.\n--- a/x\n+++ b/x\nFrom here on.',
    author: 'Jörg Ä <j@x.org>',
  };
  const all = () => [
    ...files,
    { path: video, text: original(video).replace('line3;', 'three;').replace('line50;', 'fifty;') },
  ];

  function expectApplied(): void {
    for (const file of all()) {
      if (file.removed) expect(existsSync(join(copy, file.path)), file.path).toBe(false);
      else expect(readFileSync(join(copy, file.path), 'utf8'), file.path).toBe(file.text);
    }
    expect(statSync(join(copy, 'scripts/run.sh')).mode & 0o111).toBe(0o111);
  }

  it('is taken by git am, with its author and message', async () => {
    writeFileSync(join(copy, '.git/x.mbox'), await createPatch(tree, all(), mail));
    git('am', '-q', '--3way', join(copy, '.git/x.mbox'));
    expectApplied();
    expect(git('log', '-1', '--format=%an <%ae>%n%s%n%b')).toBe(
      'Jörg Ä <j@x.org>\nmedia: tw686x: add a test\nRäce.\n --- a/x\n+++ b/x\n From here on.\n\n',
    );
    expect(git('status', '--porcelain')).toBe('');
    expect(statSync(join(copy, 'scripts/new.sh')).mode & 0o111).toBe(0o111);
  });

  it('is taken by git apply, with no complaint', async () => {
    writeFileSync(join(copy, '.git/x.patch'), await createPatch(tree, all(), mail));
    git('apply', '--check', '--whitespace=error-all', join(copy, '.git/x.patch'));
    // The copy's files are as committed, but newer than its index says.
    git('update-index', '-q', '--refresh');
    git('apply', '--index', join(copy, '.git/x.patch'));
    expectApplied();
    expect(git('diff', '--cached', '--summary')).toContain('create mode 100755 scripts/new.sh');
  });

  it.skipIf(findTool('patch') === null)('is taken by patch -p1, with no fuzz', async () => {
    const output = execFileSync('patch', ['-p1', '--fuzz=0'], {
      cwd: copy,
      input: await createPatch(tree, all(), mail),
      encoding: 'utf8',
    });
    expectApplied();
    expect(output).not.toMatch(/offset|fuzz|FAILED/);
  });

  it('is read back by applyPatch to the same files, and leaves out what is as in the tree', async () => {
    const text = await createPatch(tree, all(), mail);
    const back = await applyPatch(tree, parsePatch(text, 'p'));
    const wanted = all().filter((file) => file.path !== 'include/linux/types.h');
    const sorted = (list: OverlayFile[]) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(sorted(back)).toEqual(sorted(wanted));
    expect(text).not.toContain('types.h');
    expect(await createPatch(tree, all(), mail)).toBe(text);
  });
});
