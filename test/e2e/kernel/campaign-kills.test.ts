// A hundred deaths of a campaign of real explorations: at each moment of a job, of the journal's and of the store's.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evidenceOf } from '../../../src/evidence/index.js';
import { readRun } from '../../../src/record/index.js';
import { expectAllOnce, killAndResume } from '../../campaign/kills.js';

const tree = process.env.MILLRACE_TREE ?? 'debian:6.12';

const configurations = [1, 2, 3, 4, 5].map(
  (seed) => `  - { name: seed-${seed}, model: { strategy: pct, seed: ${seed}, maxSchedules: 50 } }\n`,
);
const text = `version: 1
cases: [sunkbd-enabled, tw686x-streamoff]
trees: ["${tree}"]
fixes: [none]
configurations:
${configurations.join('')}`;

test('of a hundred kills no job is lost, and none counted twice', async () => {
  let killed = 0;
  while (killed < 100) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-kills-'));
    const file = join(folder, 'campaign.yaml');
    writeFileSync(file, text);
    // From before the plan to behind the end of several jobs, no two alike.
    const before = killed;
    const after = (kill: number) => 300 + (((before + kill) * 997) % 4000);
    const ended = await killAndResume({ folder, file, kills: 100 - killed, after });
    killed += ended.killed;
    expect(ended.view.counts).toMatchObject({ cells: 10, jobs: 10, done: 10, failed: 0 });
    expectAllOnce(folder, 10);
    for (const { record, verdict } of ended.view.cells) {
      const { record: run } = await readRun(record, folder);
      expect(run.status).toBe('finished');
      expect(evidenceOf(run).verdict.kind).toBe(verdict.kind);
    }
  }
  expect(killed).toBe(100);
});
