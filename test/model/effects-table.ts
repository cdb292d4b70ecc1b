// Each function that a machine supplies, by what a call of it does that others can see: effects.test.ts holds the lists
// against what is supplied and against what is observed. Where a function fails or ends with the arguments that it is
// called with there, what it did before counts; families.ts has what depends on more than one call.
import type { Effect } from './effects.js';

type Listed = readonly (readonly [effects: readonly Effect[], names: string])[];

export const kernelEffects: Listed = [
  [
    ['reads'],
    `
      __tsan_read1 __tsan_unaligned_read1 __tsan_read2 __tsan_unaligned_read2 __tsan_read4
      __tsan_unaligned_read4 __tsan_read8 __tsan_unaligned_read8 __tsan_read16
      __tsan_unaligned_read16 __tsan_read_range __bitmap_weight bitmap_find_next_zero_area_off
      _find_first_bit _find_first_zero_bit _find_next_bit _find_next_zero_bit find_first_bit
      find_first_zero_bit find_next_bit find_next_zero_bit _printk _dev_err _dev_warn _dev_info
      _dev_notice strlen strcmp strncmp memcmp strchr strrchr memchr strdup strnlen
      __kcsan_check_access
    `,
  ],
  [
    ['writes'],
    `
      __tsan_write1 __tsan_read_write1 __tsan_unaligned_write1 __tsan_unaligned_read_write1
      __tsan_write2 __tsan_read_write2 __tsan_unaligned_write2 __tsan_unaligned_read_write2
      __tsan_write4 __tsan_read_write4 __tsan_unaligned_write4 __tsan_unaligned_read_write4
      __tsan_write8 __tsan_read_write8 __tsan_unaligned_write8 __tsan_unaligned_read_write8
      __tsan_write16 __tsan_read_write16 __tsan_unaligned_write16 __tsan_unaligned_read_write16
      __tsan_write_range __tsan_memset memset init_wait_entry complete complete_on_current_cpu
      complete_all wait_for_completion wait_for_completion_io wait_for_completion_interruptible
      wait_for_completion_killable wait_for_completion_state dma_alloc_attrs
    `,
  ],
  [
    ['reads-marked'],
    `
      __tsan_volatile_read1 __tsan_unaligned_volatile_read1 __tsan_volatile_read2
      __tsan_unaligned_volatile_read2 __tsan_volatile_read4 __tsan_unaligned_volatile_read4
      __tsan_volatile_read8 __tsan_unaligned_volatile_read8 __tsan_volatile_read16
      __tsan_unaligned_volatile_read16 __tsan_atomic8_load __tsan_atomic16_load
      __tsan_atomic16_compare_exchange_val __tsan_atomic32_load __tsan_atomic32_compare_exchange_val
      __tsan_atomic64_load __tsan_atomic64_compare_exchange_val millrace_mmio_read8
      millrace_mmio_read16 millrace_mmio_read32 millrace_mmio_read64
    `,
  ],
  [
    ['writes-marked'],
    `
      __tsan_volatile_write1 __tsan_unaligned_volatile_write1 __tsan_volatile_write2
      __tsan_unaligned_volatile_write2 __tsan_volatile_write4 __tsan_unaligned_volatile_write4
      __tsan_volatile_write8 __tsan_unaligned_volatile_write8 __tsan_volatile_write16
      __tsan_unaligned_volatile_write16 __tsan_atomic8_store __tsan_atomic8_exchange
      __tsan_atomic8_fetch_add __tsan_atomic8_fetch_sub __tsan_atomic8_fetch_and
      __tsan_atomic8_fetch_or __tsan_atomic8_fetch_xor __tsan_atomic8_fetch_nand
      __tsan_atomic8_compare_exchange_val __tsan_atomic16_store __tsan_atomic16_exchange
      __tsan_atomic16_fetch_add __tsan_atomic16_fetch_sub __tsan_atomic16_fetch_and
      __tsan_atomic16_fetch_or __tsan_atomic16_fetch_xor __tsan_atomic16_fetch_nand
      __tsan_atomic32_store __tsan_atomic32_exchange __tsan_atomic32_fetch_add
      __tsan_atomic32_fetch_sub __tsan_atomic32_fetch_and __tsan_atomic32_fetch_or
      __tsan_atomic32_fetch_xor __tsan_atomic32_fetch_nand __tsan_atomic64_store
      __tsan_atomic64_exchange __tsan_atomic64_fetch_add __tsan_atomic64_fetch_sub
      __tsan_atomic64_fetch_and __tsan_atomic64_fetch_or __tsan_atomic64_fetch_xor
      __tsan_atomic64_fetch_nand millrace_mmio_write8 millrace_mmio_write16 millrace_mmio_write32
      millrace_mmio_write64
    `,
  ],
  [
    ['reads', 'writes'],
    `
      __tsan_memcpy __tsan_memmove memcpy memmove kmemdup_noprof kmemdup kstrdup __bitmap_set
      __bitmap_clear strcpy strncpy strcat snprintf vsnprintf sprintf scnprintf vscnprintf strscpy
      sized_strscpy stpcpy
    `,
  ],
  [
    [],
    `
      millrace_registers_at __tsan_func_entry __tsan_func_exit __tsan_vptr_update __tsan_init __tsan_atomic_signal_fence
      millrace_irq_flags millrace_irq_save millrace_irq_restore millrace_irq_disable
      millrace_irq_enable millrace_preempt_count millrace_preempt_count_set
      millrace_preempt_count_add millrace_relax millrace_preempt_schedule millrace_need_resched
      __local_bh_disable_ip __local_bh_enable_ip _local_bh_enable __might_sleep __might_resched
      __cond_resched dynamic_cond_resched millrace_per_cpu_offset __might_fault
      millrace_arch_spin_is_contended yield set_user_nice sched_set_fifo sched_set_fifo_low
      sched_set_normal set_freezable kthread_bind autoremove_wake_function default_wake_function
      hrtimer_forward __init_work delayed_work_timer_fn alloc_workqueue alloc_workqueue_noprof
      current_work init_srcu_struct init_srcu_struct_generic tasklet_unlock rcu_is_watching
      rcu_read_unlock_strict __dma_need_sync cpumask_next __sw_hweight8 __sw_hweight16
      __sw_hweight32 __sw_hweight64 __msecs_to_jiffies __usecs_to_jiffies jiffies_to_msecs
      jiffies_to_usecs millrace_return_address warn_slowpath_fmt kcsan_disable_current
      kcsan_enable_current kcsan_enable_current_nowarn kcsan_nestable_atomic_begin
      kcsan_nestable_atomic_end kcsan_flat_atomic_begin kcsan_flat_atomic_end kcsan_atomic_next
      kcsan_set_access_mask millrace_expect
    `,
  ],
  [
    ['keeps'],
    `
      __tsan_atomic_thread_fence pcpu_alloc_noprof __alloc_percpu __alloc_percpu_gfp
      millrace_current schedule io_schedule kthread_create_on_node kthread_parkme
      kthread_should_park __wake_up_locked __wake_up_locked_key __kmalloc __kmalloc_noprof
      __kmalloc_large_noprof kmalloc_large __kmalloc_node __kmalloc_node_noprof
      __kmalloc_large_node_noprof __kvmalloc_node_noprof kvmalloc_node __kmalloc_cache_noprof
      kmalloc_trace kmem_cache_alloc_trace kmem_cache_alloc_node_trace kmalloc_order
      kmalloc_order_trace __kmalloc_cache_node_noprof __kmalloc_track_caller
      __kmalloc_node_track_caller_noprof vmalloc_noprof vmalloc vzalloc_noprof vzalloc
      __kmem_cache_create_args kmem_cache_create dma_pool_create dma_pool_create_node bitmap_alloc
      bitmap_zalloc
    `,
  ],
  [
    ['ends'],
    `
      millrace_cpu
    `,
  ],
  [
    ['fails'],
    `
      free_percpu kthread_stop kthread_park kthread_unpark kthread_should_stop krealloc_noprof
      krealloc_node_align_noprof krealloc kfree kfree_sensitive kvfree vfree dma_free_attrs
      dma_pool_alloc bitmap_free panic millrace_bug refcount_warn_saturate
    `,
  ],
  [
    ['asks'],
    `
      millrace_copy_from_user strncpy_from_user strnlen_user completion_done hrtimer_cb_get_time
      __srcu_read_lock __srcu_read_unlock __rcu_read_lock __rcu_read_unlock millrace_cycles
      ktime_get ktime_get_mono_fast_ns ktime_get_with_offset ktime_get_raw sched_clock local_clock
      get_jiffies_64
    `,
  ],
  [
    ['changes'],
    `
      millrace_copy_to_user millrace_clear_user schedule_timeout schedule_timeout_interruptible
      schedule_timeout_uninterruptible wake_up_process wake_up_state __flush_workqueue
      flush_workqueue drain_workqueue destroy_workqueue open_softirq cleanup_srcu_struct
      synchronize_srcu synchronize_srcu_expedited srcu_barrier disable_irq disable_irq_nosync
      synchronize_irq synchronize_rcu synchronize_rcu_expedited synchronize_net rcu_barrier
      dma_map_page_attrs msleep msleep_interruptible usleep_range_state usleep_range
      millrace_delay_ns
    `,
  ],
  [
    ['uses'],
    `
      _raw_spin_lock _raw_spin_lock_irqsave _raw_spin_lock_irq _raw_spin_lock_bh _raw_spin_unlock
      _raw_spin_unlock_irqrestore _raw_spin_unlock_irq _raw_spin_unlock_bh _raw_spin_trylock
      _raw_spin_trylock_bh millrace_arch_spin_lock millrace_arch_spin_trylock
      millrace_arch_spin_unlock millrace_arch_spin_is_locked _raw_write_lock _raw_write_lock_irq
      _raw_write_lock_bh _raw_write_lock_irqsave _raw_write_trylock _raw_write_unlock
      _raw_write_unlock_irq _raw_write_unlock_bh _raw_write_unlock_irqrestore _raw_write_trylock_bh
      millrace_arch_write_lock millrace_arch_write_trylock millrace_arch_write_unlock down_write
      down_write_interruptible down_write_killable down_write_trylock up_write _raw_read_lock
      _raw_read_lock_irq _raw_read_lock_bh _raw_read_lock_irqsave _raw_read_trylock _raw_read_unlock
      _raw_read_unlock_irq _raw_read_unlock_bh _raw_read_unlock_irqrestore _raw_read_trylock_bh
      millrace_arch_read_lock millrace_arch_read_trylock millrace_arch_read_unlock down_read
      down_read_interruptible down_read_killable down_read_trylock up_read downgrade_write
      mutex_lock mutex_lock_io mutex_lock_interruptible mutex_lock_killable mutex_trylock
      mutex_unlock mutex_is_locked down_trylock down_timeout __wake_up __wake_up_sync_key
      __wake_up_sync mod_timer_pending add_timer add_timer_on timer_delete del_timer
      timer_delete_sync del_timer_sync try_to_del_timer_sync timer_delete_sync_try timer_shutdown
      timer_shutdown_sync hrtimer_cancel hrtimer_try_to_cancel hrtimer_active flush_work
      flush_delayed_work cancel_work cancel_delayed_work cancel_work_sync cancel_delayed_work_sync
      disable_work disable_work_sync disable_delayed_work disable_delayed_work_sync enable_work
      enable_delayed_work work_busy tasklet_kill tasklet_unlock_wait tasklet_unlock_spin_wait
    `,
  ],
  [
    ['begins'],
    `
      __init_rwsem __mutex_init mutex_init_generic __init_waitqueue_head __init_swait_queue_head
      init_timer_key timer_init_key hrtimer_init hrtimer_setup tasklet_setup tasklet_init
    `,
  ],
  [
    ['hides', 'uses'],
    `
      down down_interruptible down_killable up add_wait_queue add_wait_queue_exclusive
      remove_wait_queue
    `,
  ],
  [
    ['changes', 'uses'],
    `
      prepare_to_wait prepare_to_wait_event
    `,
  ],
  [
    ['changes', 'hides', 'uses'],
    `
      prepare_to_wait_exclusive finish_wait
    `,
  ],
  [
    ['uses', 'writes'],
    `
      wait_for_completion_timeout wait_for_completion_io_timeout
      wait_for_completion_interruptible_timeout wait_for_completion_killable_timeout
      try_wait_for_completion
    `,
  ],
  [
    ['begins', 'uses'],
    `
      mod_timer timer_reduce
    `,
  ],
  [
    ['begins', 'starts', 'uses'],
    `
      hrtimer_start_range_ns
    `,
  ],
  [
    ['changes', 'starts'],
    `
      queue_work_on queue_delayed_work_on mod_delayed_work_on request_threaded_irq
      devm_request_threaded_irq
    `,
  ],
  [
    ['changes', 'fails', 'starts'],
    `
      raise_softirq raise_softirq_irqoff __raise_softirq_irqoff
    `,
  ],
  [
    ['changes', 'starts', 'uses'],
    `
      call_srcu call_rcu call_rcu_hurry
    `,
  ],
  [
    ['starts', 'uses'],
    `
      __tasklet_schedule __tasklet_hi_schedule
    `,
  ],
  [
    ['changes', 'fails'],
    `
      free_irq devm_free_irq enable_irq kmem_cache_destroy dma_pool_destroy dma_unmap_page_attrs
    `,
  ],
  [
    ['changes', 'fails', 'starts', 'uses'],
    `
      kvfree_call_rcu
    `,
  ],
  [
    ['asks', 'fails'],
    `
      kmem_cache_alloc kmem_cache_alloc_noprof kmem_cache_alloc_node kmem_cache_alloc_node_noprof
      kmem_cache_alloc_lru kmem_cache_alloc_lru_noprof kmem_cache_free dma_pool_free
      __dma_sync_single_for_cpu __dma_sync_single_for_device dma_sync_single_for_cpu
      dma_sync_single_for_device
    `,
  ],
  [
    ['hides'],
    `
      ns_to_timespec64
    `,
  ],
];

export const plainEffects: Listed = [
  [
    ['reads'],
    `
      __tsan_read1 __tsan_volatile_read1 __tsan_unaligned_read1 __tsan_unaligned_volatile_read1
      __tsan_read2 __tsan_volatile_read2 __tsan_unaligned_read2 __tsan_unaligned_volatile_read2
      __tsan_read4 __tsan_volatile_read4 __tsan_unaligned_read4 __tsan_unaligned_volatile_read4
      __tsan_read8 __tsan_volatile_read8 __tsan_unaligned_read8 __tsan_unaligned_volatile_read8
      __tsan_read16 __tsan_volatile_read16 __tsan_unaligned_read16 __tsan_unaligned_volatile_read16
      __tsan_read_range strlen strcmp strncmp memcmp strchr strrchr memchr strdup printf vprintf
      puts perror
    `,
  ],
  [
    ['writes'],
    `
      __tsan_write1 __tsan_read_write1 __tsan_volatile_write1 __tsan_unaligned_write1
      __tsan_unaligned_read_write1 __tsan_unaligned_volatile_write1 __tsan_write2 __tsan_read_write2
      __tsan_volatile_write2 __tsan_unaligned_write2 __tsan_unaligned_read_write2
      __tsan_unaligned_volatile_write2 __tsan_write4 __tsan_read_write4 __tsan_volatile_write4
      __tsan_unaligned_write4 __tsan_unaligned_read_write4 __tsan_unaligned_volatile_write4
      __tsan_write8 __tsan_read_write8 __tsan_volatile_write8 __tsan_unaligned_write8
      __tsan_unaligned_read_write8 __tsan_unaligned_volatile_write8 __tsan_write16
      __tsan_read_write16 __tsan_volatile_write16 __tsan_unaligned_write16
      __tsan_unaligned_read_write16 __tsan_unaligned_volatile_write16 __tsan_write_range
      __tsan_memset memset pthread_attr_init pthread_mutexattr_init posix_memalign setjmp _setjmp
      __sigsetjmp
    `,
  ],
  [
    ['reads', 'writes'],
    `
      __tsan_memcpy __tsan_memmove memcpy memmove pthread_mutexattr_gettype rand_r strcpy strncpy
      strcat sprintf snprintf vsnprintf
    `,
  ],
  [
    [],
    `
      __tsan_func_entry __tsan_func_exit __tsan_vptr_update __tsan_init __tsan_atomic_signal_fence
      pthread_join pthread_detach pthread_self __millrace_thread pthread_equal pthread_yield
      sched_yield pthread_setconcurrency pthread_setcancelstate pthread_setcanceltype
      pthread_testcancel pthread_getconcurrency pthread_attr_setguardsize
      pthread_attr_setinheritsched pthread_attr_setschedpolicy pthread_setname_np
      pthread_attr_destroy pthread_attr_setstacksize pthread_attr_setscope __millrace_cleanup_push
      __millrace_cleanup_pop pthread_mutexattr_destroy pthread_mutexattr_setpshared
      pthread_mutexattr_setprotocol pthread_mutexattr_settype pthread_condattr_init
      pthread_condattr_destroy pthread_condattr_setclock pthread_condattr_setpshared
      pthread_rwlockattr_init pthread_rwlockattr_destroy pthread_barrierattr_init
      pthread_barrierattr_destroy malloc calloc realloc aligned_alloc free rand random srandom srand
      getpid scanf fscanf __isoc99_scanf __isoc99_fscanf setbuf putchar fflush ferror isatty fileno
      setvbuf flockfile funlockfile fabs round exp2 pow fmod atan2 hypot fmin fmax fdim copysign
      lround floor ceil trunc sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan
      sinh cosh tanh asinh acosh atanh llround fabsf floorf ceilf truncf roundf sqrtf
      __VERIFIER_nondet_pointer __VERIFIER_assume assume_abort_if_not assume __VERIFIER_assert
      
    `,
  ],
  [
    ['keeps'],
    `
      __tsan_atomic_thread_fence __millrace_once_end __VERIFIER_atomic_end
    `,
  ],
  [
    ['reads-marked'],
    `
      __tsan_atomic8_load __tsan_atomic16_load __tsan_atomic16_compare_exchange_val
      __tsan_atomic32_load __tsan_atomic32_compare_exchange_val __tsan_atomic64_load
      __tsan_atomic64_compare_exchange_val
    `,
  ],
  [
    ['writes-marked'],
    `
      __tsan_atomic8_store __tsan_atomic8_exchange __tsan_atomic8_fetch_add __tsan_atomic8_fetch_sub
      __tsan_atomic8_fetch_and __tsan_atomic8_fetch_or __tsan_atomic8_fetch_xor
      __tsan_atomic8_fetch_nand __tsan_atomic8_compare_exchange_val __tsan_atomic16_store
      __tsan_atomic16_exchange __tsan_atomic16_fetch_add __tsan_atomic16_fetch_sub
      __tsan_atomic16_fetch_and __tsan_atomic16_fetch_or __tsan_atomic16_fetch_xor
      __tsan_atomic16_fetch_nand __tsan_atomic32_store __tsan_atomic32_exchange
      __tsan_atomic32_fetch_add __tsan_atomic32_fetch_sub __tsan_atomic32_fetch_and
      __tsan_atomic32_fetch_or __tsan_atomic32_fetch_xor __tsan_atomic32_fetch_nand
      __tsan_atomic64_store __tsan_atomic64_exchange __tsan_atomic64_fetch_add
      __tsan_atomic64_fetch_sub __tsan_atomic64_fetch_and __tsan_atomic64_fetch_or
      __tsan_atomic64_fetch_xor __tsan_atomic64_fetch_nand
    `,
  ],
  [
    ['changes', 'starts', 'writes'],
    `
      pthread_create
    `,
  ],
  [
    ['ends'],
    `
      pthread_exit exit _exit
    `,
  ],
  [
    ['changes', 'writes'],
    `
      pthread_key_create
    `,
  ],
  [
    ['changes'],
    `
      pthread_key_delete sleep usleep
    `,
  ],
  [
    ['asks'],
    `
      pthread_setspecific pthread_getspecific clock getc fgetc fputc putc _IO_putc close fclose read
      lseek fread fgets ungetc feof clearerr fseek rewind ftell
    `,
  ],
  [
    ['begins'],
    `
      pthread_mutex_init pthread_mutex_destroy pthread_spin_init pthread_spin_destroy
      pthread_cond_init pthread_cond_destroy pthread_rwlock_init pthread_rwlock_destroy sem_init
      sem_destroy pthread_barrier_init pthread_barrier_destroy
    `,
  ],
  [
    ['uses'],
    `
      pthread_mutex_lock pthread_mutex_timedlock pthread_mutex_trylock pthread_mutex_unlock
      pthread_spin_lock pthread_spin_trylock pthread_spin_unlock pthread_cond_signal
      pthread_cond_broadcast pthread_rwlock_rdlock pthread_rwlock_wrlock pthread_rwlock_tryrdlock
      pthread_rwlock_trywrlock pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock
      pthread_rwlock_unlock sem_trywait sem_timedwait sem_post __millrace_once_begin
    `,
  ],
  [
    ['fails', 'uses'],
    `
      pthread_cond_wait pthread_cond_timedwait sem_wait pthread_barrier_wait
    `,
  ],
  [
    ['uses', 'writes'],
    `
      sem_getvalue
    `,
  ],
  [
    ['fails'],
    `
      abort __VERIFIER_error reach_error __assert_fail
    `,
  ],
  [
    ['changes', 'reads'],
    `
      nanosleep clock_nanosleep fopen open creat remove unlink
    `,
  ],
  [
    ['asks', 'writes'],
    `
      time clock_gettime gettimeofday
    `,
  ],
  [
    ['asks', 'reads'],
    `
      fprintf vfprintf fputs write fwrite access
    `,
  ],
  [
    ['chooses'],
    `
      getchar __VERIFIER_nondet_bool __VERIFIER_nondet__Bool __VERIFIER_nondet_char
      __VERIFIER_nondet_uchar __VERIFIER_nondet_short __VERIFIER_nondet_ushort __VERIFIER_nondet_int
      __VERIFIER_nondet_uint __VERIFIER_nondet_unsigned_int __VERIFIER_nondet_unsigned
      __VERIFIER_nondet_long __VERIFIER_nondet_ulong __VERIFIER_nondet_unsigned_char
      __VERIFIER_nondet_unsigned_short __VERIFIER_nondet_unsigned_long __VERIFIER_nondet_u8
      __VERIFIER_nondet_u16 __VERIFIER_nondet_u32 __VERIFIER_nondet_S8 __VERIFIER_nondet_size_t
      __VERIFIER_nondet_longlong __VERIFIER_nondet_ulonglong __VERIFIER_nondet_float
      __VERIFIER_nondet_double
    `,
  ],
  [
    ['fails', 'reads'],
    `
      longjmp _longjmp siglongjmp
    `,
  ],
  [
    ['changes', 'fails'],
    `
      __VERIFIER_atomic_begin
    `,
  ],
];
