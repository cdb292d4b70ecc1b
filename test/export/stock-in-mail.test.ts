// What a mail says of stock tools is what `millrace export` writes.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { exportCase, stockSteps } from '../../src/export/index.js';
import type { RunRecord } from '../../src/record/index.js';
import { renderReport } from '../../src/render/index.js';
import { fakeQemu } from '../kernel/qemu/fake-qemu.js';
import { smallCase, smallTree } from '../kernel/small-case.js';
import { bodyOf, commandsIn, wordsOf } from '../render/mail-facts.js';
import { kcsanRecord } from '../render/stored.js';

test('a mail has the commands that an exported case has, on lines of 72 columns', async () => {
  const { program } = fakeQemu("echo 'clang version 19.1.7'");
  const tools = ['CC', 'HOSTCC', 'LD', 'AR', 'NM', 'OBJCOPY', 'OBJDUMP', 'READELF', 'STRIP'];
  const makeOptions = tools.map((tool) => `${tool}=${program}`);
  const theCase = smallCase();
  const { patch, fixes, instructions } = await exportCase({
    case: theCase,
    tree: smallTree(),
    directory: join(mkdtempSync(join(tmpdir(), 'millrace-stock-')), 'out'),
    makeOptions,
  });
  const stock = await stockSteps(theCase, [...theCase.kernel.makeOptions, ...makeOptions]);
  const record = { ...kcsanRecord, stock } as RunRecord;
  const mail = renderReport(evidenceOf(record), 'mail');
  for (const line of bodyOf(mail).split('\n')) expect(line.length, line).toBeLessThanOrEqual(72);
  const section = mail.slice(mail.indexOf('To run it with stock tools'));
  expect(section).toContain(`${basename(patch)} and ${basename(fixes[0] ?? '')} are written by`);
  // In the text of the export, commands are indented by four: as a mail has them, by two.
  const written = readFileSync(instructions, 'utf8').replace(/^ {4}/gm, '  ');
  const [, ...commands] = commandsIn(section).map(wordsOf);
  expect(commands).toEqual(commandsIn(written).map(wordsOf));
  expect(commands.map(([program]) => program)).toEqual(['patch', 'kunit', 'timeout', 'patch']);
});
