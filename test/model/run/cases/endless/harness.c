// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/string.h>
#include "millrace.h"

#define LARGE (1 << 20)

struct dev {
	int value;
	char block[LARGE];
};

static void look(struct millrace_verdict *v, void *s) { }
static void starts(void *s)
{
	struct dev *d = s;

	d->value = 1;
	for (;;)
		memset(d->block, 1, LARGE);
}
static void stores(void *s)
{
	struct dev *d = s;

	d->value = 2;
}
static const struct millrace_test fills = {
	.name = "fills",
	.state_size = sizeof(struct dev),
	.check = look,
	.sides = {
		{ .name = "stores", .context = MILLRACE_TASK, .run = stores },
		{ .name = "starts", .context = MILLRACE_TASK, .run = starts },
	},
};
MILLRACE_KUNIT(fills)
static struct kunit_case cases[] = { MILLRACE_CASE(fills), {} };
static struct kunit_suite suite = { .name = "endless", .test_cases = cases };
kunit_test_suite(suite);
