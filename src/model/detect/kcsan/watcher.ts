// Watchpoints that are run into, and those that are set up (kcsan_found_watchpoint() and kcsan_setup_watchpoint(),
// kernel/kcsan/core.c, v6.12.117): the context stalls, and then sees whether somebody ran into its watchpoint or changed
// the value.
import { kcsanAccess } from './access-types.js';
import { isAtomic } from './atomic-rules.js';
import type { KcsanContext } from './context.js';
import type { KcsanContexts } from './contexts.js';
import { type Counters, noCounts } from './counters.js';
import { maxEncodableSize } from './encoding.js';
import type { KcsanHost } from './host.js';
import { ignoresDataRace } from './permissive.js';
import { holdBack, isHeldBack } from './reordering.js';
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

export class Watcher {
  enabled: boolean;
  readonly counters: Counters = noCounts();
  readonly reporter: Reporter;
  readonly samplings: readonly CpuSampling[];
  private readonly settings: KcsanSettings;
  private readonly host: KcsanHost;
  private readonly contexts: KcsanContexts;
  private readonly table: WatchpointTable;
  private readonly stalls: (Stall | null)[];
  /** How many of them there are. */
  private stalled = 0;
  /** Aligned plain writes of so many bytes at most count as atomic. */
  private readonly plainWritesBytes: number;
  private readonly others = new Map<number, RacingAccess>();

  constructor(settings: KcsanSettings, host: KcsanHost, contexts: KcsanContexts, seed: number) {
    this.settings = settings;
    this.host = host;
    this.contexts = contexts;
    this.enabled = settings.earlyEnable;
    this.plainWritesBytes = settings.assumePlainWritesAtomic ? host.wordBytes : 0;
    this.table = new WatchpointTable(settings.numWatchpoints);
    this.reporter = new Reporter(host, settings);
    this.samplings = Array.from(
      { length: host.cpus },
      (_, cpu) => new CpuSampling(settings, Math.imul(seed + cpu * 7919 + 1, 0x9e3779b1)),
    );
    this.stalls = new Array<Stall | null>(host.contexts).fill(null);
  }

  reset(): void {
    this.table.reset();
    this.others.clear();
    this.stalls.fill(null);
    this.stalled = 0;
  }

  /** A context that begins anew waits for nothing. */
  begin(context: number): void {
    if (this.stalls[context] !== null) this.stalled--;
    this.stalls[context] = null;
  }

  isStalled(context: number): boolean {
    return this.stalled > 0 && this.stalls[context] !== null;
  }

  /** Whether the access runs into a watchpoint, which is taken then if KCSAN is not off. */
  runsInto(context: number, address: number, size: number, type: number, site: number): boolean {
    const { table } = this;
    if (table.used === 0) return false;
    const slot = table.find(address, size, (type & kcsanAccess.write) === 0);
    if (slot < 0) return false;
    this.found(context, address, size, type, site, slot);
    return true;
  }

  /** `sampling`: of the context's CPU. */
  shouldWatch(
    kcsan: KcsanContext,
    sampling: CpuSampling,
    address: number,
    size: number,
    type: number,
  ): boolean {
    // First of all: an atomic access does not count towards those that are skipped.
    return !isAtomic(this.plainWritesBytes, kcsan, address, size, type) && sampling.countDown();
  }

  /** Of the CPU that a context runs on. */
  samplingOf(context: number): CpuSampling {
    return this.samplings[this.host.cpuOf(context)] as CpuSampling;
  }

  private isEnabled(kcsan: KcsanContext): boolean {
    return this.enabled && kcsan.disableCount === 0;
  }

  private ignoresAddress(address: number): boolean {
    return this.settings.permissive && this.host.isTaskFlags(address);
  }

  private found(
    context: number,
    address: number,
    size: number,
    type: number,
    site: number,
    slot: number,
  ): void {
    const kcsan = this.contexts.of(context);
    const isAssert = (type & kcsanAccess.assert) !== 0;
    if (!this.isEnabled(kcsan)) return;
    if (kcsan.accessMask !== 0 && !this.isReorder(kcsan, address, size, type, site)) return;
    if (!isAssert && this.ignoresAddress(address)) return;
    this.table.consume(slot);
    this.others.set(slot, this.reporter.describe(context, address, size, type, site));
    if (isAssert) this.counters.assertFailures++;
    else this.counters.dataRaces++;
  }

  /** Sets a watchpoint up, to the end of its stall. False: return at once; {@link resume} when it goes on. */
  setup(
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
      this.holdBack(kcsan, accessMask, address, size, type, site);
      return true;
    }
    counters.setupWatchpoints++;
    // Interrupts in the stall share the CPU's state; the scoped accesses of this one are no matter of theirs.
    kcsan.disableScoped++;
    if (!interruptible) this.contexts.ofCpu(cpu).disableCount++;
    const stall: Stall = {
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
    this.stalls[context] = stall;
    this.stalled++;
    return this.resume(context, stall);
  }

  /** Goes on with what {@link setup} began. False: return at once, and come again. */
  resume(context: number, stall = this.stalls[context] as Stall): boolean {
    if (!this.host.stall(stall.nanoseconds, stall.interruptible, stall.address, stall.site)) return false;
    this.stalls[context] = null;
    this.stalled--;
    this.finish(this.contexts.of(context), context, stall);
    return true;
  }

  /** What comes behind the stall. */
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
    if (!stall.interruptible) this.contexts.ofCpu(stall.cpu).disableCount--;
    kcsan.disableScoped--;
    this.holdBack(kcsan, mask, address, size, type, site);
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
    accessMask: number,
    ...access: [address: number, size: number, type: number, site: number]
  ): void {
    // With a mask the value decides, and that of an access that is held back cannot be read.
    if (this.settings.weakMemory && accessMask === 0) holdBack(kcsan, ...access);
  }
}
