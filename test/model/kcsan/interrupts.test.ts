// What KCSAN says of tasks and interrupts (interrupts.c), with the setting or the number of CPUs that makes the difference.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../../src/model/compile/index.js';
import type { KcsanSettings } from '../../../src/model/detect/kcsan/index.js';
import type { Program } from '../../../src/model/link/index.js';
import { compilePrograms } from '../../../src/model/plain-c/index.js';
import { caseKcsanProgram, linkPlainKcsan, sample } from '../../../src/model/sampling/index.js';
import { eager, said } from './run-rules.js';

let program: Program;

beforeAll(async () => {
  const file = fileURLToPath(new URL('interrupts.c', import.meta.url));
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], {
    cflags: ['-w'],
    instrumentation: 'kcsan',
  });
  program = await linkPlainKcsan(wasm as Uint8Array, eager);
});

async function spoken(test: string, cpus: number, settings: Partial<KcsanSettings>): Promise<string[]> {
  const limits = { steps: 100_000, memory: 1024 * 1024 };
  const of = { test, cpus, settings: { ...eager, ...settings }, seed: 5, limits };
  const made = caseKcsanProgram(program, of);
  const { races, incidents } = await sample(made, { executions: 25, maxTime: Number.POSITIVE_INFINITY });
  expect([...incidents, ...made.warnings]).toEqual([]);
  return said(
    races.map(({ report }) => report),
    program,
  );
}

const watched = { interruptWatcher: true } as const;
const unwatched = { interruptWatcher: false } as const;
const known = { ...watched, reportRaceUnknownOrigin: false } as const;
const permissive = { ...known, permissive: true, reportValueChangeOnly: true } as const;

/** Sentence, test, CPUs, settings, what is said: nothing, or something that contains this. */
type Row = readonly [string, string, number, Partial<KcsanSettings>, string | null];

const rows: readonly Row[] = [
  ['a softirq comes upon a stalled task, INTERRUPT_WATCHER', 'write_softirq', 1, watched, 'read / write'],
  ['the same without INTERRUPT_WATCHER', 'write_softirq', 1, unwatched, null],
  ['that, on two CPUs', 'write_softirq', 2, unwatched, 'read / write'],
  ['a hard interrupt comes upon a stalled task', 'write_hardirq', 1, watched, 'read / write'],
  ['the same without INTERRUPT_WATCHER, hard', 'write_hardirq', 1, unwatched, null],
  ['the task turns interrupts off, one CPU', 'write_irqs_off', 1, watched, null],
  ['the task turns interrupts off, two CPUs', 'write_irqs_off', 2, watched, 'read / write'],
  ['an interrupt comes upon a task that turned KCSAN off', 'task_off', 2, known, 'read / write'],
  ['an interrupt turned KCSAN off itself', 'interrupt_off', 2, known, null],
  ['an interrupt comes upon a task in an atomic region', 'task_atomic', 2, known, 'read-write / read-write'],
  ['an interrupt is in an atomic region itself', 'interrupt_atomic', 2, known, null],
  ['a task changes its own flags, and another reads them', 'own_flags_read', 2, known, 'read / read-write'],
  ['the same with PERMISSIVE', 'own_flags_read', 2, permissive, null],
];

it.each(rows)('KCSAN speaks, or is silent, when %s', async (_, test, cpus, settings, expected) => {
  const lines = await spoken(test, cpus, settings);
  if (expected === null) expect(lines).toEqual([]);
  else expect(lines.join('\n')).toContain(expected);
});
