// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bcd.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "millrace.h"

struct dev { int ready; int value; unsigned char byte; spinlock_t lock; unsigned out; };

static void set_up(void *s) { struct dev *d = s; spin_lock_init(&d->lock); }
static void look(struct millrace_verdict *v, void *s) { }
static noinline void deep(struct dev *d)
{
	d->value = 3;
}
static void adds(void *s) { struct dev *d = s; d->value++; }
static void stops(void *s)
{
	struct dev *d = s;

	if (!d->ready)
		return;
	deep(d);
}
static void both(void *s)
{
	adds(s);
	deep(s);
}
static void idles(void *s) { struct dev *d = s; d->byte = 0x81; }
static noinline void half(struct dev *d)
{
	if (!d->ready)
		return;
	d->value = 3;
	d->byte = 3;
	d->value += 3;
}
static void halves(void *s) { half(s); }
static void locks(void *s) { struct dev *d = s; spin_lock(&d->lock); d->value++; spin_unlock(&d->lock); }
static void locks_too(void *s) { struct dev *d = s; spin_lock(&d->lock); d->value++; spin_unlock(&d->lock); }
static void converts(void *s)
{
	struct dev *d = s;

	if (!d->ready)
		return;
	d->out = _bcd2bin(d->byte);
}
static void converts_really(void *s)
{
	struct dev *d = s;

	d->out = _bcd2bin(d->byte);
}
#define TEST(id, ...) static const struct millrace_test id = { .name = #id, .state_size = sizeof(struct dev), \
	.setup = set_up, .check = look, .sides = { __VA_ARGS__ } }; MILLRACE_KUNIT(id)
#define S(f) { .name = #f, .context = MILLRACE_TASK, .run = f }
TEST(never, S(adds), S(stops))
TEST(alone, S(both), S(idles))
TEST(early, S(adds), S(halves))
TEST(expected, S(locks), S(stops))
TEST(fine, S(locks), S(locks_too))
TEST(control, S(idles), S(converts))
TEST(control_fine, S(locks), S(converts_really))
static struct kunit_case cases[] = { MILLRACE_CASE(never), MILLRACE_CASE(alone), MILLRACE_CASE(early), MILLRACE_CASE(expected),
	 MILLRACE_CASE(fine), MILLRACE_CASE(control), MILLRACE_CASE(control_fine), {} };
static struct kunit_suite suite = { .name = "coverage", .test_cases = cases };
kunit_test_suite(suite);
