import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { judgeModel } from '../../src/judge/index.js';
import type { ModelFinding, ModelRun } from '../../src/model/index.js';
import type { RunRecord } from '../../src/record/index.js';
import { sectionOf } from '../../src/record/index.js';
import { renderResult } from '../../src/render/terminal/index.js';
import { withSections } from './records.js';
import { modelRecord, stored } from './stored.js';

/** A run of the founding case with its fix, as it was recorded. */
const recorded = modelRecord;
const [base, fixed] = (sectionOf(recorded, 'model')?.kernels ?? []) as readonly ModelRun[] as [
  ModelRun,
  ModelRun,
];
const tests = recorded.case.tests;
const judged = { suite: recorded.case.suite, sources: recorded.case.sources, tests };

function record(runs: readonly [ModelRun, ModelRun?]): RunRecord {
  const verdict = judgeModel(judged, runs[0], runs[1] ?? null);
  const kernels = runs.filter((run) => run !== undefined);
  const fix = runs[1] === undefined ? null : recorded.fix;
  return withSections({ ...recorded, fix }, { engine: 'model', kernels, verdict });
}

const deadlock: ModelFinding = {
  kind: 'deadlock',
  facts: {
    fact: 'waits',
    waits: [
      {
        who: { name: 'stop_streaming', context: 'task', cpu: 0 },
        wait: { on: 'spinlock', own: true },
        loops: false,
      },
    ],
  },
  places: [{ function: 'tw686x_stop_streaming', file: 'drivers/media/pci/tw686x/tw686x-video.c', line: 554 }],
  sides: [{ name: 'stop_streaming', context: 'task', cpu: 0 }],
  waits: [],
  lifetime: null,
  references: [],
  inHarness: false,
  fingerprint: 'deadlock tw686x_stop_streaming',
  schedule: { text: 'streamoff_vs_delay:twice:d153.0000:m1-01234567-0.34,1.12', preemptions: null },
};
const twice: ModelRun = {
  ...fixed,
  name: 'twice',
  tests: fixed.tests.map((test, index) => (index === 0 ? { ...test, findings: [deadlock] } : test)),
};
const cutShort: ModelRun = {
  ...fixed,
  options: { ...fixed.options, strategy: 'bounded' },
  tests: fixed.tests.map((test) => ({ ...test, complete: false, stoppedBy: 'time', estimate: 1234 })),
};

const records: Record<string, RunRecord> = {
  'model-race-shown': record([base]),
  'model-fix-shown': record([base, fixed]),
  'model-fix-harmful': record([base, twice]),
  'model-inconclusive': record([base, cutShort]),
  'model-not-shown': record([{ ...fixed, name: 'base' }]),
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const colourCodes = /\u001b\[[0-9;]*m/g;

describe('a result of the model engine on the terminal', () => {
  for (const [name, one] of Object.entries(records)) {
    it(`reads well: ${name}`, async () => {
      const plain = renderResult(evidenceOf(one), { columns: 80, colour: false });
      await expect(`${plain}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
      expect(renderResult(evidenceOf(one), { columns: 80, colour: true }).replace(colourCodes, '')).toBe(
        plain,
      );
    });

    it.each([60, 80, 120])(`keeps ${name} within %i columns`, (columns) => {
      for (const line of renderResult(evidenceOf(one), { columns, colour: false }).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(columns);
    });
  }
});

describe('a result of KCSAN’s sample', () => {
  it.each(['kcsan', 'model-kcsan', 'kcsan-not-shown'])('reads well in 80 columns: %s', async (name) => {
    const text = renderResult(evidenceOf(stored[name] ?? expect.fail()), { columns: 80, colour: false });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([60, 80, 120])('keeps to %i columns, but for the reports, whose form is KCSAN’s', (columns) => {
    const text = renderResult(evidenceOf(stored['model-kcsan'] ?? expect.fail()), { columns, colour: false });
    const own = text.replace(/={66}\nBUG: KCSAN[^=]*={66}\n/g, '');
    expect(own).not.toContain('BUG: KCSAN');
    for (const line of own.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });
});

describe('the verdict on runs of the model engine', () => {
  it.each([
    ['model-race-shown', 'shown', 'as-expected'],
    ['model-fix-shown', 'fix-shown', 'as-expected'],
    ['model-fix-harmful', 'fix-harmful', 'not-as-expected'],
    ['model-inconclusive', 'inconclusive', 'inconclusive'],
    ['model-not-shown', 'not-shown', 'not-as-expected'],
  ])('%s: %s', (name, kind, outcome) => {
    expect(sectionOf(records[name] ?? expect.fail(), 'model')?.verdict).toMatchObject({ kind, outcome });
  });

  it('goes against a case that expects nothing and races', () => {
    const silent = { ...judged, tests: tests.map((test) => ({ ...test, races: [] })) };
    expect(judgeModel(silent, base, null)).toMatchObject({ kind: 'shown', outcome: 'not-as-expected' });
    expect(judgeModel(silent, fixed, null)).toMatchObject({ kind: 'not-shown', outcome: 'as-expected' });
  });
});
