// SPDX-License-Identifier: GPL-2.0
/* A case has one test at least; this one does nothing. See case.yaml. */
#include <kunit/test.h>

#include "millrace.h"

static void nothing_side(void *state)
{
}

static const struct millrace_test nothing = {
	.name = "nothing",
	.state_size = sizeof(int),
	.sides = {
		{ .name = "first", .context = MILLRACE_TASK, .run = nothing_side },
		{ .name = "second", .context = MILLRACE_TASK, .run = nothing_side },
	},
};
MILLRACE_KUNIT(nothing)

static struct kunit_case kcsan_extra_cases[] = {
	MILLRACE_CASE(nothing),
	{ }
};

static struct kunit_suite kcsan_extra_suite = {
	.name = "kcsan_extra",
	.test_cases = kcsan_extra_cases,
};
kunit_test_suite(kcsan_extra_suite);

MODULE_DESCRIPTION("For npm run conformance: nothing");
MODULE_LICENSE("GPL");
