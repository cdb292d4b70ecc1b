import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exposeText } from '../../../src/case/index.js';
import { caseFiles, harnessPath } from '../../../src/kernel/index.js';
import { fooSource, holdLock, smallCase, smallTree } from '../small-case.js';

const texts = async (...args: Parameters<typeof caseFiles>) =>
  new Map((await caseFiles(...args)).map((file) => [file.path, file]));

function patchFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-patch-')), 'some.patch');
  writeFileSync(file, text);
  return file;
}

test('a case adds one folder, leads there from two files, and exposes behind its sources', async () => {
  const theCase = smallCase();
  const files = await texts(theCase, smallTree(), null);
  expect([...files.keys()]).toEqual([
    'drivers/foo/foo.c',
    'lib/Kconfig.debug',
    'lib/Makefile',
    'lib/millrace/Kconfig',
    'lib/millrace/Makefile',
    'lib/millrace/foo_stop.c',
    'lib/millrace/millrace.h',
    'lib/millrace/millrace_channel.h',
    'lib/millrace/millrace_kernel.h',
    'lib/millrace/millrace_registers.h',
  ]);
  expect(files.get('drivers/foo/foo.c')?.text).toBe(fooSource + exposeText(['foo_stop']));
  expect(files.get('lib/millrace/foo_stop.c')?.text).toBe(readFileSync(theCase.harness, 'utf8'));
  expect(files.get('lib/Makefile')?.text).toBe('obj-y += lib.o\n\nobj-$(CONFIG_MILLRACE) += millrace/\n');
  expect(files.get('lib/Kconfig.debug')?.text).toMatch(/"KUnit"\n\nsource "lib\/millrace\/Kconfig"\n$/);
  expect(files.get('lib/millrace/Kconfig')?.text).toMatchInlineSnapshot(`
    "# SPDX-License-Identifier: GPL-2.0
    config MILLRACE
    	bool "Race harness: foo_stop"
    	depends on KUNIT=y
    	help
    	  A KUnit suite that runs code paths against each other which are
    	  suspected to race, for KCSAN to look at. For tests only: say N.
    "
  `);
  expect(files.get('lib/millrace/Makefile')?.text).toMatchInlineSnapshot(`
    "# SPDX-License-Identifier: GPL-2.0
    ccflags-y += -I$(srctree)/lib/millrace -I$(srctree)/drivers/foo
    obj-$(CONFIG_MILLRACE) += foo_stop.o
    "
  `);
});

test('a case with hardware leaves the driver as it is, and adds the console’s channel alone', async () => {
  const theCase = { ...smallCase(), device: { description: '/none/device.yaml', user: '/none/user.c' } };
  const files = await texts(theCase, smallTree(), null);
  expect([...files.keys()].filter((path) => !/^lib\/(Kconfig|Makefile)/.test(path))).toEqual([
    'lib/millrace/Kconfig',
    'lib/millrace/Makefile',
    'lib/millrace/foo_stop.c',
    'lib/millrace/millrace_channel.h',
  ]);
  expect(files.get('lib/millrace/foo_stop.c')?.text).toContain('#include "millrace_channel.h"');
  expect(files.get('lib/millrace/Kconfig')?.text).not.toContain('KUNIT');
});

test('a harness that is compiled behind a source is included there, and is no object of its own', async () => {
  const files = await texts({ ...smallCase(), within: 'drivers/foo/foo.c' }, smallTree(), null);
  expect(files.get('drivers/foo/foo.c')?.text).toBe(
    `${fooSource}${exposeText(['foo_stop'])}\n#include "../../lib/millrace/foo_stop.c"\n`,
  );
  expect(files.get('lib/millrace/Makefile')?.text).not.toContain('obj-');
});

test('what is exposed stands behind the source as the fix leaves it', async () => {
  const theCase = smallCase();
  const files = await texts(theCase, smallTree(), patchFile(holdLock));
  const text = files.get('drivers/foo/foo.c')?.text ?? '';
  expect(text).toContain('\tlock();\n\tfoo->pending = 0;\n\tunlock();\n}\n\n/* Millrace');
  expect(text.endsWith(exposeText(['foo_stop']))).toBe(true);
});

test('a fix may touch the very files that lead to the harness', async () => {
  const fix = `--- a/lib/Makefile\n+++ b/lib/Makefile\n@@ -1 +1,2 @@\n obj-y += lib.o\n+obj-y += more.o\n`;
  const files = await texts(smallCase(), smallTree(), patchFile(fix));
  expect(files.get('lib/Makefile')?.text).toBe(
    'obj-y += lib.o\nobj-y += more.o\n\nobj-$(CONFIG_MILLRACE) += millrace/\n',
  );
});

test('a fix that removes a file has it gone', async () => {
  const fix = `diff --git a/drivers/foo/old.c b/drivers/foo/old.c
deleted file mode 100644
--- a/drivers/foo/old.c
+++ /dev/null
@@ -1 +0,0 @@
-int old;
`;
  const files = await texts(smallCase(), smallTree(), patchFile(fix));
  expect(files.get('drivers/foo/old.c')).toEqual({ path: 'drivers/foo/old.c', text: '', removed: true });
});

test('a fix that removes a source of the case is refused, not half applied', async () => {
  const lines = fooSource.trimEnd().split('\n');
  const patch = patchFile(`diff --git a/drivers/foo/foo.c b/drivers/foo/foo.c
deleted file mode 100644
--- a/drivers/foo/foo.c
+++ /dev/null
@@ -1,${lines.length} +0,0 @@
${lines.map((line) => `-${line}`).join('\n')}
`);
  await expect(caseFiles(smallCase(), smallTree(), patch)).rejects.toMatchObject({
    kind: 'input',
    message: 'the fix removes drivers/foo/foo.c, which the case adds to',
    at: { file: patch },
  });
});

test('a source without a line end at its end gets one before what is exposed', async () => {
  const tree = smallTree({ 'drivers/foo/foo.c': fooSource.trimEnd() });
  const files = await texts(smallCase(), tree, null);
  expect(files.get('drivers/foo/foo.c')?.text).toBe(fooSource + exposeText(['foo_stop']));
});

test.each([
  ['tw686x-streamoff', 'tw686x_streamoff'],
  ['a case: "of" $(shell, id)', 'a_case_of_shell_id_'],
  ['2nd.try', '2nd_try'],
  ['ß', 'harness'],
  ['---', 'harness'],
])('the case named %s has a harness that kbuild can build', async (name, stem) => {
  const theCase = smallCase({ name });
  expect(harnessPath(theCase)).toBe(`lib/millrace/${stem}.c`);
  const files = await texts(theCase, smallTree(), null);
  expect(files.get('lib/millrace/Kconfig')?.text).toContain(`bool "Race harness: ${stem}"\n`);
  expect(files.get('lib/millrace/Makefile')?.text).toContain(`+= ${stem}.o\n`);
});
