// Whatever dies at whatever moment: every job is done once and counted once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { expectAllOnce, killAndResume } from './kills.js';
import { smallCampaign } from './small-campaign.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

test('a campaign that is killed again and again comes to one result a job', async () => {
  const { folder, file } = smallCampaign({ cases: 3, trees: 2 });
  const { view } = await killAndResume({ folder, file, kills: 6, after: (kill) => 400 + 250 * kill });
  expect(view.counts).toMatchObject({ jobs: 6, done: 6, failed: 0 });
  expectAllOnce(folder, 6);
});

test('Ctrl-C ends all that was begun, and --resume goes on', async () => {
  const { folder, file } = smallCampaign({ cases: 3, trees: 2 });
  const child = execa(process.execPath, [main, 'campaign', file, '--jobs', '1'], {
    reject: false,
    cwd: folder,
  });
  const results = join(folder, '.millrace/campaigns/results');
  await until(() => readdirSync(results).length > 0);
  child.kill('SIGINT');
  expect(await child).toMatchObject({ exitCode: 130 });
  expect(readdirSync(results).length).toBeLessThan(6);
  expect(readdirSync(join(folder, '.millrace/campaigns/scratch'))).toEqual([]);
  const { stdout } = await execa(process.execPath, [main, 'campaign', file, '--resume', '--json', '-q'], {
    reject: false,
    cwd: folder,
  });
  expect(JSON.parse(stdout).counts).toMatchObject({ done: 6, failed: 0, cutOff: 0 });
  expectAllOnce(folder, 6);
});

test('a job whose process is killed is tried again, with the reason kept', async () => {
  const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
  const child = execa(process.execPath, [main, 'campaign', file, '--json', '-q'], {
    reject: false,
    cwd: folder,
  });
  const scratch = join(folder, '.millrace/campaigns/scratch');
  let victim: number | null = null;
  await until(() => {
    victim = jobProcess(scratch);
    return victim !== null;
  });
  process.kill(victim ?? 0, 'SIGKILL');
  const { counts, cells } = JSON.parse((await child).stdout);
  expect(counts).toMatchObject({ done: 1, failed: 0 });
  expect(cells[0].failures).toEqual([expect.stringMatching(/^its process was ended by signal 9/)]);
  expectAllOnce(folder, 1);
});

/** The node process that does the job in this scratch folder, by the command lines of all processes. */
function jobProcess(scratch: string): number | null {
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (words[0] === process.execPath && words[2]?.includes(scratch)) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  return null;
}

async function until(holds: () => boolean): Promise<void> {
  const works = () => {
    try {
      return holds();
    } catch {
      return false;
    }
  };
  while (!works()) await new Promise((resolve) => setTimeout(resolve, 5));
}
