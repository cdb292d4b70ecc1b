// Virtual time: it goes on by what code waits, and promises nothing about who comes first. Sleeping lets others run.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';
import { toldNumber } from './object.js';

const millisecond = 1e6;

/** HZ is 250 here (arch/wasm32/Kconfig). */
export const jiffy = 4e6;
/** A power of 2. */
const longestLeap = 20;

/** Nanoseconds of virtual time are the machine's; `jiffies` is kept in the program's memory. */
export class Clock {
  private readonly m: Machine;
  /** Where `jiffies` lies, 0 when nowhere. */
  private readonly state: { jiffiesAt: number };

  constructor(m: Machine) {
    this.m = m;
    this.state = m.perExecution({ jiffiesAt: 0 });
    // Everybody waits in a loop: maybe for time to pass.
    m.onStandstill = (leaps) => this.pass(jiffy * 2 ** Math.min(leaps, longestLeap));
  }

  /** Before the test's setup. */
  begin(): void {
    this.state.jiffiesAt = toldNumber(this.m, 'millrace_jiffies', 0);
    this.m.clockWord = this.state.jiffiesAt;
  }

  get jiffies(): number {
    return Math.floor(this.m.time / jiffy);
  }

  pass(nanoseconds: number): void {
    const { m } = this;
    const before = this.jiffies;
    m.time += nanoseconds;
    if (this.jiffies === before) return;
    if (this.state.jiffiesAt !== 0) m.words[this.state.jiffiesAt >> 2] = this.jiffies | 0;
    m.changedHere(false);
  }
}

export function timeImports(m: Machine, cpu: CpuState, clock: Clock): Record<string, Import> {
  const now = (...args: unknown[]) => BigInt(Math.floor(m.readTime(Number(args.at(-1)))));
  const sleep = (nanoseconds: number, what: string, site: number) => {
    if (maySleep(m, cpu, what, site)) clock.pass(nanoseconds);
  };
  const range = (least: number, site: number) => sleep(least * 1e3, 'usleep_range()', site);
  return {
    msleep: (milliseconds: number, site: number) => sleep(milliseconds * millisecond, 'msleep()', site),
    msleep_interruptible: (milliseconds: number, site: number) => {
      sleep(milliseconds * millisecond, 'msleep_interruptible()', site);
      return 0;
    },
    usleep_range_state: (least: number, _most: number, _state: number, site: number) => range(least, site),
    usleep_range: (least: number, _most: number, site: number) => range(least, site),
    millrace_delay_ns: (nanoseconds: bigint) => clock.pass(Number(nanoseconds)),
    millrace_cycles: now,
    ktime_get: now,
    ktime_get_mono_fast_ns: now,
    ktime_get_with_offset: now,
    ktime_get_raw: now,
    sched_clock: now,
    local_clock: now,
    get_jiffies_64: (site: number) => {
      m.readTime(site);
      return BigInt(clock.jiffies);
    },
    __msecs_to_jiffies: (milliseconds: number) => Math.ceil((milliseconds * millisecond) / jiffy),
    __usecs_to_jiffies: (microseconds: number) => Math.ceil(microseconds / 4000),
    jiffies_to_msecs: (jiffies: number) => jiffies * 4,
    jiffies_to_usecs: (jiffies: number) => jiffies * 4000,
  };
}
