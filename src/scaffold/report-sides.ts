// The two sides of a report that tell of two: KCSAN's accesses, KASAN's use and free, lockdep's two orders of a cycle.
// Of the other kinds one side alone is known, or none.
import { inputError } from '../base/index.js';
import {
  type KernelReport,
  type RaceReport,
  type ReportStack,
  racingFunctions,
  type StackFrame,
} from '../report/index.js';

/** One side as a report has it. */
export interface SideStack {
  readonly stack: readonly StackFrame[];
  readonly context: { readonly kind: 'task' | 'interrupt' };
}

export interface ReportSides {
  readonly sides: readonly [SideStack, SideStack];
  /** What has to be known of them and does not follow from the stacks, a sentence each. */
  readonly notes: readonly string[];
}

// What stands above the function that used, freed or locked: the report's own machinery, the allocator, the locks
// (lib/dump_stack.c, mm/kasan/, mm/slub.c, kernel/locking/, kernel/rcu/tree.c, v4.19 to v6.12).
const machinery =
  /^_*(?:dump_stack\w*|dump_backtrace|show_stack|show_trace|print_\w+|kasan_\w+|asan_\w+|hwasan_\w+|check_(?:memory_)?region\w*|check_(?:prev|noncircular)\w*|validate_chain|lock_acquire|save_stack\w*|stack_trace_save|set_track\w*|poison_\w+|slab_free\w*|do_slab_free|kfree\w*|kvfree\w*|kmem_cache_free\w*|free_large_kmalloc|raw_(?:spin|read|write)_\w+|spin_lock\w*|read_lock\w*|write_lock\w*|mutex_(?:lock|trylock)\w*|ww_mutex_lock\w*|rt_(?:spin|mutex)\w*|down_(?:read|write)\w*|rwsem_\w+|list_del_entry_valid\w*|list_add_valid\w*|list_(?:del|add)\w*|refcount_\w+|instrument_\w+|atomic_\w+|kref_\w+|queued_\w+|call_rcu\w*|kvfree_call_rcu|queue_work\w*|queue_work_on|insert_work|queue_delayed_work\w*)(?:\.\w+)*$/;
const callback =
  /^(?:rcu_do_batch|rcu_core|rcu_core_si|rcu_process_callbacks|kfree_rcu_work|kfree_rcu_monitor|rcu_nocb_cb_kthread|kvfree_rcu_bulk)(?:\.\w+)*$/;
// Who calls callbacks, told by the first on the way out.
const interrupt =
  /^(?:call_timer_fn|expire_timers|run_timer_softirq|__run_timers|tasklet_action\w*|net_rx_action|__do_softirq|handle_softirqs|do_softirq|irq_exit\w*|__?handle_irq\w*|handle_irq_event\w*|generic_handle_\w*irq\w*|hrtimer_interrupt|__hrtimer_run_queues|asm_(?:sysvec|common)\w*|common_interrupt)(?:\.\w+)*$/;
const task =
  /^(?:process_one_work|worker_thread|kthread|entry_SYSCALL\w*|do_syscall_64|el0_svc\w*|ret_from_fork\w*|run_ksoftirqd)(?:\.\w+)*$/;

/** Errors: `input` for a report that does not tell of two sides, with the reason. */
export function reportSides(report: RaceReport | KernelReport): ReportSides {
  if ('accesses' in report) {
    const [first, second] = report.accesses;
    if (first === undefined || second === undefined)
      throw oneSided('the report has one side only: KCSAN did not see who else made an access');
    return { sides: [first, second], notes: [] };
  }
  switch (report.kind) {
    case 'kasan-uaf':
    case 'kasan-double-free':
    case 'kasan-invalid-free':
      return lifetimeSides(report);
    case 'lockdep-circular':
      return orderSides(report);
    default:
      throw oneSided(`no case is made from a report of kind ${report.kind}: ${reasons[report.kind]}`);
  }
}

/** The functions that a report is about: KCSAN's pair, else those of its two sides, or of its first stack. */
export function reportFunctions(report: RaceReport | KernelReport): readonly string[] {
  if ('accesses' in report) return racingFunctions(report);
  const stacks = hasSides(report) ? report.stacks.map(sideStack) : report.stacks.slice(0, 1).map(sideStack);
  return [...new Set(stacks.flatMap(({ stack }) => stack.slice(0, 4).map((frame) => frame.function)))];
}

/** Whether two sides can be taken from reports of this kind. */
export function hasSides(report: RaceReport | KernelReport): boolean {
  return 'accesses' in report ? report.accesses.length > 1 : !(report.kind in reasons);
}

const oneStack = 'it has the stack of one side alone, and says nothing of who ran beside it';

const reasons: Readonly<
  Record<
    Exclude<
      KernelReport['kind'],
      'kasan-uaf' | 'kasan-double-free' | 'kasan-invalid-free' | 'lockdep-circular'
    >,
    string
  >
> = {
  'kasan-oob': 'the access is out of bounds whoever runs beside it, as far as the report tells',
  'kasan-null-deref': oneStack,
  'kasan-wild': oneStack,
  'kasan-other': oneStack,
  'lockdep-recursive': 'one task takes the lock twice, whoever runs beside it',
  'lockdep-inconsistent':
    'the interrupt runs on top of the task that holds the lock: name the task’s function and the handler',
  'lockdep-irq-inversion': 'it tells of three contexts: name two of its functions',
  'lockdep-irq-unsafe': 'it tells of three contexts: name two of its functions',
  'lockdep-unbalance': 'one task releases what it does not hold, whoever runs beside it',
  'lockdep-held-freed': 'one task frees a lock that it holds, whoever runs beside it',
  'lockdep-held-return': 'one task leaves with a lock held, whoever runs beside it',
  'lockdep-wait-context': 'one context waits where it must not, whoever runs beside it',
  'lockdep-other': oneStack,
  'rcu-usage': 'it tells of one access without protection, and not of who changes what it reads',
  'null-deref': oneStack,
  'page-fault': oneStack,
  gpf: oneStack,
  'atomic-sleep': 'one context sleeps where it must not, whoever runs beside it',
  'sched-atomic': 'one context sleeps where it must not, whoever runs beside it',
  'hung-task': 'it tells who waits, and not who should have let it go on',
  'rcu-stall': 'it tells who ran too long, and not why',
  lockup: 'it tells who ran too long, and not why',
  odebug: oneStack,
  refcount: 'it has the stack of the last to count, and not of the one that counted too often',
  'list-corruption': 'it has the stack of the one that saw the damage, and not of the one that did it',
  'kernel-bug': oneStack,
  warning: oneStack,
  ubsan: oneStack,
};

function lifetimeSides(report: KernelReport): ReportSides {
  const use = report.stacks.find(({ label }) => label === 'access');
  const free = report.stacks.find(({ label }) => label === 'free');
  if (use === undefined || free === undefined)
    throw oneSided('the report has no stack of who freed the object: the mail left it out');
  const notes = [
    `The report is of ${report.kind === 'kasan-uaf' ? 'a use after free' : 'a second free'}: both sides must work on one object, which the set-up makes.`,
  ];
  const used = sideStack(use);
  let freed = sideStack(free);
  if (freed.stack[0] === undefined || callback.test(freed.stack[0].function)) {
    const handed = report.stacks.find(({ label }) => label === 'work-creation');
    if (handed !== undefined) {
      freed = sideStack(handed);
      notes.push('RCU freed the object: the side is the function that handed it over.');
    }
  }
  return { sides: [used, freed], notes };
}

function orderSides(report: KernelReport): ReportSides {
  const [now, before, ...others] = report.stacks
    .filter(({ label }) => /^chain-\d+$/.test(label))
    .toSorted((a, b) => Number(a.label.slice(6)) - Number(b.label.slice(6)));
  if (now === undefined || before === undefined)
    throw oneSided('the report has not both orders in which the locks are taken: it is cut off');
  const name = (how: string) => report.locks.find((lock) => lock.how === how)?.name ?? 'a lock';
  const notes = [
    `One order takes ${plain(name('acquiring'))} while ${plain(name('holding'))} is held; the other closes the cycle.`,
  ];
  if (others.length > 0) {
    const names = others.map((stack) => `${plain(sideStack(stack).stack[0]?.function ?? '?')}()`);
    notes.push(
      `The cycle has ${others.length + 2} locks: two sides alone do not close it. The others' orders are those of ${names.join(', ')}.`,
    );
  }
  return { sides: [sideStack(now), sideStack(before)], notes };
}

function sideStack({ stack }: ReportStack): SideStack {
  const first = stack.findIndex((frame) => !machinery.test(frame.function));
  const own = first < 0 ? [] : stack.slice(first);
  const told = own.find((frame) => interrupt.test(frame.function) || task.test(frame.function));
  const isInterrupt = told !== undefined && interrupt.test(told.function);
  return { stack: own, context: { kind: isInterrupt ? 'interrupt' : 'task' } };
}

function oneSided(message: string): Error {
  return inputError(message, {
    hint: 'Name both functions: `millrace new NAME --writer F --reader G --source FILE`.',
  });
}

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}
