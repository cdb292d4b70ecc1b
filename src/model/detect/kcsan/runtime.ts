// KCSAN's algorithm (kernel/kcsan/core.c, v6.12.117): an access looks for a watchpoint that it runs into; now and then it
// sets one up itself, stalls, and sees whether somebody ran into it or changed the value. Nothing here knows of the
// machine: a host tells who runs, and lets others run while one stalls.
import { kcsanAccess } from './access-types.js';
import { KcsanContext, type ScopedAccess, scopedAccessWords as words } from './context.js';
import { type Counters, noCounts } from './counters.js';
import { maxEncodableSize } from './encoding.js';
import { ignoresDataRace } from './permissive.js';
import { ReportTimes } from './rate-limit.js';
import { type AccessInfo, isValueChangeException, type KcsanReport, sanitizeStack } from './report.js';
import { CpuSampling } from './sampling.js';
import type { KcsanSettings } from './settings.js';
import { WatchpointTable } from './watchpoints.js';

/** What the detector asks of whoever runs the program. Contexts are numbers below `contexts`. */
export interface KcsanHost {
  readonly contexts: number;
  readonly cpus: number;
  /** The context that runs. */
  current(): number;
  cpuOf(context: number): number;
  /** Whether a context is a task, and not an interrupt. */
  inTask(context: number): boolean;
  pidOf(context: number): number;
  commOf(context: number): string;
  /** The value of 1, 2, 4 or 8 bytes. */
  read(address: number, size: number): bigint;
  /**
   * The current context does nothing for so long, others do. False: the caller must return at once, and the very same
   * call of the detector is made again when the time is over.
   */
  stall(nanoseconds: number, interruptible: boolean, address: number, site: number): boolean;
  /** Whether an address is &current->flags, which CONFIG_KCSAN_PERMISSIVE ignores. */
  isTaskFlags(address: number): boolean;
  /** Bytes at the bottom of memory that hold no object. */
  readonly nullBytes: number;
  /** Bytes of a long of the kernel that is stood in for. */
  readonly wordBytes: number;
  /** Virtual time since boot, in nanoseconds. */
  now(): number;
  /** Sites of the calls that the context is in, innermost first. */
  callers(context: number): readonly number[];
  functionOf(site: number): string;
}

/** Milliseconds of a tick: CONFIG_HZ=250. */
const jiffyMs = 4;

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

/** Who ran into a watchpoint (struct other_info). */
type OtherInfo = Omit<AccessInfo, 'stack' | 'reorderedTo'> & {
  readonly site: number;
  readonly frames: readonly number[];
};

export class Kcsan {
  readonly settings: KcsanSettings;
  enabled: boolean;
  readonly counters: Counters = noCounts();
  /** Told of each race that KCSAN would print, or has just printed (`limited`, by CONFIG_KCSAN_REPORT_ONCE_IN_MS). */
  onReport: (report: KcsanReport, limited: boolean) => void = () => {};

  private readonly host: KcsanHost;
  private readonly table: WatchpointTable;
  private readonly times: ReportTimes;
  private readonly samplings: readonly CpuSampling[];
  private readonly tasks: readonly KcsanContext[];
  private readonly cpus: readonly KcsanContext[];
  private readonly depths: Int32Array;
  private readonly stalls: (Stall | null)[];
  /** By context: the scoped access that is checked next, -1 while none is. */
  private readonly scopedNext: Int32Array;
  private readonly heres: Int32Array;
  private readonly others = new Map<number, OtherInfo>();

  /** `seed` stands for the CPUs' cycle counters at boot. */
  constructor(settings: KcsanSettings, host: KcsanHost, seed: number) {
    this.settings = settings;
    this.host = host;
    this.enabled = settings.earlyEnable;
    this.table = new WatchpointTable(settings.numWatchpoints);
    this.times = new ReportTimes(settings.reportOnceInMs, jiffyMs);
    this.samplings = Array.from(
      { length: host.cpus },
      (_, cpu) => new CpuSampling(settings, Math.imul(seed + cpu * 7919 + 1, 0x9e3779b1)),
    );
    this.tasks = Array.from({ length: host.contexts }, () => new KcsanContext());
    this.cpus = Array.from({ length: host.cpus }, () => new KcsanContext());
    this.depths = new Int32Array(host.contexts);
    this.heres = new Int32Array(host.contexts);
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
    this.heres[context] = here;
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

  /** __kcsan_mb(), _wmb(), _rmb(), _release(): what comes before the barrier is held back no more. */
  barrier(kind: 'mb' | 'wmb' | 'rmb' | 'release'): void {
    if (!this.settings.weakMemory) return;
    const { reorderWords, reorderAt, disableScoped } = this.contextOf(this.host.current());
    if (disableScoped > 0) return;
    const type = reorderWords[reorderAt + words.type] as number;
    const compound = (type & kcsanAccess.compound) !== 0;
    const write = (type & kcsanAccess.write) !== 0;
    const orders = kind === 'wmb' ? write || compound : kind === 'rmb' ? !write || compound : true;
    if (orders) reorderWords[reorderAt + words.size] = 0;
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

  private isAtomic(kcsan: KcsanContext, address: number, size: number, type: number): boolean {
    if ((type & kcsanAccess.atomic) !== 0) return true;
    if ((type & kcsanAccess.assert) !== 0) return false;
    if (
      this.settings.assumePlainWritesAtomic &&
      (type & kcsanAccess.write) !== 0 &&
      size <= this.host.wordBytes &&
      (type & kcsanAccess.compound) === 0 &&
      address % size === 0
    )
      return true;
    if (kcsan.atomicNext > 0) {
      kcsan.atomicNext--;
      return true;
    }
    return kcsan.atomicNestCount > 0 || kcsan.inFlatAtomic;
  }

  private shouldWatch(
    kcsan: KcsanContext,
    context: number,
    address: number,
    size: number,
    type: number,
  ): boolean {
    // First of all: an atomic access does not count towards those that are skipped.
    if (this.isAtomic(kcsan, address, size, type)) return false;
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
    this.others.set(slot, {
      ...this.accessInfo(context, address, size, type),
      site,
      frames: this.stackOf(context),
    });
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
    if (this.table.isConsumed(slot)) {
      if (change === 'maybe') {
        if (mask !== 0) change = 'no';
        else if (size > 8 || isAssert) change = 'yes';
      }
      if (isAssert && change === 'yes') counters.assertFailures++;
      const other = this.others.get(slot);
      this.others.delete(slot);
      if (change !== 'no' && other !== undefined)
        this.report(context, stall, other, change === 'yes', now, mask);
    } else if (change === 'yes') {
      counters.racesUnknownOrigin++;
      if (isAssert) counters.assertFailures++;
      if (settings.reportRaceUnknownOrigin || isAssert) this.report(context, stall, null, true, now, mask);
    }
    this.table.remove(slot);
    if (!stall.interruptible) (this.cpus[stall.cpu] as KcsanContext).disableCount--;
    kcsan.disableScoped--;
    this.holdBack(kcsan, context, mask, address, size, type, site);
  }

  /** print_report(), up to the printing. */
  private report(
    context: number,
    stall: Stall,
    other: OtherInfo | null,
    valueChanged: boolean,
    now: bigint,
    mask: number,
  ): void {
    const { host } = this;
    const named = (access: Omit<OtherInfo, 'stack'>): AccessInfo => {
      const { site, frames, ...info } = access;
      const scoped = (access.type & kcsanAccess.scoped) !== 0;
      return { ...info, ...sanitizeStack(frames, scoped ? site : null, (at) => host.functionOf(at)) };
    };
    const here = named({
      ...this.accessInfo(context, stall.address, stall.size, stall.type),
      site: stall.site,
      frames: this.stackOf(context),
    });
    const there = other === null ? null : named(other);
    const thereFrame = there?.stack[0] ?? 0;
    if (
      there !== null &&
      !valueChanged &&
      this.settings.reportValueChangeOnly &&
      !isValueChangeException(host.functionOf(thereFrame))
    )
      return;
    const jiffies = Math.floor(host.now() / (jiffyMs * 1e6)) + 1;
    const limited = this.times.isLimited(here.stack[0] ?? 0, thereFrame, jiffies);
    this.onReport(
      {
        accesses: there === null ? [here] : [there, here],
        old: stall.old,
        new: now,
        mask,
        reporter: {
          cpu: host.cpuOf(context),
          pid: host.pidOf(context),
          comm: host.commOf(context),
        },
        time: host.now(),
      },
      limited,
    );
  }

  private stackOf(context: number): readonly number[] {
    return [this.heres[context] as number, ...this.host.callers(context)];
  }

  private accessInfo(context: number, address: number, size: number, type: number) {
    const { host } = this;
    return {
      address,
      size,
      type,
      pid: host.inTask(context) ? host.pidOf(context) : -1,
      cpu: host.cpuOf(context),
    };
  }

  /** read_instrumented_memory(): values are compared up to 8 bytes. */
  private value(address: number, size: number): bigint {
    return size === 1 || size === 2 || size === 4 || size === 8 ? this.host.read(address, size) : 0n;
  }

  /** find_reorder_access(). */
  private isReorder(kcsan: KcsanContext, address: number, size: number, type: number, site: number): boolean {
    const { reorderWords, reorderAt, disableScoped } = kcsan;
    return (
      this.settings.weakMemory &&
      disableScoped === 0 &&
      (reorderWords[reorderAt + words.address] as number) >>> 0 === address &&
      reorderWords[reorderAt + words.size] === size &&
      reorderWords[reorderAt + words.type] === type &&
      reorderWords[reorderAt + words.site] === site
    );
  }

  /** set_reorder_access(). */
  private holdBack(
    kcsan: KcsanContext,
    context: number,
    accessMask: number,
    address: number,
    size: number,
    type: number,
    site: number,
  ): void {
    if (accessMask !== 0 || (type & kcsanAccess.assert) !== 0) return;
    if (!this.settings.weakMemory || kcsan.disableScoped > 0) return;
    const { reorderWords, reorderAt } = kcsan;
    reorderWords[reorderAt + words.address] = address;
    reorderWords[reorderAt + words.size] = size;
    reorderWords[reorderAt + words.type] = type | kcsanAccess.scoped;
    reorderWords[reorderAt + words.site] = site;
    reorderWords[reorderAt + words.stackDepth] = this.depths[context] as number;
  }
}
