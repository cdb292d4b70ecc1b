// SPDX-License-Identifier: GPL-2.0
/*
 * lkkbd_reinit() against lkkbd_disconnect().
 *
 *   task    lkkbd_disconnect()
 *           drivers/input/keyboard/lkkbd.c
 *   work    lkkbd_reinit()
 *           drivers/input/keyboard/lkkbd.c
 *
 * Made by `millrace new`.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, lkkbd_disconnect, struct serio *serio);
MILLRACE_EXPOSED(void, lkkbd_reinit, struct work_struct *work);

struct fake {
	struct serio serio;
	struct lkkbd *lkkbd;
	struct input_dev input_dev;
};

MILLRACE_FAKE(struct device *, get_device, struct device *dev)
{
	/* get_device() is not part of this case: it only gives dev. */
	return dev;
}

MILLRACE_FAKE(void, input_unregister_device, struct input_dev *argument0)
{
	/* input_unregister_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, put_device, struct device *dev)
{
	/* put_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, serio_close, struct serio *serio)
{
	/* serio_close() is not part of this case: it does nothing. */
}

static int serio_write_stub(struct serio *argument0, unsigned char argument1)
{
	return 0;
}

/* Before every round, on zeroed memory. */
static void set_up(void *state)
{
	struct fake *fake = state;

	fake->lkkbd = kzalloc(sizeof(*fake->lkkbd), GFP_KERNEL);
	INIT_WORK(&fake->lkkbd->tq, millrace_call(lkkbd_reinit));
	fake->serio.dev.driver_data = fake->lkkbd;
	fake->lkkbd->dev = &fake->input_dev;
	fake->lkkbd->serio = &fake->serio;
	fake->serio.write = serio_write_stub;
}

static void lkkbd_disconnect_side(void *state)
{
	struct fake *fake = state;

	millrace_call(lkkbd_disconnect)(&fake->serio);
}

static struct work_struct *lkkbd_reinit_work(void *state)
{
	struct fake *fake = state;

	return &fake->lkkbd->tq;
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/* What goes wrong here, the engines see themselves. */
}

static const struct millrace_test disconnect_vs_reinit = {
	.name = "disconnect_vs_reinit",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "lkkbd_disconnect", .context = MILLRACE_TASK, .run = lkkbd_disconnect_side },
		{ .name = "lkkbd_reinit", .context = MILLRACE_WORK, .work = lkkbd_reinit_work },
	},
};
MILLRACE_KUNIT(disconnect_vs_reinit)

static struct kunit_case lkkbd_reinit_cases[] = {
	MILLRACE_CASE(disconnect_vs_reinit),
	{ }
};

static struct kunit_suite lkkbd_reinit_suite = {
	.name = "lkkbd_reinit",
	.test_cases = lkkbd_reinit_cases,
};
kunit_test_suite(lkkbd_reinit_suite);

MODULE_DESCRIPTION("lkkbd: disconnect while the keyboard is being set up again");
MODULE_LICENSE("GPL");
