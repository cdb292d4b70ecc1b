import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { type Manual, manuals } from '../../src/cli/manual.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

const optionNames = ({ options }: Manual) =>
  options.flatMap((group) => group.options.flatMap(({ names }) => names.filter((name) => name.length > 1)));

test('a manual has each command, and each has a synopsis and what it does', async () => {
  const all = await manuals();
  const { stdout } = await execa(process.execPath, [main, '--help']);
  const listed = [...stdout.matchAll(/^ {2}millrace (\S+)/gm)].map(([, name]) => name);
  expect([...all.map(({ usage }) => usage.split(' ')[0]), 'completion'].sort()).toEqual(listed.sort());
  for (const { describe } of all) expect(describe).toMatch(/^\S.+[^.]$/);
});

test.each(['run', 'check', 'parse'])('the manual of %s and its help name the same options', async (name) => {
  const manual = (await manuals()).find(({ usage }) => usage.startsWith(`${name} `)) ?? expect.fail();
  const { stdout } = await execa(process.execPath, [main, name, '--help']);
  const [options = ''] = stdout.split(/^Examples:/m);
  const helped = [...options.matchAll(/^ {2,}(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option);
  expect([...optionNames(manual), 'help', 'version'].sort()).toEqual(helped.sort());
});
