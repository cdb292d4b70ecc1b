// SPDX-License-Identifier: GPL-2.0
// expect this_cpu_own: none
// expect plain_own: none
// expect plain_other: data-race
// expect this_cpu_against_hardirq: none
// expect plain_against_hardirq: data-race
// expect irq_off_against_hardirq: none
// expect get_cpu_one_cpu: none
// expect no_get_cpu_one_cpu: data-race
// expect allocated: none
// expect allocated_kept: memory-leak
// expect allocated_freed_twice: invalid-free
// expect sum_after: none
// expect softirq_once: none
// expect softirq_races: data-race
// expect softirq_unknown: crash
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include "program.h"

static DEFINE_PER_CPU(int, counter) = 3;
static int value;

struct device {
	int __percpu *allocated;
	int sum;
};

static void setup(void *state)
{
	value = 0;
}

static void setup_allocated(void *state)
{
	struct device *d = state;

	d->allocated = alloc_percpu(int);
}

static void free_allocated(void *state)
{
	struct device *d = state;

	free_percpu(d->allocated);
}

static void free_twice(void *state)
{
	free_allocated(state);
	free_allocated(state);
}

static void sums_up(struct millrace_verdict *verdict, void *state)
{
	int cpu, sum = 0;

	for_each_possible_cpu(cpu)
		sum += per_cpu(counter, cpu) - 3;
	MILLRACE_EXPECT(verdict, sum == 2, "each side has counted once");
}

static void action(void)
{
	value++;
}

static void action_softirq(void *state)
{
	open_softirq(NET_TX_SOFTIRQ, (void *)action);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; unsigned long flags; body }
FUNCTION(inc, this_cpu_inc(counter);)
FUNCTION(plain, (*this_cpu_ptr(&counter))++;)
FUNCTION(others, int cpu; for_each_possible_cpu(cpu) d->sum += per_cpu(counter, cpu);)
FUNCTION(irq_off, local_irq_save(flags); (*this_cpu_ptr(&counter))++; local_irq_restore(flags);)
FUNCTION(gets, int cpu = get_cpu(); per_cpu(counter, cpu)++; put_cpu();)
FUNCTION(inc_allocated, (*this_cpu_ptr(d->allocated))++;)
FUNCTION(raises, value = 1; raise_softirq(NET_TX_SOFTIRQ);)
FUNCTION(raises_early, raise_softirq(NET_TX_SOFTIRQ); value = 1;)
FUNCTION(raises_unknown, raise_softirq(NET_RX_SOFTIRQ);)

#define TWO(id, one, one_is, two, two_is) PROGRAM(id, struct device, setup, nothing, SIDE(one, one_is), SIDE(two, two_is))
TWO(this_cpu_own, inc, TASK, inc, TASK);
TWO(plain_own, plain, TASK, plain, TASK);
TWO(plain_other, plain, TASK, others, TASK);
TWO(this_cpu_against_hardirq, inc, TASK, inc, HARDIRQ);
TWO(plain_against_hardirq, plain, TASK, plain, HARDIRQ);
TWO(irq_off_against_hardirq, irq_off, TASK, plain, HARDIRQ);
PROGRAM_ON(1, get_cpu_one_cpu, struct device, setup, nothing, SIDE(gets, TASK), SIDE(gets, TASK));
PROGRAM_ON(1, no_get_cpu_one_cpu, struct device, setup, nothing, SIDE(plain, TASK), SIDE(plain, TASK));
PROGRAM(allocated, struct device, setup_allocated, free_allocated, SIDE(inc_allocated, TASK), SIDE(inc_allocated, TASK));
PROGRAM(allocated_kept, struct device, setup_allocated, nothing, SIDE(inc_allocated, TASK));
PROGRAM(allocated_freed_twice, struct device, setup_allocated, free_twice, SIDE(inc_allocated, TASK));
static const struct millrace_test sum_after = {
	.name = "sum_after",
	.state_size = sizeof(struct device),
	.setup = setup,
	.check = sums_up,
	.teardown = nothing,
	.sides = { SIDE(inc, TASK), SIDE(plain, TASK) },
};
MILLRACE_KUNIT(sum_after)
PROGRAM(softirq_once, struct device, action_softirq, nothing, SIDE(raises, TASK));
PROGRAM(softirq_races, struct device, action_softirq, nothing, SIDE(raises_early, TASK));
PROGRAM(softirq_unknown, struct device, setup, nothing, SIDE(raises_unknown, TASK));
