// When an access is watched, and for how long (should_watch(), reset_kcsan_skip(), delay_access() and
// kcsan_prandom_u32_max(), kernel/kcsan/core.c, v6.12.117). State of a CPU; it goes on from one execution to the next,
// as it does in a kernel from one round to the next.
import { kcsanAccess } from './access-types.js';
import type { KcsanSettings } from './settings.js';

export class CpuSampling {
  private skip = 0;
  private randomState: number;
  private readonly settings: KcsanSettings;

  /** `seed` stands for get_cycles() at boot. */
  constructor(settings: KcsanSettings, seed: number) {
    this.settings = settings;
    this.randomState = seed >>> 0;
  }

  /** Counts an access that could be watched; answers whether this one is. The caller must {@link resetSkip} then. */
  countDown(): boolean {
    return --this.skip < 0;
  }

  /** Other code of the CPU had so many accesses; when that used the count up, one of them was watched. */
  skipOthers(accesses: number): void {
    const round = Math.max(this.settings.skipWatch, 0) + 1;
    this.skip -= accesses % round;
    if (this.skip < 0) this.skip += round;
  }

  resetSkip(): void {
    const { skipWatch, skipWatchRandomize } = this.settings;
    this.skip = skipWatch - (skipWatchRandomize ? this.random(skipWatch) : 0);
  }

  /** Microseconds that an access of `type` stalls. */
  delay(type: number, inTask: boolean): number {
    const { udelayTask, udelayInterrupt, delayRandomize } = this.settings;
    const delay = inTask ? udelayTask : udelayInterrupt;
    // Compound accesses and assertions draw from the longer half.
    const skew = (type & (kcsanAccess.compound | kcsanAccess.assert)) !== 0 ? 1 : 0;
    return delay - (delayRandomize ? this.random(delay >>> skew) : 0);
  }

  /** From 0 up to, not including, `below`; 0 for 0. */
  private random(below: number): number {
    this.randomState = (Math.imul(1664525, this.randomState) + 1013904223) >>> 0;
    // reciprocal_scale() (include/linux/math.h).
    return Math.floor((this.randomState * below) / 2 ** 32);
  }
}
