// The founding case's record, copied to another place: what it shows, and the run done again from it.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { loadCase } from '../../../src/case/index.js';
import { type Evidence, evidenceOf } from '../../../src/evidence/index.js';
import { type Run, readRun } from '../../../src/record/index.js';
import { findFix, rerun, runCase } from '../../../src/run/index.js';
import { openTree, type Tree } from '../../../src/tree/index.js';
import { lockRuleText, outcomesText } from '../../../src/words/index.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();

describe.skipIf(spec === null)(`evidence of the founding case${spec === null ? ` (${noTree})` : ''}`, () => {
  let folder: string;
  let tree: Tree;
  let moved: Run;
  let evidence: Evidence;
  const common = () => ({
    tree,
    workingDirectory: folder,
    version: '0.1.0',
    command: ['millrace', 'run'],
    progress: silentProgress,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-evidence-'));
    tree = await openTree(spec ?? '');
    const theCase = await loadCase(join(import.meta.dirname, '../../../cases/tw686x-streamoff'));
    const fix = findFix(theCase, 'hold-lock');
    const { run } = await runCase({ ...common(), case: theCase, fix, engines: { model: {} } });
    await cp(run.directory, join(folder, 'elsewhere'), { recursive: true });
    await rm(run.directory, { recursive: true });
    moved = await readRun(join(folder, 'elsewhere'), folder);
    evidence = evidenceOf(moved.record);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('groups the races by field, with the rule that one path breaks and the fix follows', () => {
    const racing = evidence.variables.filter(({ races }) => races.length > 0);
    expect(
      racing.map(({ struct, name, races, rule, fixedRule, classification }) => ({
        field: `${struct}.${name}`,
        races: races.length,
        rule: rule === null ? null : lockRuleText(rule),
        fixed: fixedRule?.missing.length,
        kind: classification?.kind,
        suggestions: classification?.suggestions.map(({ says }) => says),
      })),
    ).toEqual(
      ['pending_dma_en', 'pending_dma_cmd'].map((name) => ({
        field: `tw686x_dev.${name}`,
        races: 3,
        rule: `2 of 3 accesses to \`${name}\` hold \`dev->lock\`; \`tw686x_disable_channel\` from \`tw686x_stop_streaming\` does not`,
        fixed: 0,
        kind: 'bug',
        suggestions: ['hold-lock'],
      })),
    );
  });

  test('tells the harm, each with a schedule whose steps are in the record', () => {
    const harms = evidence.harms.filter(({ test: name }) => name === 'streamoff_vs_delay');
    expect(new Set(harms.map(({ kind }) => kind))).toEqual(
      new Set(['invariant', 'lost-update', 'torn-pair', 'no-serial-order']),
    );
    for (const { schedule } of harms) {
      const shown = evidence.schedules.find(({ text }) => text === schedule);
      expect(shown?.steps.length).toBeGreaterThan(0);
    }
    expect(harms.every(({ kernel }) => kernel === 'base')).toBe(true);
  });

  test('says of the fix that every outcome is one of a serial order', () => {
    expect(evidence.outcomes.filter(({ kernel }) => kernel === 'fixed').map(outcomesText)).toEqual([
      'With the fix, in every interleaving of streamoff_vs_delay the outcome was one that some serial order of its sides gives.',
      'With the fix, in every interleaving of streamoff_two_channels the outcome was one that some serial order of its sides gives.',
    ]);
  });

  test('survives JSON as it is', () => {
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  test('the run done again from the copy finds the same', async () => {
    const { differences } = await rerun({ ...common(), earlier: moved });
    expect(differences).toEqual({ sameFindings: true, setup: [], findings: [], counts: [] });
  }, 120_000);
});
