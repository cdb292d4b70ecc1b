// SPDX-License-Identifier: GPL-2.0
/*
 * Variables of the core kernel that drivers and inline functions read. Weak: a case may link the file that really
 * defines one.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#if __has_include(<linux/hrtimer_bases.h>)	/* since 7.1 */
#include <linux/hrtimer_bases.h>
#endif
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/swait.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#undef jiffies
unsigned long volatile __weak jiffies;
u64 __weak jiffies_64;

/* Only their addresses count: the machine tells one workqueue from another by it. */
static long millrace_workqueues[8][4];
#define MILLRACE_WORKQUEUE(name, index) \
	struct workqueue_struct *name __weak = (struct workqueue_struct *)millrace_workqueues[index]
extern struct workqueue_struct *system_percpu_wq, *system_dfl_wq;	/* not in every tree */
MILLRACE_WORKQUEUE(system_wq, 0);
MILLRACE_WORKQUEUE(system_percpu_wq, 0);
MILLRACE_WORKQUEUE(system_dfl_wq, 3);
MILLRACE_WORKQUEUE(system_highpri_wq, 1);
MILLRACE_WORKQUEUE(system_long_wq, 2);
MILLRACE_WORKQUEUE(system_unbound_wq, 3);
MILLRACE_WORKQUEUE(system_freezable_wq, 4);
MILLRACE_WORKQUEUE(system_power_efficient_wq, 5);

/* The machine allocates by size; which cache it would be is looked up before it is called. */
__typeof__(kmalloc_caches) kmalloc_caches __weak;

/* Where the machine finds the section of the per-CPU variables, and the clock. */
extern char __start_millrace_percpu[] __weak, __stop_millrace_percpu[] __weak;
#define MILLRACE_TELL(type, name, value)				\
	__attribute__((export_name(#name))) type name(void);		\
	type name(void)							\
	{								\
		return value;						\
	}
MILLRACE_TELL(char *, millrace_percpu_start, __start_millrace_percpu)
MILLRACE_TELL(char *, millrace_percpu_stop, __stop_millrace_percpu)
MILLRACE_TELL(unsigned int, millrace_nr_cpus, NR_CPUS)
MILLRACE_TELL(volatile unsigned long *, millrace_jiffies, &jiffies)

/* Pages have no descriptions: they are counted from an address at which nothing is, so that none is read as one. */
struct page *mem_map __weak = (struct page *)0x60000000;
MILLRACE_TELL(struct page *, millrace_pages, mem_map)
MILLRACE_TELL(unsigned int, millrace_page_bytes, sizeof(struct page))

/* All clocks are one; inline functions ask a timer's base for it. */
static struct hrtimer_clock_base millrace_clock = {
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
	.get_time = ktime_get,
#endif
};
MILLRACE_TELL(struct hrtimer_clock_base *, millrace_hrtimer_base, &millrace_clock)

MILLRACE_TELL(unsigned long, millrace_hrtimer_function, offsetof(struct hrtimer, function))
MILLRACE_TELL(unsigned long, millrace_hrtimer_expires, offsetof(struct hrtimer, _softexpires))
MILLRACE_TELL(unsigned long, millrace_hrtimer_base_at, offsetof(struct hrtimer, base))

/* Where the machine takes these to lie, in every tree: src/model/machine/kernel. */
#define MILLRACE_AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type " " #member)
MILLRACE_AT(struct timer_list, entry.pprev, 4);
MILLRACE_AT(struct timer_list, expires, 8);
MILLRACE_AT(struct work_struct, data, 0);
MILLRACE_AT(struct timer_list, function, 12);
MILLRACE_AT(struct timer_list, flags, 16);
MILLRACE_AT(struct work_struct, func, 12);
MILLRACE_AT(struct delayed_work, work, 0);
MILLRACE_AT(struct tasklet_struct, state, 4);
MILLRACE_AT(struct tasklet_struct, count, 8);
MILLRACE_AT(struct tasklet_struct, use_callback, 12);
MILLRACE_AT(struct tasklet_struct, func, 16);
MILLRACE_AT(struct tasklet_struct, data, 20);
MILLRACE_AT(struct semaphore, count, 4);
MILLRACE_AT(struct completion, done, 0);
MILLRACE_AT(struct swait_queue_head, task_list, 4);
MILLRACE_AT(struct wait_queue_head, head, 4);
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
MILLRACE_AT(struct task_struct, state, 16);
#else
MILLRACE_AT(struct task_struct, __state, 16);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
MILLRACE_AT(struct kmem_cache_args, ctor, 20);
#endif

unsigned int __weak nr_cpu_ids = NR_CPUS;
struct cpumask __cpu_possible_mask __weak = { CPU_BITS_ALL };
struct cpumask __cpu_online_mask __weak = { CPU_BITS_ALL };
struct cpumask __cpu_present_mask __weak = { CPU_BITS_ALL };
struct cpumask __cpu_active_mask __weak = { CPU_BITS_ALL };

#ifdef MILLRACE_KCSAN
/* CONFIG_KCSAN_PERMISSIVE ignores current->flags. */
__attribute__((export_name("millrace_task_flags"), used)) int millrace_task_flags(void);
int millrace_task_flags(void)
{
	return offsetof(struct task_struct, flags);
}
#endif
