// Timers (kernel/time/timer.c, v6.12). A timer that is armed runs its callback once, in a softirq of its own CPU, at
// any point behind its arming: virtual time promises no more. Layout of struct timer_list on wasm32 (include/linux/
// timer_types.h, v6.12): entry 0, expires 8, function 12, flags 16.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { CpuState } from './spinlock.js';

type Import = (...args: never[]) => unknown;

const offsets = { expires: 8, function: 12, flags: 16 } as const;

export class Timers {
  /** Armed before the sides began, and not run yet. */
  private readonly armed = new Set<number>();
  private readonly m: Machine;
  private readonly cpu: CpuState;

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
    m.onReset.push(() => this.armed.clear());
  }

  /** Lets run what setup armed and no side names. */
  startArmed(site: number): void {
    for (const timer of this.armed) this.start(timer, site);
  }

  /** The callback of `timer` becomes a context, after all that the current one did. */
  start(timer: number, site: number): void {
    const { m } = this;
    const entry = m.functionAt(m.words[(timer + offsets.function) >> 2] as number);
    this.armed.delete(timer);
    if (entry === null) {
      misuse(m, 'a timer was armed that has no callback', site, 'crash');
      return;
    }
    const context = m.spawn(m.current, entry, timer, site);
    this.cpu.start(context, 'softirq');
  }

  imports(): Record<string, Import> {
    const { m } = this;
    const arm = (timer: number, site: number): number => {
      m.tracer?.operation(m.current, 'arm timer', site, timer, 0);
      const was = this.armed.has(timer) ? 1 : 0;
      if (m.alone) this.armed.add(timer);
      else this.start(timer, site);
      return was;
    };
    return {
      init_timer_key: (timer: number, callback: number, flags: number) => {
        m.words[(timer + offsets.function) >> 2] = callback;
        m.words[(timer + offsets.flags) >> 2] = flags;
        m.words[timer >> 2] = 0;
        m.words[(timer >> 2) + 1] = 0;
      },
      mod_timer: (timer: number, expires: number, site: number) => {
        m.words[(timer + offsets.expires) >> 2] = expires;
        return arm(timer, site);
      },
      add_timer: (timer: number, site: number) => void arm(timer, site),
    };
  }
}
