// SPDX-License-Identifier: GPL-2.0
// expect lost_interrupt: assertion
// expect kept_interrupt: none
// expect acknowledges_what_it_saw: none
// expect acknowledges_all: assertion
// expect kinds_of_access: none
#include <linux/io.h>
#include "program.h"

#define DONE BIT(0)
#define ERROR BIT(1)

struct chip {
	u32 regs[4];
	int done, errors;
};

static const struct millrace_register read_clears[] = {
	{ "INT_STATUS", 0, 4, MILLRACE_READ_CLEARS },
};
static const struct millrace_register one_clears[] = {
	{ "EVENTS", 0, 4, MILLRACE_ONE_CLEARS },
};
static const struct millrace_register all_kinds[] = {
	{ "VERSION", 0, 4, MILLRACE_READ_ONLY, .reset = 0x6869 },
	{ "KEY", 4, 4, MILLRACE_WRITE_ONLY },
	{ "SMALL", 8, 2, MILLRACE_READ_CLEARS, .count = 2, .stride = 2, .reset = 0x1234 },
	{ "FLAGS", 12, 4, MILLRACE_ONE_CLEARS, .reset = 0xff },
};

static void *io(struct chip *chip, unsigned int offset)
{
	return (void __iomem __force *)((u8 *)chip->regs + offset);
}

static void reading_clears(void *state)
{
	millrace_registers(((struct chip *)state)->regs, read_clears, ARRAY_SIZE(read_clears));
}

static void memory_alone(void *state)
{
}

static void writing_clears(void *state)
{
	millrace_registers(((struct chip *)state)->regs, one_clears, ARRAY_SIZE(one_clears));
}

static void of_each_kind(void *state)
{
	millrace_registers(((struct chip *)state)->regs, all_kinds, ARRAY_SIZE(all_kinds));
}

/* The chip is done and asserts its line; the handler asks it why. */
static void interrupts(void *state)
{
	struct chip *chip = state;

	millrace_chip_set(&chip->regs[0], DONE);
	if (readl(io(chip, 0)) & DONE)
		WRITE_ONCE(chip->done, 1);
}

/* A watchdog that looks for errors: what else it reads is gone. */
static void looks_for_errors(void *state)
{
	struct chip *chip = state;

	if (readl(io(chip, 0)) & ERROR)
		WRITE_ONCE(chip->errors, 1);
}

static void it_was_seen(struct millrace_verdict *verdict, void *state)
{
	MILLRACE_EXPECT(verdict, ((struct chip *)state)->done, "the driver has seen that the chip is done");
}

static void acknowledges(struct chip *chip, u32 value, u32 written)
{
	writel(written, io(chip, 0));
	if (value & DONE)
		WRITE_ONCE(chip->done, 1);
	if (value & ERROR)
		WRITE_ONCE(chip->errors, 1);
}

static void takes_what_it_saw(void *state)
{
	u32 value = readl(io(state, 0));

	acknowledges(state, value, value);
}

static void takes_all(void *state)
{
	acknowledges(state, readl(io(state, 0)), ~0);
}

static void has_both(void *state)
{
	struct chip *chip = state;

	millrace_chip_set(&chip->regs[0], DONE);
	millrace_chip_set(&chip->regs[0], ERROR);
}

/* What nobody has taken yet is still there. */
static void nothing_is_lost(struct millrace_verdict *verdict, void *state)
{
	struct chip *chip = state;
	u32 left = READ_ONCE(chip->regs[0]);

	MILLRACE_EXPECT(verdict, chip->done || left & DONE, "done is known or still to be read");
	MILLRACE_EXPECT(verdict, chip->errors || left & ERROR, "the error is known or still to be read");
}

static void uses_each(void *state)
{
	struct chip *chip = state;

	writel(1, io(chip, 0));
	writel(7, io(chip, 4));
	writel(0x0f, io(chip, 12));
	chip->done = readl(io(chip, 0)) == 0x6869 && readl(io(chip, 4)) == 0 && chip->regs[1] == 7 &&
		     readw(io(chip, 10)) == 0x1234 && readw(io(chip, 10)) == 0 && readb(io(chip, 9)) == 0x12 &&
		     readw(io(chip, 8)) == 0 && readl(io(chip, 12)) == 0xf0;
}

#define CHECKED(id, set_up, looks, ...)				\
	static const struct millrace_test id = {		\
		.name = #id,					\
		.state_size = sizeof(struct chip),		\
		.setup = set_up,				\
		.check = looks,					\
		.teardown = nothing,				\
		.sides = { __VA_ARGS__ },			\
	};							\
	MILLRACE_KUNIT(id)

CHECKED(lost_interrupt, reading_clears, it_was_seen, SIDE(interrupts, HARDIRQ), SIDE(looks_for_errors, TASK));
CHECKED(kept_interrupt, memory_alone, it_was_seen, SIDE(interrupts, HARDIRQ), SIDE(looks_for_errors, TASK));
CHECKED(acknowledges_what_it_saw, writing_clears, nothing_is_lost, SIDE(has_both, HARDIRQ),
	SIDE(takes_what_it_saw, TASK));
CHECKED(acknowledges_all, writing_clears, nothing_is_lost, SIDE(has_both, HARDIRQ), SIDE(takes_all, TASK));
CHECKED(kinds_of_access, of_each_kind, it_was_seen, SIDE(uses_each, TASK));
