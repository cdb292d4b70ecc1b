// Virtual time: it goes on by what code waits, and promises nothing about who comes first. Sleeping lets others run.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';

const millisecond = 1e6;

export function timeImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const now = () => BigInt(Math.floor(m.time));
  const sleep = (nanoseconds: number, what: string, site: number) => {
    if (maySleep(m, cpu, what, site)) m.time += nanoseconds;
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
    millrace_delay_ns: (nanoseconds: bigint) => {
      m.time += Number(nanoseconds);
    },
    millrace_cycles: now,
    ktime_get: now,
    ktime_get_mono_fast_ns: now,
    ktime_get_with_offset: now,
    ktime_get_raw: now,
    sched_clock: now,
    local_clock: now,
    // HZ is 250 here (arch/wasm32/Kconfig).
    __msecs_to_jiffies: (milliseconds: number) => Math.ceil(milliseconds / 4),
    __usecs_to_jiffies: (microseconds: number) => Math.ceil(microseconds / 4000),
    jiffies_to_msecs: (jiffies: number) => jiffies * 4,
    jiffies_to_usecs: (jiffies: number) => jiffies * 4000,
  };
}
