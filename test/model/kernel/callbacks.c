// SPDX-License-Identifier: GPL-2.0
// expect timer_deleted: none
// expect timer_not_waited_for: data-race invalid-access use-after-free
// expect timer_sync_under_lock: deadlock
// expect work_flushed: none
// expect work_not_flushed: data-race
// expect work_cancelled: none
// expect work_cancel_in_atomic: sleep-in-atomic
// expect delayed_cancelled: none
// expect tasklet_killed: none
// expect tasklet_alive: data-race
// expect hrtimer_cancelled: none
// expect hrtimer_alive: data-race
// expect interrupt_freed: none
// expect interrupt_disabled: none
// expect interrupt_enabled: data-race
// expect interrupt_thread: data-race
// expect interrupt_oneshot: none
// expect interrupt_thread_no_oneshot: none
// expect interrupt_disabled_twice: lock-misuse
// expect interrupt_synchronized: none
// expect interrupt_not_synchronized: data-race
// expect interrupt_shared_freed: none
// expect interrupt_shared_other_freed: data-race
// expect interrupt_shared_same_line: none
// expect interrupt_shared_two_lines: data-race
// expect interrupt_shared_with_exclusive: none
// expect interrupt_shared_threads: none
// expect timer_modified: none
// expect timer_rearms_itself: none
// expect timer_rearms_itself_late: data-race
// expect timer_shut_down: none
// expect timer_shut_down_late: data-race
// expect timer_try: none
// expect hrtimer_restarts: none
// expect hrtimer_restarts_on: data-race
// expect delayed_modified: none
// expect delayed_modified_late: data-race
// expect queue_flushed: none
// expect queue_other_flushed: data-race
// expect work_flushes_itself: deadlock
// expect work_ordered: none
// expect work_unordered: data-race
// expect tasklet_disabled: none
// expect tasklet_enabled: data-race
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "program.h"

struct device {
	struct timer_list timer;
	struct work_struct work, other;
	struct workqueue_struct *queue;
	struct delayed_work delayed;
	struct tasklet_struct tasklet;
	struct hrtimer hrtimer;
	spinlock_t lock;
	int value;
	int *heap;
};

static void timer_body(struct timer_list *t)
{
	struct device *d = container_of(t, struct device, timer);

	spin_lock(&d->lock);
	(*d->heap)++;
	spin_unlock(&d->lock);
}

static void work_body(struct work_struct *w)
{
	container_of(w, struct device, work)->value++;
}

static void other_body(struct work_struct *w)
{
	container_of(w, struct device, other)->value++;
}

static void delayed_body(struct work_struct *w)
{
	container_of(to_delayed_work(w), struct device, delayed)->value++;
}

static void tasklet_body(struct tasklet_struct *t)
{
	container_of(t, struct device, tasklet)->value++;
}

static enum hrtimer_restart hrtimer_body(struct hrtimer *t)
{
	container_of(t, struct device, hrtimer)->value++;
	return HRTIMER_NORESTART;
}

static irqreturn_t handler(int irq, void *data)
{
	struct device *d = data;

	d->value++;
	return IRQ_HANDLED;
}

static irqreturn_t handler_too(int irq, void *data)
{
	(*(int *)data)++;
	return IRQ_HANDLED;
}

static irqreturn_t ignores(int irq, void *data)
{
	return IRQ_NONE;
}

static enum hrtimer_restart hrtimer_again(struct hrtimer *t)
{
	container_of(t, struct device, hrtimer)->value++;
	hrtimer_forward_now(t, ns_to_ktime(5));
	return HRTIMER_RESTART;
}

static void timer_again(struct timer_list *t)
{
	struct device *d = container_of(t, struct device, timer);

	(*d->heap)++;
	mod_timer(&d->timer, jiffies + 1);
}

static void flushes_itself(struct work_struct *w)
{
	flush_work(w);
}

static irqreturn_t only_wakes(int irq, void *data)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t wakes(int irq, void *data)
{
	struct device *d = data;

	d->value++;
	return IRQ_WAKE_THREAD;
}

static void setup(void *state)
{
	struct device *d = state;

	spin_lock_init(&d->lock);
	d->heap = kzalloc(sizeof(*d->heap), GFP_KERNEL);
	timer_setup(&d->timer, timer_body, 0);
	INIT_WORK(&d->work, work_body);
	INIT_WORK(&d->other, other_body);
	d->queue = alloc_ordered_workqueue("ordered", 0);
	INIT_DELAYED_WORK(&d->delayed, delayed_body);
	tasklet_setup(&d->tasklet, tasklet_body);
	hrtimer_init(&d->hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	d->hrtimer.function = hrtimer_body;
}

static void teardown(void *state)
{
	struct device *d = state;

	kfree(d->heap);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; body }
FUNCTION(timer_sync, mod_timer(&d->timer, 1); timer_delete_sync(&d->timer); (*d->heap)++;)
FUNCTION(timer_async, mod_timer(&d->timer, 1); timer_delete(&d->timer); kfree(d->heap); d->heap = NULL;)
FUNCTION(timer_locked, mod_timer(&d->timer, 1); spin_lock_bh(&d->lock); timer_delete_sync(&d->timer); spin_unlock_bh(&d->lock);)
FUNCTION(flushed, d->value = 1; schedule_work(&d->work); flush_work(&d->work); d->value = 2;)
FUNCTION(not_flushed, schedule_work(&d->work); d->value = 2;)
FUNCTION(cancelled, schedule_work(&d->work); cancel_work_sync(&d->work); d->value = 2;)
FUNCTION(cancel_atomic, spin_lock(&d->lock); cancel_work_sync(&d->work); spin_unlock(&d->lock);)
FUNCTION(delayed_cancel, schedule_delayed_work(&d->delayed, 5); cancel_delayed_work_sync(&d->delayed); d->value = 2;)
FUNCTION(tasklet_dies, tasklet_schedule(&d->tasklet); tasklet_kill(&d->tasklet); d->value = 2;)
FUNCTION(tasklet_lives, tasklet_schedule(&d->tasklet); d->value = 2;)
FUNCTION(hrtimer_dies, hrtimer_start(&d->hrtimer, 5, HRTIMER_MODE_REL); hrtimer_cancel(&d->hrtimer); d->value = 2;)
FUNCTION(hrtimer_lives, hrtimer_start(&d->hrtimer, 5, HRTIMER_MODE_REL); d->value = 2;)
FUNCTION(irq_freed, d->value = 1; if (request_irq(5, handler, 0, "x", d)) return; free_irq(5, d); d->value = 2;)
FUNCTION(irq_disabled, if (request_irq(5, handler, 0, "x", d)) return; disable_irq(5); d->value = 2; enable_irq(5); free_irq(5, d);)
FUNCTION(irq_enabled, if (request_irq(5, handler, 0, "x", d)) return; d->value = 2; free_irq(5, d);)
FUNCTION(irq_thread, if (request_threaded_irq(5, wakes, handler, 0, "x", d)) return; free_irq(5, d); d->value = 2;)

FUNCTION(irq_oneshot, if (request_threaded_irq(5, wakes, handler, IRQF_ONESHOT, "x", d)) return; free_irq(5, d); d->value = 2;)
FUNCTION(irq_no_oneshot, if (request_threaded_irq(5, NULL, handler, 0, "x", d) == -EINVAL) d->value = 2;)
FUNCTION(irq_disabled_twice, if (request_irq(5, handler, 0, "x", d)) return; disable_irq(5); enable_irq(5); enable_irq(5); free_irq(5, d);)
FUNCTION(irq_synchronized, if (request_threaded_irq(5, only_wakes, handler, IRQF_ONESHOT, "x", d)) return; disable_irq_nosync(5); synchronize_irq(5); d->value = 2; enable_irq(5); free_irq(5, d);)
FUNCTION(irq_not_synchronized, if (request_threaded_irq(5, only_wakes, handler, IRQF_ONESHOT, "x", d)) return; disable_irq_nosync(5); d->value = 2; enable_irq(5); free_irq(5, d);)
#define SHARED(hard, thread, id) request_threaded_irq(5, hard, thread, IRQF_SHARED | IRQF_ONESHOT, "x", id)
FUNCTION(irq_shared_freed, if (SHARED(handler, NULL, d) || SHARED(ignores, NULL, &d->lock)) return; free_irq(5, d); d->value = 2; free_irq(5, &d->lock);)
FUNCTION(irq_shared_other_freed, if (SHARED(handler, NULL, d) || SHARED(ignores, NULL, &d->lock)) return; free_irq(5, &d->lock); d->value = 2; free_irq(5, d);)
FUNCTION(irq_shared_same_line, if (SHARED(handler, NULL, d) || SHARED(handler_too, NULL, &d->value)) return; free_irq(5, d); free_irq(5, &d->value);)
FUNCTION(irq_shared_two_lines, if (request_irq(5, handler, 0, "x", d) || request_irq(6, handler_too, 0, "x", &d->value)) return; free_irq(5, d); free_irq(6, &d->value);)
FUNCTION(irq_shared_with_exclusive, if (request_irq(5, handler, 0, "x", d)) return; if (SHARED(handler_too, NULL, &d->value) != -EBUSY) BUG(); free_irq(5, d); d->value = 2;)
FUNCTION(irq_shared_threads, if (SHARED(only_wakes, handler, d) || SHARED(ignores, NULL, &d->lock)) return; free_irq(5, d); d->value = 2; free_irq(5, &d->lock);)
FUNCTION(timer_mod, mod_timer(&d->timer, 1); mod_timer(&d->timer, 2); timer_delete_sync(&d->timer); (*d->heap)++;)
FUNCTION(timer_again_stops, timer_setup(&d->timer, timer_again, 0); mod_timer(&d->timer, 1); timer_delete_sync(&d->timer); (*d->heap)++;)
FUNCTION(timer_again_runs, timer_setup(&d->timer, timer_again, 0); mod_timer(&d->timer, 1); timer_delete(&d->timer); (*d->heap)++; timer_delete_sync(&d->timer);)
FUNCTION(timer_shuts, mod_timer(&d->timer, 1); timer_shutdown_sync(&d->timer); mod_timer(&d->timer, 1); (*d->heap)++;)
FUNCTION(timer_shuts_late, mod_timer(&d->timer, 1); timer_shutdown(&d->timer); (*d->heap)++; timer_delete_sync(&d->timer);)
FUNCTION(timer_tries, mod_timer(&d->timer, 1); while (try_to_del_timer_sync(&d->timer) < 0) cpu_relax(); (*d->heap)++;)
FUNCTION(hrtimer_again_stops, d->hrtimer.function = hrtimer_again; hrtimer_start(&d->hrtimer, 5, HRTIMER_MODE_REL); hrtimer_cancel(&d->hrtimer); d->value = 2;)
FUNCTION(hrtimer_again_runs, d->hrtimer.function = hrtimer_again; hrtimer_start(&d->hrtimer, 5, HRTIMER_MODE_REL); d->value = 2; hrtimer_cancel(&d->hrtimer);)
FUNCTION(delayed_mod, schedule_delayed_work(&d->delayed, 5); mod_delayed_work(system_wq, &d->delayed, 1); flush_delayed_work(&d->delayed); d->value = 2;)
FUNCTION(delayed_mod_late, schedule_delayed_work(&d->delayed, 5); cancel_delayed_work(&d->delayed); d->value = 2; flush_delayed_work(&d->delayed);)
FUNCTION(flushes_queue, queue_work(d->queue, &d->work); flush_workqueue(d->queue); d->value = 2; destroy_workqueue(d->queue);)
FUNCTION(flushes_other, schedule_work(&d->work); flush_workqueue(d->queue); d->value = 2; flush_work(&d->work);)
FUNCTION(flush_self, INIT_WORK(&d->work, flushes_itself); schedule_work(&d->work); flush_work(&d->work);)
FUNCTION(ordered, queue_work(d->queue, &d->work); queue_work(d->queue, &d->other); flush_workqueue(d->queue);)
FUNCTION(unordered, schedule_work(&d->work); schedule_work(&d->other); flush_work(&d->work); flush_work(&d->other);)
FUNCTION(tasklet_off, tasklet_disable(&d->tasklet); tasklet_schedule(&d->tasklet); d->value = 2; tasklet_enable(&d->tasklet); tasklet_kill(&d->tasklet);)
FUNCTION(tasklet_on, tasklet_schedule(&d->tasklet); d->value = 2; tasklet_kill(&d->tasklet);)

#define ONE(id, function) PROGRAM(id, struct device, setup, teardown, SIDE(function, TASK))
ONE(timer_deleted, timer_sync);
ONE(timer_not_waited_for, timer_async);
ONE(timer_sync_under_lock, timer_locked);
ONE(work_flushed, flushed);
ONE(work_not_flushed, not_flushed);
ONE(work_cancelled, cancelled);
ONE(work_cancel_in_atomic, cancel_atomic);
ONE(delayed_cancelled, delayed_cancel);
ONE(tasklet_killed, tasklet_dies);
ONE(tasklet_alive, tasklet_lives);
ONE(hrtimer_cancelled, hrtimer_dies);
ONE(hrtimer_alive, hrtimer_lives);
ONE(interrupt_freed, irq_freed);
ONE(interrupt_disabled, irq_disabled);
ONE(interrupt_enabled, irq_enabled);
ONE(interrupt_thread, irq_thread);
ONE(interrupt_oneshot, irq_oneshot);
ONE(interrupt_thread_no_oneshot, irq_no_oneshot);
ONE(interrupt_disabled_twice, irq_disabled_twice);
ONE(interrupt_synchronized, irq_synchronized);
ONE(interrupt_not_synchronized, irq_not_synchronized);
ONE(interrupt_shared_freed, irq_shared_freed);
ONE(interrupt_shared_other_freed, irq_shared_other_freed);
ONE(interrupt_shared_same_line, irq_shared_same_line);
ONE(interrupt_shared_two_lines, irq_shared_two_lines);
ONE(interrupt_shared_with_exclusive, irq_shared_with_exclusive);
ONE(interrupt_shared_threads, irq_shared_threads);
ONE(timer_modified, timer_mod);
ONE(timer_rearms_itself, timer_again_stops);
ONE(timer_rearms_itself_late, timer_again_runs);
ONE(timer_shut_down, timer_shuts);
ONE(timer_shut_down_late, timer_shuts_late);
ONE(timer_try, timer_tries);
ONE(hrtimer_restarts, hrtimer_again_stops);
ONE(hrtimer_restarts_on, hrtimer_again_runs);
ONE(delayed_modified, delayed_mod);
ONE(delayed_modified_late, delayed_mod_late);
ONE(queue_flushed, flushes_queue);
ONE(queue_other_flushed, flushes_other);
ONE(work_flushes_itself, flush_self);
ONE(work_ordered, ordered);
ONE(work_unordered, unordered);
ONE(tasklet_disabled, tasklet_off);
ONE(tasklet_enabled, tasklet_on);
