// One test of a case under KCSAN, on the kernel machine: sides as tasks and interrupts, CPUs that they share.
import { maxContexts } from '../detect/index.js';
import type { KcsanSettings } from '../detect/kcsan/index.js';
import { testEntry, testSides } from '../kernel-test/index.js';
import type { Program } from '../link/index.js';
import {
  Grain,
  type KcsanMachine,
  type KernelMachine,
  kcsanMachine,
  kernelMachine,
  type MachineLimits,
  refinements,
} from '../machine/index.js';
import { roundDelays } from './rounds.js';
import type { KcsanProgram } from './sample.js';
import { type ContextView, TimedScheduler } from './timed-scheduler.js';

/** Nanoseconds: what a step stands for, by how much contexts drift, and the time between two rounds. */
const times = { stepTime: 50, slack: 1000, pause: 4_000_000 } as const;
const levels = { task: 0, softirq: 1, hardirq: 2 } as const;
const firstPid = 100;
/** TASK_COMM_LEN - 1 */
const commLength = 15;

export interface CaseKcsanOptions {
  readonly test: string;
  readonly settings: KcsanSettings;
  readonly seed: number;
  /**
   * CPUs that the test and its sides share; null for one each. With enough for that, they share none, and an interrupt
   * comes upon a task in half of the rounds and on a CPU of its own in the others, as on a kernel with as many.
   */
  readonly cpus: number | null;
  readonly limits: MachineLimits;
}

/** `program` was compiled for KCSAN and linked to tell its calls. Errors: `input` when there is no such test. */
export function caseKcsanProgram(program: Program, options: CaseKcsanOptions): KcsanProgram {
  const { test, settings, seed, limits } = options;
  const sides = testSides(kernelMachine(program, limits), test);
  const cpus = options.cpus === null || options.cpus > sides.length ? null : options.cpus;
  const warnings = new Set<string>();
  let parts!: KcsanMachine;
  let scheduler!: TimedScheduler;
  const kernel = kernelMachine(program, limits, (m, own, { cpu }) => {
    const view: ContextView = {
      // The test itself has the first CPU, the sides those behind it, unless there are fewer.
      cpuOf: (context) =>
        cpus === null
          ? context === 0
            ? 0
            : (m.cpus[context] as number) + 1
          : (m.cpus[context] as number) % cpus,
      level: (context) => levels[cpu.stacks.kindOf(context)],
      isBegun: (context) => cpu.kind(context) !== 'task',
      irqsOff: (context) => cpu.irqsOff[context] !== 0,
      bhOff: (context) => cpu.bhOff(context),
      pidOf: (context) => (levels[cpu.stacks.kindOf(context)] === 0 ? firstPid + context : 0),
      // Of an interrupt, the task that it came upon is not told: nobody's, as on a CPU that idles.
      commOf: (context) =>
        levels[cpu.stacks.kindOf(context)] === 0
          ? names(context).slice(0, commLength)
          : `swapper/${view.cpuOf(context)}`,
    };
    scheduler = new TimedScheduler({
      cpus: cpus ?? maxContexts + 1,
      seed,
      view,
      delay: (...args) => delays(...args),
      ...times,
    });
    parts = kcsanMachine(m, own, settings, scheduler, seed, (text) => warnings.add(text));
    return parts.imports;
  });
  const delays = roundDelays(sides);
  const names = (context: number) =>
    context === 0 ? 'kunit_try_catch' : (sides[context - 1]?.name ?? `kthread-${context}`);
  return assemble(kernel, parts, scheduler, { test, cpus, warnings });
}

function assemble(
  kernel: KernelMachine,
  { kcsan, stacks }: KcsanMachine,
  scheduler: TimedScheduler,
  { test, cpus, warnings }: { test: string; cpus: number | null; warnings: ReadonlySet<string> },
): KcsanProgram {
  const { machine } = kernel;
  const grain = new Grain(machine.program, refinements.nesting | refinements.unlocks);
  scheduler.onStart = (context) => {
    stacks.begin(context);
    kcsan.begin(context);
  };
  scheduler.onPublish = () => kcsan.barrier('release');
  const entry = testEntry(kernel, test, {
    began: () => {
      if (cpus !== null) kernel.cpu.stacks.limit = cpus;
    },
    joined: () => {},
  });
  return { machine, kcsan, scheduler, grain, entry, warnings };
}
