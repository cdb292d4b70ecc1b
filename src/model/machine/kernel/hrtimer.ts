// High-resolution timers (kernel/time/hrtimer.c, v6.12): the callback runs in a hard interrupt, in a softirq when the
// mode says so, and anew when it answers HRTIMER_RESTART. struct hrtimer on wasm32 (include/linux/hrtimer_types.h):
// node 0, _softexpires 24, function 32, base 36.
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { toldNumber } from './object.js';

const functionOffset = 32;
const baseOffset = 36;
const expiresOffset = 24;
const restart = 1;
/** HRTIMER_MODE_SOFT. */
const softMode = 4;

export function hrtimerImports(m: Machine, callbacks: Callbacks): Record<string, Import> {
  const soft = m.perExecution(new Set<number>());
  const contextOf = (timer: number) => (soft.has(timer) ? 'softirq' : 'hardirq');
  const spec = (timer: number): CallbackSpec => ({
    what: 'hrtimer',
    context: contextOf(timer),
    begin: () => {
      const entry = m.functionAt(m.words[(timer + functionOffset) >> 2] as number);
      const context = contextOf(timer);
      return entry === null ? null : { context, call: () => entry(timer) };
    },
    again: (result) => result === restart,
  });
  const initialise = (timer: number, _clock: number, mode: number) => {
    m.words[(timer + baseOffset) >> 2] = toldNumber(m, 'millrace_hrtimer_base', 0);
    if ((mode & softMode) !== 0) soft.add(timer);
  };
  return {
    hrtimer_init: initialise,
    hrtimer_setup: (timer: number, callback: number, clock: number, mode: number) => {
      m.words[(timer + functionOffset) >> 2] = callback;
      initialise(timer, clock, mode);
    },
    hrtimer_start_range_ns: (timer: number, time: bigint, _delta: bigint, _mode: number, site: number) => {
      new DataView(m.memory.buffer).setBigInt64(timer + expiresOffset, time, true);
      callbacks.post(timer, spec(timer), site);
    },
    hrtimer_cancel: (timer: number, site: number) => callbacks.cancelSync(timer, site) ?? 0,
    hrtimer_try_to_cancel: (timer: number, site: number) => {
      const was = callbacks.cancel(timer, site) ?? 0;
      return callbacks.isRunning(timer) ? -1 : was;
    },
    hrtimer_active: (timer: number, site: number) => {
      if (!m.reach(timer, 4, false, 0, 0, site)) return 0;
      return callbacks.isPending(timer) || callbacks.isRunning(timer) ? 1 : 0;
    },
    hrtimer_forward: () => 1n,
  };
}
