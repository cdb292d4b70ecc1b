// SPDX-License-Identifier: GPL-2.0
// Sides that run in a work item: the driver's own, where it has initialised one, so that whoever cancels it waits.
//
// expect named_cancelled: none
// expect named_not_cancelled: use-after-free data-race
// expect called_cancelled: none
// expect called_not_cancelled: use-after-free data-race
// expect called_delayed_cancelled: none
// expect called_by_pointer_cancelled: none
// expect without_item: data-race
// expect queued_again: none
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "program.h"

struct device {
	struct work_struct work;
	struct delayed_work delayed;
	void (*operation)(struct work_struct *work);
	int value;
};

struct holder {
	struct device *device;
};

static noinline void work_body(struct work_struct *work)
{
	container_of(work, struct device, work)->value++;
}

static noinline void delayed_body(struct work_struct *work)
{
	container_of(to_delayed_work(work), struct device, delayed)->value++;
}

static void prepare(void *state)
{
	struct holder *holder = state;

	holder->device = kzalloc(sizeof(*holder->device), GFP_KERNEL);
	INIT_WORK(&holder->device->work, work_body);
	INIT_DELAYED_WORK(&holder->device->delayed, delayed_body);
	holder->device->operation = work_body;
}

static void prepare_without(void *state)
{
	struct holder *holder = state;

	holder->device = kzalloc(sizeof(*holder->device), GFP_KERNEL);
}

static void release(void *state)
{
	kfree(((struct holder *)state)->device);
}

static struct work_struct *item(void *state)
{
	return &((struct holder *)state)->device->work;
}

static void calls(void *state)
{
	work_body(item(state));
}

static void calls_delayed(void *state)
{
	delayed_body(&((struct holder *)state)->device->delayed.work);
}

static void calls_by_pointer(void *state)
{
	((struct holder *)state)->device->operation(item(state));
}

/* As a driver's remove(): the object is gone once nobody works on it any more. */
static void removes(void *state)
{
	struct holder *holder = state;

	cancel_work_sync(&holder->device->work);
	cancel_delayed_work_sync(&holder->device->delayed);
	kfree(holder->device);
	holder->device = NULL;
}

static void removes_at_once(void *state)
{
	struct holder *holder = state;

	kfree(holder->device);
}

static void adds(void *state)
{
	((struct holder *)state)->device->value++;
}

static void queues_again(void *state)
{
	schedule_work(item(state));
	flush_work(item(state));
	((struct holder *)state)->device->value++;
}

#define ITEM(function) { .name = #function, .context = MILLRACE_WORK, .work = function }

PROGRAM(named_cancelled, struct holder, prepare, NULL, ITEM(item), SIDE(removes, TASK))
PROGRAM(named_not_cancelled, struct holder, prepare, NULL, ITEM(item), SIDE(removes_at_once, TASK))
PROGRAM(called_cancelled, struct holder, prepare, NULL, SIDE(calls, WORK), SIDE(removes, TASK))
PROGRAM(called_not_cancelled, struct holder, prepare, NULL, SIDE(calls, WORK), SIDE(removes_at_once, TASK))
PROGRAM(called_delayed_cancelled, struct holder, prepare, NULL, SIDE(removes, TASK), SIDE(calls_delayed, WORK))
PROGRAM(called_by_pointer_cancelled, struct holder, prepare, NULL, SIDE(calls_by_pointer, WORK), SIDE(removes, TASK))
PROGRAM(without_item, struct holder, prepare_without, release, SIDE(calls, WORK), SIDE(adds, TASK))
PROGRAM(queued_again, struct holder, prepare, release, SIDE(calls, WORK), SIDE(queues_again, TASK))
