// CONFIG_KCSAN_REPORT_ONCE_IN_MS (rate_limit_report(), kernel/kcsan/report.c, v6.12.117).

/** PAGE_SIZE / sizeof(struct report_time), on a kernel of 64 bits. */
const mostTimes = Math.floor(4096 / 24);

interface ReportTime {
  time: number;
  frame1: number;
  frame2: number;
}

export class ReportTimes {
  private readonly entries: ReportTime[];
  private readonly onceInMs: number;
  private readonly jiffyMs: number;

  /** `jiffyMs`: milliseconds of a tick. */
  constructor(onceInMs: number, jiffyMs: number) {
    this.onceInMs = onceInMs;
    this.jiffyMs = jiffyMs;
    const size = Math.min(onceInMs, mostTimes);
    this.entries = Array.from({ length: size }, () => ({ time: 0, frame1: 0, frame2: 0 }));
  }

  /** Whether the race of these frames was reported too recently; if not, it is from now on. `jiffies` is above 0. */
  isLimited(frame1: number, frame2: number, jiffies: number): boolean {
    if (this.onceInMs === 0) return false;
    const invalidBefore = jiffies - Math.ceil(this.onceInMs / this.jiffyMs);
    let use = this.entries[0] as ReportTime;
    for (const entry of this.entries) {
      if (entry.time < use.time) use = entry;
      if (entry.time === 0) break;
      if (entry.time < invalidBefore) continue;
      const same =
        (entry.frame1 === frame1 && entry.frame2 === frame2) ||
        (entry.frame1 === frame2 && entry.frame2 === frame1);
      if (same) return true;
    }
    use.time = jiffies;
    use.frame1 = frame1;
    use.frame2 = frame2;
    return false;
  }
}
