import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import type { RunRecord } from '../../src/record/index.js';
import { renderKernelResult } from '../../src/render/terminal/index.js';
import { times } from '../judge/runs.js';
import { bootFrom, kernel, record, withSections } from './records.js';

const racing = bootFrom('base');
const clean = bootFrom('fixed');
const hung = {
  ...clean,
  outcome: 'hung' as const,
  detail: 'the time limit of 120 s passed',
  tests: [],
  exercises: [],
};

const records: Record<string, RunRecord> = {
  'race-shown': record(kernel('base', [racing]), null),
  'fix-shown': record(kernel('base', times(7, racing)), kernel('hold-lock', times(7, clean))),
  'fix-incomplete': record(kernel('base', [racing]), kernel('drop-lock', [racing])),
  'fix-harmful': record(kernel('base', [racing]), kernel('second-lock', [bootFrom('harmful')])),
  'not-shown': record(kernel('base', [clean, clean]), null),
  inconclusive: record(kernel('base', [racing, hung]), kernel('hold-lock', [clean])),
  failed: record(null, null, {
    status: 'failed',
    error: { kind: 'environment', message: 'make failed with exit code 2', hint: 'See base/build.log.' },
  }),
  interrupted: withSections(record(null, null, { status: 'interrupted' }), {
    engine: 'kernel',
    settings: null,
    kernels: [kernel('base', [racing])],
    fields: [],
    verdict: null,
  }),
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const colourCodes = /\u001b\[[0-9;]*m/g;

describe('the result on the terminal', () => {
  for (const [name, one] of Object.entries(records)) {
    it(`reads well: ${name}`, async () => {
      const plain = renderKernelResult(evidenceOf(one), { columns: 80, colour: false });
      await expect(plain).toMatchFileSnapshot(`golden/${name}.txt`);
      const coloured = renderKernelResult(evidenceOf(one), { columns: 80, colour: true });
      await expect(coloured).toMatchFileSnapshot(`golden/${name}.ansi`);
      expect(coloured.replace(colourCodes, '')).toBe(plain);
    });

    it.each([60, 80, 120])(`keeps ${name} within %i columns`, (columns) => {
      const lines = renderKernelResult(evidenceOf(one), { columns, colour: false }).split('\n');
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
    });
  }

  it('keeps to the width and lets no control character through, whatever the values', () => {
    const wide = `\x1b[2J\u202e${'very_long_name_'.repeat(20)}\r\n\t\x07`;
    const hostile = JSON.parse(
      JSON.stringify(records['fix-harmful'], (key, value: unknown) => {
        const kept = ['status', 'kind', 'outcome', 'type', 'accelerator', 'engine', 'base', 'fixed', 'says'];
        if (typeof value === 'string' && !kept.includes(key)) return wide + value;
        return typeof value === 'number' ? value * 1e9 : value;
      }),
    ) as RunRecord;
    const text = renderKernelResult(evidenceOf(hostile), { columns: 80, colour: false });
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('shows the first report of the fixed side beside the base when the pair still races', () => {
    const text = renderKernelResult(evidenceOf(records['fix-incomplete'] ?? expect.fail()), {
      columns: 80,
      colour: false,
    });
    expect(text).toContain('base: 2 reports, the first 1.313 s after boot, in boot 1');
    expect(text).toContain('drop-lock: 2 reports, the first 1.313 s after boot, in boot 1');
  });

  it('says that a run was cut off when its caller knows', () => {
    const one = record(null, null, { status: 'running', finished: null });
    expect(renderKernelResult(evidenceOf(one), { columns: 80, colour: false, state: 'cut off' })).toMatch(
      /-streamoff, cut off$/m,
    );
    expect(renderKernelResult(evidenceOf(one), { columns: 80, colour: false })).toMatch(
      /-streamoff, running$/m,
    );
  });
});
