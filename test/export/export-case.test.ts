import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exposeText } from '../../src/case/index.js';
import { type ExportRequest, exportCase, stockCommands } from '../../src/export/index.js';
import { fakeQemu } from '../kernel/qemu/fake-qemu.js';
import { fooSource, holdLock, smallCase, smallTree } from '../kernel/small-case.js';
import { findTool } from '../report/tools.js';
import { fingerprint } from '../tree/fake-tree.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'millrace-export-'));

// A toolchain that is the same on every machine: the commands name it.
let makeOptions: readonly string[];
beforeAll(() => {
  const { program } = fakeQemu("echo 'clang version 19.1.7'");
  const tools = ['CC', 'HOSTCC', 'LD', 'AR', 'NM', 'OBJCOPY', 'OBJDUMP', 'READELF', 'STRIP'];
  makeOptions = tools.map((tool) => `${tool}=${program}`);
});

const request = (more: Partial<ExportRequest> = {}): ExportRequest => ({
  case: smallCase(),
  tree: smallTree(),
  directory: join(temporary(), 'made', 'here'),
  makeOptions,
  ...more,
});

/** A copy of the tree, to patch. */
function copyOf(tree: string): string {
  const copy = join(temporary(), 'linux');
  cpSync(tree, copy, { recursive: true });
  return copy;
}

const run = (cwd: string, program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' });

describe('an exported case', () => {
  test.skipIf(findTool('patch') === null)(
    'has a second patch that puts points on top, and a plan beside the harness',
    async () => {
      const stop = {
        file: 'drivers/foo/foo.c',
        line: fooSource.split('\n').findIndex((one) => /;$/.test(one) && /^\t/.test(one)) + 1,
      };
      const asked = request({
        directions: {
          points: [{ ...stop, number: 1, function: 'foo_stop' }],
          plans: [
            {
              test: 'stop_vs_irq',
              turns: [{ side: 0, until: { point: 1, occurrence: 1 }, sleeps: true }],
              meeting: null,
            },
          ],
        },
      });
      const { patch, points, instructions } = await exportCase(asked);
      const copy = copyOf(asked.tree.path);
      run(copy, 'patch', '-p1', '-i', patch);
      run(copy, 'patch', '-p1', '-i', points ?? '');
      expect(readFileSync(join(copy, 'drivers/foo/foo.c'), 'utf8')).toContain('\tmillrace_point(1);\n');
      expect(readdirSync(join(copy, 'lib/millrace'))).toContain('millrace_plan.h');
      expect(readFileSync(instructions, 'utf8')).toContain('patch -p1 < 0002-points.patch');
      // Without them, nothing is left of an earlier one.
      const without = await exportCase({ ...asked, directions: undefined });
      expect(without.points).toBeNull();
      expect(readdirSync(asked.directory)).not.toContain('0002-points.patch');
    },
  );

  test.skipIf(findTool('patch') === null)(
    'has a patch that patch -p1 applies, with the fix behind it',
    async () => {
      const asked = request();
      const before = fingerprint(asked.tree.path);
      const { patch, fixes } = await exportCase(asked);
      expect(fingerprint(asked.tree.path)).toBe(before);
      const copy = copyOf(asked.tree.path);
      run(copy, 'patch', '-p1', '-i', patch);
      expect(readFileSync(join(copy, 'drivers/foo/foo.c'), 'utf8')).toBe(
        fooSource + exposeText(['foo_stop']),
      );
      expect(readdirSync(join(copy, 'lib/millrace')).sort()).toEqual([
        'Kconfig',
        'Makefile',
        'foo_stop.c',
        'kunitconfig',
        'millrace.h',
        'millrace_channel.h',
        'millrace_kernel.h',
        'millrace_registers.h',
      ]);
      expect(readFileSync(join(copy, 'lib/millrace/kunitconfig'), 'utf8')).toMatchInlineSnapshot(`
      "CONFIG_KUNIT=y
      CONFIG_MILLRACE=y
      CONFIG_SMP=y
      CONFIG_HZ_1000=y
      CONFIG_DEBUG_KERNEL=y
      CONFIG_KCSAN=y
      CONFIG_FOO=y
      "
    `);
      for (const fix of fixes) run(copy, 'patch', '-p1', '-i', fix);
      expect(readFileSync(join(copy, 'drivers/foo/foo.c'), 'utf8')).toContain('\tlock();\n');
    },
  );

  test('has a patch that git am applies', async () => {
    const asked = request();
    const { patch } = await exportCase(asked);
    const copy = copyOf(asked.tree.path);
    const git = (...args: string[]) =>
      run(
        copy,
        'git',
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.org',
        '-c',
        'commit.gpgsign=false',
        ...args,
      );
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'tree');
    git('am', '-q', patch);
    expect(git('log', '-1', '--format=%s')).toBe('kunit: add a race harness for foo-stop\n');
    expect(git('status', '--short')).toBe('');
    expect(git('show', '--stat', '--format=')).toContain('lib/millrace/foo_stop.c');
  });

  test('says in a text what to type', async () => {
    const asked = request();
    const { instructions } = await exportCase(asked);
    const text = readFileSync(instructions, 'utf8').replaceAll(/=\/\S*qemu-system-x86_64/g, '=tool');
    expect(text).toMatchInlineSnapshot(`
      "foo_stop() against itself

      Made for Linux 6.12.117 (linux).
      Needed: the kernel's build tools, clang, python3, qemu-system-x86_64.

      1. In the top folder of a copy of that tree, add the harness (the patches
         are beside this text):

          patch -p1 < 0001-foo-stop-harness.patch

      2. Build:

          ./tools/testing/kunit/kunit.py build \\
              --arch=x86_64 \\
              --kunitconfig=lib/millrace/kunitconfig \\
              --build_dir=../out-millrace \\
              --make_options LLVM_IAS=1 \\
              --make_options CC=tool \\
              --make_options LD=tool \\
              --make_options AR=tool \\
              --make_options NM=tool \\
              --make_options OBJCOPY=tool \\
              --make_options READELF=tool \\
              --jobs "$(nproc)"

      3. Boot:

          timeout 60 qemu-system-x86_64 \\
              -smp 2 \\
              -m 256 \\
              -kernel ../out-millrace/arch/x86/boot/bzImage \\
              -append 'kunit.filter_glob=foo.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot millrace.seconds=20' \\
              -nographic \\
              -no-reboot

      The console should have reports that begin with one of

          BUG: KCSAN: data-race in foo_stop / foo_stop

      (either function may come first).
      A guest that runs slowly may need a longer time limit.

      4. With a fix:

          patch -p1 < hold-lock.patch
          # build and boot again: no report of the pair should be left

      What the harness takes for granted:

      - Nothing is taken for granted.
      "
    `);
  });

  test('says so when no report is expected', async () => {
    const quiet = smallCase({ tests: [{ name: 'two_stops', title: 'Two', races: [] }], fixes: [] });
    const { instructions } = await exportCase(request({ case: quiet }));
    const text = readFileSync(instructions, 'utf8');
    expect(text).toContain('The console should have no report of KCSAN.\n');
    expect(text).not.toContain('4. With');
  });

  test('may be written again where it was, and nowhere where something else is', async () => {
    const asked = request();
    const first = await exportCase(asked);
    expect(await exportCase(asked)).toEqual(first);
    const other = { ...asked, case: smallCase({ name: 'other' }) };
    await expect(exportCase(other)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('holds other files: 0001-foo-stop-harness.patch'),
    });
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    await expect(exportCase({ ...asked, directory: file })).rejects.toThrow('is not a folder');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('keeps fixes apart whose files have one name', async () => {
    const theCase = smallCase();
    const [fix] = theCase.fixes;
    if (fix === undefined) throw new Error('the case has no fix');
    const second = join(temporary(), 'hold-lock.patch');
    writeFileSync(second, holdLock.replaceAll('lock()', 'spin_lock()'));
    const two = { ...theCase, fixes: [fix, { ...fix, name: 'other', patch: second }] };
    const { fixes } = await exportCase(request({ case: two }));
    expect(fixes.map((path) => readFileSync(path, 'utf8'))).toEqual([holdLock, readFileSync(second, 'utf8')]);
  });
});

test('the stock build command quotes a make option for the shell', () => {
  const { build } = stockCommands({
    case: smallCase(),
    kunitconfig: 'k',
    variables: ["CC=ccache it's", 'AR=ar'],
  });
  expect(build).toContain(`--make_options 'CC=ccache it'\\''s' \\\n    --make_options AR=ar`);
});
