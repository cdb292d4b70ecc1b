import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { materialiseOverlay, openTree, type Tree } from '../../src/tree/index.js';
import { fakeTree, fingerprint, temporary, write } from './fake-tree.js';

const driver = 'drivers/media/pci/tw686x';
const harness = { path: `${driver}/tw686x_kunit.c`, text: 'harness\n' };
const makefile = { path: `${driver}/Makefile`, text: 'obj-y += tw686x.o tw686x_kunit.o\n' };

let top: string;
let tree: Tree;
let overlay: string;
let before: string;

beforeEach(async () => {
  top = fakeTree();
  const old = new Date('2024-01-01');
  for (const path of readdirSync(top, { recursive: true }).map(String)) utimesSync(join(top, path), old, old);
  tree = await openTree(top);
  overlay = join(temporary('overlay'), 'source');
  before = fingerprint(top);
});

afterEach(() => {
  expect(fingerprint(top), 'the user’s tree was written to').toBe(before);
  rmSync(top, { recursive: true });
  rmSync(join(overlay, '..'), { recursive: true });
});

const text = (path: string) => readFileSync(join(overlay, path), 'utf8');
const isLink = (path: string) => lstatSync(join(overlay, path)).isSymbolicLink();
const time = (path: string) => statSync(join(overlay, path)).mtimeMs;

/** Every file's time, as make sees it. */
function times(): Record<string, number> {
  const walk = (path: string): [string, number][] =>
    readdirSync(join(overlay, path)).flatMap((name) => {
      const at = join(path, name);
      return statSync(join(overlay, at)).isDirectory() ? walk(at) : [[at, time(at)]];
    });
  return Object.fromEntries(walk(''));
}

describe('an overlay', () => {
  it('shows the tree with the files added, links for all else', async () => {
    const { changed } = await materialiseOverlay(tree, [harness, makefile], overlay);
    expect(changed).toEqual([harness.path, makefile.path]);
    expect(text(harness.path)).toBe('harness\n');
    expect(text(makefile.path)).toBe(makefile.text);
    expect(text(`${driver}/tw686x.h`)).toBe(readFileSync(join(top, driver, 'tw686x.h'), 'utf8'));
    expect(isLink('include') && isLink('drivers/net') && isLink(`${driver}/tw686x.h`)).toBe(true);
    expect(isLink('drivers') || isLink('drivers/media/pci/tw686x')).toBe(false);
    expect(readdirSync(overlay).sort()).toEqual(['.millrace-overlay', ...readdirSync(top)].sort());
  });

  it('writes nothing the second time', async () => {
    await materialiseOverlay(tree, [harness, makefile], overlay);
    const first = fingerprint(overlay);
    expect((await materialiseOverlay(tree, [makefile, harness], overlay)).changed).toEqual([]);
    expect(fingerprint(overlay)).toBe(first);
  });

  it('touches only what a fix changes, and gives it a new time when the fix goes', async () => {
    const video = `${driver}/tw686x-video.c`;
    await materialiseOverlay(tree, [harness, makefile], overlay);
    const base = times();
    const fix = { path: video, text: 'fixed\n' };
    expect((await materialiseOverlay(tree, [harness, makefile, fix], overlay)).changed).toEqual([video]);
    const fixed = times();
    expect({ ...fixed, [video]: base[video] }).toEqual(base);
    expect(fixed[video]).toBeGreaterThan(base[video] as number);

    expect((await materialiseOverlay(tree, [harness, makefile], overlay)).changed).toEqual([video]);
    const back = times();
    expect(text(video)).toBe(readFileSync(join(top, video), 'utf8'));
    expect(back[video]).toBeGreaterThan(fixed[video] as number);
    expect({ ...back, [video]: base[video] }).toEqual(base);
    expect((await materialiseOverlay(tree, [harness, makefile], overlay)).changed).toEqual([]);
  });

  it('takes away an added file that is no longer wanted, with the folder that held it', async () => {
    const added = { path: 'lib/new/added.c', text: 'x' };
    await materialiseOverlay(tree, [harness, added], overlay);
    expect(text(added.path)).toBe('x');
    await materialiseOverlay(tree, [harness], overlay);
    expect(existsSync(join(overlay, 'lib'))).toBe(false);
  });

  it('leaves out a removed file, and brings it back looking new', async () => {
    const removed = { path: `${driver}/tw686x-video.c`, text: '', removed: true as const };
    await materialiseOverlay(tree, [harness, removed], overlay);
    expect(existsSync(join(overlay, removed.path))).toBe(false);
    const start = Date.now() - 1000;
    await materialiseOverlay(tree, [harness], overlay);
    expect(text(removed.path)).toContain('line60');
    expect(time(removed.path)).toBeGreaterThan(start);
  });

  it('makes a changed header seen by `../` from the folders beside it', async () => {
    await materialiseOverlay(tree, [{ path: `${driver}/tw686x.h`, text: 'int other;\n' }], overlay);
    // As the compiler does: the folder of the file that includes, then `../`, left to the file system.
    const included = `${overlay}/drivers/media/pci/other/../tw686x/tw686x.h`;
    expect(readFileSync(included, 'utf8')).toBe('int other;\n');
  });

  it('keeps the mode of a file of the tree, and makes a new script executable when asked', async () => {
    const script = { path: 'scripts/new.sh', text: '#!/bin/sh\n', executable: true as const };
    await materialiseOverlay(tree, [{ path: 'scripts/run.sh', text: '#!/bin/sh\ntrue\n' }, script], overlay);
    expect(statSync(join(overlay, 'scripts/run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(join(overlay, script.path)).mode & 0o111).toBe(0o111);
    expect(text('scripts/run.sh')).toContain('true');
  });

  it('hides git’s folder and what a build in the tree left behind', async () => {
    for (const path of ['.git/HEAD', '.config', 'include/config/auto.conf', 'include/generated/autoconf.h'])
      write(top, path, 'x');
    for (const path of [
      'arch/x86/include/generated/asm/x.h',
      'lib/a.o',
      'lib/.a.o.cmd',
      'lib/made',
      'lib/.made.cmd',
    ])
      write(top, path, 'x');
    write(top, 'lib/a.c', 'source');
    before = fingerprint(top);
    await materialiseOverlay(tree, [], overlay);
    for (const path of [
      '.git',
      '.config',
      'include/config',
      'include/generated',
      'arch/x86/include/generated',
    ])
      expect(existsSync(join(overlay, path)), path).toBe(false);
    expect(readdirSync(join(overlay, 'lib'))).toEqual(['a.c']);
    expect(text('include/linux/types.h')).toBe('t\n');
    expect(text('arch/x86/include/asm/page.h')).toBe('p\n');
  });

  it('follows edits that the user makes to a file that was changed before', async () => {
    await materialiseOverlay(tree, [makefile], overlay);
    await materialiseOverlay(tree, [], overlay);
    writeFileSync(join(top, makefile.path), 'edited\n');
    before = fingerprint(top);
    await materialiseOverlay(tree, [], overlay);
    expect(text(makefile.path)).toBe('edited\n');
  });

  it('goes on from where an interrupted one stopped', async () => {
    await materialiseOverlay(tree, [harness], overlay);
    mkdirSync(join(overlay, 'drivers/.net.millrace-new/half'), { recursive: true });
    rmSync(join(overlay, 'drivers/net'));
    mkdirSync(join(overlay, '..', '.source.millrace-new'));
    await materialiseOverlay(tree, [harness], overlay);
    expect(text('drivers/net/Makefile')).toBe('n\n');
    expect(readdirSync(join(overlay, 'drivers')).sort()).toEqual(readdirSync(join(top, 'drivers')).sort());
  });

  it('writes to no folder that holds something else or another tree', async () => {
    mkdirSync(overlay);
    writeFileSync(join(overlay, 'thesis.txt'), 'x');
    await expect(materialiseOverlay(tree, [], overlay)).rejects.toMatchObject({ kind: 'input' });
    expect(readdirSync(overlay)).toEqual(['thesis.txt']);
    rmSync(join(overlay, 'thesis.txt'));
    await materialiseOverlay(tree, [], overlay);
    await expect(materialiseOverlay({ ...tree, path: '/elsewhere' }, [], overlay)).rejects.toThrow(
      /another tree/,
    );
  });

  it('stops when asked', async () => {
    await expect(
      materialiseOverlay(tree, [harness], overlay, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'interrupted' });
  });
});

describe('a path of an overlay', () => {
  const outside = () => join(overlay, '..', 'outside');

  it.each(['/etc/passwd', '../x', 'a/../../x', 'a//b', './a', 'a\\b', 'a\nb', '', '.git/hooks/pre-commit'])(
    'is refused: %j',
    async (path) => {
      await expect(materialiseOverlay(tree, [{ path, text: 'x' }], overlay)).rejects.toMatchObject({
        kind: 'input',
      });
      expect(existsSync(overlay)).toBe(false);
    },
  );

  it('is refused when a link of the tree leads it out, or the link itself is named', async () => {
    mkdirSync(outside());
    symlinkSync(outside(), join(top, 'drivers/out'));
    symlinkSync(join(outside(), 'file'), join(top, 'drivers/file.c'));
    before = fingerprint(top);
    for (const path of ['drivers/out/x.c', 'drivers/file.c', 'drivers/out'])
      await expect(materialiseOverlay(tree, [{ path, text: 'x' }], overlay)).rejects.toThrow(/symbolic link/);
    expect(readdirSync(outside())).toEqual([]);
  });

  it('is refused when it is a folder, is below a file, or is given twice', async () => {
    const refused = (...paths: string[]) =>
      expect(
        materialiseOverlay(
          tree,
          paths.map((path) => ({ path, text: 'x' })),
          overlay,
        ),
      ).rejects.toMatchObject({
        kind: 'input',
      });
    await refused('drivers');
    await refused('Makefile/x');
    await refused('new.c', 'new.c');
    await refused('new', 'new/x.c');
    await refused('new/x.c', 'new');
  });

  it('never writes through a link that someone put into the overlay', async () => {
    await materialiseOverlay(tree, [harness], overlay);
    rmSync(join(overlay, harness.path));
    symlinkSync(join(top, driver, 'tw686x.h'), join(overlay, harness.path));
    await materialiseOverlay(tree, [harness], overlay);
    expect(text(harness.path)).toBe('harness\n');
    expect(isLink(harness.path)).toBe(false);
  });
});

it('an overlay of a tree whose files cannot be written works', async () => {
  chmodSync(join(top, makefile.path), 0o444);
  before = fingerprint(top);
  await materialiseOverlay(tree, [makefile], overlay);
  await materialiseOverlay(tree, [{ ...makefile, text: 'again' }], overlay);
  expect(text(makefile.path)).toBe('again');
});
