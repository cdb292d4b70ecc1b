// The machine that runs KCSAN's own test suite: KUnit's verdicts, the console that the suite reads its reports from, and
// time that goes on while it waits.

import { formatRaceReport } from '../../report/index.js';
import { type KcsanSettings, raceReport } from '../detect/kcsan/index.js';
import type { Program } from '../link/index.js';
import {
  Grain,
  type Import,
  type KcsanMachine,
  kcsanMachine,
  kernelMachine,
  type Machine,
  type Mode,
  plainMode,
  readString,
  refinements,
} from '../machine/index.js';
import { TimedScheduler } from '../sampling/index.js';
import { memoryImports } from './memory.js';
import { tick } from './suite-cpu.js';
import { textImports } from './text-imports.js';
import { SuiteThreads } from './threads.js';

/**
 * Nanoseconds. A step is several times as long as on real hardware, so that the time that the suite asks for is fewer
 * steps. With 1000 a case had some 50 watchpoints a thread, and one in ten that wait for a held back access saw none.
 */
const times = { stepTime: 200, slack: 20_000, pause: tick } as const;
/** What might_sleep() stands for, where the suite's loops go round. */
const roundTime = { suite: 500_000, thread: 500 } as const;
const consoleBytes = 1024;
const contextsStart = 0x340;

export interface SuiteCase {
  readonly name: string;
  /** Null for a case without. */
  readonly threads: number | null;
}

export interface SuiteVerdict extends SuiteCase {
  readonly result: 'ok' | 'not ok' | 'skip';
  /** What did not hold, or why it could not go on. */
  readonly failures: readonly string[];
  readonly reports: number;
}

export class SuiteMachine {
  readonly machine: Machine;
  private readonly scheduler: TimedScheduler;
  private readonly parts: KcsanMachine;
  private readonly currentTask: () => number;
  private readonly self: () => number;
  private readonly cpus: number;
  private readonly program: Program;
  private readonly mode: Mode;
  private failures: string[] = [];
  private reports = 0;
  private probe = 0;
  private probing = false;
  private console = 0;
  private jiffiesAt = 0;

  constructor(program: Program, settings: KcsanSettings, cpus: number, seed: number) {
    this.program = program;
    let threads!: SuiteThreads;
    let scheduler!: TimedScheduler;
    let parts!: KcsanMachine;
    const limits = { steps: Number.MAX_SAFE_INTEGER, memory: 32 * 1024 * 1024 };
    const kernel = kernelMachine(program, limits, (m, own, kernelParts) => {
      const preemptible = () => this.call('millrace_suite_preemptible') !== 0;
      threads = new SuiteThreads(cpus, { m, parts: kernelParts, scheduler: () => scheduler, preemptible });
      scheduler = new TimedScheduler({ cpus, seed, view: threads.view, delay: () => 0, ...times });
      const warn = (text: string) => this.failures.push(text);
      parts = kcsanMachine(m, own, settings, threads.virtualCpus(), seed, warn);
      return {
        ...parts.imports,
        ...textImports(m, (pointer) => this.functionName(pointer)),
        ...threads.imports(),
        ...memoryImports(m),
        ...this.suiteImports(m, own),
      };
    });
    this.machine = kernel.machine;
    this.scheduler = scheduler;
    this.parts = parts;
    const { self } = threads.virtualCpus();
    this.self = () => self(this.machine.current);
    this.cpus = cpus;
    this.currentTask = () => kernel.tasks.current.address;
    const { kcsan, stacks } = parts;
    threads.onStart = (id) => {
      stacks.begin(id);
      kcsan.begin(id);
    };
    scheduler.onPublish = () => kcsan.barrier('release');
    scheduler.onTurn = (now) => this.keepTime(now);
    kcsan.onReport = (report, limited) => {
      if (limited) return;
      this.reports++;
      const text = formatRaceReport(raceReport(report, this.names));
      for (const line of text.split('\n')) this.print(line);
    };
    // Interrupts come upon tasks here from the beginning: nothing is found out on the way that would end a case.
    this.mode = {
      ...plainMode,
      findsWaits: false,
      grain: new Grain(this.machine.program, refinements.nesting | refinements.unlocks),
    };
  }

  /** The suite's cases, one for each number of threads that it asks for. */
  cases(): SuiteCase[] {
    const found: (SuiteCase & { index: number; parameter: number })[] = [];
    this.execute(() => {
      for (let index = 0; this.call('millrace_suite_name', index) !== 0; index++) {
        const name = readString(this.machine, this.call('millrace_suite_name', index));
        let parameter = this.call('millrace_suite_parameter', index, 0);
        if (parameter === 0) found.push({ name, index, parameter, threads: null });
        for (; parameter !== 0; parameter = this.call('millrace_suite_parameter', index, parameter))
          found.push({ name, index, parameter, threads: Math.abs(parameter) });
      }
    });
    this.found = found;
    return found.map(({ name, threads }) => ({ name, threads }));
  }
  private found: readonly (SuiteCase & { index: number; parameter: number })[] = [];

  /** Runs a case of {@link cases}, by its place there. */
  run(place: number): SuiteVerdict {
    const { name, threads, index, parameter } = this.found[place] as (typeof this.found)[number];
    this.failures = [];
    this.reports = 0;
    let status = 0;
    this.execute(() => {
      this.call('millrace_suite_run', index, parameter);
    });
    status = this.call('millrace_suite_status');
    for (const { facts } of this.machine.incidents) this.failures.push(JSON.stringify(facts));
    // KUNIT_FAILURE: its threads could not be started.
    if (status === 1) this.failures.push('test_init() failed');
    const failed = this.failures.length > 0;
    return {
      name,
      threads,
      // KUNIT_SKIPPED (include/kunit/test.h).
      result: failed ? 'not ok' : status === 2 ? 'skip' : 'ok',
      failures: this.failures,
      reports: this.reports,
    };
  }

  private execute(entry: () => void): void {
    const { machine: m, parts } = this;
    let begun = false;
    const ending = m.execute(
      this.scheduler,
      () => {
        if (!begun) {
          begun = true;
          parts.stacks.begin(0);
          this.call('millrace_suite_cpus', this.cpus);
          this.probe = 0;
          this.console = m.heap.allocate(0, consoleBytes, 0);
          this.jiffiesAt = this.call('millrace_jiffies_at');
          this.keepTime(this.scheduler.now());
          const offset = this.call('millrace_reorder_offset');
          if (offset !== 0) {
            const context = parts.kcsan.contextOf(0);
            context.reorderWords = m.words;
            context.reorderAt = (this.currentTask() + offset) >> 2;
          }
        }
        entry();
        return 0;
      },
      this.mode,
    );
    if (ending !== 'complete') this.failures.push(`the execution came to no end: ${ending}`);
  }

  private readonly names = {
    functionOf: (site: number) => this.program.symbols.place(site).function,
    frames: (site: number) => {
      const { function: name, file, line } = this.program.symbols.place(site);
      return [
        { function: name, ...this.program.symbols.extent(site), module: null, file, line, inlined: false },
      ];
    },
  };

  private suiteImports(m: Machine, own: Readonly<Record<string, Import>>): Record<string, Import> {
    const fail = (text: string) => {
      this.failures.push(text);
    };
    /** While the console's probe runs, nothing else does. */
    const unlessProbing = (name: string) => {
      const call = own[name] as (...args: number[]) => number;
      return (...args: number[]) => (this.probing ? 0 : call(...args));
    };
    return {
      millrace_console_probe: (probe: number) => {
        this.probe = probe;
        return 0;
      },
      _raw_spin_lock_irqsave: unlessProbing('_raw_spin_lock_irqsave'),
      _raw_spin_unlock_irqrestore: unlessProbing('_raw_spin_unlock_irqrestore'),
      __might_sleep: (_file: number, _line: number, site: number) => {
        if (!m.resuming) {
          this.scheduler.busy(m.current === 0 ? roundTime.suite : roundTime.thread, true);
          m.changed();
        }
        m.reach(contextsStart, 1, false, 0, 0, site);
      },
      __kunit_do_failed_assertion: (_test: number, place: number, _type: number, ...rest: number[]) => {
        const line = m.words[place >> 2] as number;
        fail(`kcsan_test.c:${line}`);
        return rest.length;
      },
      __kunit_abort: () => m.exit(0),
      kunit_try_catch_throw: () => m.exit(0),
      warn_slowpath_fmt: (_file: number, line: number) => fail(`WARN_ON() at line ${line}`),
      _printk: () => 0,
    };
  }

  private keepTime(now: number): void {
    if (this.jiffiesAt !== 0) this.machine.words[this.jiffiesAt >> 2] = Math.floor(now / tick);
  }

  /** One line on the console, as the console tracepoint passes it on. */
  private print(line: string): void {
    const { machine: m } = this;
    const probe = m.functionAt(this.probe) as ((...args: number[]) => number) | null;
    if (probe === null) return;
    const bytes = new TextEncoder().encode(line).subarray(0, consoleBytes - 1);
    m.bytes.set(bytes, this.console);
    m.bytes[this.console + bytes.length] = 0;
    const context = this.parts.kcsan.contextOf(this.self());
    context.disableCount++;
    context.disableScoped++;
    this.probing = true;
    probe(0, this.console, bytes.length);
    this.probing = false;
    context.disableScoped--;
    context.disableCount--;
  }

  private functionName(pointer: number): string {
    return readString(this.machine, this.call('millrace_function_name', pointer));
  }

  private call(name: string, ...args: number[]): number {
    return (this.machine.exports[name] as (...args: number[]) => number)(...args);
  }
}
