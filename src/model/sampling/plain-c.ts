// A plain C program under KCSAN: each thread on a CPU of its own, as many as there are.
import type { KcsanSettings } from '../detect/kcsan/index.js';
import { type Entry, entryOf } from '../explore/index.js';
import { linkProgram, type Program } from '../link/index.js';
import {
  inputsOf,
  type KcsanMachine,
  kcsanMachine,
  kcsanSwitches,
  type MachineLimits,
  plainCMachine,
} from '../machine/index.js';
import type { KcsanProgram } from './sample.js';
import { type ContextView, TimedScheduler } from './timed-scheduler.js';

/** Nanoseconds: what a step stands for, by how much contexts drift, and how far apart threads begin. */
export const plainTimes = { stepTime: 50, slack: 1000, apart: 8000, pause: 10_000 } as const;

/** Thread ids begin here, as if some tasks had run before. */
const firstPid = 100;

const tasksAlone: Omit<ContextView, 'cpuOf'> = {
  level: () => 0,
  isBegun: () => false,
  irqsOff: () => false,
  bhOff: () => false,
  pidOf: (context) => firstPid + context,
  commOf: (context) => (context === 0 ? 'main' : `thread-${context}`),
};

export interface PlainKcsanOptions {
  readonly settings: KcsanSettings;
  readonly seed: number;
  readonly cpus: number;
  readonly limits: MachineLimits;
  readonly entry?: Entry;
}

/** From a module that was compiled with KCSAN's instrumentation. */
export function linkPlainKcsan(wasm: Uint8Array, settings: KcsanSettings): Promise<Program> {
  return linkProgram(wasm, (name) => kcsanSwitches(name, settings), { tellCalls: true });
}

/** `program` comes from {@link linkPlainKcsan}, with the same settings. */
export function plainKcsanProgram(program: Program, options: PlainKcsanOptions): KcsanProgram {
  const { settings, seed, cpus, limits } = options;
  const scheduler = new TimedScheduler({
    cpus,
    seed,
    view: { ...tasksAlone, cpuOf: (context) => context % cpus },
    delay: (_child, parent, random) => (parent < 0 ? 0 : random(plainTimes.apart)),
    ...plainTimes,
  });
  const warnings = new Set<string>();
  let parts!: KcsanMachine;
  const inputs = inputsOf([0]);
  const machine = plainCMachine(program, limits, inputs, (m, own) => {
    parts = kcsanMachine(m, own, settings, scheduler, seed, (text) => warnings.add(text));
    return parts.imports;
  });
  const { kcsan, stacks } = parts;
  scheduler.onStart = (context) => {
    stacks.begin(context);
    kcsan.begin(context);
  };
  scheduler.onPublish = () => kcsan.barrier('release');
  return { machine, kcsan, scheduler, entry: entryOf(machine, options.entry), warnings };
}
