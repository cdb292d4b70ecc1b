// What `millrace check` says of a program in which nothing was found, so that it can be believed: what no thread came to,
// an interleaving to look at, and whether races would have been found at all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { checkProgram, prepareCheck, replayCheck } from '../../src/model/plain-c/index.js';
import { renderCheck } from '../../src/render/check/index.js';
import { checkOptions } from './programs.js';

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-trust-'));
  file = join(folder, 'a.c');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const withThread = (body: string, attribute = '', more = '') => `#include <pthread.h>
static int x, flag;
${more}
${attribute} static void *t(void *a)
{
	${body}
	return a;
}
int main(void)
{
	pthread_t p;
	pthread_create(&p, 0, t, 0);
	x = 2;
	pthread_join(p, 0);
	return 0;
}
`;

async function check(text: string, cflags: readonly string[] = []) {
  await writeFile(file, text);
  const options = { ...checkOptions, cflags, compiler: undefined };
  const prepared = await prepareCheck([file], options, silentProgress);
  return { prepared, result: await checkProgram([file], prepared, options, silentProgress) };
}

it('functions and lines that no thread came to are named, also those that nothing calls', async () => {
  const body = `if (flag)\n\t\tx = 1;`;
  const { result } = await check(withThread(body, '', 'void *forgotten(void *a) { x = 3; return a; }'));
  expect(result.outcome).toBe('nothing');
  expect(result.coverage).toMatchObject([
    { function: 'forgotten', line: 3, reached: false, unreachedLines: [] },
    { function: 't', reached: true, unreachedLines: [7] },
    { function: 'main', reached: true, unreachedLines: [] },
  ]);
  expect(renderCheck(result).replaceAll(/\s+/g, ' ')).toMatch(
    /Not reached in any interleaving: forgotten\(\) at \S+:3; line 7 of t\(\) in \S+a\.c\./,
  );
});

it('nothing is named where all was reached, and one interleaving can be looked at', async () => {
  const { prepared, result } = await check(withThread(''));
  expect(renderCheck(result)).not.toContain('Not reached');
  const { findings, steps } = replayCheck(prepared, result.example ?? '');
  expect(findings).toEqual([]);
  expect(steps.map(({ event }) => event.kind)).toEqual(['thread', 'thread']);
});

it('a race that is planted in each program is found, unless its accesses are not told', async () => {
  const { result } = await check(withThread('x = 1;'));
  expect(result.outcome).toBe('found');
  const blind = await check(withThread('x = 1;'), ['-Xclang', '-disable-llvm-passes']);
  expect(blind.result.findings).toEqual([]);
  expect(blind.result.outcome).toBe('inconclusive');
  expect(blind.result.limits).toContainEqual({ kind: 'uninstrumented', file });
  expect(renderCheck(blind.result)).toContain('planted');
});

it.each(['no_sanitize("thread")', '__no_sanitize_thread__', 'disable_sanitizer_instrumentation'])(
  '%s hides no access',
  async (attribute) => {
    const { result } = await check(withThread('x = 1;', `__attribute__((${attribute}))`));
    expect(result.findings.map(({ kind }) => kind)).toEqual(['data-race']);
  },
);

it('nor does the pragma for many functions: it is refused', async () => {
  const pragma = `#pragma clang attribute push(__attribute__((no_sanitize("thread"))), apply_to = function)`;
  await expect(check(`${pragma}\n${withThread('x = 1;')}\n#pragma clang attribute pop\n`)).rejects.toThrow(
    expect.objectContaining({ kind: 'input', hint: expect.stringContaining('pragma') }),
  );
});
