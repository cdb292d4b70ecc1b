// SPDX-License-Identifier: GPL-2.0
/*
 * alps_register_bare_ps2_mouse() against alps_disconnect().
 *
 *   task    alps_disconnect()
 *           drivers/input/mouse/alps.c
 *   work    alps_register_bare_ps2_mouse()
 *           drivers/input/mouse/alps.c
 *
 * Made by `millrace new`.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, alps_disconnect, struct psmouse *psmouse);
MILLRACE_EXPOSED(void, alps_register_bare_ps2_mouse, struct work_struct *work);
MILLRACE_EXPOSED(void, alps_flush_packet, struct timer_list *t);
MILLRACE_EXPOSED(void, psmouse_resync, struct work_struct *work);

struct fake {
	struct psmouse psmouse;
	struct alps_data *alps_data;
	struct input_dev input_dev;
	struct serio serio;
};

MILLRACE_FAKE(struct input_dev *, input_allocate_device, void)
{
	/* input_allocate_device() is not part of this case: it only gives an object of zeros. */
	static struct input_dev object;

	return &object;
}

MILLRACE_FAKE(void, input_free_device, struct input_dev *dev)
{
	/* input_free_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(int, input_register_device, struct input_dev *argument0)
{
	/* input_register_device() is not part of this case: it only gives 0. */
	return 0;
}

MILLRACE_FAKE(void, input_set_capability, struct input_dev *dev, unsigned int type, unsigned int code)
{
	/* input_set_capability() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_unregister_device, struct input_dev *argument0)
{
	/* input_unregister_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(int, ps2_command, struct ps2dev *ps2dev, u8 *param, unsigned int command)
{
	/* ps2_command() is not part of this case: it only gives 0. */
	return 0;
}

/* Before every round, on zeroed memory. */
static void set_up(void *state)
{
	struct fake *fake = state;

	fake->alps_data = kzalloc(sizeof(*fake->alps_data), GFP_KERNEL);
	timer_setup(&fake->alps_data->timer, millrace_call(alps_flush_packet), 0);
	INIT_DELAYED_WORK(&fake->alps_data->dev3_register_work, millrace_call(alps_register_bare_ps2_mouse));
	INIT_DELAYED_WORK(&fake->psmouse.resync_work, millrace_call(psmouse_resync));
	fake->psmouse.private = fake->alps_data;
	fake->alps_data->dev2 = &fake->input_dev;
	fake->alps_data->dev3 = &fake->input_dev;
	fake->alps_data->psmouse = &fake->psmouse;
	fake->psmouse.ps2dev.serio = &fake->serio;
}

static void alps_disconnect_side(void *state)
{
	struct fake *fake = state;

	millrace_call(alps_disconnect)(&fake->psmouse);
}

static struct work_struct *alps_register_bare_ps2_mouse_work(void *state)
{
	struct fake *fake = state;

	return &fake->alps_data->dev3_register_work.work;
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/* What goes wrong here, the engines see themselves. */
}

static const struct millrace_test disconnect_vs_register = {
	.name = "disconnect_vs_register",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "alps_disconnect", .context = MILLRACE_TASK, .run = alps_disconnect_side },
		{ .name = "alps_register_bare_ps2_mouse", .context = MILLRACE_WORK, .work = alps_register_bare_ps2_mouse_work },
	},
};
MILLRACE_KUNIT(disconnect_vs_register)

static struct kunit_case alps_dev3_cases[] = {
	MILLRACE_CASE(disconnect_vs_register),
	{ }
};

static struct kunit_suite alps_dev3_suite = {
	.name = "alps_dev3",
	.test_cases = alps_dev3_cases,
};
kunit_test_suite(alps_dev3_suite);

MODULE_DESCRIPTION("alps: disconnect while a bare PS/2 mouse is being registered");
MODULE_LICENSE("GPL");
