// Timers (kernel/time/timer.c, v6.12): an armed timer runs its callback once, in a softirq, at any point behind its
// arming: virtual time promises no more. struct timer_list on wasm32 (include/linux/timer_types.h): entry 0, expires 8,
// function 12, flags 16.
import { initObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import type { CpuState } from './cpu.js';

const offsets = { queued: 4, expires: 8, function: 12, flags: 16 } as const;

export class Timers {
  private readonly m: Machine;
  private readonly cpu: CpuState;
  private readonly callbacks: Callbacks;
  /** By timer, of all executions: addresses are few. */
  private readonly specs = new Map<number, CallbackSpec>();

  constructor(m: Machine, cpu: CpuState, callbacks: Callbacks) {
    this.m = m;
    this.cpu = cpu;
    this.callbacks = callbacks;
  }

  /** Arms `timer` when it is not armed yet; before the sides begin. */
  arm(timer: number, site: number): void {
    if (this.functionOf(timer) === 0) misuse(this.m, { problem: 'no-callback' }, site, 'crash');
    else this.callbacks.post(timer, this.spec(timer), site);
  }

  imports(): Record<string, Import> {
    const { m, callbacks } = this;
    /** 1 when it was armed before. */
    const arm = (timer: number, site: number): number => {
      return callbacks.post(timer, this.spec(timer), site) === 0 ? 1 : 0;
    };
    const modify = (timer: number, expires: number, site: number): number => {
      if (m.stage[m.current] === 0) {
        if (!initObject(m, timer + offsets.expires, 4, site)) return 0;
        m.words[(timer + offsets.expires) >> 2] = expires;
        m.stage[m.current] = 1;
      }
      const was = arm(timer, site);
      if (!m.suspending) m.stage[m.current] = 0;
      return was;
    };
    const initExpires = (timer: number, expires: number) => {
      m.words[(timer + offsets.expires) >> 2] = expires;
    };
    const cancel = (timer: number, site: number, then?: () => void): number =>
      callbacks.cancel(timer, site, then, this.spec(timer)) ?? 0;
    const cancelSync = (timer: number, site: number, then?: () => void): number => {
      if (!m.resuming && this.cpu.kind(m.current) === 'hardirq') {
        misuse(m, { problem: 'awaits-itself', call: 'timer_delete_sync' }, site);
        return 0;
      }
      return callbacks.cancelSync(timer, site, then, this.spec(timer)) ?? 0;
    };
    const shutDown = (sync: boolean) => (timer: number, site: number) => {
      const forget = () => {
        m.words[(timer + offsets.function) >> 2] = 0;
      };
      return sync ? cancelSync(timer, site, forget) : cancel(timer, site, forget);
    };
    const initialise = (
      timer: number,
      callback: number,
      flags: number,
      _name: number,
      _key: number,
      site: number,
    ) => {
      if (!initObject(m, timer, 20, site)) return;
      m.words[(timer + offsets.function) >> 2] = callback;
      m.words[(timer + offsets.flags) >> 2] = flags;
      m.words[timer >> 2] = 0;
      m.words[(timer >> 2) + 1] = 0;
    };
    const tryDeleteSync = (timer: number, site: number) => {
      const was = cancel(timer, site);
      return callbacks.isRunning(timer) ? -1 : was;
    };
    return {
      // Since 6.16 most names begin with timer_.
      init_timer_key: initialise,
      timer_init_key: initialise,
      mod_timer: modify,
      timer_reduce: modify,
      mod_timer_pending: (timer: number, expires: number, site: number) =>
        callbacks.repost(timer, () => initExpires(timer, expires), site, this.spec(timer)) ?? 0,
      add_timer: (timer: number, site: number) => void arm(timer, site),
      add_timer_on: (timer: number, _cpu: number, site: number) => void arm(timer, site),
      timer_delete: (timer: number, site: number) => cancel(timer, site),
      del_timer: (timer: number, site: number) => cancel(timer, site),
      timer_delete_sync: (timer: number, site: number) => cancelSync(timer, site),
      del_timer_sync: (timer: number, site: number) => cancelSync(timer, site),
      try_to_del_timer_sync: tryDeleteSync,
      timer_delete_sync_try: tryDeleteSync,
      timer_shutdown: shutDown(false),
      timer_shutdown_sync: shutDown(true),
    };
  }

  private functionOf(timer: number): number {
    return this.m.words[(timer + offsets.function) >> 2] as number;
  }

  private spec(timer: number): CallbackSpec {
    const known = this.specs.get(timer);
    if (known !== undefined) return known;
    const { m } = this;
    const spec: CallbackSpec = {
      kind: 'timer',
      context: 'softirq',
      // timer_pending() looks at it.
      footprint: timer + offsets.queued,
      mark: (pending) => {
        m.words[(timer + offsets.queued) >> 2] = pending ? timer : 0;
      },
      // What has been shut down is not armed any more, in silence.
      refuse: () => this.functionOf(timer) === 0,
      begin: () => {
        const entry = m.functionAt(this.functionOf(timer));
        return entry === null ? null : { context: 'softirq', call: () => entry(timer) };
      },
    };
    this.specs.set(timer, Object.freeze(spec));
    return spec;
  }
}
