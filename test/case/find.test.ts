import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledCases, caseArgument, exposeText, findCase, loadCase } from '../../src/case/index.js';

const good = join(import.meta.dirname, 'fixtures/good');

test('a case is found by its folder, and by the case.yaml in it', async () => {
  expect(await findCase(good)).toBe(good);
  expect(await findCase('test/case/fixtures/good')).toBe(good);
  expect(await findCase(join(good, 'case.yaml'))).toBe(good);
});

test('a bundled case is found by its name', async () => {
  for (const name of await bundledCases())
    expect(await findCase(name)).toBe(join(import.meta.dirname, '../../cases', name));
});

test('what a record calls a case finds it again from the same folder', async () => {
  const here = process.cwd();
  expect(caseArgument(good, here)).toBe('test/case/fixtures/good');
  expect(await findCase(caseArgument(good, here))).toBe(good);
  expect(caseArgument(good, join(here, 'src'))).toBe(good);
  const [name = ''] = await bundledCases();
  expect(caseArgument(await findCase(name), here)).toBe(name);
});

test('every bundled case is a good one', async () => {
  const names = await bundledCases();
  expect(names).toContain('tw686x-streamoff');
  for (const name of names) expect((await loadCase(await findCase(name))).name).toBe(name);
});

test('a case that is not there is bad input', async () => {
  await expect(findCase('no-such-case')).rejects.toMatchObject({
    kind: 'input',
    message: 'there is no case no-such-case',
  });
  await expect(findCase('test/case')).rejects.toMatchObject({
    message: 'the folder test/case has no case.yaml',
  });
});

test('exposed functions keep an out-of-line copy behind a constant of their own type', () => {
  expect(exposeText(['foo_stop', 'foo_timer'])).toMatchInlineSnapshot(`
    "
    /* Millrace: static functions exposed to the test harness. */
    extern __typeof__(&foo_stop) const millrace_exposed_foo_stop;
    __typeof__(&foo_stop) const millrace_exposed_foo_stop = &foo_stop;
    extern __typeof__(&foo_timer) const millrace_exposed_foo_timer;
    __typeof__(&foo_timer) const millrace_exposed_foo_timer = &foo_timer;
    "
  `);
});
