// Records for the renderings: of both engines, with every kind of verdict.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeModel } from '../../src/evidence/index.js';
import type { ModelRun } from '../../src/model/index.js';
import type { RunRecord } from '../../src/record/index.js';
import { runRecordSchema } from '../../src/record/record-schema.js';
import { times } from '../evidence/runs.js';
import { bootFrom, kernel, record } from './records.js';

function fixture(name: string): RunRecord {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')) as RunRecord;
}

/** A run of the founding case with its fix on the model engine, as a version without steps recorded it. */
export const modelRecord = fixture('model.json');

/** One test of it with every access, outcomes and steps; in place of the driver's lines are words of ours. */
export const stepsRecord: RunRecord = {
  ...fixture('model-steps.json'),
  fixes: { commit: '0123456789ab', subject: 'media: tw686x: An example of a subject' },
};

/** The same without the fix. */
export function modelBaseOnly(): RunRecord {
  const base = modelRecord.model?.runs[0];
  if (base === undefined) throw new Error('fixtures/model.json has no run');
  const verdict = judgeModel(modelRecord.case as Parameters<typeof judgeModel>[0], base as ModelRun, null);
  return structuredClone({ ...modelRecord, fix: null, model: { runs: [base], verdict } }) as RunRecord;
}

const racing = bootFrom('base');
const clean = bootFrom('fixed');

const kernelRecord = record(kernel('base', times(7, racing)), kernel('hold-lock', times(7, clean)));

const records: Readonly<Record<string, RunRecord>> = {
  model: modelRecord,
  'model-steps': stepsRecord,
  'model-base': modelBaseOnly(),
  kernel: kernelRecord,
  both: { ...kernelRecord, ...(stepsRecord.model ? { model: stepsRecord.model } : {}) },
  'kernel-base': record(kernel('base', [racing]), null),
  'kernel-incomplete': record(kernel('base', [racing]), kernel('drop-lock', [racing])),
  'kernel-harmful': record(kernel('base', [racing]), kernel('second-lock', [bootFrom('harmful')])),
  'kernel-not-shown': record(kernel('base', [clean, clean]), null),
  failed: record(null, null, {
    status: 'failed',
    error: { kind: 'environment', message: 'make failed with exit code 2', hint: 'See base/build.log.' },
  }),
};

/** As they are read from a file. */
export const stored: Readonly<Record<string, RunRecord>> = Object.fromEntries(
  Object.entries(records).map(([name, one]) => [name, runRecordSchema.parse(one)]),
);

/** `record` with hostile text in front of every string that no schema limits. */
export function hostile(one: RunRecord, text: string): RunRecord {
  const kept = new Set(['status', 'kind', 'outcome', 'type', 'accelerator', 'engine', 'base', 'fixed']);
  for (const key of ['context', 'strategy', 'stoppedBy', 'started', 'finished', 'sha256', 'address', 'value'])
    kept.add(key);
  return JSON.parse(
    JSON.stringify(one, (key, value: unknown) =>
      typeof value === 'string' && !kept.has(key) ? text + value : value,
    ),
  ) as RunRecord;
}

/** Text that means something in one of the formats. */
export const markup = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'; alert(1) //",
  ']]><x/><![CDATA[',
  '&lt;b&gt;&#60;i&#62;',
  '<!-- -- >--!> <!DOCTYPE x>',
  '\u001b[2J\u202e\u0000\r\n\t\u2028',
  '\nSubject: spoofed\n\nFrom x\n.\n-- \n',
  '</style></title></textarea></svg>',
  'javascript:alert(1)',
  '\uffff\ufffe\u{1ffff}',
];
