// SPDX-License-Identifier: GPL-2.0
/*
 * sunkbd_reinit() against sunkbd_disconnect().
 *
 *   task    sunkbd_disconnect()
 *           drivers/input/keyboard/sunkbd.c
 *   work    sunkbd_reinit()
 *           drivers/input/keyboard/sunkbd.c
 *
 * Made by `millrace new`.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, sunkbd_disconnect, struct serio *serio);
MILLRACE_EXPOSED(void, sunkbd_reinit, struct work_struct *work);

struct fake {
	struct serio serio;
	struct sunkbd *sunkbd;
	struct input_dev input_dev;
};

MILLRACE_FAKE(void, input_unregister_device, struct input_dev *argument0)
{
	/* input_unregister_device() is not part of this case: it does nothing. */
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

	fake->sunkbd = kzalloc(sizeof(*fake->sunkbd), GFP_KERNEL);
	spin_lock_init(&fake->serio.lock);
	init_waitqueue_head(&fake->sunkbd->wait);
	INIT_WORK(&fake->sunkbd->tq, millrace_call(sunkbd_reinit));
	fake->serio.dev.driver_data = fake->sunkbd;
	fake->sunkbd->serio = &fake->serio;
#ifdef MILLRACE_MODEL
	fake->sunkbd->dev = &fake->input_dev;
#else
	/* A kernel unregisters it: it has to be there. */
	fake->sunkbd->dev = input_allocate_device();
	if (!fake->sunkbd->dev || input_register_device(fake->sunkbd->dev))
		pr_err("no input device\n");
#endif
	fake->serio.write = serio_write_stub;
	fake->sunkbd->enabled = 1; /* sunkbd.c:238 */
}

static void sunkbd_disconnect_side(void *state)
{
	struct fake *fake = state;

	millrace_call(sunkbd_disconnect)(&fake->serio);
}

static struct work_struct *sunkbd_reinit_work(void *state)
{
	struct fake *fake = state;

	return &fake->sunkbd->tq;
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
		{ .name = "sunkbd_disconnect", .context = MILLRACE_TASK, .run = sunkbd_disconnect_side },
		{ .name = "sunkbd_reinit", .context = MILLRACE_WORK, .work = sunkbd_reinit_work },
	},
};
MILLRACE_KUNIT(disconnect_vs_reinit)

static struct kunit_case sunkbd_reinit_cases[] = {
	MILLRACE_CASE(disconnect_vs_reinit),
	{ }
};

static struct kunit_suite sunkbd_reinit_suite = {
	.name = "sunkbd_reinit",
	.test_cases = sunkbd_reinit_cases,
};
kunit_test_suite(sunkbd_reinit_suite);

MODULE_DESCRIPTION("sunkbd: disconnect while the keyboard is being reset");
MODULE_LICENSE("GPL");
