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
// expect interrupt_thread: none
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "program.h"

struct device {
	struct timer_list timer;
	struct work_struct work;
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
