// In which context a stack ran: told by the first function on the way out that only one context goes through.
import type { StackFrame } from '../report/index.js';
import type { SideContext } from './registrations.js';
import type { SideStack } from './report-sides.js';

/** Functions that call a context's callback, innermost first in importance (kernel/time/timer.c, v6.12, and others). */
const markers: readonly (readonly [RegExp, SideContext])[] = [
  [
    /^(?:call_timer_fn|expire_timers|__run_timers|__run_timer_base|run_timer_base|run_timer_softirq)$/,
    'TIMER',
  ],
  [/^(?:tasklet_action|tasklet_action_common|tasklet_hi_action|workqueue_softirq_action)$/, 'SOFTIRQ'],
  [/^(?:net_rx_action|__napi_poll|napi_poll|net_tx_action|blk_done_softirq|blk_complete_reqs)$/, 'SOFTIRQ'],
  [/^(?:rcu_do_batch|rcu_core|rcu_core_si|rcu_process_callbacks|hrtimer_run_softirq)$/, 'SOFTIRQ'],
  [
    /^(?:__do_softirq|handle_softirqs|do_softirq|do_softirq_own_stack|run_ksoftirqd|invoke_softirq)$/,
    'SOFTIRQ',
  ],
  [/^(?:__handle_irq_event_percpu|handle_irq_event_percpu|handle_irq_event|generic_handle_irq)$/, 'HARDIRQ'],
  [/^(?:hrtimer_interrupt|tick_sched_timer|tick_nohz_handler)$/, 'HARDIRQ'],
  [/^(?:irq_work_single|irq_work_run|irq_work_run_list|__flush_smp_call_function_queue)$/, 'HARDIRQ'],
  [/^(?:flush_smp_call_function_queue|generic_smp_call_function_single_interrupt)$/, 'HARDIRQ'],
  [/^(?:process_one_work|process_scheduled_works|worker_thread)$/, 'WORK'],
  [/^(?:irq_thread_fn|irq_forced_thread_fn|irq_thread|kthread)$/, 'TASK'],
];

/** Where an interrupt comes in: what lies further out is the task that it stopped. */
const interruptEntry =
  /^(?:asm_)?(?:sysvec_|common_interrupt|instr_sysvec_)|^(?:__)?irq_exit(?:_rcu)?$|^(?:do_IRQ|ret_from_intr|apic_timer_interrupt|smp_apic_timer_interrupt|el[01]h?_.*irq.*|gic_handle_irq|__irq_svc)$/;

export interface StackContext {
  readonly context: SideContext;
  /** Function that tells; null where the report's own word does. */
  readonly told: string | null;
  /** The frames of the side itself: up to what called it in this context. */
  readonly frames: readonly StackFrame[];
}

/** @param other the other access's stack: an interrupt's stack may go on with the very task that it stopped */
export function contextOf(access: SideStack, other: SideStack | null): StackContext {
  const own = withoutInterrupted(access, other);
  const isInterrupt = access.context.kind === 'interrupt';
  for (const [index, { function: name }] of own.entries()) {
    const match = markers.find(([pattern]) => pattern.test(name));
    const isTaskMarker = match?.[1] === 'WORK' || match?.[1] === 'TASK';
    // A task that runs softirqs on its way out is an interrupt to KCSAN, and only then.
    if (match !== undefined && isTaskMarker !== isInterrupt)
      return { context: match[1], told: name, frames: own.slice(0, index) };
    if (isInterrupt && interruptEntry.test(name))
      return { context: 'HARDIRQ', told: name, frames: own.slice(0, index) };
  }
  return { context: isInterrupt ? 'SOFTIRQ' : 'TASK', told: null, frames: own };
}

function withoutInterrupted(access: SideStack, other: SideStack | null): readonly StackFrame[] {
  const { stack } = access;
  if (access.context.kind !== 'interrupt' || other?.context.kind !== 'task') return stack;
  const wanted = other.stack.map(({ function: name }) => name);
  if (wanted.length === 0) return stack;
  const start = stack.length - wanted.length;
  const isTail = start > 0 && wanted.every((name, index) => stack[start + index]?.function === name);
  return isTail ? stack.slice(0, start) : stack;
}
