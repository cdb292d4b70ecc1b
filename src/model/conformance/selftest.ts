// KCSAN's selftest, kernel/kcsan/selftest.c of a tree, on the model machine: each of its tests by itself.
import type { KcsanSettings } from '../detect/kcsan/index.js';
import { randomNumbers } from '../explore/index.js';
import type { Program } from '../link/index.js';
import { type KcsanMachine, kcsanMachine, kernelMachine, plainMode, readString } from '../machine/index.js';
import { TimedScheduler } from '../sampling/index.js';
import { formatKernel } from './format.js';

export interface SelftestVerdict {
  readonly name: string;
  readonly passed: boolean;
  /** What the test printed, and what it warned of. */
  readonly messages: readonly string[];
}

const tests = ['test_encode_decode', 'test_matching_access', 'test_barrier'] as const;

/** `program` comes from `buildSuite` with `selftest`. */
export function runSelftest(program: Program, settings: KcsanSettings, seed: number): SelftestVerdict[] {
  const random = randomNumbers(seed);
  let messages: string[] = [];
  let parts!: KcsanMachine;
  const scheduler = new TimedScheduler({
    cpus: 1,
    seed,
    view: {
      cpuOf: () => 0,
      level: () => 0,
      isBegun: () => false,
      irqsOff: () => false,
      bhOff: () => false,
      pidOf: () => 1,
      commOf: () => 'swapper/0',
    },
    delay: () => 0,
    stepTime: 50,
    slack: 1000,
    pause: 0,
  });
  const limits = { steps: 10_000_000, memory: 32 * 1024 * 1024 };
  const kernel = kernelMachine(program, limits, (m, own) => {
    parts = kcsanMachine(m, own, settings, scheduler, seed, (text) => messages.push(text));
    const nothing = () => '?';
    return {
      ...parts.imports,
      get_random_u8: () => random(0x100),
      get_random_u16: () => random(0x10000),
      get_random_u32: () => (random(0x10000) << 16) | random(0x10000),
      __get_random_u32_below: (below: number) => random(below >>> 0),
      get_random_bytes: (to: number, size: number) => {
        for (let at = to; at < to + size; at++) m.bytes[at] = random(256);
      },
      warn_slowpath_fmt: (_file: number, line: number) => messages.push(`WARN_ON() at line ${line}`),
      _printk: (format: number, args: number) =>
        messages.push(formatKernel(m, readString(m, format), args, nothing).trim()),
    };
  });
  const { machine: m } = kernel;
  scheduler.onPublish = () => parts.kcsan.barrier('release');
  return tests.map((name) => {
    messages = [];
    let passed = 0;
    m.execute(
      scheduler,
      () => {
        const offset = (m.exports.millrace_reorder_offset as () => number)();
        if (offset !== 0) {
          const context = parts.kcsan.contextOf(0);
          context.reorderWords = m.words;
          context.reorderAt = (kernel.tasks.current.address + offset) >> 2;
        }
        passed = (m.exports[`millrace_self${name}`] as () => number)();
        return 0;
      },
      { ...plainMode, findsWaits: false },
    );
    for (const { facts } of m.incidents) messages.push(JSON.stringify(facts));
    return { name, passed: passed !== 0 && m.incidents.length === 0, messages };
  });
}
