// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bcd.h>

/* What some code does to keep a sanitizer out, here for all that follows. */
#pragma clang attribute push(__attribute__((disable_sanitizer_instrumentation)), apply_to = function)
#include "millrace.h"

struct dev {
	unsigned int value;
};

static void set_up(void *state)
{
}

static void look(struct millrace_verdict *verdict, void *state)
{
}

static void adds(void *state)
{
	struct dev *dev = state;

	dev->value += _bcd2bin(1);
}

static void adds_too(void *state)
{
	adds(state);
}

static const struct millrace_test blind = {
	.name = "blind",
	.state_size = sizeof(struct dev),
	.setup = set_up,
	.check = look,
	.sides = {
		{ .name = "adds", .context = MILLRACE_TASK, .run = adds },
		{ .name = "adds_too", .context = MILLRACE_TASK, .run = adds_too },
	},
};
MILLRACE_KUNIT(blind)

static struct kunit_case cases[] = { MILLRACE_CASE(blind), {} };
static struct kunit_suite suite = { .name = "canary", .test_cases = cases };
kunit_test_suite(suite);

#pragma clang attribute pop
