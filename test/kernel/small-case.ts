// A case and a kernel tree of a few lines, made on the spot.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../../src/case/index.js';
import type { Tree } from '../../src/tree/index.js';
import { write } from '../tree/fake-tree.js';

export { write } from '../tree/fake-tree.js';

export const fooSource = `static void foo_stop(struct foo *foo)
{
	foo->pending = 0;
}
`;

export const holdLock = `--- a/drivers/foo/foo.c
+++ b/drivers/foo/foo.c
@@ -1,4 +1,6 @@
 static void foo_stop(struct foo *foo)
 {
+	lock();
 	foo->pending = 0;
+	unlock();
 }
`;

const treeFiles: Readonly<Record<string, string>> = {
  Makefile: 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\n',
  Kconfig: 'source "lib/Kconfig.debug"\n',
  'drivers/foo/foo.c': fooSource,
  'drivers/foo/old.c': 'int old;\n',
  'lib/Makefile': 'obj-y += lib.o\n',
  'lib/Kconfig.debug': 'config KUNIT\n\ttristate "KUnit"\n',
};

export function smallTree(more: Readonly<Record<string, string>> = {}): Tree {
  const path = mkdtempSync(join(tmpdir(), 'millrace-small-tree-'));
  for (const [file, text] of Object.entries({ ...treeFiles, ...more })) write(path, file, text);
  return { path, spec: 'linux', version: '6.12.117', identity: 'one', commit: null };
}

const caseYaml = `version: 1
title: foo_stop() against itself
sources: [drivers/foo/foo.c]
expose:
  drivers/foo/foo.c: [foo_stop]
suite: foo
tests:
  - name: two_stops
    title: Two at once
    races: [[foo_stop, foo_stop]]
fixes:
  - { name: hold-lock, title: Hold the lock, patch: hold-lock.patch }
assumptions: [Nothing is taken for granted.]
`;

const harness = `#include <kunit/test.h>
static void two_stops(struct kunit *test) {}
static struct kunit_case cases[] = { KUNIT_CASE(two_stops), {} };
static struct kunit_suite suite = { .name = "foo", .test_cases = cases };
kunit_test_suite(suite);
`;

/** Its folder holds the files that it names. */
export function smallCase(more: Partial<Case> = {}): Case {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-small-case-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  file('case.yaml', caseYaml);
  return {
    name: 'foo-stop',
    directory,
    title: 'foo_stop() against itself',
    description: '',
    sources: ['drivers/foo/foo.c'],
    expose: { 'drivers/foo/foo.c': ['foo_stop'] },
    harness: file('harness.c', harness),
    kunitconfig: file('kunitconfig', 'CONFIG_KCSAN=y\nCONFIG_FOO=y\n'),
    suite: 'foo',
    tests: [{ name: 'two_stops', title: 'Two at once', races: [{ functions: ['foo_stop', 'foo_stop'] }] }],
    fixes: [{ name: 'hold-lock', title: 'Hold the lock', patch: file('hold-lock.patch', holdLock) }],
    assumptions: ['Nothing is taken for granted.'],
    kernel: { cpus: 2, memory: 256, timeout: 60, seconds: 2, boots: 2, makeOptions: [] },
    ...more,
  };
}
