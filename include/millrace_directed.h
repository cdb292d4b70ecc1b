/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directed rounds: a schedule is played, turn by turn. Included by millrace_kernel.h alone.
 *
 * A plan (millrace_plan.h, made by Millrace) says for each test who goes when: a side
 * runs until it comes to a point, or to its end, and hands the turn on. The points are
 * calls of millrace_point() in the overlay's copy of the driver. Whoever is not at turn
 * waits there, or at the door before its first line, for a bounded time: where the turn
 * does not come back the round is given up, everybody runs on, and the round is counted.
 *
 * Besides, the two accesses of a race can be brought together, for KCSAN to see one of
 * them while it watches the other.
 */
#ifndef MILLRACE_DIRECTED_H
#define MILLRACE_DIRECTED_H

#include <linux/nmi.h>
#include <linux/sched/debug.h>
#ifdef CONFIG_KCSAN
#include <linux/kcsan-checks.h>
#endif

/* Points have numbers from 1; 0 is the side's end. */
#define MILLRACE_MAX_POINTS	64

struct millrace_turn {
	unsigned int side;
	/* Where it ends: at the n-th time that the side comes to the point. */
	unsigned int point;
	unsigned int occurrence;
	/* Whether the side may sleep there: no lock is held. */
	bool sleeps;
};

struct millrace_plan {
	const char *test;
	const struct millrace_turn *turns;
	unsigned int count;
	/* Both accesses of a race; without, no two are brought together. */
	const struct millrace_turn *meeting;
};

enum millrace_result {
	MILLRACE_PLAYED = 1,
	/* A turn did not come to its end in time: the side waits for something. */
	MILLRACE_LATE,
	/* A side came to its end, and not to the point before it. */
	MILLRACE_STRAYED,
	/* Not all sides came to their doors, or not both to the accesses of a race. */
	MILLRACE_ABSENT,
};

struct millrace_play {
	const struct millrace_plan *plan;
	bool meets;
	unsigned int turn;
	/* An enum millrace_result, once the play is over: nobody waits any more. */
	atomic_t result;
	unsigned int late_turn;
	atomic_t here;
	atomic_t met;
	/* When the first access of a race was let go. */
	u64 go_ns;
	/* Of KCSAN, as they were. */
	unsigned int skip_watch, udelay_task, udelay_interrupt;
	u8 seen[MILLRACE_MAX_SIDES][MILLRACE_MAX_POINTS];
};

struct millrace_tally {
	unsigned int rounds, played, harmed, late, strayed, absent;
	unsigned int late_turn;
	unsigned int meetings, met;
};

#include "millrace_plan.h"

static unsigned int millrace_rounds = 100;
module_param_named(rounds, millrace_rounds, uint, 0444);

/* How long the turn may be away: a busy host takes a CPU away for as long as that. */
static unsigned int millrace_patience = 100;
module_param_named(patience, millrace_patience, uint, 0444);

/* Sides that a busy host keeps from their doors are waited for longer. */
#define MILLRACE_DOOR_NS	NSEC_PER_SEC
/* Where sleeping is allowed: not before it has been waited for this long. */
#define MILLRACE_SPIN_NS	(200 * NSEC_PER_USEC)
#define MILLRACE_MEETINGS	3
/* How long KCSAN watches the first access of a race, in microseconds. */
#define MILLRACE_WATCH_US	10000
/* A little more than KCSAN_SKIP_WATCH has for a default. */
#define MILLRACE_MOST_SKIPS	5000
/* A side whose waiting is shown, on the console, once a test. */
static bool millrace_shown;

static __no_kcsan const struct millrace_plan *millrace_plan_of(const char *test)
{
	const struct millrace_plan *plan;

	for (plan = millrace_plans; plan->test; plan++)
		if (!strcmp(plan->test, test))
			return plan;
	return NULL;
}

static __no_kcsan bool millrace_is_over(struct millrace_play *play)
{
	return atomic_read_acquire(&play->result) != 0;
}

/* The first result stays. */
static __no_kcsan bool millrace_over(struct millrace_play *play, enum millrace_result result)
{
	return atomic_cmpxchg(&play->result, 0, result) == 0;
}

/* Where a side is that does not come: its stack, from its own CPU where it spins. */
static __no_kcsan void millrace_show_waiting(struct millrace_round *round, unsigned int turn)
{
	struct millrace_runner *late = &round->runners[round->play->plan->turns[turn].side];

	if (millrace_shown || !late->self)
		return;
	millrace_shown = true;
	pr_info("millrace-waits: test=%s turn=%u side=%s\n", round->spec->name, turn, late->side->name);
	if (late->level == 0 && READ_ONCE(late->self->__state) != TASK_RUNNING)
		sched_show_task(late->self);
	else
		trigger_single_cpu_backtrace(late->cpu);
	pr_info("millrace-waits: end\n");
}

static __no_kcsan void millrace_give_up(struct millrace_round *round, enum millrace_result result,
					unsigned int turn)
{
	struct millrace_play *play = round->play;

	if (result == MILLRACE_LATE)
		millrace_show_waiting(round, turn);
	if (millrace_over(play, result))
		play->late_turn = turn;
}

/* Waits for the next turn of its own, as long as the turn goes on passing. */
static __no_kcsan void millrace_await_turn(struct millrace_runner *runner, bool sleeps)
{
	struct millrace_round *round = runner->round;
	struct millrace_play *play = round->play;
	u64 patience = millrace_patience * NSEC_PER_MSEC;
	unsigned int known = smp_load_acquire(&play->turn), spins;
	u64 since = millrace_now();

	for (spins = 1; !millrace_is_over(play); spins++) {
		unsigned int turn = smp_load_acquire(&play->turn);
		u64 waited;

		if (turn >= play->plan->count || play->plan->turns[turn].side == runner->index)
			return;
		if (turn != known) {
			known = turn;
			since = millrace_now();
		}
		if (spins % MILLRACE_GLANCE)
			continue;
		waited = millrace_now() - since;
		if (waited > patience)
			millrace_give_up(round, MILLRACE_LATE, turn);
		else if (sleeps && waited > MILLRACE_SPIN_NS)
			schedule_timeout_uninterruptible(1);
	}
}

/* The first of two that are to meet goes first, and whoever is not among them last. */
static __no_kcsan void millrace_await_meeting(struct millrace_runner *runner)
{
	struct millrace_round *round = runner->round;
	struct millrace_play *play = round->play;
	const struct millrace_turn *meeting = play->plan->meeting;
	u64 until = millrace_now() + millrace_patience * NSEC_PER_MSEC;
	unsigned int spins;

	if (meeting[0].side == runner->index)
		return;
	for (spins = 1; !millrace_is_over(play); spins++) {
		if (meeting[1].side == runner->index && atomic_read_acquire(&play->met))
			return;
		if (spins % MILLRACE_GLANCE == 0 && millrace_now() > until)
			millrace_give_up(round, MILLRACE_ABSENT, 0);
	}
}

/* Until all sides are at their doors; then until it is its turn. */
static __no_kcsan void millrace_directed_door(struct millrace_runner *runner)
{
	struct millrace_round *round = runner->round;
	struct millrace_play *play = round->play;
	u64 until = millrace_now() + MILLRACE_DOOR_NS;
	unsigned int spins;

	WRITE_ONCE(runner->cpu, raw_smp_processor_id());
	runner->level = in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0;
	smp_store_release(&runner->self, current);
	atomic_inc(&play->here);
	for (spins = 1; atomic_read_acquire(&play->here) < round->count && !millrace_is_over(play); spins++)
		if (spins % MILLRACE_GLANCE == 0 && millrace_now() > until)
			millrace_give_up(round, MILLRACE_ABSENT, 0);
	if (play->meets)
		millrace_await_meeting(runner);
	else
		millrace_await_turn(runner, runner->level == 0);
#ifdef CONFIG_KCSAN
	/* Its stalls would be turns of their own; it is let in where two accesses are to meet. */
	kcsan_disable_current();
#endif
	runner->watched = false;
}

static __no_kcsan void millrace_let_kcsan_in(struct millrace_runner *runner)
{
#ifdef CONFIG_KCSAN
	if (!runner->watched)
		kcsan_enable_current();
#endif
	runner->watched = true;
}

#ifdef CONFIG_KCSAN
extern const struct kernel_param __start___param[], __stop___param[];

/* A parameter of KCSAN's, which has no other door; what it was. */
static __no_kcsan unsigned int millrace_kcsan(const char *name, unsigned int value)
{
	const struct kernel_param *param;
	unsigned int before;

	for (param = __start___param; param < __stop___param; param++) {
		if (strcmp(param->name, name))
			continue;
		before = *(unsigned int *)param->arg;
		WRITE_ONCE(*(unsigned int *)param->arg, value);
		return before;
	}
	return value;
}

/* Lets steps go by until KCSAN stalls one, and with skip_watch=0 each one behind it. */
static __no_kcsan void millrace_use_up_skips(struct millrace_runner *runner)
{
	unsigned int tries;

	for (tries = 0; tries < MILLRACE_MOST_SKIPS; tries++) {
		u64 began = millrace_now();

		millrace_step(&runner->steps);
		/* The guest's idea of a microsecond may be off by much. */
		if (millrace_now() - began > MILLRACE_WATCH_US * NSEC_PER_USEC / 10)
			return;
	}
}
#else
static unsigned int millrace_kcsan(const char *name, unsigned int value)
{
	return value;
}

static void millrace_use_up_skips(struct millrace_runner *runner)
{
}
#endif

static __no_kcsan void millrace_restore_kcsan(struct millrace_play *play)
{
	millrace_kcsan("kcsan.skip_watch", play->skip_watch);
	millrace_kcsan("kcsan.udelay_task", play->udelay_task);
	millrace_kcsan("kcsan.udelay_interrupt", play->udelay_interrupt);
}

static __no_kcsan void millrace_directed_end(struct millrace_runner *runner)
{
	struct millrace_round *round = runner->round;
	struct millrace_play *play = round->play;
	unsigned int turn = smp_load_acquire(&play->turn);

	millrace_let_kcsan_in(runner);
	WRITE_ONCE(runner->self, NULL);
	if (play->meets) {
		/* Who goes on alone need not be watched. */
		millrace_restore_kcsan(play);
		millrace_over(play, MILLRACE_ABSENT);
		return;
	}
	if (millrace_is_over(play) || turn >= play->plan->count ||
	    play->plan->turns[turn].side != runner->index)
		return;
	if (play->plan->turns[turn].point) {
		millrace_give_up(round, MILLRACE_STRAYED, turn);
		return;
	}
	smp_store_release(&play->turn, turn + 1);
	if (turn + 1 == play->plan->count)
		millrace_over(play, MILLRACE_PLAYED);
}

/*
 * The first comes to its access and waits there for the second. Then it makes its access
 * while KCSAN watches it, and the second comes in the midst of that.
 */
static __no_kcsan void millrace_meet(struct millrace_runner *runner, unsigned int which)
{
	struct millrace_round *round = runner->round;
	struct millrace_play *play = round->play;
	u64 until = millrace_now() + millrace_patience * NSEC_PER_MSEC;
	unsigned int spins;

	atomic_inc(&play->met);
	for (spins = 1; which == 0 ? atomic_read_acquire(&play->met) < 2 : !smp_load_acquire(&play->go_ns);
	     spins++) {
		if (spins % MILLRACE_GLANCE == 0 && millrace_now() > until)
			millrace_give_up(round, MILLRACE_ABSENT, 0);
		if (atomic_read_acquire(&play->result) > MILLRACE_PLAYED)
			return;
	}
	millrace_let_kcsan_in(runner);
	if (which == 0) {
		millrace_use_up_skips(runner);
		smp_store_release(&play->go_ns, millrace_now());
		millrace_over(play, MILLRACE_PLAYED);
	} else {
		millrace_wait_until(play->go_ns + MILLRACE_WATCH_US * NSEC_PER_USEC / 16);
	}
}

/* Who of the sides runs this; NULL for anybody else, such as setup(). */
static __no_kcsan struct millrace_runner *millrace_who(struct millrace_round *round)
{
	unsigned int level = in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0, i;

	for (i = 0; i < round->count; i++)
		if (READ_ONCE(round->runners[i].self) == current && round->runners[i].level == level)
			return &round->runners[i];
	return NULL;
}

void millrace_point(unsigned int point);
__no_kcsan void millrace_point(unsigned int point)
{
	struct millrace_round *round = READ_ONCE(millrace_current);
	struct millrace_runner *runner = round && round->play->plan ? millrace_who(round) : NULL;
	const struct millrace_turn *turns;
	struct millrace_play *play;
	unsigned int seen, turn;

	if (!runner || point >= MILLRACE_MAX_POINTS)
		return;
	play = round->play;
	seen = ++play->seen[runner->index][point];
	if (millrace_is_over(play))
		return;
	if (play->meets) {
		turns = play->plan->meeting;
		for (turn = 0; turn < 2; turn++)
			if (turns[turn].side == runner->index && turns[turn].point == point &&
			    turns[turn].occurrence == seen) {
				millrace_meet(runner, turn);
				return;
			}
		return;
	}
	turns = play->plan->turns;
	turn = smp_load_acquire(&play->turn);
	if (turn >= play->plan->count || turns[turn].side != runner->index ||
	    turns[turn].point != point || turns[turn].occurrence != seen)
		return;
	smp_store_release(&play->turn, turn + 1);
	millrace_await_turn(runner, turns[turn].sleeps && in_task() && !irqs_disabled());
}

/* Before a round: first some in which two accesses meet, under KCSAN, then those of the schedule. */
static __no_kcsan void millrace_direct(struct millrace_round *round, const struct millrace_plan *plan,
				       const struct millrace_tally *tally)
{
	struct millrace_play *play = round->play;

	memset(play, 0, sizeof(*play));
	play->plan = plan;
	play->meets = IS_ENABLED(CONFIG_KCSAN) && plan->meeting && tally->meetings < MILLRACE_MEETINGS &&
		      /* Where a lock keeps them apart, once more is enough. */
		      (tally->met || tally->meetings < 2);
	if (!play->meets)
		return;
	play->skip_watch = millrace_kcsan("kcsan.skip_watch", 0);
	play->udelay_task = millrace_kcsan("kcsan.udelay_task", MILLRACE_WATCH_US);
	play->udelay_interrupt = millrace_kcsan("kcsan.udelay_interrupt", MILLRACE_WATCH_US);
}

/* After a round, and what its check said. */
static __no_kcsan void millrace_count_round(struct millrace_tally *tally, struct millrace_play *play,
					    bool harmed)
{
	enum millrace_result result = atomic_read(&play->result);

	if (play->meets) {
		tally->meetings++;
		tally->met += result == MILLRACE_PLAYED;
		pr_info("millrace-meeting: %u\n", tally->meetings);
		return;
	}
	tally->rounds++;
	switch (result) {
	case MILLRACE_PLAYED:
		tally->played++;
		tally->harmed += harmed;
		break;
	case MILLRACE_LATE:
		if (!tally->late++)
			tally->late_turn = play->late_turn;
		break;
	case MILLRACE_STRAYED:
		tally->strayed++;
		break;
	default:
		tally->absent++;
	}
	if (tally->rounds == 1)
		pr_info("millrace-round: 1\n");
}

static __no_kcsan void millrace_tell_directed(struct kunit *test, const struct millrace_tally *tally)
{
	char counts[160];
	u32 sum = millrace_crc(0, test->name, strlen(test->name));
	int length = scnprintf(counts, sizeof(counts),
			       " rounds=%u played=%u harmed=%u late=%u strayed=%u absent=%u turn=%u meetings=%u met=%u",
			       tally->rounds, tally->played, tally->harmed, tally->late, tally->strayed,
			       tally->absent, tally->late_turn, tally->meetings, tally->met);

	kunit_info(test, "millrace-directed: sum=%08x%s", millrace_crc(sum, counts, length), counts);
}

#endif /* MILLRACE_DIRECTED_H */
