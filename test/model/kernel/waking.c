// SPDX-License-Identifier: GPL-2.0
// expect srcu_waits: none
// expect srcu_does_not_wait: data-race use-after-free
// expect srcu_other_domain: data-race use-after-free
// expect srcu_sleeps: none
// expect srcu_callback: none
// expect srcu_inside: deadlock
// expect srcu_unbalanced: lock-misuse
// expect copies_locked: none
// expect copies_unlocked: data-race
// expect copies_in_spinlock: sleep-in-atomic
// expect copies_nowhere: none
// expect wake_function_locks: none
// expect wake_function_does_not: data-race
// expect wake_function_abba: deadlock
// expect queue_lock_by_hand: none
// expect queue_lock_irqs_on: deadlock lock-misuse
// expect jiffies_pass: none
// expect jiffies_end_last: none
// expect jiffies_bare: none
// expect jiffies_give_up: none
// expect jiffies_no_order: data-race
// expect jiffies_wrong_way: no-progress
// expect timeout_checked: none
// expect timeout_ignored: data-race
// expect kthread_parks: none
// expect kthread_not_parked: data-race
// expect kthread_unparks_nobody: none
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "program.h"

struct object {
	struct rcu_head rcu;
	int value;
};

struct device {
	struct srcu_struct srcu, other;
	struct object __rcu *object;
	struct wait_queue_entry entry;
	wait_queue_head_t queue;
	struct mutex mutex;
	spinlock_t lock;
	int flag, value, copy, user;
};

static int wakes_locked(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct device *d = container_of(entry, struct device, entry);

	spin_lock(&d->lock);
	d->value++;
	spin_unlock(&d->lock);
	return 0;
}

static int wakes_unlocked(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct device *d = container_of(entry, struct device, entry);

	d->value++;
	return 0;
}

static void setup(void *state)
{
	struct device *d = state;

	init_srcu_struct(&d->srcu);
	init_srcu_struct(&d->other);
	RCU_INIT_POINTER(d->object, kzalloc(sizeof(struct object), GFP_KERNEL));
	init_waitqueue_head(&d->queue);
	mutex_init(&d->mutex);
	spin_lock_init(&d->lock);
}

static void setup_locked(void *state)
{
	struct device *d = state;

	setup(state);
	init_waitqueue_func_entry(&d->entry, wakes_locked);
	add_wait_queue(&d->queue, &d->entry);
}

static void setup_unlocked(void *state)
{
	struct device *d = state;

	setup(state);
	init_waitqueue_func_entry(&d->entry, wakes_unlocked);
	add_wait_queue(&d->queue, &d->entry);
}

static void teardown(void *state)
{
	struct device *d = state;

	kfree(rcu_dereference_raw(d->object));
}

static void frees(struct rcu_head *head)
{
	kfree(container_of(head, struct object, rcu));
}

static int parked(void *data)
{
	struct device *d = data;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		else
			d->value++;
	}
	return 0;
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; int idx; struct object *o; body }
FUNCTION(reads, idx = srcu_read_lock(&d->srcu); o = srcu_dereference(d->object, &d->srcu); if (o) d->copy = o->value; srcu_read_unlock(&d->srcu, idx);)
FUNCTION(sleeps, idx = srcu_read_lock(&d->srcu); msleep(1); srcu_read_unlock(&d->srcu, idx);)
FUNCTION(removes, o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); synchronize_srcu(&d->srcu); o->value = 5; kfree(o);)
FUNCTION(removes_early, o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); kfree(o);)
FUNCTION(removes_other, o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); synchronize_srcu(&d->other); kfree(o);)
FUNCTION(removes_later, o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); call_srcu(&d->srcu, &o->rcu, frees); srcu_barrier(&d->srcu);)
FUNCTION(waits_inside, idx = srcu_read_lock(&d->srcu); synchronize_srcu(&d->srcu); srcu_read_unlock(&d->srcu, idx);)
FUNCTION(leaves_twice, idx = srcu_read_lock(&d->srcu); srcu_read_unlock(&d->srcu, idx); srcu_read_unlock(&d->srcu, idx);)
FUNCTION(from_user, mutex_lock(&d->mutex); if (copy_from_user(&d->value, (void __user *)&d->user, 4)) d->copy = 1; mutex_unlock(&d->mutex);)
FUNCTION(from_user_bare, if (copy_from_user(&d->value, (void __user *)&d->user, 4)) d->copy = 1;)
FUNCTION(to_user_locked, mutex_lock(&d->mutex); if (put_user(d->value, (int __user *)&d->user)) d->copy = 1; mutex_unlock(&d->mutex);)
FUNCTION(from_user_atomic, spin_lock(&d->lock); if (copy_from_user(&d->value, (void __user *)&d->user, 4)) d->copy = 1; spin_unlock(&d->lock);)
FUNCTION(from_nowhere, if (copy_from_user(&d->value, (void __user *)16, 4) != 4) kfree(&d->value);)
FUNCTION(wakes, wake_up(&d->queue);)
FUNCTION(wakes_holding, spin_lock_irq(&d->lock); wake_up(&d->queue); spin_unlock_irq(&d->lock);)
FUNCTION(counts_locked, spin_lock_irq(&d->lock); d->value++; spin_unlock_irq(&d->lock);)
FUNCTION(counts, d->value++;)
FUNCTION(waits_by_hand, DEFINE_WAIT(w); spin_lock_irq(&d->queue.lock); while (!d->flag) { __add_wait_queue_entry_tail(&d->queue, &w); set_current_state(TASK_UNINTERRUPTIBLE); spin_unlock_irq(&d->queue.lock); schedule(); spin_lock_irq(&d->queue.lock); list_del_init(&w.entry); } spin_unlock_irq(&d->queue.lock); d->value++;)
FUNCTION(wakes_by_hand, d->value = 1; spin_lock_irq(&d->queue.lock); d->flag = 1; wake_up_locked(&d->queue); spin_unlock_irq(&d->queue.lock);)
FUNCTION(queue_by_hand, spin_lock(&d->queue.lock); d->flag = 1; spin_unlock(&d->queue.lock);)
FUNCTION(waits_jiffies, unsigned long end = jiffies + HZ; while (time_before(jiffies, end)) cpu_relax(); d->copy = 1;)
FUNCTION(waits_for_flag, unsigned long end = jiffies + HZ; while (!smp_load_acquire(&d->flag) && time_before(jiffies, end)) cpu_relax(); d->value = 1;)
FUNCTION(waits_bare, unsigned long end = jiffies + HZ; while (time_before(jiffies, end)) ; d->copy = 1;)
FUNCTION(gives_up, unsigned long end = jiffies + HZ; while (!smp_load_acquire(&d->flag)) if (time_after(jiffies, end)) return; d->value = 1;)
FUNCTION(waits_and_writes, unsigned long end = jiffies + 2; while (time_before(jiffies, end)) ; d->value = 1;)
FUNCTION(waits_wrong_way, unsigned long end = jiffies; while (time_after_eq(jiffies, end)) ; d->copy = 1;)
FUNCTION(writes_value, d->value = 2;)
FUNCTION(sets_flag, d->value = 2; smp_store_release(&d->flag, 1);)
FUNCTION(sets_and_wakes, d->value = 2; smp_store_release(&d->flag, 1); wake_up(&d->queue);)
FUNCTION(timed, if (wait_event_timeout(d->queue, smp_load_acquire(&d->flag), HZ)) d->value = 1;)
FUNCTION(timed_ignored, wait_event_timeout(d->queue, smp_load_acquire(&d->flag), HZ); d->value = 1;)
FUNCTION(parks_not, struct task_struct *t = kthread_run(parked, d, "t"); d->value = 3; kthread_stop(t);)
FUNCTION(unparks, struct task_struct *t = kthread_run(parked, d, "t"); kthread_unpark(t); kthread_stop(t);)
FUNCTION(parks, struct task_struct *t = kthread_run(parked, d, "t"); kthread_park(t); d->value = 3; kthread_unpark(t); kthread_stop(t);)

#define ONE(id, set_up, one) PROGRAM(id, struct device, set_up, teardown, SIDE(one, TASK))
#define TWO(id, set_up, one, two) PROGRAM(id, struct device, set_up, teardown, SIDE(one, TASK), SIDE(two, TASK))
TWO(srcu_waits, setup, reads, removes);
TWO(srcu_does_not_wait, setup, reads, removes_early);
TWO(srcu_other_domain, setup, reads, removes_other);
ONE(srcu_sleeps, setup, sleeps);
TWO(srcu_callback, setup, reads, removes_later);
ONE(srcu_inside, setup, waits_inside);
ONE(srcu_unbalanced, setup, leaves_twice);
TWO(copies_locked, setup, from_user, to_user_locked);
TWO(copies_unlocked, setup, from_user_bare, to_user_locked);
ONE(copies_in_spinlock, setup, from_user_atomic);
ONE(copies_nowhere, setup, from_nowhere);
TWO(wake_function_locks, setup_locked, wakes, counts_locked);
TWO(wake_function_does_not, setup_unlocked, wakes, counts);
ONE(wake_function_abba, setup_locked, wakes_holding);
TWO(queue_lock_by_hand, setup, waits_by_hand, wakes_by_hand);
ONE(jiffies_pass, setup, waits_jiffies);
TWO(jiffies_end_last, setup, waits_for_flag, sets_flag);
ONE(jiffies_bare, setup, waits_bare);
TWO(jiffies_give_up, setup, gives_up, sets_flag);
TWO(jiffies_no_order, setup, waits_and_writes, writes_value);
ONE(jiffies_wrong_way, setup, waits_wrong_way);
TWO(timeout_checked, setup, timed, sets_and_wakes);
TWO(timeout_ignored, setup, timed_ignored, sets_and_wakes);
ONE(kthread_parks, setup, parks);
ONE(kthread_not_parked, setup, parks_not);
ONE(kthread_unparks_nobody, setup, unparks);
PROGRAM(queue_lock_irqs_on, struct device, setup, teardown, SIDE(queue_by_hand, TASK), SIDE(wakes, HARDIRQ));
