/* SPDX-License-Identifier: GPL-2.0 */
/*
 * millrace_run() on a real kernel. Included by millrace.h alone.
 *
 * One round: zero the state, set up, arm the timer, release the tasks shortly
 * before the tick at which the timer is due, wait for every side, check. Each
 * side marks in `running` when it begins and ends; a side that begins while
 * another runs makes the round an overlapping one. Nothing here is instrumented,
 * so that it neither races in the report nor uses up KCSAN's skip counter.
 */
#ifndef MILLRACE_KERNEL_H
#define MILLRACE_KERNEL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "millrace."

static unsigned int millrace_seconds = 8;
module_param_named(seconds, millrace_seconds, uint, 0444);

static unsigned int millrace_seed = 1;
module_param_named(seed, millrace_seed, uint, 0444);

#include "millrace_channel.h"

/*
 * How long before the timer's tick a task may start, at most: a little more than
 * KCSAN's stall in a task (CONFIG_KCSAN_UDELAY_TASK) of the strict settings.
 */
#define MILLRACE_LEAD_NS	(250 * NSEC_PER_USEC)
#define MILLRACE_TICK_NS	(NSEC_PER_SEC / HZ)
/* How long a task waits for the others, and by how much they start apart, at most. */
#define MILLRACE_MEET_NS	(5 * NSEC_PER_MSEC)
#define MILLRACE_APART_NS	(8 * NSEC_PER_USEC)

/* The kernel has the function itself; the model engine's stand-in is compiled, and not called. */
#define MILLRACE_FAKE(ret, name, ...)				\
	static __maybe_unused ret millrace_fake_##name(__VA_ARGS__)

struct millrace_verdict {
	unsigned int violations;
	const char *first;
};

static __maybe_unused __no_kcsan void
millrace_expect(struct millrace_verdict *verdict, bool held, const char *text)
{
	if (held)
		return;
	if (!verdict->violations++)
		verdict->first = text;
}

struct millrace_runner {
	struct millrace_round *round;
	const struct millrace_side *side;
	unsigned int index;
	struct task_struct *task;
	struct completion start;
	u64 delay_ns;
	struct irq_work irq_work;
	struct tasklet_struct tasklet;
	struct work_struct work;
	void (*timer_function)(struct timer_list *timer);
	/* The driver's own item, for a side that names one. */
	struct work_struct *item;
	work_func_t item_function;
	bool began;
};

/*
 * When a CPU's timers run, learnt from the round before: its ticks have a phase of
 * their own, and a timer may be due a tick late, where this CPU's tick comes
 * before the one that counts jiffies.
 */
struct millrace_phase {
	u64 tick_ns;
	unsigned int late;
};

struct millrace_round {
	const struct millrace_test *spec;
	void *state;
	struct millrace_runner runners[MILLRACE_MAX_SIDES];
	unsigned int count;
	struct completion done;
	atomic_t left;
	atomic_t running;
	atomic_t overlapped;
	unsigned int tasks;
	atomic_t arrived;
	u64 start_ns;
	u64 timer_ns;
	struct millrace_phase phase[2];
	bool stop;
};

/* KUnit runs one test at a time; a timer callback has no argument of ours. */
static struct millrace_round *millrace_current;

static __no_kcsan void millrace_enter(struct millrace_runner *runner)
{
	struct millrace_round *round = runner->round;

	if (atomic_fetch_or(BIT(runner->index), &round->running))
		atomic_set(&round->overlapped, 1);
}

static __no_kcsan void millrace_leave(struct millrace_runner *runner)
{
	struct millrace_round *round = runner->round;

	atomic_andnot(BIT(runner->index), &round->running);
	if (atomic_dec_and_test(&round->left))
		complete(&round->done);
}

static __no_kcsan void millrace_side_run(struct millrace_runner *runner)
{
	millrace_enter(runner);
	runner->side->run(runner->round->state);
	millrace_leave(runner);
}

/* Stands in for the timer's own function, which it calls with the real timer. */
static __no_kcsan void millrace_timer(struct timer_list *timer)
{
	struct millrace_round *round = millrace_current;
	unsigned int i;

	round->timer_ns = ktime_get_ns();
	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->side->context != MILLRACE_TIMER ||
		    runner->side->timer(round->state) != timer)
			continue;
		/* The driver may arm it again: from now on it is the driver's. */
		timer->function = runner->timer_function;
		millrace_enter(runner);
		runner->timer_function(timer);
		millrace_leave(runner);
	}
}

static __no_kcsan void millrace_tasklet(struct tasklet_struct *tasklet)
{
	millrace_side_run(container_of(tasklet, struct millrace_runner, tasklet));
}

static __no_kcsan void millrace_irq_work(struct irq_work *work)
{
	struct millrace_runner *runner = container_of(work, struct millrace_runner, irq_work);

	if (runner->side->context == MILLRACE_SOFTIRQ)
		tasklet_schedule(&runner->tasklet);
	else
		millrace_side_run(runner);
}

static __no_kcsan void millrace_work(struct work_struct *work)
{
	millrace_side_run(container_of(work, struct millrace_runner, work));
}

/* Stands in for the item's own function, which it calls with the real item. */
static __no_kcsan void millrace_item(struct work_struct *work)
{
	struct millrace_round *round = millrace_current;
	unsigned int i;

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->item != work)
			continue;
		/* The driver may queue it again: from now on it is the driver's. */
		work->func = runner->item_function;
		WRITE_ONCE(runner->began, true);
		millrace_enter(runner);
		runner->item_function(work);
		millrace_leave(runner);
		return;
	}
}

/* A side may have taken an item back, and freed it: whoever has not begun by now is not waited for. */
static __no_kcsan bool millrace_all_came(struct millrace_round *round)
{
	unsigned int i, missing = 0;

	if (wait_for_completion_timeout(&round->done, HZ / 10))
		return true;
	for (i = 0; i < round->count; i++)
		if (round->runners[i].item && !READ_ONCE(round->runners[i].began))
			missing++;
	if (missing && atomic_read(&round->left) == missing)
		return true;
	return wait_for_completion_timeout(&round->done, HZ);
}

static __no_kcsan void millrace_wait_until(u64 ns)
{
	while (ktime_get_ns() < ns)
		cpu_relax();
}

/* A woken task may come late by more than the sides take: the first to come waits for the last. */
static __no_kcsan void millrace_meet(struct millrace_round *round)
{
	u64 until = ktime_get_ns() + MILLRACE_MEET_NS;

	atomic_inc(&round->arrived);
	while (atomic_read(&round->arrived) < round->tasks && ktime_get_ns() < until)
		cpu_relax();
}

static __no_kcsan int millrace_task(void *data)
{
	struct millrace_runner *runner = data;
	struct millrace_round *round = runner->round;

	for (;;) {
		wait_for_completion(&runner->start);
		if (READ_ONCE(round->stop))
			break;
		millrace_meet(round);
		millrace_wait_until(max(round->start_ns, ktime_get_ns() + runner->delay_ns));
		millrace_side_run(runner);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static __no_kcsan u32 millrace_random(u32 *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* The sides' CPUs: tasks one each from 1 on, interrupts on a task's CPU or on one of their own. */
static __no_kcsan unsigned int millrace_cpu(unsigned int n)
{
	return cpumask_nth(n % num_online_cpus(), cpu_online_mask);
}

static __no_kcsan void millrace_arm_timer(struct millrace_runner *runner, unsigned int cpu)
{
	struct timer_list *timer = runner->side->timer(runner->round->state);

	runner->timer_function = timer->function;
	timer->function = millrace_timer;
	timer->expires = jiffies;
	add_timer_on(timer, cpu);
}

static __no_kcsan void millrace_stop_timer(struct millrace_runner *runner)
{
	struct timer_list *timer = runner->side->timer(runner->round->state);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	timer_delete_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* Starts every side once, and waits for all; false when one of them did not come within a second. */
static __no_kcsan bool millrace_one_round(struct millrace_round *round, u32 *seed)
{
	bool nested = millrace_random(seed) & 1;
	struct millrace_phase *phase = &round->phase[nested];
	unsigned int i;
	u64 now, due = 0;
	bool came;

	round->timer_ns = 0;
	atomic_set(&round->left, round->count);
	atomic_set(&round->overlapped, 0);
	atomic_set(&round->arrived, 0);
	reinit_completion(&round->done);

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->side->context == MILLRACE_TIMER)
			millrace_arm_timer(runner, millrace_cpu(nested ? 1 : 1 + i));
		runner->item = NULL;
		if (runner->side->context != MILLRACE_WORK || !runner->side->work)
			continue;
		runner->began = false;
		runner->item = runner->side->work(round->state);
		runner->item_function = runner->item->func;
		runner->item->func = millrace_item;
	}

	/* The tick at which the timer is due, less a lead drawn anew each round. */
	now = ktime_get_ns();
	round->start_ns = now;
	if (phase->tick_ns) {
		u64 ticks = div_u64(now - phase->tick_ns, MILLRACE_TICK_NS) + 1;
		u64 lead = millrace_random(seed) % MILLRACE_LEAD_NS;

		due = phase->tick_ns + ticks * MILLRACE_TICK_NS;
		round->start_ns = due + phase->late * MILLRACE_TICK_NS - lead;
	}

	/* Before any side begins: one that cancels it must not come first. */
	for (i = 0; i < round->count; i++)
		if (round->runners[i].item)
			queue_work_on(millrace_cpu(nested ? 1 : 1 + i), system_highpri_wq,
				      round->runners[i].item);

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->side->context != MILLRACE_TASK)
			continue;
		runner->delay_ns = round->tasks > 1 ? millrace_random(seed) % MILLRACE_APART_NS : 0;
		complete(&runner->start);
	}

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];
		unsigned int cpu = millrace_cpu(nested ? 1 : 1 + i);

		switch (runner->side->context) {
		case MILLRACE_SOFTIRQ:
		case MILLRACE_HARDIRQ:
			millrace_wait_until(round->start_ns + millrace_random(seed) % MILLRACE_LEAD_NS);
			irq_work_queue_on(&runner->irq_work, cpu);
			break;
		case MILLRACE_WORK:
			millrace_wait_until(round->start_ns);
			if (!runner->item)
				queue_work_on(cpu, system_highpri_wq, &runner->work);
			break;
		default:
			break;
		}
	}

	came = millrace_all_came(round);
	for (i = 0; i < round->count; i++)
		if (round->runners[i].side->context == MILLRACE_TIMER)
			millrace_stop_timer(&round->runners[i]);
	if (round->timer_ns) {
		u64 after = round->timer_ns > due ? round->timer_ns - due : 0;

		phase->late = due ? min_t(u64, div_u64(after + MILLRACE_TICK_NS / 2, MILLRACE_TICK_NS), 3) : 0;
		phase->tick_ns = round->timer_ns;
	}
	return came;
}

static __no_kcsan int millrace_prepare(struct millrace_round *round)
{
	unsigned int i;

	for (i = 0; i < MILLRACE_MAX_SIDES && round->spec->sides[i].name; i++) {
		struct millrace_runner *runner = &round->runners[i];

		runner->round = round;
		runner->side = &round->spec->sides[i];
		runner->index = i;
		round->count++;
		init_completion(&runner->start);
		init_irq_work(&runner->irq_work, millrace_irq_work);
		tasklet_setup(&runner->tasklet, millrace_tasklet);
		INIT_WORK(&runner->work, millrace_work);
		if (runner->side->context != MILLRACE_TASK)
			continue;
		runner->task = kthread_create(millrace_task, runner, "%s", runner->side->name);
		if (IS_ERR(runner->task)) {
			int error = PTR_ERR(runner->task);

			runner->task = NULL;
			return error;
		}
		kthread_bind(runner->task, millrace_cpu(1 + i));
		wake_up_process(runner->task);
		round->tasks++;
	}
	return 0;
}

static __no_kcsan void millrace_finish(struct millrace_round *round)
{
	unsigned int i;

	WRITE_ONCE(round->stop, true);
	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->task) {
			complete(&runner->start);
			kthread_stop(runner->task);
		}
		irq_work_sync(&runner->irq_work);
		tasklet_kill(&runner->tasklet);
		cancel_work_sync(&runner->work);
	}
}

/* The counts, with a checksum of them and of the test's name in front: whoever reads them knows whether they are whole. */
static __no_kcsan void
millrace_tell(struct kunit *test, unsigned int rounds, unsigned int overlaps,
	      unsigned int violations, u64 ms)
{
	char counts[96];
	u32 sum = millrace_crc(0, test->name, strlen(test->name));
	int length = scnprintf(counts, sizeof(counts),
			       " rounds=%u overlaps=%u violations=%u ms=%llu",
			       rounds, overlaps, violations, ms);

	kunit_info(test, "millrace: sum=%08x%s", millrace_crc(sum, counts, length), counts);
}

static __no_kcsan __maybe_unused void
millrace_run(struct kunit *test, const struct millrace_test *spec)
{
	unsigned int rounds = 0, overlaps = 0, violations = 0;
	struct millrace_round *round;
	const char *first = NULL;
	bool all_came = true;
	u32 seed = millrace_seed;
	u64 began, end;
	int error;

	round = kunit_kzalloc(test, sizeof(*round), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, round);
	round->spec = spec;
	round->state = kunit_kzalloc(test, spec->state_size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, round->state);
	init_completion(&round->done);
	millrace_current = round;
	set_cpus_allowed_ptr(current, cpumask_of(millrace_cpu(0)));

	error = millrace_prepare(round);
	began = ktime_get_ns();
	end = began + (u64)millrace_seconds * NSEC_PER_SEC;
	while (!error && all_came && ktime_get_ns() < end) {
		struct millrace_verdict verdict = { };

		memset(round->state, 0, spec->state_size);
		spec->setup(round->state);
		all_came = millrace_one_round(round, &seed);
		if (!all_came)
			break;
		rounds++;
		overlaps += atomic_read(&round->overlapped);
		if (spec->check)
			spec->check(&verdict, round->state);
		if (verdict.violations) {
			violations++;
			if (!first)
				first = verdict.first;
		}
		if (spec->teardown)
			spec->teardown(round->state);
	}
	millrace_finish(round);

	millrace_tell(test, rounds, overlaps, violations,
		      div_u64(ktime_get_ns() - began, NSEC_PER_MSEC));
	if (error)
		KUNIT_FAIL(test, "millrace: a side could not be started: error %d", error);
	if (!all_came)
		KUNIT_FAIL(test, "millrace: a side did not end within a second");
	if (violations)
		KUNIT_FAIL(test, "millrace: in %u of %u rounds this did not hold: %s", violations,
			   rounds, first);
}

#endif /* MILLRACE_KERNEL_H */
