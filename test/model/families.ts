// What a machine supplies, by what works on the same objects: pieces of scripts, for programs in which their order may
// matter.
import { type Call, roles, type Scripts } from './scripts.js';

/** Calls that belong together. */
export type Piece = readonly Call[];

export interface Family {
  readonly name: string;
  readonly machine: 'kernel' | 'plain';
  /** Of fixtures/scripts.c. */
  readonly test?: string;
  readonly setup?: Piece;
  /** What runs later, by {@link roles}. */
  readonly later?: Readonly<Record<number, Piece>>;
  readonly pieces: Readonly<Record<string, Piece>>;
}

type Argument = number | bigint | ((s: Scripts) => number | bigint);

/** The address of the object of that number. */
export const object =
  (number: number, offset = 0) =>
  (s: Scripts): number =>
    s.at(number, offset);

const callback = (name: Parameters<Scripts['pointer']>[0]) => (s: Scripts) => s.pointer(name);

export const call =
  (name: string, ...given: readonly Argument[]): Call =>
  (s, site) =>
    s.call(name, ...given.map((one) => (typeof one === 'function' ? one(s) : one)), site);

/** As {@link call}, where the last one of the script did not answer 0; and where it did. */
const ifSo =
  (then: Call): Call =>
  (s, site, role) =>
    s.m.resuming || Number(s.last(role)) !== 0 ? then(s, site, role) : -7;
const ifNot =
  (then: Call): Call =>
  (s, site, role) =>
    s.m.resuming || Number(s.last(role)) === 0 ? then(s, site, role) : -7;

const put = (number: number, offset: number, value: Argument): Call => {
  return (s) => {
    s.m.words[s.at(number, offset) >> 2] = Number(typeof value === 'function' ? value(s) : value);
  };
};

/** An access as the compiler's instrumentation tells it, and what it does. */
const access =
  (name: string, at: (s: Scripts) => number, then: (s: Scripts, address: number) => unknown): Call =>
  (s, site) => {
    const address = at(s);
    s.call(name, address, site);
    return s.m.suspending ? 0 : then(s, address);
  };
const word = (s: Scripts, address: number) => s.m.words[address >> 2] as number;
const plainRead = (number: number, offset = 0) => access('__tsan_read4', object(number, offset), word);
const plainWrite = (number: number, offset: number, value: number) =>
  access('__tsan_write4', object(number, offset), (s, address) => {
    s.m.words[address >> 2] = value;
  });
const readOnce = (at: (s: Scripts) => number) => access('__tsan_volatile_read4', at, word);
const writeOnce = (at: (s: Scripts) => number, value: number) =>
  access('__tsan_volatile_write4', at, (s, address) => {
    s.m.words[address >> 2] = value;
  });
/** Its place among others. */
const mark = call('__tsan_atomic32_fetch_add', object(7), 1, 0);
const load = (number: number) => call('__tsan_atomic32_load', object(number), 0);
const store = (number: number, value: number) => call('__tsan_atomic32_store', object(number), value, 0);

const jiffies = (s: Scripts) => (s.m.exports.millrace_jiffies as () => number)();
const taskState = (s: Scripts) => Number(s.call('millrace_current', 0)) + 16;

const single = (...calls: readonly (readonly [string, ...Argument[]])[]): Record<string, Piece> =>
  Object.fromEntries(calls.map((one) => [`${one[0]}`, [call(...one)]]));

const later = { [roles.timer]: [mark], [roles.work]: [mark], [roles.handler]: [mark] };

const kernelFamilies: readonly Omit<Family, 'machine'>[] = [
  {
    name: 'time',
    pieces: {
      ...single(
        ['msleep', 5],
        ['usleep_range', 10, 20],
        ['millrace_delay_ns', 4_000_000n],
        ['ktime_get'],
        ['ktime_get_with_offset', 0],
        ['get_jiffies_64'],
        ['sched_clock'],
        ['schedule_timeout', 2],
        ['millrace_cycles'],
        ['hrtimer_cb_get_time', object(1)],
      ),
      jiffies: [readOnce(jiffies)],
      marked: [mark],
    },
  },
  {
    name: 'completion',
    setup: [call('__init_swait_queue_head', object(0, 4), 0, 0), put(0, 0, 0)],
    pieces: {
      ...single(
        ['complete', object(0)],
        ['complete_all', object(0)],
        ['wait_for_completion', object(0)],
        ['wait_for_completion_timeout', object(0), 3],
        ['try_wait_for_completion', object(0)],
        ['completion_done', object(0)],
      ),
      reinit: [plainWrite(0, 0, 0)],
      marked: [mark],
    },
  },
  {
    name: 'semaphore',
    setup: [put(0, 4, 1)],
    pieces: {
      ...single(
        ['down', object(0)],
        ['up', object(0)],
        ['down_trylock', object(0)],
        ['down_timeout', object(0), 2],
      ),
      marked: [mark],
    },
  },
  {
    name: 'mutex',
    setup: [call('__mutex_init', object(0), 0, 0)],
    pieces: {
      locked: [
        call('mutex_lock', object(0)),
        plainRead(1),
        plainWrite(1, 0, 3),
        call('mutex_unlock', object(0)),
      ],
      tried: [call('mutex_trylock', object(0)), ifSo(call('mutex_unlock', object(0)))],
      ...single(['mutex_is_locked', object(0)]),
      initialised: [call('__mutex_init', object(0), 0, 0)],
      marked: [mark],
      plain: [plainRead(1)],
    },
  },
  {
    name: 'spinlock',
    test: 'task_and_interrupt',
    pieces: {
      locked: [call('_raw_spin_lock', object(0)), mark, call('_raw_spin_unlock', object(0))],
      irq: [call('_raw_spin_lock_irq', object(0)), mark, call('_raw_spin_unlock_irq', object(0))],
      tried: [call('_raw_spin_trylock', object(0)), ifSo(call('_raw_spin_unlock', object(0)))],
      ...single(['millrace_arch_spin_is_locked', object(0)]),
      marked: [mark],
    },
  },
  {
    name: 'locks of tasks',
    pieces: {
      locked: [call('_raw_spin_lock', object(0)), plainWrite(1, 0, 3), call('_raw_spin_unlock', object(0))],
      bh: [call('_raw_spin_lock_bh', object(0)), plainRead(1), call('_raw_spin_unlock_bh', object(0))],
      tried: [call('_raw_spin_trylock_bh', object(0)), ifSo(call('_raw_spin_unlock_bh', object(0)))],
      ...single(['millrace_arch_spin_is_locked', object(0)]),
      marked: [mark],
    },
  },
  {
    name: 'rwlock',
    pieces: {
      read: [call('_raw_read_lock', object(0)), plainRead(1), call('_raw_read_unlock', object(0))],
      written: [
        call('_raw_write_lock', object(0)),
        plainWrite(1, 0, 2),
        call('_raw_write_unlock', object(0)),
      ],
      readTried: [call('_raw_read_trylock', object(0)), ifSo(call('_raw_read_unlock', object(0)))],
      writeTried: [call('_raw_write_trylock', object(0)), ifSo(call('_raw_write_unlock', object(0)))],
      marked: [mark],
    },
  },
  {
    name: 'rwsem',
    setup: [call('__init_rwsem', object(0), 0, 0)],
    pieces: {
      read: [call('down_read', object(0)), plainRead(1), call('up_read', object(0))],
      written: [call('down_write', object(0)), plainWrite(1, 0, 2), call('up_write', object(0))],
      downgraded: [
        call('down_write', object(0)),
        plainWrite(1, 0, 2),
        call('downgrade_write', object(0)),
        plainRead(1),
        call('up_read', object(0)),
      ],
      readTried: [call('down_read_trylock', object(0)), ifSo(call('up_read', object(0)))],
      writeTried: [call('down_write_trylock', object(0)), ifSo(call('up_write', object(0)))],
      marked: [mark],
    },
  },
  {
    name: 'wait queue',
    setup: [call('__init_waitqueue_head', object(0), 0, 0)],
    pieces: {
      event: [
        call('init_wait_entry', entryOf, 0),
        call('prepare_to_wait_event', object(0), entryOf, 2),
        load(1),
        ifNot(call('schedule')),
        call('finish_wait', object(0), entryOf),
      ],
      added: [
        call('init_wait_entry', entryOf, 0),
        call('add_wait_queue', object(0), entryOf),
        writeOnce(taskState, 1),
        load(1),
        ifNot(call('schedule')),
        writeOnce(taskState, 0),
        call('remove_wait_queue', object(0), entryOf),
      ],
      early: [
        call('init_wait_entry', entryOf, 0),
        call('add_wait_queue', object(0), entryOf),
        load(1),
        writeOnce(taskState, 1),
        ifNot(call('schedule')),
        call('remove_wait_queue', object(0), entryOf),
      ],
      exclusive: [
        call('init_wait_entry', entryOf, 1),
        call('prepare_to_wait_exclusive', object(0), entryOf, 2),
        load(1),
        ifNot(call('schedule_timeout', 2)),
        call('finish_wait', object(0), entryOf),
      ],
      woken: [store(1, 1), call('__wake_up', object(0), 3, 1, 0)],
      allWoken: [store(1, 1), call('__wake_up', object(0), 3, 0, 0)],
      wake: [call('__wake_up', object(0), 3, 1, 0)],
    },
  },
  {
    name: 'task',
    pieces: {
      sleeps: [writeOnce(taskState, 1), load(1), ifNot(call('schedule'))],
      sleepsLate: [load(1), writeOnce(taskState, 1), ifNot(call('schedule'))],
      sleepsShort: [writeOnce(taskState, 1), call('schedule_timeout', 2)],
      wakes: [store(1, 1), call('wake_up_process', otherTask)],
      told: [tellTask, mark],
    },
  },
  {
    name: 'timer',
    setup: [call('init_timer_key', object(0), callback('callback_5'), 0, 0, 0)],
    later,
    pieces: {
      ...single(
        ['mod_timer', object(0), 5],
        ['mod_timer_pending', object(0), 6],
        ['add_timer', object(0)],
        ['timer_delete', object(0)],
        ['timer_delete_sync', object(0)],
        ['try_to_del_timer_sync', object(0)],
        ['timer_shutdown', object(0)],
        ['timer_shutdown_sync', object(0)],
      ),
      pending: [readOnce(object(0, 4))],
      marked: [mark],
    },
  },
  {
    name: 'hrtimer',
    setup: [call('hrtimer_setup', object(0), callback('callback_5'), 0, 0)],
    later,
    pieces: {
      ...single(
        ['hrtimer_start_range_ns', object(0), 5n, 0n, 0],
        ['hrtimer_cancel', object(0)],
        ['hrtimer_try_to_cancel', object(0)],
        ['hrtimer_active', object(0)],
      ),
      marked: [mark],
    },
  },
  {
    name: 'work',
    setup: [put(0, 12, callback('callback_6')), put(1, 12, callback('callback_5'))],
    later,
    pieces: {
      ...single(
        ['queue_work_on', 0, 4096, object(0)],
        ['flush_work', object(0)],
        ['cancel_work', object(0)],
        ['cancel_work_sync', object(0)],
        ['disable_work', object(0)],
        ['disable_work_sync', object(0)],
        ['enable_work', object(0)],
        ['work_busy', object(0)],
        ['drain_workqueue', 4096],
      ),
      flushed: [call('flush_workqueue', 4096), load(7)],
      other: [call('queue_work_on', 0, 4096, object(1))],
      pending: [readOnce(object(0))],
      marked: [mark],
    },
  },
  {
    name: 'delayed work',
    setup: [put(0, 12, callback('callback_6'))],
    later,
    pieces: {
      ...single(
        ['queue_delayed_work_on', 0, 4096, object(0), 2],
        ['mod_delayed_work_on', 0, 4096, object(0), 2],
        ['flush_delayed_work', object(0)],
        ['cancel_delayed_work', object(0)],
        ['cancel_delayed_work_sync', object(0)],
        ['disable_delayed_work', object(0)],
        ['enable_delayed_work', object(0)],
      ),
      flushed: [call('flush_workqueue', 4096), load(7)],
      marked: [mark],
    },
  },
  {
    name: 'ordered work',
    setup: [
      put(0, 12, callback('callback_6')),
      put(1, 12, callback('callback_5')),
      (s, site) => put(2, 0, Number(s.call('alloc_workqueue', 0, 1 << 17, 1, 0, site)))(s, site, 0),
    ],
    later,
    pieces: {
      one: [call('queue_work_on', 0, queueOf, object(0))],
      other: [call('queue_work_on', 0, queueOf, object(1))],
      flushed: [call('flush_workqueue', queueOf), load(7)],
      marked: [mark],
    },
  },
  {
    name: 'tasklet',
    setup: [call('tasklet_setup', object(0), callback('callback_5'))],
    later,
    pieces: {
      scheduled: [
        call('__tsan_atomic32_fetch_or', object(0, 4), 1, 5),
        ifNot(call('__tasklet_schedule', object(0))),
      ],
      ...single(['tasklet_kill', object(0)], ['tasklet_unlock_spin_wait', object(0)]),
      disabled: [
        call('__tsan_atomic32_fetch_add', object(0, 8), 1, 5),
        call('tasklet_unlock_wait', object(0)),
        mark,
        call('__tsan_atomic32_fetch_sub', object(0, 8), 1, 5),
      ],
      marked: [mark],
    },
  },
  {
    name: 'softirq',
    setup: [call('open_softirq', 5, callback('callback_5'))],
    later,
    pieces: {
      ...single(['raise_softirq', 5], ['open_softirq', 5, callback('callback_6')]),
      marked: [mark],
    },
  },
  {
    name: 'interrupt',
    setup: [call('request_threaded_irq', 9, callback('handler'), 0, 0, 0, object(0))],
    later,
    pieces: {
      ...single(
        ['disable_irq', 9],
        ['disable_irq_nosync', 9],
        ['synchronize_irq', 9],
        ['free_irq', 9, object(0)],
      ),
      masked: [call('disable_irq', 9), mark, call('enable_irq', 9)],
      enabled: [call('enable_irq', 9)],
      marked: [mark],
    },
  },
  {
    name: 'rcu',
    later,
    pieces: {
      read: [call('__rcu_read_lock'), plainRead(1), call('__rcu_read_unlock')],
      waited: [store(2, 1), call('synchronize_rcu'), plainWrite(1, 0, 1)],
      called: [call('call_rcu', object(0), callback('callback_5'))],
      calledOther: [call('call_rcu', object(3), callback('callback_6'))],
      barrier: [call('rcu_barrier'), load(7)],
      marked: [mark],
    },
  },
  {
    name: 'srcu',
    setup: [call('init_srcu_struct', object(4))],
    later,
    pieces: {
      read: [call('__srcu_read_lock', object(4)), plainRead(1), call('__srcu_read_unlock', object(4), 0)],
      waited: [store(2, 1), call('synchronize_srcu', object(4)), plainWrite(1, 0, 1)],
      called: [call('call_srcu', object(4), object(0), callback('callback_5'))],
      ...single(['cleanup_srcu_struct', object(4)]),
      barrier: [call('srcu_barrier', object(4)), load(7)],
      marked: [mark],
    },
  },
  {
    name: 'registers',
    pieces: {
      ...single(
        ['millrace_mmio_read32', object(0)],
        ['millrace_mmio_write32', 5, object(0)],
        ['millrace_mmio_write8', 7, object(0, 1)],
        ['millrace_mmio_read64', object(0)],
        ['millrace_copy_from_user', object(1), object(0), 8],
        ['millrace_copy_to_user', object(0), object(2), 8],
        ['millrace_clear_user', object(0), 4],
        ['strnlen_user', object(0), 8],
      ),
      marked: [mark],
    },
  },
  {
    name: 'slab',
    setup: [
      (s, site) => put(0, 0, Number(s.call('kmem_cache_create', 0, 16, 0, 0, 0, site)))(s, site, 0),
      (s, site) => put(1, 0, Number(s.call('kmem_cache_alloc', cacheOf(s), 0, site)))(s, site, 0),
    ],
    pieces: {
      allocated: [
        call('kmem_cache_alloc', cacheOf, 0),
        ifSo((s, site, role) => s.call('kmem_cache_free', cacheOf(s), s.last(role), site)),
      ],
      freed: [call('kmem_cache_free', cacheOf, (s: Scripts) => word(s, s.at(1)))],
      destroyed: [call('kmem_cache_destroy', cacheOf)],
    },
  },
  {
    name: 'DMA',
    setup: [
      (s, site) => put(0, 0, Number(s.call('dma_pool_create', 0, 0, 16, 0, 0, site)))(s, site, 0),
      call('dma_map_page_attrs', 0, 4, 0, 8, 0, 0),
    ],
    pieces: {
      allocated: [call('dma_pool_alloc', cacheOf, 0, object(1))],
      destroyed: [call('dma_pool_destroy', cacheOf)],
      mapped: [call('dma_map_page_attrs', 0, 4, 0, 8, 0, 0)],
      unmapped: [call('dma_unmap_page_attrs', 0, 16384, 8, 0, 0)],
      synced: [call('dma_sync_single_for_cpu', 0, 16384, 8, 0)],
      coherent: [call('dma_alloc_attrs', 0, 16, object(1), 0, 0)],
    },
  },
  {
    name: 'text',
    setup: [put(0, 0, 0x61), put(1, 0, 0x6261)],
    pieces: {
      ...single(
        ['strlen', object(0)],
        ['strscpy', object(2), object(0), 8],
        ['strcpy', object(0), object(1)],
        ['strcat', object(0), object(1)],
        ['strcmp', object(0), object(1)],
        ['memset', object(0), 0x63, 2],
        ['strnlen', object(0), 8],
        ['__bitmap_set', object(0), 8, 2],
        ['_find_first_zero_bit', object(0), 32],
        ['__bitmap_weight', object(0), 32],
      ),
    },
  },
  {
    name: 'kernel thread',
    setup: [
      (s, site) =>
        put(0, 0, Number(s.call('kthread_create_on_node', s.pointer('callback_5'), 0, 0, 0, 0, site)))(
          s,
          site,
          0,
        ),
      call('wake_up_process', cacheOf),
    ],
    later: { [roles.timer]: [call('kthread_should_park'), ifSo(call('kthread_parkme')), mark] },
    pieces: {
      ...single(['kthread_stop', cacheOf], ['kthread_park', cacheOf], ['kthread_unpark', cacheOf]),
      woken: [call('wake_up_process', cacheOf)],
      marked: [mark],
    },
  },
];

function entryOf(s: Scripts): number {
  return s.at(3 + s.m.current);
}

function queueOf(s: Scripts): number {
  return word(s, s.at(2));
}

function cacheOf(s: Scripts): number {
  return word(s, s.at(0));
}

/** The task of whoever has told; the address of its own before that. */
function otherTask(s: Scripts): number {
  return word(s, s.at(2)) || Number(s.call('millrace_current', 0));
}

function tellTask(s: Scripts, site: number): unknown {
  const address = s.at(2);
  s.call('__tsan_atomic32_store', address, Number(s.call('millrace_current', 0)), 0, site);
  return 0;
}

const path = put(0, 0, 0x66);
const plainFamilies: readonly Omit<Family, 'machine'>[] = [
  {
    name: 'files',
    setup: [
      path,
      put(1, 0, 0x2b77),
      put(2, 0, 0x6968),
      put(5, 0, 0x72),
      (s, site) => s.call('fopen', s.at(0), s.at(1), site),
      (s, site) => s.call('fwrite', s.at(2), 1, 2, s.last(roles.setup), site),
    ],
    pieces: {
      ...single(
        ['ftell', 4],
        ['fseek', 4, 0, 0],
        ['fgetc', 4],
        ['feof', 4],
        ['clearerr', 4],
        ['ungetc', 0x61, 4],
        ['fputc', 0x62, 4],
        ['fclose', 4],
        ['fprintf', 4, object(2), object(6)],
        ['fread', object(3), 1, 1, 4],
        ['fgets', object(3), 4, 4],
        ['fputs', object(2), 4],
        ['access', object(0), 0],
        ['remove', object(0)],
        ['fopen', object(0), object(5)],
        ['open', object(0), 0o1001, 0],
        ['close', 5],
      ),
    },
  },
  {
    name: 'pthread keys',
    setup: [call('pthread_key_create', object(0), 0)],
    pieces: {
      ...single(
        ['pthread_key_create', object(1), 0],
        ['pthread_key_delete', 0],
        ['pthread_setspecific', 0, 5],
        ['pthread_getspecific', 0],
        ['pthread_setspecific', 1, 5],
      ),
      both: [call('pthread_setspecific', 0, 6), call('pthread_getspecific', 0)],
    },
  },
  {
    name: 'pthread conditions',
    pieces: {
      waits: [
        call('pthread_mutex_lock', object(0)),
        plainRead(2),
        ifNot(call('pthread_cond_wait', object(1), object(0))),
        call('pthread_mutex_unlock', object(0)),
      ],
      waitsShort: [
        call('pthread_mutex_lock', object(0)),
        call('pthread_cond_timedwait', object(1), object(0), 0),
        call('pthread_mutex_unlock', object(0)),
      ],
      signals: [
        call('pthread_mutex_lock', object(0)),
        plainWrite(2, 0, 1),
        call('pthread_cond_signal', object(1)),
        call('pthread_mutex_unlock', object(0)),
      ],
      broadcasts: [call('pthread_cond_broadcast', object(1))],
      destroys: [call('pthread_cond_destroy', object(1))],
    },
  },
  {
    name: 'pthread mutexes',
    pieces: {
      locked: [call('pthread_mutex_lock', object(0)), plainRead(1), call('pthread_mutex_unlock', object(0))],
      timed: [call('pthread_mutex_timedlock', object(0), 0), ifNot(call('pthread_mutex_unlock', object(0)))],
      lockedLate: [mark, call('pthread_mutex_lock', object(0)), call('pthread_mutex_unlock', object(0))],
      initialised: [call('pthread_mutex_init', object(0), 0)],
      destroyed: [call('pthread_mutex_destroy', object(0))],
      marked: [mark],
    },
  },
  {
    name: 'pthread semaphores',
    setup: [call('sem_init', object(0), 0, 1)],
    pieces: {
      ...single(
        ['sem_wait', object(0)],
        ['sem_post', object(0)],
        ['sem_trywait', object(0)],
        ['sem_timedwait', object(0), 0],
        ['sem_getvalue', object(0), object(1)],
        ['sem_init', object(0), 0, 0],
        ['sem_destroy', object(0)],
      ),
      waitsLate: [mark, call('sem_wait', object(0))],
      marked: [mark],
    },
  },
  {
    name: 'pthread barriers',
    setup: [call('pthread_barrier_init', object(0), 0, 2)],
    pieces: {
      meets: [mark, call('pthread_barrier_wait', object(0)), mark],
      meetsTwice: [call('pthread_barrier_wait', object(0)), call('pthread_barrier_wait', object(0))],
      ...single(['pthread_barrier_destroy', object(0)]),
      initialised: [call('pthread_barrier_init', object(0), 0, 2)],
      marked: [mark],
    },
  },
  {
    name: 'pthread rwlocks',
    pieces: {
      read: [
        call('pthread_rwlock_rdlock', object(0)),
        plainRead(1),
        call('pthread_rwlock_unlock', object(0)),
      ],
      written: [
        call('pthread_rwlock_wrlock', object(0)),
        plainWrite(1, 0, 1),
        call('pthread_rwlock_unlock', object(0)),
      ],
      tried: [call('pthread_rwlock_trywrlock', object(0)), ifNot(call('pthread_rwlock_unlock', object(0)))],
      initialised: [call('pthread_rwlock_init', object(0), 0)],
      destroyed: [call('pthread_rwlock_destroy', object(0))],
    },
  },
  {
    name: 'once',
    pieces: {
      once: [call('__millrace_once_begin', object(0)), ifSo(mark), call('__millrace_once_end', object(0))],
      marked: [mark],
    },
  },
  {
    name: 'C library time',
    pieces: {
      ...single(
        ['usleep', 5],
        ['sleep', 2],
        ['nanosleep', object(0), 0],
        ['time', object(1)],
        ['time', 0],
        ['clock'],
        ['clock_gettime', 0, object(2)],
        ['gettimeofday', object(2), 0],
        ['rand'],
        ['rand_r', object(3)],
      ),
      marked: [mark],
    },
  },
  {
    name: 'sections',
    pieces: {
      section: [
        call('__VERIFIER_atomic_begin'),
        plainWrite(0, 0, 1),
        plainRead(1),
        call('__VERIFIER_atomic_end'),
      ],
      other: [call('__VERIFIER_atomic_begin'), plainWrite(1, 0, 2), call('__VERIFIER_atomic_end')],
      read: [load(0)],
      marked: [mark],
    },
  },
  {
    name: 'atomics',
    pieces: {
      ...single(
        ['__tsan_atomic32_load', object(0), 2],
        ['__tsan_atomic32_store', object(0), 1, 3],
        ['__tsan_atomic32_exchange', object(0), 2, 4],
        ['__tsan_atomic32_fetch_add', object(0), 1, 5],
        ['__tsan_atomic32_compare_exchange_val', object(0), 1, 5, 5, 5],
        ['__tsan_atomic8_fetch_or', object(0, 1), 1, 0],
        ['__tsan_atomic64_load', object(0), 0],
        ['__tsan_atomic16_compare_exchange_val', object(0), 2, 3, 5, 0],
      ),
      plain: [plainRead(0)],
    },
  },
];

export const families: readonly Family[] = [
  ...kernelFamilies.map((family) => ({ ...family, machine: 'kernel' as const })),
  ...plainFamilies.map((family) => ({ ...family, machine: 'plain' as const })),
];
