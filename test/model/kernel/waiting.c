// SPDX-License-Identifier: GPL-2.0
// expect completion_orders: none
// expect completion_missing: deadlock
// expect completion_timeout_ignored: data-race
// expect wait_event_orders: none
// expect wait_lost_wakeup: deadlock
// expect wait_in_irq: sleep-in-atomic
// expect kthread_stopped: none
// expect kthread_running: data-race
// expect rcu_waits: none
// expect rcu_does_not_wait: use-after-free data-race
// expect rcu_callback: none
// expect rcu_sleeps: sleep-in-atomic
// expect once_publish: none
// expect once_no_barrier: data-race
// expect seqcount_reader: none
// expect freed_twice: double-free
// expect not_freed: memory-leak
// expect atomic_alloc: sleep-in-atomic
// expect refcounted: none
// expect data_race_marked: none
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include "program.h"

struct object {
	struct rcu_head rcu;
	int value;
};

struct device {
	struct completion done;
	wait_queue_head_t queue;
	struct object __rcu *object;
	spinlock_t lock;
	seqcount_t seq;
	refcount_t refs;
	int flag, value, copy;
};

static void setup(void *state)
{
	struct device *d = state;

	init_completion(&d->done);
	init_waitqueue_head(&d->queue);
	spin_lock_init(&d->lock);
	seqcount_init(&d->seq);
	refcount_set(&d->refs, 2);
}

static void setup_object(void *state)
{
	struct device *d = state;

	setup(state);
	RCU_INIT_POINTER(d->object, kzalloc(sizeof(struct object), GFP_KERNEL));
}

static int thread(void *data)
{
	struct device *d = data;

	while (!kthread_should_stop()) {
		d->value++;
		msleep(10);
	}
	return 0;
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; body }
FUNCTION(completes, d->value = 1; complete(&d->done);)
FUNCTION(waits, wait_for_completion(&d->done); d->value++;)
FUNCTION(waits_timeout, wait_for_completion_timeout(&d->done, 10); d->value++;)
FUNCTION(event_waits, wait_event(d->queue, READ_ONCE(d->flag)); smp_rmb(); d->value++;)
FUNCTION(event_wakes, d->value = 1; smp_store_release(&d->flag, 1); wake_up(&d->queue);)
FUNCTION(event_no_wake, d->value = 1; smp_store_release(&d->flag, 1);)
FUNCTION(stops, struct task_struct *t = kthread_run(thread, d, "t"); kthread_stop(t); d->value++;)
FUNCTION(does_not_wait, struct task_struct *t = kthread_run(thread, d, "t"); d->value++; kthread_stop(t);)
FUNCTION(reads, struct object *o; rcu_read_lock(); o = rcu_dereference(d->object); if (o) d->copy = o->value; rcu_read_unlock();)
FUNCTION(removes, struct object *o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); synchronize_rcu(); o->value = 5; kfree(o);)
FUNCTION(removes_early, struct object *o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); kfree(o);)
FUNCTION(removes_later, struct object *o = rcu_dereference_raw(d->object); RCU_INIT_POINTER(d->object, NULL); kfree_rcu(o, rcu);)
FUNCTION(sleeps, rcu_read_lock(); msleep(1); rcu_read_unlock();)
FUNCTION(publishes, d->value = 1; smp_wmb(); WRITE_ONCE(d->flag, 1);)
FUNCTION(publishes_early, d->value = 1; WRITE_ONCE(d->flag, 1);)
FUNCTION(subscribes, if (READ_ONCE(d->flag)) { smp_rmb(); d->copy = d->value; })
FUNCTION(seq_writes, spin_lock(&d->lock); write_seqcount_begin(&d->seq); d->value++; write_seqcount_end(&d->seq); spin_unlock(&d->lock);)
FUNCTION(seq_reads, unsigned int s; int v; do { s = read_seqcount_begin(&d->seq); v = d->value; } while (read_seqcount_retry(&d->seq, s)); d->copy = v;)
FUNCTION(frees_twice, void *p = kmalloc(8, GFP_KERNEL); OPTIMIZER_HIDE_VAR(p); kfree(p); kfree(p);)
FUNCTION(leaks, void *p = kmalloc(8, GFP_KERNEL); WRITE_ONCE(d->value, (long)p);)
FUNCTION(allocates_atomic, void *p; spin_lock(&d->lock); p = kmalloc(8, GFP_KERNEL); OPTIMIZER_HIDE_VAR(p); spin_unlock(&d->lock); kfree(p);)
FUNCTION(puts, if (refcount_dec_and_test(&d->refs)) d->value++;)
FUNCTION(reads_anyway, d->copy = data_race(d->value);)
FUNCTION(writes_once, WRITE_ONCE(d->value, 3);)

#define ONE(id, function) PROGRAM(id, struct device, setup, nothing, SIDE(function, TASK))
#define TWO(id, one, two) PROGRAM(id, struct device, setup, nothing, SIDE(one, TASK), SIDE(two, TASK))
#define OBJECT(id, one, two) PROGRAM(id, struct device, setup_object, nothing, SIDE(one, TASK), SIDE(two, TASK))
TWO(completion_orders, completes, waits);
ONE(completion_missing, waits);
TWO(completion_timeout_ignored, completes, waits_timeout);
TWO(wait_event_orders, event_waits, event_wakes);
TWO(wait_lost_wakeup, event_waits, event_no_wake);
PROGRAM(wait_in_irq, struct device, setup, nothing, SIDE(waits, HARDIRQ));
ONE(kthread_stopped, stops);
ONE(kthread_running, does_not_wait);
OBJECT(rcu_waits, reads, removes);
OBJECT(rcu_does_not_wait, reads, removes_early);
OBJECT(rcu_callback, reads, removes_later);
ONE(rcu_sleeps, sleeps);
TWO(once_publish, publishes, subscribes);
TWO(once_no_barrier, publishes_early, subscribes);
TWO(seqcount_reader, seq_writes, seq_reads);
ONE(freed_twice, frees_twice);
ONE(not_freed, leaks);
ONE(atomic_alloc, allocates_atomic);
TWO(refcounted, puts, puts);
TWO(data_race_marked, reads_anyway, writes_once);
