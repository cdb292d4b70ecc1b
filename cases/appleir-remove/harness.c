// SPDX-License-Identifier: GPL-2.0
/*
 * key_up_tick() against appleir_remove().
 *
 *   task    appleir_remove()
 *           drivers/hid/hid-appleir.c
 *   timer   key_up_tick()
 *           drivers/hid/hid-appleir.c
 *
 * Made by `millrace new`.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, appleir_remove, struct hid_device *hid);
MILLRACE_EXPOSED(void, key_up_tick, struct timer_list *t);
MILLRACE_EXPOSED(void, hidinput_led_worker, struct work_struct *work);

struct fake {
	struct hid_device hid_device;
	struct appleir appleir;
	struct hid_ll_driver hid_ll_driver;
};

MILLRACE_FAKE(void, device_remove_file, struct device *dev, const struct device_attribute *attr)
{
	/* device_remove_file() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_event, struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	/* input_event() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_free_device, struct input_dev *dev)
{
	/* input_free_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_unregister_device, struct input_dev *argument0)
{
	/* input_unregister_device() is not part of this case: it does nothing. */
}

static void hid_device_hiddev_disconnect_stub(struct hid_device *argument0)
{
}

static void hid_ll_driver_stop_stub(struct hid_device *hdev)
{
}

/* Before every round, on zeroed memory. */
static void set_up(void *state)
{
	struct fake *fake = state;

	spin_lock_init(&fake->appleir.lock);
	timer_setup(&fake->appleir.key_up_timer, millrace_call(key_up_tick), 0);
	sema_init(&fake->hid_device.driver_input_lock, 1);
	INIT_LIST_HEAD(&fake->hid_device.inputs);
	INIT_WORK(&fake->hid_device.led_work, millrace_call(hidinput_led_worker));
	fake->hid_device.dev.driver_data = &fake->appleir;
	fake->hid_device.ll_driver = &fake->hid_ll_driver;
	fake->hid_device.hiddev_disconnect = hid_device_hiddev_disconnect_stub;
	fake->hid_ll_driver.stop = hid_ll_driver_stop_stub;
	fake->hid_device.io_started = 1; /* hid.h:1058 */
}

static void appleir_remove_side(void *state)
{
	struct fake *fake = state;

	millrace_call(appleir_remove)(&fake->hid_device);
}

static struct timer_list *key_up_tick_timer(void *state)
{
	struct fake *fake = state;

	return &fake->appleir.key_up_timer;
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/* What goes wrong here, the engines see themselves. */
}

static const struct millrace_test remove_vs_timer = {
	.name = "remove_vs_timer",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "appleir_remove", .context = MILLRACE_TASK, .run = appleir_remove_side },
		{ .name = "key_up_tick", .context = MILLRACE_TIMER, .timer = key_up_tick_timer },
	},
};
MILLRACE_KUNIT(remove_vs_timer)

static struct kunit_case appleir_remove_cases[] = {
	MILLRACE_CASE(remove_vs_timer),
	{ }
};

static struct kunit_suite appleir_remove_suite = {
	.name = "appleir_remove",
	.test_cases = appleir_remove_cases,
};
kunit_test_suite(appleir_remove_suite);

MODULE_DESCRIPTION("appleir: remove against the timer that lets a key go");
MODULE_LICENSE("GPL");
