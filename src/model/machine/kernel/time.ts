// The clocks of kernel code (kernel/time/, v6.12) over virtual time, which promises nothing about who comes first.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { VirtualTime } from '../virtual-time.js';
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
  readonly time: VirtualTime;
  /** Where `jiffies` lies, 0 when nowhere. */
  private readonly state: { jiffiesAt: number };

  constructor(m: Machine) {
    this.m = m;
    this.time = new VirtualTime(m);
    this.state = m.perExecution({ jiffiesAt: 0 });
    // Everybody waits in a loop: maybe for time to pass.
    m.onStandstill = (leaps) => this.advance(jiffy * 2 ** Math.min(leaps, longestLeap));
  }

  /** Before the test's setup. */
  begin(): void {
    this.state.jiffiesAt = toldNumber(this.m, 'millrace_jiffies', 0);
    this.m.clockWord = this.state.jiffiesAt;
    this.time.variable = this.state.jiffiesAt;
  }

  get jiffies(): number {
    return Math.floor(this.m.time / jiffy);
  }

  /** The current context waits so long. False: return at once. */
  pass(nanoseconds: number, site: number): boolean {
    if (!this.time.aboutToPass(site)) return false;
    this.m.tracer?.event(this.m.current, { kind: 'time', nanoseconds }, site, 0, 0);
    this.advance(nanoseconds);
    return true;
  }

  private advance(nanoseconds: number): void {
    const { m } = this;
    const before = this.jiffies;
    m.time += nanoseconds;
    if (this.jiffies === before) return;
    if (this.state.jiffiesAt !== 0) m.words[this.state.jiffiesAt >> 2] = this.jiffies | 0;
    m.changedHere(false);
  }
}

export function timeImports(m: Machine, cpu: CpuState, clock: Clock): Record<string, Import> {
  const now = (site: number) => (clock.time.aboutToRead(site) ? BigInt(Math.floor(m.readTime(site))) : 0n);
  const sleep = (nanoseconds: number, what: string, site: number) => {
    if (maySleep(m, cpu, what, site)) clock.pass(nanoseconds, site);
  };
  const range = (least: number, site: number) => sleep(least * 1e3, 'usleep_range', site);
  return {
    msleep: (milliseconds: number, site: number) => sleep(milliseconds * millisecond, 'msleep', site),
    msleep_interruptible: (milliseconds: number, site: number) => {
      sleep(milliseconds * millisecond, 'msleep_interruptible', site);
      return 0;
    },
    usleep_range_state: (least: number, _most: number, _state: number, site: number) => range(least, site),
    usleep_range: (least: number, _most: number, site: number) => range(least, site),
    millrace_delay_ns: (nanoseconds: bigint, site: number) => void clock.pass(Number(nanoseconds), site),
    millrace_cycles: now,
    ktime_get: now,
    ktime_get_mono_fast_ns: now,
    ktime_get_with_offset: (_offset: number, site: number) => now(site),
    ktime_get_raw: now,
    sched_clock: now,
    local_clock: now,
    get_jiffies_64: (site: number) => {
      if (!clock.time.aboutToRead(site)) return 0n;
      m.readTime(site);
      return BigInt(clock.jiffies);
    },
    __msecs_to_jiffies: (milliseconds: number) => Math.ceil((milliseconds * millisecond) / jiffy),
    __usecs_to_jiffies: (microseconds: number) => Math.ceil(microseconds / 4000),
    jiffies_to_msecs: (jiffies: number) => jiffies * 4,
    jiffies_to_usecs: (jiffies: number) => jiffies * 4000,
  };
}
