// The public API: its pages are those that the build makes, and programs use it by the package's name.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { apiPages } from '../../scripts/api-pages.mjs';
import { smallCase, smallTree } from '../kernel/small-case.js';
import { stored } from '../render/stored.js';

const root = join(import.meta.dirname, '../..');
const example = (name: string, ...args: string[]) =>
  execa(process.execPath, [join(root, 'examples', name), ...args], { reject: false });

// `npm run api` mends what this finds.
test('every name is documented, and docs/api is as `npm run api` writes it', () => {
  const pages = apiPages(join(root, 'dist'));
  expect(readdirSync(join(root, 'docs/api')).toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [name, text] of pages) expect(readFileSync(join(root, 'docs/api', name), 'utf8')).toBe(text);
});

test('a name without a comment is an error', () => {
  const dist = mkdtempSync(join(tmpdir(), 'millrace-api-'));
  writeFileSync(join(dist, 'index.d.ts'), "export { bare } from './bare.js';\n");
  writeFileSync(join(dist, 'bare.d.ts'), 'export declare function bare(): void;\n');
  expect(() => apiPages(dist)).toThrow('without a comment: bare');
});

test('examples/read-log.mjs prints the races of a log', async () => {
  const { stdout, stderr } = await example('read-log.mjs', join(root, 'test/render/fixtures/base.console'));
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^tw686x_disable_channel \/ tw686x_dma_delay: \d+$/m);
});

test('examples/render-record.mjs writes up a record', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-example-'));
  writeFileSync(join(folder, 'run.json'), JSON.stringify(stored['model-steps']));
  const { stdout, stderr } = await example('render-record.mjs', folder);
  expect(stderr).toBe('tw686x-streamoff: race shown, fix shown');
  expect(stdout).toMatch(/^Subject: /);
});

test('examples/explore-case.mjs says what is wrong with a tree', async () => {
  const { stderr } = await example('explore-case.mjs', smallCase().directory, join(smallTree().path, 'none'));
  expect(stderr).toContain('MillraceError');
});
