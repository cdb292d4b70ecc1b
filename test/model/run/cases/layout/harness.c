// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/serio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "millrace.h"

struct sunkbd {
	unsigned char keycode[128];
	struct input_dev *dev;
	struct serio *serio;
	struct work_struct tq;
	int added;
	wait_queue_head_t wait;
	char name[64];
	char phys[32];
	char type;
	bool enabled;
	volatile s8 reset;
	volatile s8 layout;
};

static void set_up(void *state)
{
}

static void look(struct millrace_verdict *verdict, void *state)
{
}

static void reads(void *state)
{
	struct sunkbd *sunkbd = state;

	if (sunkbd->reset)
		sunkbd->added++;
}

static const struct millrace_test copied = {
	.name = "copied",
	.state_size = sizeof(struct sunkbd),
	.setup = set_up,
	.check = look,
	.sides = {
		{ .name = "reads", .context = MILLRACE_TASK, .run = reads },
		{ .name = "reads_too", .context = MILLRACE_TASK, .run = reads },
	},
};
MILLRACE_KUNIT(copied)

static struct kunit_case cases[] = { MILLRACE_CASE(copied), {} };
static struct kunit_suite suite = { .name = "layout", .test_cases = cases };
kunit_test_suite(suite);
