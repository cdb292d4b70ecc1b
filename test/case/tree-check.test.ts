import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputErrors } from '../../src/base/index.js';
import { functionDefinitions } from '../../src/c-syntax/index.js';
import { checkCaseAgainstTree, loadCase } from '../../src/case/index.js';

const fixtures = join(import.meta.dirname, 'fixtures');
const tree = { path: join(fixtures, 'tree'), spec: 'the tree' };

describe('functionDefinitions', () => {
  test('sees what a C file defines, and only that', async () => {
    const text = await readFile(join(fixtures, 'tree/drivers/foo/foo.c'), 'utf8');
    expect(functionDefinitions(text)).toEqual([
      { name: 'foo_stop', isStatic: true, line: 4 },
      { name: 'foo_timer', isStatic: true, line: 10 },
      { name: 'foo_start', isStatic: false, line: 19 },
    ]);
  });

  test('is not led astray by attributes, macros, arrays of functions and split declarations', () => {
    const text = `
static __printf(1, 2) void
logged(const char *format, ...)
{ }
SYSCALL_DEFINE1(foo, int, bar)
{ }
static int prototype(int a);
static void (*const table[])(void) = { one, two };
struct s { int (*member)(void); } __attribute__((packed));
#define MACRO(x) static void x(void) { do_it(); }
static inline struct list_head *__next(struct list_head *head) __acquires(lock)
{ if (head) { return 0; } return head; }
`;
    expect(functionDefinitions(text).map(({ name, line }) => [name, line])).toEqual([
      ['logged', 3],
      ['__next', 11],
    ]);
  });
});

describe('a case against a tree', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-tree-check-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function check(name: string, change: (text: string) => string): Promise<readonly string[]> {
    const copy = join(folder, name);
    await cp(join(fixtures, 'good'), copy, { recursive: true });
    const text = await readFile(join(copy, 'case.yaml'), 'utf8');
    await writeFile(join(copy, 'case.yaml'), change(text));
    try {
      return await checkCaseAgainstTree(await loadCase(copy), tree);
    } catch (error) {
      if (!(error instanceof InputErrors)) throw error;
      return error.problems.map(({ at, message, hint }) => `${at?.line}: ${message} ${hint}`);
    }
  }

  test('that fits needs no remark', async () => {
    expect(await check('fits', (text) => text)).toEqual([]);
  });

  test('names a source that the tree does not have, and the one that was meant', async () => {
    expect(
      await check('source', (text) =>
        text
          .replaceAll('drivers/foo/foo.c', 'drivers/foo/fooo.c')
          .replace(/fixes:[\s\S]*?(?=assumptions)/, ''),
      ),
    ).toEqual(['5: the tree has no drivers/foo/fooo.c Did you mean "foo.c"?']);
    expect(await check('folder', (text) => text.replace('drivers/foo/bar.c', 'drivers/fo/bar.c'))).toEqual([
      '6: the tree has no drivers/fo/bar.c There is no folder drivers/fo there either: check the path, or use another tree.',
    ]);
  });

  test('names an exposed function that its file does not define', async () => {
    expect(await check('function', (text) => text.replace('[foo_timer,', '[foo_timr,'))).toEqual([
      '8: drivers/foo/foo.c of the tree defines no function foo_timr Did you mean "foo_timer"?',
    ]);
    expect(await check('comment', (text) => text.replace('[foo_timer,', '[commented_out,'))).toEqual([
      '8: drivers/foo/foo.c of the tree defines no function commented_out The static functions there are: foo_stop, foo_timer.',
    ]);
  });

  test('says when a function need not be exposed', async () => {
    expect(await check('global', (text) => text.replace('[foo_timer,', '[foo_start,'))).toEqual([
      'foo_start is not static in drivers/foo/foo.c:19: the harness can call it without `expose`.',
    ]);
  });

  test('may not bring a patch to a program that the build runs', async () => {
    const patch = (file: string) => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-a\n+b\n`;
    const lib = (text: string) =>
      text.replace('  - drivers/foo/bar.c\n', '  - drivers/foo/bar.c\n  - lib/foo.c\n');
    const problems = async (file: string) => {
      const copy = join(folder, `lib-${file.replaceAll('/', '-')}`);
      await cp(join(fixtures, 'good'), copy, { recursive: true });
      await writeFile(join(copy, 'case.yaml'), lib(await readFile(join(copy, 'case.yaml'), 'utf8')));
      await writeFile(join(copy, 'hold-lock.patch'), patch(file));
      return checkCaseAgainstTree(await loadCase(copy), tree).catch((error: unknown) => {
        if (!(error instanceof InputErrors)) throw error;
        return error.problems.map(({ message }) => message);
      });
    };
    expect(await problems('lib/gen_table.c')).toEqual([
      "the kernel's build runs lib/gen_table.c on this machine",
    ]);
    expect(await problems('lib/table.h')).toEqual([
      "lib/table.h may be part of gen_table, which the kernel's build runs on this machine",
    ]);
    expect(await problems('lib/foo.c')).toEqual([]);
  });
});
