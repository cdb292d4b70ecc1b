// Kernel runs as the engine hands them on, made up for tests: the TW686x case, as many boots as asked for.
import type { JudgedCase } from '../../src/judge/index.js';
import type { BootRecord, Exercise, KernelRun } from '../../src/kernel/index.js';
import type { Access, RaceReport, StackFrame, TestResult, Trouble } from '../../src/report/index.js';

export const core = 'drivers/media/pci/tw686x/tw686x-core.c';
export const video = 'drivers/media/pci/tw686x/tw686x-video.c';
export const harness = 'drivers/media/pci/tw686x/millrace_tw686x_streamoff.c';

export const tw686x: JudgedCase = {
  suite: 'tw686x',
  sources: [core, video],
  tests: [
    {
      name: 'streamoff_vs_delay',
      title: 'STREAMOFF against the DMA delay timer',
      races: [{ functions: ['tw686x_disable_channel', 'tw686x_dma_delay'] }],
    },
  ],
};

export function frame(name: string, place: string | null = null, inlined = false): StackFrame {
  const [file = null, line = null] = place?.split(':') ?? [];
  return {
    function: name,
    offset: inlined ? null : 0x3c,
    size: inlined ? null : 0x110,
    module: null,
    file,
    line: line === null ? null : Number(line),
    inlined,
  };
}

export function access(type: string, kind: 'task' | 'interrupt', stack: readonly StackFrame[]): Access {
  return {
    type,
    address: '0xffff8f55021d7910',
    size: 4,
    context: { kind, pid: kind === 'task' ? 83 : null, cpu: 5 },
    stack,
  };
}

export const readByTimer = access('read', 'interrupt', [
  frame('tw686x_dma_delay', `${core}:102`),
  frame('call_timer_fn', 'kernel/time/timer.c:1794'),
  frame('__run_timers', 'kernel/time/timer.c:2418'),
]);

export const writeByStreamoff = access('write', 'task', [
  frame('tw686x_disable_channel', `${core}:133`),
  frame('tw686x_stop_streaming', `${video}:575`),
  frame('stop_side', `${harness}:61`),
  frame('side_thread', `${harness}:91`),
  frame('kthread', 'kernel/kthread.c:389'),
]);

export function report(accesses: readonly Access[], more: Partial<RaceReport> = {}): RaceReport {
  const functions = accesses.map((one) => one.stack.find((each) => !each.inlined)?.function ?? '?').sort();
  return {
    title: `data-race in ${functions.join(' / ')}`,
    kind: 'data-race',
    unknownOrigin: accesses.length === 1,
    accesses,
    valueChanged: { old: '0x00000003', new: '0x00000002', mask: null },
    time: 2.481,
    reporter: { cpu: 5, pid: 83, comm: 'millrace/0', kernel: '6.12.117' },
    ...more,
  };
}

export const hit = report([readByTimer, writeByStreamoff]);

export function passed(name: string, status: TestResult['status'] = 'passed'): TestResult {
  return { path: ['tw686x', name], status, reason: null, diagnostics: [], time: 10.2 };
}

export function exercise(more: Partial<Exercise> = {}): Exercise {
  return {
    test: 'streamoff_vs_delay',
    rounds: 4000,
    overlaps: 1000,
    violations: 0,
    milliseconds: 8000,
    ...more,
  };
}

export function trouble(kind: Trouble['kind'], title: string): Trouble {
  return { kind, title, time: 3.3, lines: [title] };
}

export function boot(more: Partial<BootRecord> = {}): BootRecord {
  return {
    outcome: 'completed',
    detail: null,
    console: '/nowhere/console.log',
    seconds: 12.5,
    firstKtap: 2.1,
    firstReport: null,
    reports: [],
    tests: [passed('streamoff_vs_delay')],
    troubles: [],
    exercises: [exercise()],
    ...more,
  };
}

export function run(boots: readonly BootRecord[], more: Partial<KernelRun> = {}): KernelRun {
  return {
    name: 'base',
    release: '6.12.117',
    commands: {
      build: 'make CC=clang-19 -j2 bzImage',
      boot: "qemu-system-x86_64 -smp 8 -m 2048 -kernel bzImage -append 'kunit.filter_glob=tw686x.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot' -nographic -no-reboot",
    },
    toolchain: 'Debian clang version 19.1.7',
    qemu: 'QEMU emulator version 7.2.19',
    accelerator: 'tcg',
    build: { built: true, seconds: 312, objects: 640, log: '/nowhere/build.log', image: '/nowhere/bzImage' },
    settings: [
      ['CONFIG_KCSAN_STRICT', 'y'],
      ['CONFIG_KCSAN_SKIP_WATCH', '100'],
    ],
    boots,
    ...more,
  };
}

export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

export const racing = boot({ firstReport: 2.5, reports: times(5, hit) });
export const clean = boot();

/** `boots` boots of the base, each with five hits. */
export function base(boots = 7, more: Partial<KernelRun> = {}): KernelRun {
  return run(times(boots, racing), more);
}

/** `boots` boots of the fixed kernel, each clean. */
export function fixed(boots = 7, more: Partial<KernelRun> = {}): KernelRun {
  return run(times(boots, clean), { name: 'hold-lock', ...more });
}
