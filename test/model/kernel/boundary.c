// SPDX-License-Identifier: GPL-2.0
// expect not_reached: none
// expect panics: crash
// expect would_panic: none
// expect calls_fake: none
// expect race_behind_a_failure: crash data-race
// expect no_race_behind_a_failure: crash
// stops calls_undefined: nobody_defines_this() is not supplied by the machine, and calls() calls it
// stops calls_undefined_long: nobody_defines_that() is not supplied by the machine, and calls_long() calls it
// stops reads_undefined: the variable nor_this is not supplied by the machine, and reads() reads it
// stops marked_undefined: the variable nor_this is not supplied by the machine, and reads_marked() reads it
// stops writes_behind: the variable or_this is not supplied by the machine, and writes() writes it
// stops locks_undefined: the variable lock_of_nobody is not supplied by the machine, and locks() writes it
#include <linux/kernel.h>
#include <linux/reboot.h>
#include <linux/spinlock.h>
#include "program.h"

int nobody_defines_this(void);
u64 nobody_defines_that(void);
extern int nor_this, or_this[100];
extern spinlock_t lock_of_nobody;
extern int weakly __attribute__((weak));

struct device {
	int *pointer;
	int value, count;
};

static int *const table[] = { &nor_this, or_this };

#define FUNCTION(name, body) static noinline void name(void *state) { struct device *d = state; body }
FUNCTION(takes_address, d->pointer = table[d->value]; if (&weakly) weakly = 1;)
FUNCTION(calls, d->value = nobody_defines_this();)
FUNCTION(calls_long, d->value = nobody_defines_that();)
FUNCTION(reads, d->value = nor_this;)
FUNCTION(reads_marked, d->value = READ_ONCE(nor_this);)
FUNCTION(writes, or_this[57] = d->value;)
FUNCTION(locks, spin_lock(&lock_of_nobody); d->value++; spin_unlock(&lock_of_nobody);)

FUNCTION(panicking, if (d->value == 0) panic("value %d", d->value);)
FUNCTION(content, if (d->value == 1) panic("value %d", d->value);)
FUNCTION(restarts, emergency_restart();)

MILLRACE_FAKE(void, emergency_restart, void)
{
}

FUNCTION(first_fails, if (READ_ONCE(d->value) == 0) panic("not yet"); d->count++;)
FUNCTION(lets_it_go_on, WRITE_ONCE(d->value, 1); d->count++;)
FUNCTION(counts_before, d->count++; smp_store_release(&d->value, 1);)
FUNCTION(counts_behind, if (smp_load_acquire(&d->value) == 0) panic("not yet"); d->count++;)

#define ONE(id, function) PROGRAM(id, struct device, nothing, nothing, SIDE(function, TASK), SIDE(function, TASK))
PROGRAM(not_reached, struct device, nothing, nothing, SIDE(takes_address, TASK));
PROGRAM(panics, struct device, nothing, nothing, SIDE(panicking, TASK));
PROGRAM(would_panic, struct device, nothing, nothing, SIDE(content, TASK));
PROGRAM(calls_fake, struct device, nothing, nothing, SIDE(restarts, TASK));
PROGRAM(race_behind_a_failure, struct device, nothing, nothing, SIDE(lets_it_go_on, TASK), SIDE(first_fails, TASK));
PROGRAM(no_race_behind_a_failure, struct device, nothing, nothing, SIDE(counts_behind, TASK), SIDE(counts_before, TASK));
ONE(calls_undefined, calls);
ONE(calls_undefined_long, calls_long);
ONE(reads_undefined, reads);
ONE(marked_undefined, reads_marked);
ONE(writes_behind, writes);
ONE(locks_undefined, locks);
