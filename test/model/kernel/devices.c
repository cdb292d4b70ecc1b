// SPDX-License-Identifier: GPL-2.0
// expect sleep_against_jiffies: assertion
// expect sleep_against_ktime: assertion
// expect sleeps_unread: none
// expect null_registers: invalid-access
// expect own_registers: none
// expect ports_supplied: none
// expect timer_seen_pending: assertion
// expect work_seen_pending: assertion
// stops port_of_nobody: port 0x61 is not supplied, and reads_other_port() reads it
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "program.h"

MILLRACE_PORTS(0x40, 4)

struct device {
	u32 registers[4];
	struct timer_list timer;
	struct work_struct work;
	int seen;
};

static void expires(struct timer_list *timer)
{
}

static void works(struct work_struct *work)
{
}

static void set_up(void *state)
{
	struct device *d = state;

	timer_setup(&d->timer, expires, 0);
	INIT_WORK(&d->work, works);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; body }
FUNCTION(sleeps, msleep(1000); (void)d;)
FUNCTION(looks_at_jiffies, d->seen = READ_ONCE(jiffies) != 0;)
FUNCTION(looks_at_ktime, d->seen = ktime_get() != 0;)
FUNCTION(reads_null, d->seen = readl((void __iomem *)0x10);)
FUNCTION(reads_own, d->seen = readl((void __iomem __force *)&d->registers[1]) + 1;)
FUNCTION(reads_port, outb(7, 0x42); d->seen = inb(0x42) == 7;)
FUNCTION(reads_other_port, d->seen = inb(0x61);)
FUNCTION(arms, mod_timer(&d->timer, 1);)
FUNCTION(looks_at_timer, d->seen = timer_pending(&d->timer);)
FUNCTION(queues, schedule_work(&d->work);)
FUNCTION(looks_at_work, d->seen = work_pending(&d->work);)

/* Both fail, in different orders; looked at in the end, when all has happened. */
static void either(struct millrace_verdict *verdict, void *state)
{
	struct device *d = state;

	MILLRACE_EXPECT(verdict, d->seen, "it was there");
	MILLRACE_EXPECT(verdict, !d->seen, "it was not there");
}

#define EITHER(id, ...)						\
	static const struct millrace_test id = {		\
		.name = #id,					\
		.state_size = sizeof(struct device),		\
		.setup = set_up,				\
		.check = either,				\
		.teardown = nothing,				\
		.sides = { __VA_ARGS__ },			\
	};							\
	MILLRACE_KUNIT(id)

EITHER(sleep_against_jiffies, SIDE(sleeps, TASK), SIDE(looks_at_jiffies, TASK));
EITHER(sleep_against_ktime, SIDE(sleeps, TASK), SIDE(looks_at_ktime, TASK));
PROGRAM(sleeps_unread, struct device, nothing, nothing, SIDE(sleeps, TASK), SIDE(sleeps, TASK));
PROGRAM(null_registers, struct device, nothing, nothing, SIDE(reads_null, TASK));
PROGRAM(own_registers, struct device, nothing, nothing, SIDE(reads_own, TASK));
PROGRAM(ports_supplied, struct device, nothing, nothing, SIDE(reads_port, TASK));
PROGRAM(port_of_nobody, struct device, nothing, nothing, SIDE(reads_other_port, TASK));
EITHER(timer_seen_pending, SIDE(arms, TASK), SIDE(looks_at_timer, TASK));
EITHER(work_seen_pending, SIDE(queues, TASK), SIDE(looks_at_work, TASK));
