// KCSAN's algorithm (kernel/kcsan/core.c, v6.12.117): an access looks for a watchpoint that it runs into; now and then it
// sets one up itself, stalls, and sees whether somebody ran into it or changed the value. Nothing here knows of the
// machine: a host tells who runs, and lets others run while one stalls.
import { kcsanAccess } from './access-types.js';
import { isAtomic } from './atomic-rules.js';
import { KcsanContext, type ScopedAccess, scopedAccessWords as words } from './context.js';
import { type Counters, noCounts } from './counters.js';
import { maxEncodableSize } from './encoding.js';
import type { KcsanHost } from './host.js';
import { ignoresDataRace } from './permissive.js';
import { type Barrier, holdBack, isHeldBack, orderHeldBack } from './reordering.js';
import type { KcsanReport } from './report.js';
import { type RacingAccess, Reporter } from './reporter.js';
import { CpuSampling } from './sampling.js';
import type { KcsanSettings } from './settings.js';
import { WatchpointTable } from './watchpoints.js';

/** A watchpoint that its context waits for. */
interface Stall {
  readonly address: number;
  readonly size: number;
  readonly type: number;
  readonly site: number;
  readonly slot: number;
  readonly old: bigint;
  readonly nanoseconds: number;
  readonly isReorder: boolean;
  readonly interruptible: boolean;
  readonly accessMask: number;
  readonly cpu: number;
}

export class Kcsan {
  readonly settings: KcsanSettings;
  enabled: boolean;
  readonly counters: Counters = noCounts();
  /** Told of each race that KCSAN would print, or has just printed (`limited`, by CONFIG_KCSAN_REPORT_ONCE_IN_MS). */
  set onReport(listener: (report: KcsanReport, limited: boolean) => void) {
    this.reporter.onReport = listener;
  }

  private readonly host: KcsanHost;
  private readonly table: WatchpointTable;
  private readonly reporter: Reporter;
  private readonly samplings: readonly CpuSampling[];
  private readonly tasks: readonly KcsanContext[];
  private readonly cpus: readonly KcsanContext[];
  private readonly depths: Int32Array;
  private readonly stalls: (Stall | null)[];
  /** By context: the scoped access that is checked next, -1 while none is. */
  private readonly scopedNext: Int32Array;
  private readonly others = new Map<number, RacingAccess>();

  /** `seed` stands for the CPUs' cycle counters at boot. */
  constructor(settings: KcsanSettings, host: KcsanHost, seed: number) {
    this.settings = settings;
    this.host = host;
    this.enabled = settings.earlyEnable;
    this.table = new WatchpointTable(settings.numWatchpoints);
    this.reporter = new Reporter(host, settings);
    this.samplings = Array.from(
      { length: host.cpus },
      (_, cpu) => new CpuSampling(settings, Math.imul(seed + cpu * 7919 + 1, 0x9e3779b1)),
    );
    this.tasks = Array.from({ length: host.contexts }, () => new KcsanContext());
    this.cpus = Array.from({ length: host.cpus }, () => new KcsanContext());
    this.depths = new Int32Array(host.contexts);
    this.stalls = new Array<Stall | null>(host.contexts).fill(null);
    this.scopedNext = new Int32Array(host.contexts).fill(-1);
  }

  /** A new execution: tasks are new, what the CPUs count goes on. */
  beginExecution(): void {
    this.table.reset();
    this.others.clear();
    for (let i = 0; i < this.host.contexts; i++) this.begin(i);
    for (const context of this.cpus) context.reset();
  }

  /** Between two executions a CPU had accesses of other code, at most so many. */
  skipOthers(accesses: (below: number) => number): void {
    const below = this.settings.skipWatch + 1;
    for (const sampling of this.samplings) sampling.skipOthers(accesses(below));
  }

  /** A context that begins anew. */
  begin(context: number): void {
    this.tasks[context]?.reset();
    this.depths[context] = 0;
    this.stalls[context] = null;
    this.scopedNext[context] = -1;
  }

  /** get_ctx(). */
  contextOf(context: number): KcsanContext {
    const { host } = this;
    return (host.inTask(context) ? this.tasks[context] : this.cpus[host.cpuOf(context)]) as KcsanContext;
  }

  /** Whether the current context is in the middle of {@link check}, which has to be called again. */
  isPending(context: number): boolean {
    return this.stalls[context] !== null;
  }

  /**
   * check_access(). False: return at once, and call again with the same arguments.
   * @param here where the context is, when that is not where the access stands
   */
  check(address: number, size: number, type: number, site: number, here = site): boolean {
    const context = this.host.current();
    if (this.stalls[context] !== null) return this.resume(context);
    this.reporter.heres[context] = here;
    if (size === 0) return true;
    const found = this.table.find(address, size, (type & kcsanAccess.write) === 0);
    if (found >= 0) {
      this.found(context, address, size, type, site, found);
      return true;
    }
    const kcsan = this.contextOf(context);
    if (this.shouldWatch(kcsan, context, address, size, type))
      return this.setup(kcsan, context, address, size, type, site);
    if (
      (type & kcsanAccess.scoped) === 0 &&
      this.settings.weakMemory &&
      kcsan.disableScoped === 0 &&
      kcsan.reorderWords[kcsan.reorderAt + words.size] !== 0
    ) {
      // As if the access that was held back happened only now.
      const end = this.checkReordered(kcsan, context);
      if (end !== null) return end;
    }
    if (kcsan.scopedAccesses.length === 0 || kcsan.disableScoped > 0) return true;
    kcsan.disableScoped++;
    this.scopedNext[context] = 0;
    return this.checkScoped(kcsan, context);
  }

  /** __kcsan_mb() and its like. */
  barrier(kind: Barrier): void {
    if (this.settings.weakMemory) orderHeldBack(this.contextOf(this.host.current()), kind);
  }

  /** __tsan_func_entry(). */
  enterFunction(): void {
    const context = this.host.current();
    this.depths[context] = (this.depths[context] as number) + 1;
  }

  /** __tsan_func_exit(): no access is held back beyond its function. False: return at once, and call again. */
  leaveFunction(): boolean {
    const { host, depths } = this;
    const context = host.current();
    const { reorderWords: reorder, reorderAt: at, disableScoped } = this.contextOf(context);
    const pending = this.stalls[context] !== null;
    if (pending || (this.settings.weakMemory && disableScoped === 0)) {
      const depth = reorder[at + words.stackDepth] as number;
      if (pending || (depths[context] as number) <= depth) {
        const held = (word: number) => reorder[at + word] as number;
        if (!this.check(held(words.address), held(words.size), held(words.type), held(words.site)))
          return false;
        reorder[at + words.size] = 0;
        reorder[at + words.stackDepth] = -0x80000000;
      }
    }
    depths[context] = (depths[context] as number) - 1;
    return true;
  }

  /** kcsan_begin_scoped_access(), behind its check. */
  beginScoped(access: ScopedAccess): void {
    this.contextOf(this.host.current()).scopedAccesses.unshift(access);
  }

  /** kcsan_end_scoped_access(), before its check; null when there is none with that key. */
  endScoped(key: number): ScopedAccess | null {
    const { scopedAccesses } = this.contextOf(this.host.current());
    const index = scopedAccesses.findIndex((access) => access.key === key);
    return index < 0 ? null : (scopedAccesses.splice(index, 1)[0] ?? null);
  }

  private checkReordered(kcsan: KcsanContext, context: number): boolean | null {
    const { reorderWords, reorderAt } = kcsan;
    const address = (reorderWords[reorderAt + words.address] as number) >>> 0;
    const size = reorderWords[reorderAt + words.size] as number;
    const type = reorderWords[reorderAt + words.type] as number;
    const site = reorderWords[reorderAt + words.site] as number;
    const found = this.table.find(address, size, (type & kcsanAccess.write) === 0);
    if (found >= 0) {
      this.found(context, address, size, type, site, found);
      return true;
    }
    return this.shouldWatch(kcsan, context, address, size, type)
      ? this.setup(kcsan, context, address, size, type, site)
      : null;
  }

  /** kcsan_check_scoped_accesses(), from where it stood. */
  private checkScoped(kcsan: KcsanContext, context: number): boolean {
    const { scopedNext } = this;
    for (;;) {
      const access = kcsan.scopedAccesses[scopedNext[context] as number];
      if (access === undefined) break;
      scopedNext[context] = (scopedNext[context] as number) + 1;
      const { address, size, type, site } = access;
      const found = this.table.find(address, size, (type & kcsanAccess.write) === 0);
      if (found >= 0) this.found(context, address, size, type, site, found);
      else if (
        this.shouldWatch(kcsan, context, address, size, type) &&
        !this.setup(kcsan, context, address, size, type, site)
      )
        return false;
    }
    scopedNext[context] = -1;
    kcsan.disableScoped--;
    return true;
  }

  /** The stall is over: what setup has begun is ended, and what check was about to do is done. */
  private resume(context: number): boolean {
    const stall = this.stalls[context] as Stall;
    if (!this.host.stall(stall.nanoseconds, stall.interruptible, stall.address, stall.site)) return false;
    this.stalls[context] = null;
    const kcsan = this.contextOf(context);
    this.finish(kcsan, context, stall);
    return (this.scopedNext[context] as number) < 0 || this.checkScoped(kcsan, context);
  }

  private isEnabled(kcsan: KcsanContext): boolean {
    return this.enabled && kcsan.disableCount === 0;
  }

  private shouldWatch(
    kcsan: KcsanContext,
    context: number,
    address: number,
    size: number,
    type: number,
  ): boolean {
    // First of all: an atomic access does not count towards those that are skipped.
    if (isAtomic(this.settings, this.host.wordBytes, kcsan, address, size, type)) return false;
    return (this.samplings[this.host.cpuOf(context)] as CpuSampling).countDown();
  }

  private ignoresAddress(address: number): boolean {
    return this.settings.permissive && this.host.isTaskFlags(address);
  }

  /** kcsan_found_watchpoint(). */
  private found(
    context: number,
    address: number,
    size: number,
    type: number,
    site: number,
    slot: number,
  ): void {
    const kcsan = this.contextOf(context);
    const isAssert = (type & kcsanAccess.assert) !== 0;
    if (!this.isEnabled(kcsan)) return;
    if (kcsan.accessMask !== 0 && !this.isReorder(kcsan, address, size, type, site)) return;
    if (!isAssert && this.ignoresAddress(address)) return;
    this.table.consume(slot);
    this.others.set(slot, this.reporter.describe(context, address, size, type, site));
    if (isAssert) this.counters.assertFailures++;
    else this.counters.dataRaces++;
  }

  /** kcsan_setup_watchpoint(), to the stall. */
  private setup(
    kcsan: KcsanContext,
    context: number,
    address: number,
    size: number,
    type: number,
    site: number,
  ): boolean {
    const { host, counters } = this;
    const cpu = host.cpuOf(context);
    const sampling = this.samplings[cpu] as CpuSampling;
    const isAssert = (type & kcsanAccess.assert) !== 0;
    sampling.resetSkip();
    if (!this.isEnabled(kcsan)) return true;
    if (!isAssert && this.ignoresAddress(address)) return true;
    if (address < host.nullBytes || size > maxEncodableSize) {
      counters.unencodableAccesses++;
      return true;
    }
    const isReorder = this.isReorder(kcsan, address, size, type, site);
    // A CPU cannot see its own accesses reordered: no interrupt may come upon one that is.
    const interruptible = this.settings.interruptWatcher && !isReorder;
    const accessMask = kcsan.accessMask;
    const slot = this.table.insert(address, size, (type & kcsanAccess.write) !== 0);
    if (slot < 0) {
      counters.noCapacity++;
      this.holdBack(kcsan, context, accessMask, address, size, type, site);
      return true;
    }
    counters.setupWatchpoints++;
    // Interrupts in the stall share the CPU's state; the scoped accesses of this one are no matter of theirs.
    kcsan.disableScoped++;
    if (!interruptible) (this.cpus[cpu] as KcsanContext).disableCount++;
    this.stalls[context] = {
      address,
      size,
      type,
      site,
      slot,
      old: isReorder ? 0n : this.value(address, size),
      nanoseconds: sampling.delay(type, host.inTask(context)) * 1000,
      isReorder,
      interruptible,
      accessMask,
      cpu,
    };
    const stall = this.stalls[context];
    if (!host.stall(stall.nanoseconds, interruptible, address, site)) return false;
    this.stalls[context] = null;
    this.finish(kcsan, context, stall);
    return true;
  }

  /** kcsan_setup_watchpoint(), behind the stall. */
  private finish(kcsan: KcsanContext, context: number, stall: Stall): void {
    const { settings, counters } = this;
    const { address, size, type, site, slot, old, isReorder } = stall;
    const isAssert = (type & kcsanAccess.assert) !== 0;
    const mask = isReorder ? 0 : stall.accessMask;
    const now = isReorder ? 0n : this.value(address, size);
    const diff = mask === 0 ? old ^ now : (old ^ now) & BigInt(mask >>> 0);
    const ignored = settings.permissive && ignoresDataRace(size, type, old, now, diff, this.host.wordBytes);
    let change: 'maybe' | 'yes' | 'no' = diff !== 0n && !ignored ? 'yes' : 'maybe';
    const seen = (changed: boolean) => ({ old, new: now, mask, changed });
    if (this.table.isConsumed(slot)) {
      if (change === 'maybe') {
        if (mask !== 0) change = 'no';
        else if (size > 8 || isAssert) change = 'yes';
      }
      if (isAssert && change === 'yes') counters.assertFailures++;
      const other = this.others.get(slot);
      this.others.delete(slot);
      if (change !== 'no' && other !== undefined) this.report(context, stall, other, seen(change === 'yes'));
    } else if (change === 'yes') {
      counters.racesUnknownOrigin++;
      if (isAssert) counters.assertFailures++;
      if (settings.reportRaceUnknownOrigin || isAssert) this.report(context, stall, null, seen(true));
    }
    this.table.remove(slot);
    if (!stall.interruptible) (this.cpus[stall.cpu] as KcsanContext).disableCount--;
    kcsan.disableScoped--;
    this.holdBack(kcsan, context, mask, address, size, type, site);
  }

  /** read_instrumented_memory(): values are compared up to 8 bytes. */
  private value(address: number, size: number): bigint {
    return size === 1 || size === 2 || size === 4 || size === 8 ? this.host.read(address, size) : 0n;
  }

  private report(
    context: number,
    { address, size, type, site }: Stall,
    other: RacingAccess | null,
    seen: Parameters<Reporter['report']>[3],
  ): void {
    const own = this.reporter.describe(context, address, size, type, site);
    this.reporter.report(context, own, other, seen);
  }

  private isReorder(kcsan: KcsanContext, address: number, size: number, type: number, site: number): boolean {
    return this.settings.weakMemory && isHeldBack(kcsan, address, size, type, site);
  }

  private holdBack(
    kcsan: KcsanContext,
    context: number,
    accessMask: number,
    ...access: [address: number, size: number, type: number, site: number]
  ): void {
    // With a mask the value decides, and that of an access that is held back cannot be read.
    if (this.settings.weakMemory && accessMask === 0)
      holdBack(kcsan, this.depths[context] as number, ...access);
  }
}
