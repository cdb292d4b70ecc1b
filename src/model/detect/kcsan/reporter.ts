// From two accesses to a report, or to none: who they were, and what is not printed (print_report() and skip_report(),
// kernel/kcsan/report.c, v6.12.117).
import { kcsanAccess } from './access-types.js';
import type { KcsanHost } from './host.js';
import { ReportTimes } from './rate-limit.js';
import { type AccessInfo, isValueChangeException, type KcsanReport, sanitizeStack } from './report.js';
import type { KcsanSettings } from './settings.js';

/** Milliseconds of a tick: CONFIG_HZ=250. */
const jiffyMs = 4;

/** An access as it was made: struct other_info. */
export interface RacingAccess {
  readonly info: Omit<AccessInfo, 'stack' | 'reorderedTo'>;
  readonly site: number;
  readonly frames: readonly number[];
}

export interface ValueSeen {
  readonly old: bigint;
  readonly new: bigint;
  readonly mask: number;
  readonly changed: boolean;
}

export class Reporter {
  /** As {@link Kcsan.onReport}. */
  onReport: (report: KcsanReport, limited: boolean) => void = () => {};
  /** By context: the site of the call that is checked. */
  readonly heres: Int32Array;
  private readonly host: KcsanHost;
  private readonly settings: KcsanSettings;
  private readonly times: ReportTimes;

  constructor(host: KcsanHost, settings: KcsanSettings) {
    this.host = host;
    this.settings = settings;
    this.heres = new Int32Array(host.contexts);
    this.times = new ReportTimes(settings.reportOnceInMs, jiffyMs);
  }

  describe(context: number, address: number, size: number, type: number, site: number): RacingAccess {
    const { host } = this;
    const pid = host.inTask(context) ? host.pidOf(context) : -1;
    return {
      info: { address, size, type, pid, cpu: host.cpuOf(context) },
      site,
      frames: [this.heres[context] as number, ...host.callers(context)],
    };
  }

  /** `other` is who ran into the watchpoint of `own`, null where nobody is known to have. */
  report(context: number, own: RacingAccess, other: RacingAccess | null, seen: ValueSeen): void {
    const { host } = this;
    const here = this.shown(own);
    const there = other === null ? null : this.shown(other);
    const otherFrame = there?.stack[0] ?? 0;
    const isSame = there !== null && !seen.changed && this.settings.reportValueChangeOnly;
    if (isSame && !isValueChangeException(host.functionOf(otherFrame))) return;
    const jiffies = Math.floor(host.now() / (jiffyMs * 1e6)) + 1;
    const limited = this.times.isLimited(here.stack[0] ?? 0, otherFrame, jiffies);
    const reporter = {
      cpu: host.cpuOf(context),
      pid: host.pidOf(context),
      comm: host.commOf(context),
    };
    const accesses = there === null ? ([here] as const) : ([there, here] as const);
    const { old, new: now, mask } = seen;
    this.onReport({ accesses, old, new: now, mask, reporter, time: host.now() }, limited);
  }

  private shown({ info, site, frames }: RacingAccess): AccessInfo {
    const heldBackFrom = (info.type & kcsanAccess.scoped) !== 0 ? site : null;
    return { ...info, ...sanitizeStack(frames, heldBackFrom, (at) => this.host.functionOf(at)) };
  }
}
