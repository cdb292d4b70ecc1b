// SPDX-License-Identifier: GPL-2.0
/*
 * elo_work() against elo_remove().
 *
 *   task    elo_remove()
 *           drivers/hid/hid-elo.c
 *   work    elo_work()
 *           drivers/hid/hid-elo.c
 *
 * Made by `millrace new`.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>

#include "millrace.h"

MILLRACE_EXPOSED(void, elo_remove, struct hid_device *hdev);
MILLRACE_EXPOSED(void, elo_work, struct work_struct *work);
MILLRACE_EXPOSED(void, hidinput_led_worker, struct work_struct *work);

struct fake {
	struct hid_device hid_device;
	struct hid_ll_driver hid_ll_driver;
	struct elo_priv *elo_priv;
	struct usb_device usb_device;
};

MILLRACE_FAKE(void, device_remove_file, struct device *dev, const struct device_attribute *attr)
{
	/* device_remove_file() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_free_device, struct input_dev *dev)
{
	/* input_free_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, input_unregister_device, struct input_dev *argument0)
{
	/* input_unregister_device() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(int, usb_control_msg, struct usb_device *dev, unsigned int pipe, __u8 request, __u8 requesttype, __u16 value, __u16 index, void *data, __u16 size, int timeout)
{
	/* usb_control_msg() is not part of this case: it only gives 0. */
	return 0;
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

	fake->elo_priv = kzalloc(sizeof(*fake->elo_priv), GFP_KERNEL);
	sema_init(&fake->hid_device.driver_input_lock, 1);
	INIT_LIST_HEAD(&fake->hid_device.inputs);
	INIT_WORK(&fake->hid_device.led_work, millrace_call(hidinput_led_worker));
	INIT_DELAYED_WORK(&fake->elo_priv->work, millrace_call(elo_work));
	fake->hid_device.ll_driver = &fake->hid_ll_driver;
	fake->hid_device.dev.driver_data = fake->elo_priv;
	fake->elo_priv->usbdev = &fake->usb_device;
	fake->hid_device.hiddev_disconnect = hid_device_hiddev_disconnect_stub;
	fake->hid_ll_driver.stop = hid_ll_driver_stop_stub;
	fake->hid_device.io_started = 1; /* hid.h:1058 */
}

static void elo_remove_side(void *state)
{
	struct fake *fake = state;

	millrace_call(elo_remove)(&fake->hid_device);
}

static struct work_struct *elo_work_work(void *state)
{
	struct fake *fake = state;

	return &fake->elo_priv->work.work;
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/* What goes wrong here, the engines see themselves. */
}

static const struct millrace_test remove_vs_work = {
	.name = "remove_vs_work",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "elo_remove", .context = MILLRACE_TASK, .run = elo_remove_side },
		{ .name = "elo_work", .context = MILLRACE_WORK, .work = elo_work_work },
	},
};
MILLRACE_KUNIT(remove_vs_work)

static struct kunit_case elo_remove_cases[] = {
	MILLRACE_CASE(remove_vs_work),
	{ }
};

static struct kunit_suite elo_remove_suite = {
	.name = "elo_remove",
	.test_cases = elo_remove_cases,
};
kunit_test_suite(elo_remove_suite);

MODULE_DESCRIPTION("elo: remove against the work item that keeps the touchscreen awake");
MODULE_LICENSE("GPL");
