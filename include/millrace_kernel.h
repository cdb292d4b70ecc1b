/* SPDX-License-Identifier: GPL-2.0 */
/*
 * millrace_run() on a real kernel. Included by millrace.h alone.
 *
 * One round: zero the state, set up, bring every side to its door, let them go,
 * wait for all, check. In most rounds each side has a CPU of its own, where it
 * spins until all are there and answer each other at once; then they begin apart
 * by no more than they take, so that they run at the same time. In the others
 * interrupts come on the first task's CPU, which is released shortly before.
 * Each side marks in `running` when it begins and ends; a side that begins while
 * another runs makes the round an overlapping one. Nothing here is instrumented
 * but millrace_step(), so that it does not race in the report.
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
#include <linux/timex.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#ifdef CONFIG_X86
#include <asm/tsc.h>
#endif

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "millrace."

static unsigned int millrace_seconds = 8;
module_param_named(seconds, millrace_seconds, uint, 0444);

static unsigned int millrace_seed = 1;
module_param_named(seed, millrace_seed, uint, 0444);

#include "millrace_channel.h"

/* A plan makes the rounds directed ones: a schedule is played, and nothing is left to chance. */
#if __has_include("millrace_plan.h")
#define MILLRACE_DIRECTED
#endif

/*
 * How long before the timer's tick a task may start, at most: a little more than
 * KCSAN's stall in a task (CONFIG_KCSAN_UDELAY_TASK) of the strict settings.
 */
#define MILLRACE_LEAD_NS	(250 * NSEC_PER_USEC)
#define MILLRACE_TICK_NS	(NSEC_PER_SEC / HZ)
/*
 * Waiting goes without cpu_relax(), and looks at the time seldom: at a PAUSE, QEMU's
 * TCG leaves the CPU's loop and takes its global lock (helper_pause()), and each
 * reading of the time stamp counter takes another (cpu_get_ticks(), QEMU 7.2). CPUs
 * that wait that way keep each other from running.
 */
#define MILLRACE_GLANCE		256
static u64 millrace_spins_per_ms;

static __no_kcsan void millrace_spin(u64 times)
{
	while (times--)
		barrier();
}

/*
 * Times of a round are of the cycle counter where there is one, in nanoseconds: the
 * clock of a guest whose time stamp counter could not be calibrated, as on a busy
 * host, goes by ticks, which is far too coarse, and a busy host's ticks are late.
 */
#ifdef CONFIG_X86
static __no_kcsan u64 millrace_now(void)
{
	/* What was never calibrated is near enough to 2 GHz for what it is used for here. */
	u32 cycles_per_ms = tsc_khz ? tsc_khz : 2000000;
	u64 cycles = get_cycles();
	u64 ms = div_u64(cycles, cycles_per_ms);

	return ms * NSEC_PER_MSEC +
	       div_u64((cycles - ms * cycles_per_ms) * NSEC_PER_MSEC, cycles_per_ms);
}
#else
static __no_kcsan u64 millrace_now(void)
{
	return ktime_get_ns();
}
#endif

/* Once; the quickest of some tries is the one that nothing came between. */
static __no_kcsan void millrace_calibrate(void)
{
	const unsigned int spins = 20000;
	u64 quickest = U64_MAX;
	unsigned int tries;

	if (millrace_spins_per_ms)
		return;
	for (tries = 0; tries < 10; tries++) {
		u64 began = millrace_now();

		millrace_spin(spins);
		quickest = min(quickest, millrace_now() - began);
	}
	millrace_spins_per_ms = div64_u64(spins * (u64)NSEC_PER_MSEC, max_t(u64, quickest, 1));
}

/* How long a side waits at its door: less where it was in vain, an interrupt never long. */
#define MILLRACE_MEET_NS	(20 * NSEC_PER_MSEC)
#define MILLRACE_MEET_LEAST_NS	NSEC_PER_MSEC
#define MILLRACE_MEET_IRQ_NS	(4 * NSEC_PER_MSEC)
/* An answer that takes longer is from a CPU that was not running (a host has other work): ask again. */
#define MILLRACE_ANSWER_NS	(4 * NSEC_PER_USEC)
/* How long a round may take; one that is given up runs on with a sanitizer's reports on a busy host. */
#ifdef MILLRACE_DIRECTED
#define MILLRACE_LAST_WAIT	(10 * HZ)
#else
#define MILLRACE_LAST_WAIT	HZ
#endif
/* By how much sides begin apart, at most. */
#define MILLRACE_APART_NS	(100 * NSEC_PER_USEC)
/* One round in so many has its interrupts on a task's CPU. */
#define MILLRACE_NESTED		4
/* Steps of KCSAN's skip counter between two rounds, at most. */
#define MILLRACE_STEPS		8

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
	/* From the word to begin to its beginning, in spins. */
	u64 apart;
	/* What it takes, as a running median: rounds in which KCSAN stalls it are the few. */
	u64 usual_ns;
	unsigned int answer;
	/* Steps before it begins, and those made. */
	unsigned int skip;
	unsigned int steps;
	struct irq_work irq_work;
	struct tasklet_struct tasklet;
	struct work_struct work;
	u64 began_ns;
	void (*timer_function)(struct timer_list *timer);
	/* The driver's own item, for a side that names one. */
	struct work_struct *item;
	work_func_t item_function;
	bool began;
#ifdef MILLRACE_DIRECTED
	/* Who runs it, where: 0 a task, 1 a softirq, 2 an interrupt; NULL outside of it. */
	struct task_struct *self;
	unsigned int level;
	int cpu;
	/* KCSAN looks. */
	bool watched;
#endif
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
	/* Sides that meet at their doors, and how many have come. */
	unsigned int meeting;
	struct millrace_runner *first;
	bool nested;
	u64 patience_ns;
	atomic_t arrived;
	unsigned int question;
	bool go;
	u64 start_ns;
	u64 timer_ns;
	struct millrace_phase phase;
	bool stop;
#ifdef MILLRACE_DIRECTED
	struct millrace_play *play;
#endif
};

/* Interrupts that come on a task's CPU cannot wait for it; tasks always meet, where each has a CPU. */
static __no_kcsan bool millrace_meets(struct millrace_round *round, struct millrace_runner *runner)
{
	return round->meeting > 1 && (!round->nested || runner->side->context == MILLRACE_TASK);
}

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

static __no_kcsan void millrace_wait_until(u64 ns)
{
	while (millrace_now() < ns)
		millrace_spin(1);
}

static __no_kcsan u64 millrace_spins(u64 ns)
{
	return div_u64(ns * millrace_spins_per_ms, NSEC_PER_MSEC);
}

/* The first of those that meet asks until all answer at once: then all their CPUs are running now. */
static __no_kcsan bool millrace_all_answer(struct millrace_round *round, struct millrace_runner *asking)
{
	u64 spins = millrace_spins(MILLRACE_ANSWER_NS);
	unsigned int question = round->question + 1, i;
	u64 asked = millrace_now();

	smp_store_release(&round->question, question);
	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner == asking || !millrace_meets(round, runner))
			continue;
		while (smp_load_acquire(&runner->answer) != question)
			if (!spins--)
				return false;
	}
	/* By the counter, which goes on where the host took this CPU away to let the other answer. */
	return millrace_now() - asked < MILLRACE_ANSWER_NS;
}

/*
 * KCSAN looks at every so many accesses of a CPU (CONFIG_KCSAN_SKIP_WATCH). A side
 * makes the same number in each round, so that without this it could be the same
 * one, which does not race, for a whole boot.
 */
static noinline void millrace_step(unsigned int *steps)
{
	(*steps)++;
}

#ifdef MILLRACE_DIRECTED
#include "millrace_directed.h"
#endif

/* Waits at the door until every side that meets is there, then for its own moment. */
static __no_kcsan void millrace_door(struct millrace_runner *runner, u64 most)
{
	struct millrace_round *round = runner->round;
	u64 until = millrace_now() + min(round->patience_ns, most);
	unsigned int step, spins;

#ifdef MILLRACE_DIRECTED
	millrace_directed_door(runner);
	return;
#endif
	for (step = 0; step < runner->skip; step++)
		millrace_step(&runner->steps);
	if (!millrace_meets(round, runner)) {
		if (runner->side->context == MILLRACE_TASK)
			millrace_wait_until(round->start_ns);
		return;
	}
	atomic_inc(&round->arrived);
	for (spins = 1; !smp_load_acquire(&round->go); spins++) {
		WRITE_ONCE(runner->answer, smp_load_acquire(&round->question));
		if (runner == round->first && atomic_read(&round->arrived) == round->meeting &&
		    millrace_all_answer(round, runner))
			smp_store_release(&round->go, true);
		else if (spins % MILLRACE_GLANCE == 0 && millrace_now() > until)
			return;
	}
	millrace_spin(runner->apart);
}

static __no_kcsan void millrace_begin(struct millrace_runner *runner)
{
	runner->began_ns = millrace_now();
	millrace_enter(runner);
}

static __no_kcsan void millrace_end(struct millrace_runner *runner)
{
	u64 took = millrace_now() - runner->began_ns;

#ifdef MILLRACE_DIRECTED
	millrace_directed_end(runner);
#endif
	if (took > runner->usual_ns)
		runner->usual_ns += runner->usual_ns / 8 + 1;
	else
		runner->usual_ns -= runner->usual_ns / 8;
	millrace_leave(runner);
}

static __no_kcsan void millrace_side_run(struct millrace_runner *runner, u64 most)
{
	millrace_door(runner, most);
	millrace_begin(runner);
	runner->side->run(runner->round->state);
	millrace_end(runner);
}

/* Stands in for the timer's own function, which it calls with the real timer. */
static __no_kcsan void millrace_timer(struct timer_list *timer)
{
	struct millrace_round *round = millrace_current;
	unsigned int i;

	round->timer_ns = millrace_now();
	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->side->context != MILLRACE_TIMER ||
		    runner->side->timer(round->state) != timer)
			continue;
		/* The driver may arm it again: from now on it is the driver's. */
		timer->function = runner->timer_function;
		millrace_door(runner, MILLRACE_MEET_IRQ_NS);
		millrace_begin(runner);
		runner->timer_function(timer);
		millrace_end(runner);
	}
}

static __no_kcsan void millrace_tasklet(struct tasklet_struct *tasklet)
{
	millrace_side_run(container_of(tasklet, struct millrace_runner, tasklet), MILLRACE_MEET_IRQ_NS);
}

static __no_kcsan void millrace_irq_work(struct irq_work *work)
{
	struct millrace_runner *runner = container_of(work, struct millrace_runner, irq_work);

	if (runner->side->context == MILLRACE_SOFTIRQ)
		tasklet_schedule(&runner->tasklet);
	else
		millrace_side_run(runner, MILLRACE_MEET_IRQ_NS);
}

static __no_kcsan void millrace_work(struct work_struct *work)
{
	millrace_side_run(container_of(work, struct millrace_runner, work), MILLRACE_MEET_NS);
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
		millrace_door(runner, MILLRACE_MEET_NS);
		millrace_begin(runner);
		runner->item_function(work);
		millrace_end(runner);
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
	return wait_for_completion_timeout(&round->done, MILLRACE_LAST_WAIT);
}

static __no_kcsan int millrace_task(void *data)
{
	struct millrace_runner *runner = data;
	struct millrace_round *round = runner->round;

	for (;;) {
		wait_for_completion(&runner->start);
		if (READ_ONCE(round->stop))
			break;
		millrace_side_run(runner, MILLRACE_MEET_NS);
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
	unsigned int cpu = cpumask_first(cpu_online_mask);

	for (n %= num_online_cpus(); n; n--)
		cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu;
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

/* Who meets in this round, and by how much each begins apart: no more than the longest of the others takes. */
static __no_kcsan void millrace_draw(struct millrace_round *round, u32 *seed)
{
	unsigned int i, j;

	round->nested = millrace_random(seed) % MILLRACE_NESTED == 0;
#ifdef MILLRACE_DIRECTED
	round->nested = false;
#endif
	round->meeting = 0;
	round->first = NULL;
	round->go = false;
	atomic_set(&round->arrived, 0);
	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];
		u64 most = 1;

		for (j = 0; j < round->count; j++)
			if (j != i)
				most = max(most, round->runners[j].usual_ns);
		most = millrace_spins(min_t(u64, most, MILLRACE_APART_NS)) + 1;
		runner->apart = millrace_random(seed) % (u32)most;
		runner->skip = millrace_random(seed) % MILLRACE_STEPS;
		WRITE_ONCE(runner->answer, 0);
		if (round->nested && runner->side->context != MILLRACE_TASK)
			continue;
		round->meeting++;
		if (!round->first)
			round->first = runner;
	}
	round->question = 0;
	if (round->count > num_online_cpus())
		round->meeting = 0;
}

/* Starts every side once, and waits for all; false when one of them did not come within a second. */
static __no_kcsan bool millrace_one_round(struct millrace_round *round, u32 *seed)
{
	unsigned int i;
	u64 now, due = 0;
	bool came;

	millrace_draw(round, seed);
	round->timer_ns = 0;
	atomic_set(&round->left, round->count);
	atomic_set(&round->overlapped, 0);
	reinit_completion(&round->done);

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];

		if (runner->side->context == MILLRACE_TIMER)
			millrace_arm_timer(runner, millrace_cpu(round->nested ? 1 : 1 + i));
		runner->item = NULL;
		if (runner->side->context != MILLRACE_WORK || !runner->side->work)
			continue;
		runner->began = false;
		runner->item = runner->side->work(round->state);
		runner->item_function = runner->item->func;
		runner->item->func = millrace_item;
	}

	/* The tick at which the timer is due, less a lead drawn anew each round. */
	now = millrace_now();
	round->start_ns = now;
	if (round->nested && round->phase.tick_ns) {
		u64 ticks = div_u64(now - round->phase.tick_ns, MILLRACE_TICK_NS) + 1;
		u64 lead = millrace_random(seed) % MILLRACE_LEAD_NS;

		due = round->phase.tick_ns + ticks * MILLRACE_TICK_NS;
		round->start_ns = due + round->phase.late * MILLRACE_TICK_NS - lead;
	}

	/* Before any side begins: one that cancels it must not come first. */
	for (i = 0; i < round->count; i++)
		if (round->runners[i].item)
			queue_work_on(millrace_cpu(round->nested ? 1 : 1 + i), system_highpri_wq,
				      round->runners[i].item);

	for (i = 0; i < round->count; i++)
		if (round->runners[i].side->context == MILLRACE_TASK)
			complete(&round->runners[i].start);

	for (i = 0; i < round->count; i++) {
		struct millrace_runner *runner = &round->runners[i];
		unsigned int cpu = millrace_cpu(round->nested ? 1 : 1 + i);

		switch (runner->side->context) {
		case MILLRACE_SOFTIRQ:
		case MILLRACE_HARDIRQ:
			if (!millrace_meets(round, runner))
				millrace_wait_until(round->start_ns + millrace_random(seed) % MILLRACE_LEAD_NS);
			irq_work_queue_on(&runner->irq_work, cpu);
			break;
		case MILLRACE_WORK:
			if (!millrace_meets(round, runner))
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
	if (round->meeting > 1)
		round->patience_ns = round->go ? min_t(u64, round->patience_ns * 2, MILLRACE_MEET_NS) :
						 max_t(u64, round->patience_ns / 2, MILLRACE_MEET_LEAST_NS);
	if (round->nested && round->timer_ns) {
		u64 after = round->timer_ns > due ? round->timer_ns - due : 0;

		round->phase.late = due ? min_t(u64, div_u64(after + MILLRACE_TICK_NS / 2, MILLRACE_TICK_NS), 3) : 0;
		round->phase.tick_ns = round->timer_ns;
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
		runner->usual_ns = NSEC_PER_USEC;
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
#ifdef MILLRACE_DIRECTED
	const struct millrace_plan *plan = millrace_plan_of(spec->name);
	struct millrace_tally tally = { };

	if (!plan)
		kunit_skip(test, "no schedule of it is played");
#endif

	round = kunit_kzalloc(test, sizeof(*round), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, round != NULL);
	round->spec = spec;
	round->patience_ns = MILLRACE_MEET_NS;
	round->state = kunit_kzalloc(test, spec->state_size, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, round->state != NULL);
#ifdef MILLRACE_DIRECTED
	round->play = kunit_kzalloc(test, sizeof(*round->play), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, round->play != NULL);
	millrace_shown = false;
#endif
	init_completion(&round->done);
	millrace_current = round;
	set_cpus_allowed_ptr(current, cpumask_of(millrace_cpu(0)));

	millrace_calibrate();
	error = millrace_prepare(round);
	began = ktime_get_ns();
	end = began + (u64)millrace_seconds * NSEC_PER_SEC;
	while (!error && all_came && ktime_get_ns() < end) {
		struct millrace_verdict verdict = { };

#ifdef MILLRACE_DIRECTED
		if (tally.rounds >= millrace_rounds)
			break;
		millrace_direct(round, plan, &tally);
#endif
		memset(round->state, 0, spec->state_size);
		spec->setup(round->state);
		all_came = millrace_one_round(round, &seed);
		if (!all_came)
			break;
		rounds++;
		overlaps += atomic_read(&round->overlapped);
		if (spec->check)
			spec->check(&verdict, round->state);
#ifdef MILLRACE_DIRECTED
		millrace_count_round(&tally, round->play, verdict.violations);
#endif
		if (verdict.violations) {
			violations++;
			if (!first)
				first = verdict.first;
		}
		if (spec->teardown)
			spec->teardown(round->state);
	}
	millrace_finish(round);
	millrace_current = NULL;

	millrace_tell(test, rounds, overlaps, violations,
		      div_u64(ktime_get_ns() - began, NSEC_PER_MSEC));
#ifdef MILLRACE_DIRECTED
	millrace_tell_directed(test, &tally);
#endif
	if (error)
		KUNIT_FAIL(test, "millrace: a side could not be started: error %d", error);
	if (!all_came)
		KUNIT_FAIL(test, "millrace: a side did not end within %d s", MILLRACE_LAST_WAIT / HZ);
	if (violations)
		KUNIT_FAIL(test, "millrace: in %u of %u rounds this did not hold: %s", violations,
			   rounds, first);
}

#endif /* MILLRACE_KERNEL_H */
