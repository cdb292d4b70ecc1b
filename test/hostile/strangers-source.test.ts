// Sources that a stranger wrote: they name files of the host, carry escape sequences, and take names that the machine
// needs. What comes out has no text of another file, no control character, and a clear error.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  InputErrors,
  type MillraceError,
  printableText,
  safeJson,
  silentProgress,
  withoutForeignText,
} from '../../src/base/index.js';
import { errorText } from '../../src/cli/errors.js';
import { checkProgram, prepareCheck } from '../../src/model/plain-c/index.js';
import { renderCheck } from '../../src/render/check/index.js';
import { nativeClang } from '../model/accesses.js';
import { checkOptions } from '../model/programs.js';

const secret = 'fortytwo_is_the_secret';
let folder: string;
let input: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-stranger-'));
  input = join(folder, 'input');
  await mkdir(input);
  await writeFile(join(folder, 'secret.h'), `${secret} x; /* ${secret} */\n`);
  await writeFile(join(folder, 'values.h'), 'enum { stolen = 42 };\n');
  await symlink(join(folder, 'secret.h'), join(input, 'link.h'));
  await symlink(join(folder, 'values.h'), join(input, 'values-link.h'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a check of `text` says, as it would be printed. */
async function said(text: string): Promise<string> {
  const file = join(input, 'input.c');
  await writeFile(file, text);
  const options = { ...checkOptions, compiler: undefined };
  try {
    const prepared = await prepareCheck([file], options, silentProgress);
    const result = await checkProgram([file], prepared, options, silentProgress);
    return printableText(renderCheck(result));
  } catch (error) {
    return errorText(error);
  }
}

const racing = (between: string) => `#include <pthread.h>
int x;
${between}
void *t(void *a) { x++; return a; }
int main(void) { pthread_t p; pthread_create(&p, 0, t, 0); x++; pthread_join(p, 0); return 0; }
`;

it('a #line of another file gets no line of that file shown', async () => {
  const text = await said(racing(`#line 1 "${join(folder, 'secret.h')}"`));
  expect(text).toContain('1. data race');
  expect(text).not.toContain(secret);
  expect(await said(racing('#line 1 "../secret.h"'))).not.toContain(secret);
  expect(await said(racing('#line 1 "link.h"'))).not.toContain(secret);
});

it.each(['../secret.h', 'link.h', 'ABSOLUTE'])(
  'an error in an included %s does not quote it',
  async (name) => {
    const path = name === 'ABSOLUTE' ? join(folder, 'secret.h') : name;
    const text = await said(`#include "${path}"\nint main(void) { return 0; }\n`);
    expect(text).toMatch(/error/);
    expect(text).not.toContain(secret);
  },
);

it.each(['values-link.h', 'ABSOLUTE'])('an included %s of another folder is refused', async (name) => {
  const path = name === 'ABSOLUTE' ? join(folder, 'values.h') : name;
  const text = await said(`#include "${path}"\nint main(void) { return stolen; }\n`);
  expect(text).toMatch(/lies outside its folder|file not found/);
});

it('an error in the input itself is shown with its line', async () => {
  expect(await said('int main(void) { return nothing; }\n')).toContain('int main(void) { return nothing; }');
});

it('escape sequences in source lines and assertions are shown, not obeyed', async () => {
  const sequence = '\u001b]0;title\u0007\u001b[2J\u009b31m\u202e';
  const text = await said(
    racing(`#include <assert.h>\nvoid f(void) { assert(x > 5 && "${sequence}"); }`).replace(
      'x++; return',
      `f(); /* ${sequence} */ x++; return`,
    ),
  );
  expect(text).toContain('\\x1b]0;title\\x07\\x1b[2J\\x9b31m\\u202e');
  expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
});

it('errors and JSON carry no control character either', () => {
  const error = new InputErrors('a\u001b[2Jb', [
    Object.assign(new Error(), { problems: [] }) as unknown as MillraceError,
  ]);
  expect(errorText(error)).toContain('a\\x1b[2Jb');
  const value = { text: '\u009b2J\u202e\u001b' };
  expect(safeJson(value)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(safeJson(value))).toEqual(value);
});

it.each([
  [
    'a name that the machine exports',
    '__attribute__((export_name("__heap_base"))) void f(void) {}',
    'no valid module',
  ],
  [
    'a name that switches contexts',
    '__attribute__((export_name("machine_start"))) void f(void) {}',
    'cannot be made ready',
  ],
])('%s: a clear error', async (_, text, message) => {
  const shown = await said(`${text}\nint main(void) { return 0; }\n`);
  expect(shown).toContain(message);
  expect(shown).not.toMatch(/internal error|object Object/);
});

it.each([
  ['int x;', 'the program has no main()'],
  ['int main;', 'the program has no main()'],
  ['int pthread_create(int); int main(void) { return pthread_create(3); }', 'fewer arguments than it has'],
])('%s: %s', async (text, message) => {
  expect(await said(text)).toContain(message);
});

it('a function of the program’s own with the name of one that the machine has is the program’s', async () => {
  const text = await said('int printf(int a) { return a; }\nint main(void) { return printf(0); }\n');
  expect(text).toContain('Nothing found in 1');
});

it('what a compiler says of other files is cut to the places', () => {
  const text = [
    'In file included from a.c:1:',
    '/etc/shadow:1:5: error: unknown type name "root"',
    '    1 | root:x:0',
    '      | ^',
    'a.c:3:1: error: expected }',
    '    3 | int',
    '2 errors generated.',
  ].join('\n');
  const shown = withoutForeignText(text, (file) => file === 'a.c');
  expect(shown).not.toContain('root');
  expect(shown).toContain('/etc/shadow:1:5: error: ');
  expect(shown).toContain('    3 | int');
});

it.skipIf((await nativeClang()) === null)(
  'static variables beyond any memory are an error that says so',
  async () => {
    expect(await said('char array[600000000];\nint main(void) { return array[5]; }\n')).toMatch(
      /static variables of \S* take 572 MiB/,
    );
  },
);
