// SPDX-License-Identifier: GPL-2.0
/*
 * acme_streamoff() against acme_poll().
 *
 *   timer   acme_poll()
 *           drivers/acme/acme-core.c
 *   task    acme_streamoff(), which reaches acme_stop_channel()
 *           drivers/acme/acme-stream.c
 *
 * The fakes were inferred from the code that the sides reach. What could not be
 * is marked TODO.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, acme_poll, struct timer_list *t);
MILLRACE_EXPOSED(void, acme_streamoff, struct acme_channel *channel);
MILLRACE_EXPOSED(void, acme_reset, struct work_struct *work);

struct fake {
	struct acme_dev acme_dev;
	struct acme_ops acme_ops;
	struct acme_channel acme_channel;
	struct device device;
	u32 regs_registers[1024];
};

static void acme_ops_kick_stub(struct acme_dev *acme)
{
}

/* Before every round, on zeroed memory. */
static void set_up(void *state)
{
	struct fake *fake = state;

	spin_lock_init(&fake->acme_dev.lock);
	INIT_WORK(&fake->acme_dev.reset_work, millrace_call(acme_reset));
	INIT_LIST_HEAD(&fake->acme_channel.queued);
	timer_setup(&fake->acme_dev.poll_timer, millrace_call(acme_poll), 0);
	fake->acme_dev.ops = &fake->acme_ops;
	fake->acme_channel.acme = &fake->acme_dev;
	fake->acme_dev.dev = &fake->device;
	fake->acme_dev.regs = (void __iomem __force *)fake->regs_registers;
	fake->acme_ops.kick = acme_ops_kick_stub;

	/*
	 * TODO: the state in which the sides meet; all is zero.
	 * The code that they reach looks at:
	 *   acme_dev.running (acme-core.c:29)
	 */
}

static struct timer_list *acme_poll_timer(void *state)
{
	struct fake *fake = state;

	return &fake->acme_dev.poll_timer;
}

static void acme_streamoff_side(void *state)
{
	struct fake *fake = state;

	millrace_call(acme_streamoff)(&fake->acme_channel);
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/*
	 * TODO: what has to hold once both sides are done, in any order:
	 * MILLRACE_EXPECT(verdict, condition, "what should have held");
	 */
}

static const struct millrace_test acme_test = {
	.name = "acme_test",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "acme_poll", .context = MILLRACE_TIMER, .timer = acme_poll_timer },
		{ .name = "acme_streamoff", .context = MILLRACE_TASK, .run = acme_streamoff_side },
	},
};
MILLRACE_KUNIT(acme_test)

static struct kunit_case acme_cases[] = {
	MILLRACE_CASE(acme_test),
	{ }
};

static struct kunit_suite acme_suite = {
	.name = "acme",
	.test_cases = acme_cases,
};
kunit_test_suite(acme_suite);

MODULE_DESCRIPTION("acme_streamoff() against acme_poll()");
MODULE_LICENSE("GPL");
