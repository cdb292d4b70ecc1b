// Records for the renderings: of both engines, with every kind of verdict.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeKcsan, judgeModel } from '../../src/judge/index.js';
import type { KcsanRun, ModelRun } from '../../src/model/index.js';
import {
  migrated,
  type RunRecord,
  runRecordSchema,
  type SectionOf,
  sectionOf,
} from '../../src/record/index.js';
import { times } from '../judge/runs.js';
import { bootFrom, kernel, record, withSections } from './records.js';

/** Records of format 1, as versions until November 2026 left them, brought to the present form. */
function fixture(name: string): RunRecord {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
  return runRecordSchema.parse(migrated(JSON.parse(text)));
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
  const base = sectionOf(modelRecord, 'model')?.kernels[0];
  if (base === undefined) throw new Error('fixtures/model.json has no run');
  const verdict = judgeModel(modelRecord.case as Parameters<typeof judgeModel>[0], base as ModelRun, null);
  return withSections(
    { ...modelRecord, fix: null },
    { engine: 'model', kernels: [base as ModelRun], verdict },
  );
}

/** As `millrace export` writes them; test/export holds a mail to what it really writes. */
const stock: NonNullable<RunRecord['stock']> = {
  patch: '0001-tw686x-streamoff-harness.patch',
  apply: 'patch -p1 < 0001-tw686x-streamoff-harness.patch',
  build:
    './tools/testing/kunit/kunit.py build \\\n    --arch=x86_64 \\\n    --kunitconfig=lib/millrace/kunitconfig \\\n    --build_dir=../out-millrace \\\n    --make_options CC=clang-19 \\\n    --jobs "$(nproc)"',
  boot: "timeout 120 qemu-system-x86_64 \\\n    -smp 8 \\\n    -m 2048 \\\n    -kernel ../out-millrace/arch/x86/boot/bzImage \\\n    -append 'kunit.filter_glob=tw686x.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot millrace.seconds=20' \\\n    -nographic \\\n    -no-reboot",
  fixes: [{ name: 'hold-lock', patch: 'hold-lock.patch', apply: 'patch -p1 < hold-lock.patch' }],
};

type Sampled = SectionOf<'kcsan'>['kernels'];

/** A sample of one test under KCSAN's algorithm, with its verdict; the driver's lines are left out. */
function sampledRecord(change: (kernels: Sampled) => Sampled = (kernels) => kernels): RunRecord {
  const recorded = fixture('kcsan.json');
  const kernels = change(sectionOf(recorded, 'kcsan')?.kernels ?? []) as KcsanRun[];
  const [base, fixed] = kernels;
  if (base === undefined) throw new Error('fixtures/kcsan.json has no kernel');
  const judged = recorded.case as Parameters<typeof judgeKcsan>[0];
  return withSections(
    { ...recorded, fix: fixed === undefined ? null : recorded.fix, stock },
    { engine: 'kcsan', kernels, verdict: judgeKcsan(judged, base, fixed ?? null) },
  );
}

/** As a sample so small that KCSAN saw nothing. */
function unseen(kernels: Sampled): Sampled {
  return kernels.slice(0, 1).map((run) => ({
    ...run,
    options: { ...run.options, executions: 10 },
    tests: run.tests.map((test) => ({
      ...test,
      executions: 10,
      hits: 0,
      printed: 0,
      pairs: test.pairs.map((pair) => ({ ...pair, hits: 0, first: null })),
      races: [],
      timelines: [],
      findings: [],
    })),
  }));
}

export const kcsanRecord = sampledRecord();

const racing = bootFrom('base');
const clean = bootFrom('fixed');

const kernelRecord = record(kernel('base', times(7, racing)), kernel('hold-lock', times(7, clean)), {
  stock,
});

const records: Readonly<Record<string, RunRecord>> = {
  model: modelRecord,
  'model-steps': stepsRecord,
  'model-base': modelBaseOnly(),
  kcsan: kcsanRecord,
  'kcsan-not-shown': sampledRecord(unseen),
  'model-kcsan': withSections(stepsRecord, sectionOf(kcsanRecord, 'kcsan')),
  kernel: kernelRecord,
  both: withSections(kernelRecord, sectionOf(stepsRecord, 'model')),
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
  for (const key of [
    'context',
    'strategy',
    'stoppedBy',
    'started',
    'finished',
    'sha256',
    'address',
    'value',
    'says',
  ])
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
