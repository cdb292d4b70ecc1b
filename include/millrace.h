/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness's side of Millrace: one header, used by both engines.
 *
 * A test names a state, a set-up that builds the fakes in it, two or more
 * sides with the context that each runs in, and a check of the final state.
 *
 * Kernel engine (this file alone, on any kernel with KUnit): millrace_run()
 * runs the sides against each other from kthreads, real timers, interrupts and
 * work items, round after round, each round from a fresh set-up, and counts in
 * how many rounds the sides were running at the same time.
 *
 * Model engine (MILLRACE_MODEL): the machine supplies millrace_run() and runs
 * the same sides once in every order.
 */
#ifndef MILLRACE_H
#define MILLRACE_H

#include <kunit/test.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "millrace_registers.h"

enum millrace_context {
	MILLRACE_TASK = 1,	/* run() from a kthread, may sleep */
	MILLRACE_TIMER = 2,	/* the timer that timer() names, run by the kernel */
	MILLRACE_SOFTIRQ = 3,	/* run() from a tasklet */
	MILLRACE_HARDIRQ = 4,	/* run() with interrupts off, from an interrupt */
	MILLRACE_WORK = 5,	/* the work item that work() names, or run() from one; may sleep */
};

struct millrace_side {
	const char *name;
	enum millrace_context context;
	/* What the side does; not for MILLRACE_TIMER, nor with work(). */
	void (*run)(void *state);
	union {
		/* MILLRACE_TIMER: a timer that setup() has prepared with timer_setup(). */
		struct timer_list *(*timer)(void *state);
		/*
		 * MILLRACE_WORK: an item that setup(), or what it calls, has prepared with
		 * INIT_WORK(); cancel_work_sync() and the like order it. Without it the
		 * model engine runs the item whose function run() calls, if there is one.
		 */
		struct work_struct *(*work)(void *state);
	};
};

#define MILLRACE_MAX_SIDES 4

struct millrace_verdict;

struct millrace_test {
	const char *name;
	size_t state_size;
	/* Builds the fakes in a zeroed state; before every round. */
	void (*setup)(void *state);
	/* Looks at the final state with MILLRACE_EXPECT(); after every round. */
	void (*check)(struct millrace_verdict *verdict, void *state);
	/* Frees what setup() took; may be NULL. */
	void (*teardown)(void *state);
	struct millrace_side sides[MILLRACE_MAX_SIDES + 1];
	/*
	 * Model engine: CPUs that all sides, and what they start, share. 0: each
	 * has one of its own. The kernel engine takes those that the guest has.
	 */
	unsigned int cpus;
};

/* Runs the sides of a test against each other, as the engine does it. */
static void millrace_run(struct kunit *test, const struct millrace_test *spec);

/*
 * Static functions of the driver: case.yaml lists them under `expose`, the
 * harness declares and calls them:
 *
 *	MILLRACE_EXPOSED(void, foo_stop, struct foo *foo);
 *	millrace_call(foo_stop)(&fake->foo);
 */
#define MILLRACE_EXPOSED(ret, name, ...)			\
	extern ret (*const millrace_exposed_##name)(__VA_ARGS__)
#define millrace_call(name) (millrace_exposed_##name)

/*
 * A kernel function that the sides reach and the model machine does not supply.
 * The model engine links this in its place; a kernel has its own, which the
 * kernel engine runs:
 *
 *	MILLRACE_FAKE(void, foo_done, struct foo *foo)
 *	{
 *		foo->done = true;
 *	}
 *
 * MILLRACE_FAKE(ret, name, ...) is defined by the engine's header below.
 */

/* A KUnit case of a test: MILLRACE_KUNIT(t); then MILLRACE_CASE(t) in the list. */
#define MILLRACE_KUNIT(spec)					\
	static void millrace_kunit_##spec(struct kunit *test)	\
	{							\
		millrace_run(test, &spec);			\
	}
#define MILLRACE_CASE(spec)					\
	{ .run_case = millrace_kunit_##spec, .name = #spec }

/* An invariant of the final state; `text` says what should have held. */
#define MILLRACE_EXPECT(verdict, condition, text)		\
	millrace_expect(verdict, !!(condition), text)

/*
 * Ports for inb(), outb() and their like in the model engine, from `first` on:
 * they read and write the bytes of millrace_ports[]. A kernel has its own.
 */
#define MILLRACE_PORTS(first, count)				\
	static unsigned char millrace_ports[count] __maybe_unused

#ifdef MILLRACE_MODEL
#include "millrace_model.h"
#else
#include "millrace_kernel.h"
#endif

#endif /* MILLRACE_H */
