// In which context a side runs, told by the stack.
import { expect, test } from 'vitest';
import type { Access } from '../../src/report/index.js';
import { contextOf } from '../../src/scaffold/contexts.js';

function access(kind: 'task' | 'interrupt', ...functions: string[]): Access {
  return {
    type: 'write',
    address: '0x1',
    size: 4,
    context: { kind, pid: kind === 'task' ? 1 : null, cpu: 0 },
    stack: functions.map((name) => ({
      function: name,
      offset: null,
      size: null,
      module: null,
      file: null,
      line: null,
      inlined: false,
    })),
  };
}

const brief = ({ context, frames }: ReturnType<typeof contextOf>) => [
  context,
  frames.map(({ function: name }) => name).join(' '),
];

test.each([
  ['TIMER', 'f g', access('interrupt', 'f', 'g', 'call_timer_fn', 'run_timer_softirq', 'handle_softirqs')],
  ['TIMER', 'f', access('interrupt', 'f', 'expire_timers', '__do_softirq')],
  ['SOFTIRQ', 'f', access('interrupt', 'f', 'tasklet_action_common', 'handle_softirqs')],
  ['SOFTIRQ', 'f', access('interrupt', 'f', 'net_rx_action', '__do_softirq', 'irq_exit')],
  ['SOFTIRQ', 'f', access('interrupt', 'f', 'rcu_do_batch', 'rcu_core')],
  ['HARDIRQ', 'f', access('interrupt', 'f', '__handle_irq_event_percpu', 'handle_irq_event')],
  [
    'HARDIRQ',
    'f __hrtimer_run_queues',
    access('interrupt', 'f', '__hrtimer_run_queues', 'hrtimer_interrupt'),
  ],
  [
    'SOFTIRQ',
    'f __hrtimer_run_queues',
    access('interrupt', 'f', '__hrtimer_run_queues', 'hrtimer_run_softirq'),
  ],
  [
    'HARDIRQ',
    'f',
    access('interrupt', 'f', 'sysvec_reschedule_ipi', 'asm_sysvec_reschedule_ipi', 'main_loop'),
  ],
  ['WORK', 'f', access('task', 'f', 'process_one_work', 'worker_thread', 'kthread')],
  ['TASK', 'f', access('task', 'f', 'irq_thread_fn', 'irq_thread', 'kthread')],
  ['TASK', 'f do_syscall_64', access('task', 'f', 'do_syscall_64')],
] as const)('%s, by the first function that only it goes through: %s', (context, frames, one) => {
  expect(brief(contextOf(one, null))).toEqual([context, frames]);
});

test('a worker that an interrupt stopped does not make the interrupt a work item', () => {
  const stack = access('interrupt', 'f', 'handle_irq_event', 'common_interrupt', 'g', 'process_one_work');
  expect(brief(contextOf(stack, null))).toEqual(['HARDIRQ', 'f']);
});

test('the stack of the task that was stopped is not the side’s own', () => {
  const task = access('task', 'stop', 'ioctl');
  expect(brief(contextOf(access('interrupt', 'f', 'g', 'stop', 'ioctl'), task))).toEqual(['SOFTIRQ', 'f g']);
});
