// The machine for kernel code: what drivers call and the machine supplies. What nobody supplies stops the run.
import { inputError } from '../../../base/index.js';
import type { Program } from '../../link/index.js';
import { accessImports } from '../accesses.js';
import { atomicImports, Ordering } from '../atomics.js';
import { readString } from '../libc/text.js';
import { Machine } from '../machine.js';
import { markedAccessImports } from '../marked-accesses.js';
import { failAt, misuseOfCount } from '../misuse.js';
import type { Import, ImportOverride, MachineLimits } from '../types.js';
import { bitmapImports } from './bitmap.js';
import { Callbacks } from './callbacks.js';
import { completionImports } from './completion.js';
import { CpuState, cpuImports } from './cpu.js';
import { hrtimerImports } from './hrtimer.js';
import { interruptImports } from './interrupt.js';
import { kcsanImports } from './kcsan-marks.js';
import { Allocator, kmallocImports } from './kmalloc.js';
import { kthreadImports } from './kthread.js';
import { LockUsage } from './lock-usage.js';
import { mmioImports } from './mmio.js';
import { heldAtEnd, mutexImports } from './mutex.js';
import { PerCpu, perCpuImports } from './percpu.js';
import { printkImports } from './printk.js';
import { rcuImports } from './rcu.js';
import { readerWriterImports } from './reader-writer.js';
import { semaphoreImports } from './semaphore.js';
import { softirqImports } from './softirq.js';
import { spinlockImports } from './spinlock.js';
import { srcuImports } from './srcu.js';
import { Tasks } from './task.js';
import { taskletImports } from './tasklet.js';
import { textImports } from './text.js';
import { Clock, timeImports } from './time.js';
import { Timers } from './timer.js';
import { timespecImports } from './timespec.js';
import { userCopyImports } from './user-copy.js';
import { waitQueueImports } from './wait-queue.js';
import { warningImports } from './warning.js';
import { type Workqueue, workqueue } from './workqueue.js';

export interface KernelMachine {
  readonly machine: Machine;
  readonly cpu: CpuState;
  readonly callbacks: Callbacks;
  readonly timers: Timers;
  readonly works: Workqueue;
  readonly tasks: Tasks;
  readonly allocator: Allocator;
  readonly perCpu: PerCpu;
  readonly clock: Clock;
  /** Of the functions that the program leaves undefined, those that the machine has. */
  readonly supplied: ReadonlySet<string>;
}

type Parts = Omit<KernelMachine, 'machine' | 'supplied'>;

/** As {@link ImportOverride}, with the parts of the kernel machine. */
export type KernelOverride = (...args: [...Parameters<ImportOverride>, Parts]) => ReturnType<ImportOverride>;

/** A machine for `program`. Functions that it calls and that have no definition end the run with an input error. */
export function kernelMachine(
  program: Program,
  limits: MachineLimits,
  override?: KernelOverride,
): KernelMachine {
  let kernel!: Parts;
  const has = new Set<string>();
  const machine = new Machine(program, limits, (m) => {
    const parts = kernelParts(m);
    kernel = parts;
    const own = kernelImports(m, parts);
    const supplied = { ...own, ...override?.(m, own, parts) };
    for (const name of program.boundary.keys()) if (supplied[name] !== undefined) has.add(name);
    return Object.fromEntries(
      [...program.boundary.keys()].map((name) => [name, supplied[name] ?? boundaryStop(m, name)]),
    );
  });
  // Counters, watchpoints and clocks of another detector go on from one execution to the next, setup's too.
  machine.repeatsSetup = override !== undefined;
  return { machine, ...kernel, supplied: has };
}

function kernelParts(m: Machine): Parts {
  const cpu = new CpuState(m);
  const callbacks = new Callbacks(m, cpu);
  const clock = new Clock(m);
  m.onEnd = (context) => {
    heldAtEnd(m, context);
    cpu.noteLeftBehind(context, m.pendingSite[context] as number);
    cpu.interruptEnded();
    cpu.stacks.leave(context);
  };
  // What those do then that lay below, or waited for the CPU, only shows which other orders there are.
  m.onStall = (context) => {
    if (cpu.stacks.giveUp(context)) m.doubt();
  };
  return {
    cpu,
    callbacks,
    timers: new Timers(m, cpu, callbacks),
    works: workqueue(m, cpu, callbacks),
    tasks: new Tasks(m, cpu, clock),
    clock,
    allocator: new Allocator(m, cpu),
    perCpu: new PerCpu(m),
  };
}

function kernelImports(m: Machine, parts: Parts): Record<string, Import> {
  const { cpu, callbacks, timers, works, tasks, allocator, perCpu, clock } = parts;
  const ordering = new Ordering(m);
  const usage = new LockUsage(m, cpu);
  const free = (address: number, site: number) => void allocator.free(address, site);
  return {
    ...accessImports(m),
    ...markedAccessImports(m, ordering, clock.time),
    ...atomicImports(m, ordering),
    ...cpuImports(m, cpu),
    ...perCpuImports(m, cpu, perCpu),
    ...userCopyImports(m, cpu),
    ...spinlockImports(m, cpu, usage),
    ...readerWriterImports(m, cpu, usage),
    ...mutexImports(m, cpu),
    ...semaphoreImports(m, cpu),
    ...tasks.imports(),
    ...kthreadImports(m, cpu, tasks),
    ...waitQueueImports(m, cpu, usage, tasks),
    ...completionImports(m, cpu),
    ...timers.imports(),
    ...hrtimerImports(m, callbacks, clock),
    ...works.imports,
    ...softirqImports(m, callbacks),
    ...srcuImports(m, cpu, callbacks),
    ...taskletImports(m, cpu, callbacks),
    ...interruptImports(m, cpu, callbacks),
    ...rcuImports(m, cpu, callbacks, free),
    ...kmallocImports(m, allocator),
    ...bitmapImports(m, allocator),
    ...timeImports(m, cpu, clock),
    ...timespecImports(m),
    ...mmioImports(m),
    ...printkImports(m),
    ...textImports(m),
    ...warningImports(m),
    ...kcsanImports(m),
    millrace_bug: (_file: number, _line: number, site: number) => failAt(m, 'crash', { fact: 'bug' }, site),
    refcount_warn_saturate: (count: number, _type: number, site: number) => misuseOfCount(m, count, site),
    millrace_expect: (_verdict: number, holds: number, text: number, site: number) => {
      if (holds === 0) m.note(failedInvariant(m, readString(m, text), site));
    },
  };
}

function failedInvariant(m: Machine, text: string, site: number) {
  return {
    kind: 'assertion' as const,
    facts: { fact: 'invariant' as const, text },
    sites: [site],
    contexts: [m.current],
    key: `assertion ${site}`,
  };
}

function boundaryStop(m: Machine, name: string): Import {
  return (...args: never[]) => {
    const place = m.program.symbols.place(Number(args.at(-1)));
    m.abort(
      inputError(`${name}() is not supplied by the machine, and ${place.function}() calls it`, {
        at: { file: place.file, line: place.line },
        hint: `Fake it in the harness, MILLRACE_FAKE(..., ${name}, ...), or add the file that defines it to \`sources\`.`,
      }),
    );
    // What becomes 0 of every type: a number would be no i64, and a BigInt no i32.
    return false;
  };
}
