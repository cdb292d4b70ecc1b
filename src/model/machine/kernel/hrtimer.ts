// High-resolution timers (kernel/time/hrtimer.c, v6.12): the callback runs in a hard interrupt, in a softirq when the
// mode says so, and anew when it answers HRTIMER_RESTART. The layout of struct hrtimer (include/linux/hrtimer_types.h)
// is not that of 6.12 in every tree: arch/wasm32/kernel/data.c tells it.
import { initObject, useObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { toldNumber } from './object.js';
import type { Clock } from './time.js';

const restart = 1;
/** HRTIMER_MODE_SOFT. */
const softMode = 4;

export function hrtimerImports(m: Machine, callbacks: Callbacks, clock: Clock): Record<string, Import> {
  const soft = m.perExecution(new Set<number>());
  const functionAt = (timer: number) => timer + toldNumber(m, 'millrace_hrtimer_function', 32);
  const contextOf = (timer: number) => (soft.has(timer) ? 'softirq' : 'hardirq');
  const spec = (timer: number): CallbackSpec => ({
    kind: 'hrtimer',
    context: contextOf(timer),
    begin: () => {
      const entry = m.functionAt(m.words[functionAt(timer) >> 2] as number);
      const context = contextOf(timer);
      return entry === null ? null : { context, call: () => entry(timer) };
    },
    again: (result) => result === restart,
  });
  const initialise = (timer: number, _clock: number, mode: number, site: number) => {
    if (!initObject(m, timer, toldNumber(m, 'millrace_hrtimer_base_at', 36) + 4, site)) return;
    const base = timer + toldNumber(m, 'millrace_hrtimer_base_at', 36);
    m.words[base >> 2] = toldNumber(m, 'millrace_hrtimer_base', 0);
    if ((mode & softMode) !== 0) soft.add(timer);
  };
  return {
    hrtimer_init: initialise,
    hrtimer_setup: (timer: number, callback: number, which: number, mode: number, site: number) => {
      initialise(timer, which, mode, site);
      if (!m.suspending) m.words[functionAt(timer) >> 2] = callback;
    },
    hrtimer_start_range_ns: (timer: number, time: bigint, _delta: bigint, _mode: number, site: number) => {
      const expires = timer + toldNumber(m, 'millrace_hrtimer_expires', 24);
      if (m.stage[m.current] === 0) {
        if (!initObject(m, expires, 8, site)) return;
        new DataView(m.memory.buffer).setBigInt64(expires, time, true);
        m.stage[m.current] = 1;
      }
      if (callbacks.post(timer, spec(timer), site) !== null) m.stage[m.current] = 0;
    },
    hrtimer_cancel: (timer: number, site: number) => callbacks.cancelSync(timer, site) ?? 0,
    hrtimer_try_to_cancel: (timer: number, site: number) => {
      const was = callbacks.cancel(timer, site) ?? 0;
      return callbacks.isRunning(timer) ? -1 : was;
    },
    hrtimer_active: (timer: number, site: number) => {
      if (!m.reach(timer, 4, false, 0, 0, site) || !useObject(m, timer, 4, site)) return 0;
      return callbacks.isPending(timer) || callbacks.isRunning(timer) ? 1 : 0;
    },
    hrtimer_forward: () => 1n,
    // Inline up to 6.16.
    hrtimer_cb_get_time: (_timer: number, site: number) =>
      clock.time.aboutToRead(site) ? BigInt(Math.floor(m.time)) : 0n,
  };
}
