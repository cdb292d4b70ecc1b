// `millrace campaign` as a user runs it, with real jobs that need no kernel tree of size and no compiler.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { smallCampaign } from './small-campaign.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

function millrace(folder: string, ...args: string[]) {
  return execa(process.execPath, [main, 'campaign', ...args], { reject: false, cwd: folder });
}

const resultsOf = (folder: string) => readdirSync(join(folder, '.millrace/campaigns/results')).sort();

test('each cell has its place in the table and the page, and its reason', async () => {
  const { folder, file } = smallCampaign({ cases: 2, trees: 1 });
  const { stdout, exitCode } = await millrace(folder, file, '--page', 'page.html', '--quiet');
  expect(stdout).toContain('? does not fit');
  expect(stdout).toMatch(/case-1, .*drivers\/foo\/gone\.c/s);
  expect(stdout).toContain('2 of 2 jobs done');
  expect(exitCode).toBe(4);
  const page = readFileSync(join(folder, 'page.html'), 'utf8');
  expect(page).toContain('<h3>case-2, ');
  expect(page).toContain('Content-Security-Policy');
  expect(readdirSync(join(folder, '.millrace/campaigns/scratch'))).toEqual([]);
});

test('a job is done once, and its result found again, also by another campaign', async () => {
  const { folder, file } = smallCampaign();
  const first = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout);
  expect(first.counts).toMatchObject({ cells: 4, jobs: 4, done: 4, found: 0 });
  const again = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout);
  expect(again.counts).toMatchObject({ done: 4, found: 4 });
  expect(again.cells).toEqual(first.cells);
  const part = join(folder, 'part.yaml');
  writeFileSync(part, readFileSync(file, 'utf8').replace('case-1, ', ''));
  const other = JSON.parse((await millrace(folder, part, '--json', '--quiet')).stdout);
  expect(other.counts).toMatchObject({ jobs: 2, done: 2, found: 2 });
  expect(resultsOf(folder)).toHaveLength(4);
});

test('a case that was edited is another job, and --resume says that it goes on with the old one', async () => {
  const { folder, file } = smallCampaign({ cases: 2, trees: 1 });
  const before = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout);
  rmSync(join(folder, '.millrace/campaigns/results', before.cells[1].key), { recursive: true });
  appendFileSync(join(folder, 'case-2/harness.c'), '// edited\n');
  writeFileSync(file, `${readFileSync(file, 'utf8')}attempts: 1\n`);
  const resumed = JSON.parse((await millrace(folder, file, '--resume', '--json', '--quiet')).stdout);
  expect(resumed.cells[0]).toMatchObject({ state: 'refused' });
  expect(resumed.cells[1]).toMatchObject({ key: before.cells[1].key, state: 'failed' });
  expect(resumed.cells[1].reason).toContain('case-2 has been changed since the campaign was planned');
  const anew = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout);
  expect(anew.cells[0].key).toBe(before.cells[0].key);
  expect(anew.cells[1]).toMatchObject({ state: 'refused' });
  expect(anew.cells[1].key).not.toBe(before.cells[1].key);
});

test('a damaged result is put away and made anew', async () => {
  const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
  const [cell] = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout).cells;
  const place = join(folder, '.millrace/campaigns/results', cell.key, 'result.json');
  writeFileSync(place, readFileSync(place, 'utf8').slice(0, 40));
  const again = JSON.parse((await millrace(folder, file, '--json', '--quiet')).stdout);
  expect(again).toMatchObject({ counts: { done: 1, found: 0 }, cells: [{ state: 'refused' }] });
  expect(readdirSync(join(folder, '.millrace/campaigns/damaged'))).toHaveLength(1);
});

test('what is wrong with the file is told at once, with lines, before anything is made', async () => {
  const { folder } = smallCampaign();
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'version: 1\ncases: [case-1, case-1]\ntrees: [6.12]\nengine: [model]\n');
  const wrong = await millrace(folder, file);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('wrong.yaml:3:9: trees[0] is 6.12: expected text (in quotes');
  expect(wrong.stderr).toContain('wrong.yaml:4:1: there is no key "engine" in a campaign');
  expect(wrong.stderr).toContain('Did you mean "engines"?');
  writeFileSync(file, 'version: 1\ncases: [case-1, case-3]\ntrees: ["6.12"]\n');
  const missing = await millrace(folder, file);
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain('wrong.yaml:2:17: there is no case');
  writeFileSync(file, 'version: 1\ncases: [case-1]\ntrees: ["6.12"]\nfixes: [none, hold-lok]\n');
  const fix = await millrace(folder, file);
  expect(fix.exitCode).toBe(2);
  expect(fix.stderr).toContain('wrong.yaml:4:15: no case has a fix "hold-lok"');
  expect(existsSync(join(folder, '.millrace/campaigns/journal.db'))).toBe(false);
});

test('a tree that cannot be had is said of its cells, and the others run', async () => {
  const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
  writeFileSync(file, readFileSync(file, 'utf8').replace('trees: [', 'trees: [nowhere, '));
  const { stdout } = await millrace(folder, file, '--json', '--quiet');
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'inconclusive',
    cells: [{ state: 'no tree', key: null, tree: 'nowhere' }, { state: 'refused' }],
  });
});

test('there is nothing to resume where nothing was begun', async () => {
  const { folder, file } = smallCampaign();
  const { exitCode, stderr } = await millrace(folder, file, '--resume');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('has been begun here');
});
