/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs of this folder share: a test is a setup, sides and nothing to look at in the end. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "millrace.h"

static void nothing(void *state)
{
}

static void look(struct millrace_verdict *verdict, void *state)
{
}

#define SIDE(function, where) { .name = #function, .context = MILLRACE_##where, .run = function }

/* PROGRAM(name, type of the state, setup, teardown, sides...): each side on a CPU of its own */
#define PROGRAM(...) PROGRAM_ON(0, __VA_ARGS__)
#define PROGRAM_ON(count, id, type, set_up, tear_down, ...)	\
	static const struct millrace_test id = {	\
		.name = #id,				\
		.state_size = sizeof(type),		\
		.setup = set_up,			\
		.check = look,				\
		.teardown = tear_down,			\
		.sides = { __VA_ARGS__ },		\
		.cpus = count,				\
	};						\
	MILLRACE_KUNIT(id)

#endif
