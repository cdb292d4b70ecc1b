// SPDX-License-Identifier: GPL-2.0
// expect lock_irq_off: none
// expect lock_irq_on: deadlock lock-misuse
// expect lock_bh_off: none
// expect lock_bh_on: deadlock lock-misuse
// expect lock_bh_off_hardirq: deadlock lock-misuse
// expect trylock_irq_on: none
// expect rwlock_read_irq_on: none
// expect rwlock_write_irq_on: deadlock lock-misuse
// expect one_cpu_preempt_off: none
// expect one_cpu_preempt_on: data-race
// expect one_cpu_irq_off: none
// expect two_cpus_preempt_off: data-race
// expect one_cpu_hardirq_waits: no-progress
// expect flag_from_other_cpu: none
// expect flag_from_interrupted: no-progress
// expect seqcount_irq_off: none
// expect seqcount_irq_on: no-progress
// expect irqs_left_off: lock-leak
// expect softirqs_take_turns: none
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include "program.h"

struct device {
	spinlock_t lock;
	rwlock_t rw;
	seqcount_t seq;
	int value, copy, flag;
};

static void setup(void *state)
{
	struct device *d = state;

	spin_lock_init(&d->lock);
	rwlock_init(&d->rw);
	seqcount_init(&d->seq);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; unsigned long flags; body }
FUNCTION(irqsave, spin_lock_irqsave(&d->lock, flags); d->value++; spin_unlock_irqrestore(&d->lock, flags);)
FUNCTION(plain, spin_lock(&d->lock); d->value++; spin_unlock(&d->lock);)
FUNCTION(bh, spin_lock_bh(&d->lock); d->value++; spin_unlock_bh(&d->lock);)
FUNCTION(tries, if (!spin_trylock(&d->lock)) return; d->value++; spin_unlock(&d->lock);)
FUNCTION(reads, read_lock(&d->rw); READ_ONCE(d->value); read_unlock(&d->rw);)
FUNCTION(writes, write_lock(&d->rw); d->value++; write_unlock(&d->rw);)
FUNCTION(writes_irq, write_lock_irqsave(&d->rw, flags); d->value++; write_unlock_irqrestore(&d->rw, flags);)
FUNCTION(preempt_off, preempt_disable(); d->value++; preempt_enable();)
FUNCTION(preempt_on, d->value++;)
FUNCTION(irq_off, local_irq_save(flags); d->value++; local_irq_restore(flags);)
FUNCTION(sets_flag, WRITE_ONCE(d->copy, 1); WRITE_ONCE(d->flag, 1);)
FUNCTION(waits_for_flag, while (!READ_ONCE(d->flag)) cpu_relax();)
FUNCTION(waits_if_begun, if (READ_ONCE(d->copy)) while (!READ_ONCE(d->flag)) cpu_relax();)
FUNCTION(seq_writes, spin_lock(&d->lock); write_seqcount_begin(&d->seq); d->value++; write_seqcount_end(&d->seq); spin_unlock(&d->lock);)
FUNCTION(seq_writes_irq, spin_lock_irqsave(&d->lock, flags); write_seqcount_begin(&d->seq); d->value++; write_seqcount_end(&d->seq); spin_unlock_irqrestore(&d->lock, flags);)
FUNCTION(seq_reads, unsigned int s; int v; do { s = read_seqcount_begin(&d->seq); v = d->value; } while (read_seqcount_retry(&d->seq, s)); d->copy = v;)
FUNCTION(leaves_off, local_irq_disable();)

#define TWO(id, one, one_is, two, two_is) PROGRAM(id, struct device, setup, nothing, SIDE(one, one_is), SIDE(two, two_is))
#define ONE_CPU(id, one, one_is, two, two_is) PROGRAM_ON(1, id, struct device, setup, nothing, SIDE(one, one_is), SIDE(two, two_is))
TWO(lock_irq_off, irqsave, TASK, plain, HARDIRQ);
TWO(lock_irq_on, plain, TASK, plain, HARDIRQ);
TWO(lock_bh_off, bh, TASK, plain, SOFTIRQ);
TWO(lock_bh_on, plain, TASK, plain, SOFTIRQ);
TWO(lock_bh_off_hardirq, bh, TASK, plain, HARDIRQ);
TWO(trylock_irq_on, irqsave, TASK, tries, HARDIRQ);
TWO(rwlock_read_irq_on, reads, TASK, reads, HARDIRQ);
TWO(rwlock_write_irq_on, writes, TASK, reads, HARDIRQ);
ONE_CPU(one_cpu_preempt_off, preempt_off, TASK, preempt_off, TASK);
ONE_CPU(one_cpu_preempt_on, preempt_off, TASK, preempt_on, TASK);
ONE_CPU(one_cpu_irq_off, irq_off, TASK, preempt_on, HARDIRQ);
TWO(two_cpus_preempt_off, preempt_off, TASK, preempt_off, TASK);
ONE_CPU(one_cpu_hardirq_waits, sets_flag, TASK, waits_for_flag, HARDIRQ);
TWO(flag_from_other_cpu, sets_flag, TASK, waits_for_flag, TASK);
TWO(flag_from_interrupted, sets_flag, TASK, waits_if_begun, HARDIRQ);
TWO(seqcount_irq_off, seq_writes_irq, TASK, seq_reads, HARDIRQ);
TWO(seqcount_irq_on, seq_writes, TASK, seq_reads, HARDIRQ);
PROGRAM(irqs_left_off, struct device, setup, nothing, SIDE(leaves_off, TASK));
ONE_CPU(softirqs_take_turns, preempt_on, SOFTIRQ, preempt_on, SOFTIRQ);
