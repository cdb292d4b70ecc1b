// Two records of one case told apart, and one verdict for two engines.
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { type RunRecord, sectionOf } from '../../src/record/index.js';
import { compareRecords } from '../../src/run/index.js';
import { runReasonText, runStatementText } from '../../src/words/index.js';
import { withSections } from '../render/records.js';
import { kcsanRecord, modelRecord, stored } from '../render/stored.js';

function changed(change: (record: RunRecord) => void): RunRecord {
  const copy = structuredClone(modelRecord);
  change(copy);
  return copy;
}

describe('a run done again', () => {
  it('differs in nothing from itself', () => {
    expect(compareRecords(modelRecord, modelRecord)).toEqual({
      sameFindings: true,
      setup: [],
      findings: [],
      counts: [],
    });
  });

  it('may differ in versions and counts, and still have found the same', () => {
    const other = changed((record) => {
      record.millrace = '9.9.9';
      const [test] = sectionOf(record, 'model')?.kernels[0]?.tests ?? [];
      if (test !== undefined) test.interleavings = 7;
    });
    expect(compareRecords(modelRecord, other)).toMatchObject({
      sameFindings: true,
      setup: [`Millrace: ${modelRecord.millrace} then, 9.9.9 now`],
      findings: [],
      counts: [expect.stringMatching(/^interleavings of .* then, 7 now$/)],
    });
  });

  it('says which finding is gone and which verdict came of it', () => {
    const other = changed((record) => {
      const model = sectionOf(record, 'model');
      const [test] = model?.kernels[0]?.tests ?? [];
      if (test !== undefined) test.failures = [];
      if (model?.verdict) model.verdict.kind = 'not-shown';
    });
    const { sameFindings, findings } = compareRecords(modelRecord, other);
    expect(sameFindings).toBe(false);
    expect(findings).toContain('new: verdict of the engine model: not-shown');
    expect(
      findings.some((text) => text.startsWith('no longer: an invariant fails in streamoff_vs_delay (base)')),
    ).toBe(true);
  });
});

describe('a run under KCSAN done again', () => {
  it('differs in nothing from itself', () => {
    const { sameFindings, setup, findings, counts } = compareRecords(kcsanRecord, kcsanRecord);
    expect([sameFindings, setup, findings, counts]).toEqual([true, [], [], []]);
  });

  it('says which setting is another, which report is gone, and how the hits changed', () => {
    const other = structuredClone(kcsanRecord);
    const [run] = sectionOf(other, 'kcsan')?.kernels ?? [];
    const [test] = run?.tests ?? [];
    if (run === undefined || test === undefined) expect.fail();
    run.settings = run.settings.map((line) => line.replace('SKIP_WATCH=100', 'SKIP_WATCH=4000'));
    test.races = test.races.slice(1);
    test.hits = 70;
    const { setup, findings, counts } = compareRecords(kcsanRecord, other);
    expect(setup).toEqual([
      'CONFIG_KCSAN_SKIP_WATCH of base under KCSAN: CONFIG_KCSAN_SKIP_WATCH=100 then, CONFIG_KCSAN_SKIP_WATCH=4000 now',
    ]);
    expect(findings).toEqual([
      expect.stringMatching(
        /^no longer: data-race in .* on pending_dma_cmd in streamoff_vs_delay under KCSAN/,
      ),
    ]);
    expect(counts).toEqual([expect.stringMatching(/: 143 of 10000, .* then, 70 of 10000, .* now$/)]);
  });
});

describe('the verdict of both detectors', () => {
  const verdictWith = (kind: string) => {
    const record = structuredClone(stored['model-kcsan'] ?? expect.fail());
    const sampled = sectionOf(record, 'kcsan')?.verdict ?? expect.fail();
    Object.assign(sampled, { kind, outcome: kind === 'inconclusive' ? kind : 'not-as-expected' });
    return evidenceOf(record).verdict;
  };

  it.each(['shown', 'not-shown', 'inconclusive'])(
    'is the exploration’s where the sample says: %s',
    (kind) => {
      expect(verdictWith(kind)).toMatchObject({ kind: 'fix-shown', outcome: 'as-expected' });
    },
  );

  it.each(['fix-harmful', 'fix-incomplete'])('is the sample’s where that is against the fix: %s', (kind) => {
    expect(verdictWith(kind)).toMatchObject({ kind, outcome: 'not-as-expected' });
  });

  it('is none when a run was cut off before the sample', () => {
    const whole = stored['model-kcsan'] ?? expect.fail();
    const cut = withSections(whole, { engine: 'kcsan', kernels: [], verdict: null });
    expect(evidenceOf({ ...cut, status: 'interrupted' }).verdict.kind).toBe('inconclusive');
  });
});

describe('the verdict of both engines', () => {
  const both = (kernel: RunRecord) =>
    evidenceOf(withSections(kernel, sectionOf(modelRecord, 'model'))).verdict;
  const kernelRecord = (name: string) => stored[name] as RunRecord;

  it('is what both show', () => {
    expect(both(kernelRecord('kernel'))).toMatchObject({
      kind: 'fix-shown',
      outcome: 'as-expected',
    });
  });

  it.each([
    ['kernel-harmful', 'fix-harmful'],
    ['kernel-incomplete', 'fix-incomplete'],
  ] as const)('is against the fix when one engine is: %s', (name, kind) => {
    const verdict = both(kernelRecord(name));
    expect(verdict).toMatchObject({ kind, outcome: 'not-as-expected' });
    expect(runReasonText(verdict.reason)).toMatch(/^kernel engine: /);
  });

  it('is inconclusive where one shows what the other does not, and says so', () => {
    const { kind, lacking } = both(kernelRecord('kernel-not-shown'));
    expect(kind).toBe('inconclusive');
    expect(lacking.map(runStatementText)[0]).toBe(
      'the engines differ: model engine: race shown, fix shown; kernel engine: race not shown',
    );
  });

  it('is inconclusive when a run was cut off between them', () => {
    const unbooted = { engine: 'kernel', settings: null, kernels: [], fields: [], verdict: null } as const;
    const cut = withSections({ ...modelRecord, status: 'running' }, unbooted);
    expect(evidenceOf(cut).verdict).toMatchObject({
      kind: 'inconclusive',
      lacking: [{ says: 'unfinished', status: 'running', error: null }],
    });
  });
});
