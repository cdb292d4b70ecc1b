// KCSAN's way through an access (check_access() and its like, kernel/kcsan/core.c, v6.12.117): it looks for a watchpoint
// that it runs into, now and then sets one up itself, and looks as well for those accesses that are held back or stand for
// a scope. Nothing here knows of the machine: a host tells who runs, and lets others run while one stalls.
import { kcsanAccess } from './access-types.js';
import { type KcsanContext, type ScopedAccess, scopedAccessWords as words } from './context.js';
import { KcsanContexts } from './contexts.js';
import type { Counters } from './counters.js';
import type { KcsanHost } from './host.js';
import { type Barrier, orderHeldBack } from './reordering.js';
import type { KcsanReport } from './report.js';
import type { CpuSampling } from './sampling.js';
import type { KcsanSettings } from './settings.js';
import { Watcher } from './watcher.js';

export class Kcsan {
  readonly settings: KcsanSettings;
  readonly counters: Counters;
  /** Told of each race that KCSAN would print, or has just printed (`limited`, by CONFIG_KCSAN_REPORT_ONCE_IN_MS). */
  set onReport(listener: (report: KcsanReport, limited: boolean) => void) {
    this.watcher.reporter.onReport = listener;
  }

  private readonly host: KcsanHost;
  private readonly contexts: KcsanContexts;
  private readonly watcher: Watcher;
  private readonly weakMemory: boolean;
  /** By context: the site of the call that is checked. */
  private readonly heres: Int32Array;
  /** By context: the scoped access that is checked next, -1 while none is. */
  private readonly scopedNext: Int32Array;

  /** `seed` stands for the CPUs' cycle counters at boot. */
  constructor(settings: KcsanSettings, host: KcsanHost, seed: number) {
    this.settings = settings;
    this.host = host;
    this.contexts = new KcsanContexts(host);
    this.watcher = new Watcher(settings, host, this.contexts, seed);
    this.counters = this.watcher.counters;
    this.weakMemory = settings.weakMemory;
    this.heres = this.watcher.reporter.heres;
    this.scopedNext = new Int32Array(host.contexts).fill(-1);
  }

  /** A new execution: tasks are new, what the CPUs count goes on. */
  beginExecution(): void {
    this.watcher.reset();
    this.contexts.reset();
    this.scopedNext.fill(-1);
  }

  /** Between two executions a CPU had accesses of other code, at most so many. */
  skipOthers(accesses: (below: number) => number): void {
    const below = this.settings.skipWatch + 1;
    for (const sampling of this.watcher.samplings) sampling.skipOthers(accesses(below));
  }

  /** A context that begins anew. */
  begin(context: number): void {
    this.contexts.begin(context);
    this.watcher.begin(context);
    this.scopedNext[context] = -1;
  }

  /** get_ctx(). */
  contextOf(context: number): KcsanContext {
    return this.contexts.of(context);
  }

  /** Whether the current context is in the middle of {@link check}, which has to be called again. */
  isPending(context: number): boolean {
    return this.watcher.isStalled(context);
  }

  /**
   * check_access(). False: return at once, and call again with the same arguments.
   * @param here where the context is, when that is not where the access stands
   */
  check(address: number, size: number, type: number, site: number, here = site): boolean {
    const { host, watcher } = this;
    const context = host.current();
    if (watcher.isStalled(context)) return this.resume(context);
    this.heres[context] = here;
    if (size === 0 || watcher.runsInto(context, address, size, type, site)) return true;
    const kcsan = this.contexts.of(context);
    const sampling = watcher.samplingOf(context);
    if (watcher.shouldWatch(kcsan, sampling, address, size, type))
      return watcher.setup(kcsan, context, address, size, type, site);
    if (kcsan.disableScoped > 0) return true;
    if (
      this.weakMemory &&
      (type & kcsanAccess.scoped) === 0 &&
      kcsan.reorderWords[kcsan.reorderAt + words.size] !== 0
    ) {
      const end = this.checkReordered(kcsan, sampling, context);
      if (end !== null) return end;
    }
    if (kcsan.scopedAccesses.length === 0) return true;
    kcsan.disableScoped++;
    this.scopedNext[context] = 0;
    return this.checkScoped(kcsan, context);
  }

  /** __kcsan_mb() and its like. */
  barrier(kind: Barrier): void {
    if (this.weakMemory) orderHeldBack(this.contexts.of(this.host.current()), kind);
  }

  /** __tsan_func_entry(). */
  enterFunction(): void {
    if (this.weakMemory) this.contexts.of(this.host.current()).stackDepth++;
  }

  /** __tsan_func_exit(): no access is held back beyond its function. False: return at once, and call again. */
  leaveFunction(): boolean {
    if (!this.weakMemory) return true;
    const context = this.host.current();
    const kcsan = this.contexts.of(context);
    const { reorderWords: reorder, reorderAt: at } = kcsan;
    const pending = this.isPending(context);
    const ends = kcsan.disableScoped === 0 && kcsan.stackDepth <= (reorder[at + words.stackDepth] as number);
    if (pending || ends) {
      const held = (word: number) => reorder[at + word] as number;
      if (!this.check(held(words.address) >>> 0, held(words.size), held(words.type), held(words.site)))
        return false;
      reorder[at + words.size] = 0;
      reorder[at + words.stackDepth] = -0x80000000;
    }
    kcsan.stackDepth--;
    return true;
  }

  /** kcsan_begin_scoped_access(), behind its check. */
  beginScoped(access: ScopedAccess): void {
    this.contexts.of(this.host.current()).scopedAccesses.unshift(access);
  }

  /** kcsan_end_scoped_access(), before its check; null when there is none with that key. */
  endScoped(key: number): ScopedAccess | null {
    const { scopedAccesses } = this.contexts.of(this.host.current());
    const index = scopedAccesses.findIndex((access) => access.key === key);
    return index < 0 ? null : (scopedAccesses.splice(index, 1)[0] ?? null);
  }

  /** As if the access that was held back happened only now. Null: go on with what else is to be checked. */
  private checkReordered(kcsan: KcsanContext, sampling: CpuSampling, context: number): boolean | null {
    const { watcher } = this;
    const { reorderWords, reorderAt } = kcsan;
    const address = (reorderWords[reorderAt + words.address] as number) >>> 0;
    const size = reorderWords[reorderAt + words.size] as number;
    const type = reorderWords[reorderAt + words.type] as number;
    const site = reorderWords[reorderAt + words.site] as number;
    if (watcher.runsInto(context, address, size, type, site)) return true;
    return watcher.shouldWatch(kcsan, sampling, address, size, type)
      ? watcher.setup(kcsan, context, address, size, type, site)
      : null;
  }

  /** kcsan_check_scoped_accesses(), from where it stood. */
  private checkScoped(kcsan: KcsanContext, context: number): boolean {
    const { scopedNext, watcher } = this;
    for (;;) {
      const access = kcsan.scopedAccesses[scopedNext[context] as number];
      if (access === undefined) break;
      scopedNext[context] = (scopedNext[context] as number) + 1;
      const { address, size, type, site } = access;
      if (
        !watcher.runsInto(context, address, size, type, site) &&
        watcher.shouldWatch(kcsan, watcher.samplingOf(context), address, size, type) &&
        !watcher.setup(kcsan, context, address, size, type, site)
      )
        return false;
    }
    scopedNext[context] = -1;
    kcsan.disableScoped--;
    return true;
  }

  /** The stall is over: what setup has begun is ended, and what check was about to do is done. */
  private resume(context: number): boolean {
    if (!this.watcher.resume(context)) return false;
    return (this.scopedNext[context] as number) < 0 || this.checkScoped(this.contexts.of(context), context);
  }
}
