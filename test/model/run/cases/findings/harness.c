// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bcd.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/wait.h>
#include "millrace.h"

struct counter {
	int value;
#ifdef FIXED
	struct mutex first, second;
	long extra[2];
#endif
};

struct counted {
	struct kref references;
	int value;
};

struct device {
	struct rw_semaphore sem;
	struct srcu_struct srcu;
	struct mutex lock;
	int value, copy;
	u8 byte;
	u8 *freed;
	struct counter *counter;
	struct counted *counted;
	struct completion done;
	wait_queue_head_t queue;
	bool ready;
	spinlock_t guard;
};

static void set_up(void *state)
{
	struct device *device = state;

	init_rwsem(&device->sem);
	init_srcu_struct(&device->srcu);
	mutex_init(&device->lock);
}

static void set_up_freed(void *state)
{
	struct device *device = state;

	set_up(state);
	device->freed = kzalloc(4, GFP_KERNEL);
}

static void set_up_counter(void *state)
{
	struct device *device = state;

	set_up(state);
	device->counter = kzalloc(sizeof(*device->counter), GFP_KERNEL);
#ifdef FIXED
	mutex_init(&device->counter->first);
	mutex_init(&device->counter->second);
#endif
}

static void look(struct millrace_verdict *verdict, void *state)
{
}

static void downgrades(void *state)
{
	struct device *device = state;

	down_write(&device->sem);
	downgrade_write(&device->sem);
	device->copy = device->value;
	up_read(&device->sem);
}

static void srcu_reads(void *state)
{
	struct device *device = state;
	int index = srcu_read_lock(&device->srcu);

	device->copy = device->value;
	srcu_read_unlock(&device->srcu, index);
}

static void writes(void *state)
{
	((struct device *)state)->value = 2;
}

static void reads_freed(void *state)
{
	struct device *device = state;

	mutex_lock(&device->lock);
	device->copy = *device->freed;
	mutex_unlock(&device->lock);
}

static void frees(void *state)
{
	kfree(((struct device *)state)->freed);
}

static void add(struct counter *counter, bool turned)
{
#ifdef FIXED
	struct mutex *outer = FIXED == 2 && turned ? &counter->second : &counter->first;
	struct mutex *inner = FIXED == 2 && turned ? &counter->first : &counter->second;

	mutex_lock(outer);
	mutex_lock(inner);
#endif
	counter->value++;
#ifdef FIXED
	mutex_unlock(inner);
	mutex_unlock(outer);
#endif
}

static void adds(void *state)
{
	add(((struct device *)state)->counter, false);
}

static void adds_too(void *state)
{
	add(((struct device *)state)->counter, true);
}

static void sets_byte(void *state)
{
	((struct device *)state)->byte = 0x81;
}

static void sets_byte_too(void *state)
{
	((struct device *)state)->byte = 0xff;
}

static void set_up_counted(void *state)
{
	struct device *device = state;

	spin_lock_init(&device->guard);
	init_completion(&device->done);
	init_waitqueue_head(&device->queue);
	device->counted = kzalloc(sizeof(*device->counted), GFP_KERNEL);
	kref_init(&device->counted->references);
}

static void release(struct kref *references)
{
	kfree(container_of(references, struct counted, references));
}

static void puts_counted(void *state)
{
	struct device *device = state;

	spin_lock(&device->guard);
	kref_put(&device->counted->references, release);
	spin_unlock(&device->guard);
}

/* The reference is its own: nothing goes wrong. */
static void uses_counted(void *state)
{
	struct counted *counted = ((struct device *)state)->counted;

	kref_get(&counted->references);
	counted->value = 1;
	kref_put(&counted->references, release);
}

static void frees_counted(void *state)
{
	kfree(((struct device *)state)->counted);
}

/* What is completed before it is initialised anew is not completed any more. */
static void awaits(void *state)
{
	struct device *device = state;

	reinit_completion(&device->done);
	wait_for_completion(&device->done);
}

static void completes(void *state)
{
	complete(&((struct device *)state)->done);
}

static void sleeps(void *state)
{
	struct device *device = state;

	wait_event(device->queue, READ_ONCE(device->ready));
}

static void wakes_too_early(void *state)
{
	struct device *device = state;

	wake_up(&device->queue);
	WRITE_ONCE(device->ready, true);
}

static void wakes(void *state)
{
	struct device *device = state;

	WRITE_ONCE(device->ready, true);
	wake_up(&device->queue);
}

#define TEST(id, begin, first, second)					\
	static const struct millrace_test id = {			\
		.name = #id,						\
		.state_size = sizeof(struct device),			\
		.setup = begin,						\
		.check = look,						\
		.sides = {						\
			{ .name = #first, .context = MILLRACE_TASK, .run = first },	\
			{ .name = #second, .context = MILLRACE_TASK, .run = second },	\
		},							\
	};								\
	MILLRACE_KUNIT(id)

TEST(downgraded, set_up, downgrades, writes)
TEST(srcu_reader, set_up, srcu_reads, writes)
TEST(freed, set_up_freed, reads_freed, frees)
TEST(adding, set_up_counter, adds, adds_too)
TEST(byte, set_up, sets_byte, sets_byte_too)
TEST(counted, set_up_counted, puts_counted, uses_counted)
TEST(twice, set_up_counted, puts_counted, frees_counted)
TEST(completed, set_up_counted, awaits, completes)
TEST(woken_early, set_up_counted, sleeps, wakes_too_early)
TEST(woken, set_up_counted, sleeps, wakes)

static struct kunit_case cases[] = {
	MILLRACE_CASE(downgraded), MILLRACE_CASE(srcu_reader), MILLRACE_CASE(freed), MILLRACE_CASE(adding),
	MILLRACE_CASE(byte), MILLRACE_CASE(counted), MILLRACE_CASE(twice), MILLRACE_CASE(completed),
	MILLRACE_CASE(woken_early), MILLRACE_CASE(woken), {}
};
static struct kunit_suite suite = { .name = "findings", .test_cases = cases };
kunit_test_suite(suite);
