// Records as runs leave them, their boots read from consoles by the real parser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeKernel } from '../../src/judge/index.js';
import type { BootRecord, KernelRun } from '../../src/kernel/index.js';
import type { EngineSection, RunRecord } from '../../src/record/index.js';
import {
  createConsoleReader,
  type RaceReport,
  type TestResult,
  type Trouble,
} from '../../src/report/index.js';
import { core, tw686x, video } from '../judge/runs.js';

export function bootFrom(fixture: string, more: Partial<BootRecord> = {}): BootRecord {
  const reports: RaceReport[] = [];
  const tests: TestResult[] = [];
  const troubles: Trouble[] = [];
  const reader = createConsoleReader({
    onReport: (report) => reports.push(report),
    onTest: (test) => tests.push(test),
    onTrouble: (trouble) => troubles.push(trouble),
  });
  reader.write(readFileSync(join(import.meta.dirname, 'fixtures', `${fixture}.console`)));
  reader.end();
  const counts = /rounds=(\d+) overlaps=(\d+) violations=(\d+) ms=(\d+)/;
  const exercises = tests.flatMap(({ path, diagnostics }) => {
    const found = diagnostics.map((line) => counts.exec(line)).find((match) => match !== null);
    if (!found) return [];
    const [rounds = 0, overlaps = 0, violations = 0, milliseconds = 0] = found.slice(1).map(Number);
    return [{ test: path.at(-1) ?? '', rounds, overlaps, violations, milliseconds }];
  });
  return {
    outcome: 'completed',
    detail: null,
    console: `${fixture}/boot-1.log`,
    seconds: 8.61,
    firstKtap: 2.04,
    firstReport: reports.length === 0 ? null : 2.58,
    reports,
    tests,
    troubles,
    exercises,
    ...more,
  };
}

export function kernel(name: string, boots: readonly BootRecord[]): KernelRun {
  return {
    name,
    release: '6.12.117',
    commands: {
      build: 'make CC=clang-19 LD=ld.bfd AR=llvm-ar-19 NM=llvm-nm-19 LLVM_IAS=1 KCSAN_SANITIZE=n -j2 bzImage',
      boot: "timeout 120 qemu-system-x86_64 -smp 8 -m 2048 -kernel bzImage -append 'kunit.filter_glob=tw686x.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot' -nographic -no-reboot",
    },
    toolchain: 'Debian clang version 19.1.7 (3~deb12u1)',
    qemu: 'QEMU emulator version 7.2.19 (Debian 1:7.2+dfsg-7+deb12u16)',
    accelerator: 'tcg',
    build: { built: true, seconds: 312, objects: 640, log: `${name}/build.log`, image: '/cache/bzImage' },
    settings: [
      ['CONFIG_KCSAN_STRICT', 'y'],
      ['CONFIG_KCSAN_INTERRUPT_WATCHER', 'y'],
      ['CONFIG_KCSAN_REPORT_ONCE_IN_MS', '0'],
      ['CONFIG_KCSAN_SKIP_WATCH', '100'],
      ['CONFIG_KCSAN_UDELAY_TASK', '200'],
    ],
    boots,
  };
}

export function record(
  base: KernelRun | null,
  fixed: KernelRun | null,
  more: Partial<RunRecord> = {},
): RunRecord {
  const judged = base === null ? null : judgeKernel(tw686x, base, fixed);
  return structuredClone({
    format: 3,
    millrace: '0.1.0',
    id: '20260423T091509Z-tw686x-streamoff',
    status: 'finished',
    process: { pid: 1, machine: null, started: null },
    started: '2026-04-23T09:15:09.000Z',
    finished: '2026-04-23T09:18:47.000Z',
    command: ['millrace', 'run', 'cases/tw686x-streamoff', '--engine', 'kernel'],
    workingDirectory: '/home/user',
    case: {
      name: 'tw686x-streamoff',
      title: 'TW686x STREAMOFF against the DMA delay timer',
      suite: tw686x.suite,
      sources: [core, video],
      tests: tw686x.tests,
      assumptions: [
        'One STREAMOFF at a time on each queue, as the lock of the queue guarantees (vb2 is not part of it).',
      ],
      harnessPath: 'lib/millrace/tw686x_streamoff.c',
      files: [],
    },
    tree: { spec: 'debian:6.12', path: '/cache/linux', version: '6.12.117', identity: 'x', commit: null },
    fix:
      fixed === null
        ? null
        : {
            name: fixed.name,
            title: 'hold dev->lock across both',
            path: 'fix/hold-lock.patch',
            sha256: '0'.repeat(64),
          },
    seeds: {},
    timings: [],
    engines: [
      {
        engine: 'kernel',
        settings: { cpus: 8, memory: 2048, timeout: 120, seconds: 4, boots: 7, makeOptions: [] },
        kernels: [base, fixed].filter((run) => run !== null),
        fields: [],
        verdict: judged,
      },
    ],
    error: null,
    ...more,
  }) as RunRecord;
}

/** `one` with these sections in place of those of their names, or behind the others. */
export function withSections(one: RunRecord, ...sections: readonly (EngineSection | undefined)[]): RunRecord {
  const given = sections.filter((section) => section !== undefined);
  const order = ['model', 'kcsan', 'kernel'];
  const kept = one.engines.filter(({ engine }) => given.every((section) => section.engine !== engine));
  const engines = [...kept, ...given].toSorted((a, b) => order.indexOf(a.engine) - order.indexOf(b.engine));
  return structuredClone({ ...one, engines }) as RunRecord;
}
