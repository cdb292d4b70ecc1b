// SPDX-License-Identifier: GPL-2.0
// expect mutex_both: none
// expect mutex_one_side: data-race
// expect mutex_not_owner: lock-misuse
// expect mutex_self: deadlock
// expect mutex_abba: deadlock
// expect mutex_in_spinlock: sleep-in-atomic
// expect mutex_kept: lock-leak deadlock
// expect trylock_ignored: data-race lock-misuse
// expect rwlock_readers: none
// expect rwlock_write_in_read: data-race
// expect rwsem_both: none
// expect rwsem_reader_writes: data-race
// expect semaphore_handover: none
// expect semaphore_no_up: deadlock
// expect trylock_checked: none
// expect mutex_interruptible: none
// expect rwlock_irq_forms: none
// expect rwlock_irq_missing: deadlock lock-misuse
// expect rwlock_trylock: none
// expect rwlock_not_held: lock-misuse
// expect rwsem_trylock: none
// expect rwsem_downgrade: none
// expect rwsem_downgrade_write: data-race
// expect rwsem_in_atomic: sleep-in-atomic
// expect semaphore_trylock: none
// expect semaphore_trylock_ignored: data-race
// expect semaphore_in_atomic: sleep-in-atomic
// expect spin_kept: deadlock lock-leak
// expect preempt_unbalanced: lock-leak
// expect seqlock_right: none
// expect seqlock_read_outside: data-race
// expect seqlock_exclusive: none
// expect exclusive_writer: none
// expect exclusive_writers: data-race
// expect exclusive_access: none
// expect exclusive_access_written: data-race
// expect never_ends: no-progress
// expect spin_irq_wrong: deadlock lock-misuse
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include "program.h"

struct device {
	struct mutex a, b;
	spinlock_t spin;
	rwlock_t rw;
	struct rw_semaphore rwsem;
	struct semaphore sem;
	seqlock_t seq;
	int value, copy;
};

static void setup(void *state)
{
	struct device *d = state;

	mutex_init(&d->a);
	mutex_init(&d->b);
	spin_lock_init(&d->spin);
	rwlock_init(&d->rw);
	init_rwsem(&d->rwsem);
	sema_init(&d->sem, 0);
	seqlock_init(&d->seq);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; body }
FUNCTION(locked, mutex_lock(&d->a); d->value++; mutex_unlock(&d->a);)
FUNCTION(unlocked, d->value++;)
FUNCTION(unlock_only, mutex_unlock(&d->a);)
FUNCTION(twice, mutex_lock(&d->a); mutex_lock(&d->a);)
FUNCTION(ab, mutex_lock(&d->a); mutex_lock(&d->b); mutex_unlock(&d->b); mutex_unlock(&d->a);)
FUNCTION(ba, mutex_lock(&d->b); mutex_lock(&d->a); mutex_unlock(&d->a); mutex_unlock(&d->b);)
FUNCTION(in_spin, spin_lock(&d->spin); mutex_lock(&d->a); mutex_unlock(&d->a); spin_unlock(&d->spin);)
FUNCTION(kept, mutex_lock(&d->a); d->value++;)
FUNCTION(try_ignored, (void)mutex_trylock(&d->a); d->value++; mutex_unlock(&d->a);)
FUNCTION(rw_read, int v; read_lock(&d->rw); v = d->value; read_unlock(&d->rw); OPTIMIZER_HIDE_VAR(v);)
FUNCTION(rw_write, write_lock(&d->rw); d->value++; write_unlock(&d->rw);)
FUNCTION(rw_read_writes, read_lock(&d->rw); d->value++; read_unlock(&d->rw);)
FUNCTION(sem_write, down_write(&d->rwsem); d->value++; up_write(&d->rwsem);)
FUNCTION(sem_read_writes, down_read(&d->rwsem); d->value++; up_read(&d->rwsem);)
FUNCTION(produce, d->value = 1; up(&d->sem);)
FUNCTION(consume, down(&d->sem); d->value++;)
FUNCTION(spin_on, spin_lock(&d->spin); d->value++; spin_unlock(&d->spin);)
FUNCTION(try_checked, if (mutex_trylock(&d->a)) { d->value++; mutex_unlock(&d->a); })
FUNCTION(interruptible, if (!mutex_lock_interruptible(&d->a)) { d->value++; mutex_unlock(&d->a); })
FUNCTION(rw_write_irq, unsigned long flags; write_lock_irqsave(&d->rw, flags); d->value++; write_unlock_irqrestore(&d->rw, flags);)
FUNCTION(rw_read_irq, read_lock_irq(&d->rw); OPTIMIZER_HIDE_VAR(d->value); read_unlock_irq(&d->rw);)
FUNCTION(rw_try_write, if (write_trylock(&d->rw)) { d->value++; write_unlock(&d->rw); })
FUNCTION(rw_unlock_only, read_unlock(&d->rw);)
FUNCTION(rwsem_try, if (down_write_trylock(&d->rwsem)) { d->value++; up_write(&d->rwsem); })
FUNCTION(rwsem_downgrades, down_write(&d->rwsem); d->value++; downgrade_write(&d->rwsem); d->copy = d->value; up_read(&d->rwsem);)
FUNCTION(rwsem_downgrades_early, down_write(&d->rwsem); downgrade_write(&d->rwsem); d->value++; up_read(&d->rwsem);)
FUNCTION(rwsem_reads, int v; down_read(&d->rwsem); v = d->value; up_read(&d->rwsem); OPTIMIZER_HIDE_VAR(v);)
FUNCTION(rwsem_atomic, spin_lock(&d->spin); down_read(&d->rwsem); up_read(&d->rwsem); spin_unlock(&d->spin);)
FUNCTION(sem_try, if (!down_trylock(&d->sem)) d->value++;)
FUNCTION(sem_try_ignored, if (down_trylock(&d->sem)) d->copy = 1; d->value++;)
FUNCTION(sem_atomic, up(&d->sem); spin_lock(&d->spin); down(&d->sem); spin_unlock(&d->spin);)
FUNCTION(spin_keeps, spin_lock(&d->spin); d->value++;)
FUNCTION(preempt_keeps, preempt_disable(); d->copy++;)
FUNCTION(seq_write, write_seqlock(&d->seq); d->value++; write_sequnlock(&d->seq);)
FUNCTION(seq_read, unsigned int s; int v; do { s = read_seqbegin(&d->seq); v = d->value; } while (read_seqretry(&d->seq, s)); d->copy = v;)
FUNCTION(seq_read_outside, d->copy = d->value;)
FUNCTION(seq_excl, read_seqlock_excl(&d->seq); d->copy = d->value; read_sequnlock_excl(&d->seq);)
FUNCTION(only_writer, ASSERT_EXCLUSIVE_WRITER(d->value); WRITE_ONCE(d->value, 2);)
FUNCTION(only_reads, WRITE_ONCE(d->copy, READ_ONCE(d->value));)
FUNCTION(only_user, ASSERT_EXCLUSIVE_ACCESS(d->value);)
FUNCTION(seq_read_outside_none, d->copy = 1;)
FUNCTION(endless, for (;;) READ_ONCE(d->value);)

PROGRAM(mutex_both, struct device, setup, nothing, SIDE(locked, TASK), SIDE(locked, TASK));
PROGRAM(mutex_one_side, struct device, setup, nothing, SIDE(locked, TASK), SIDE(unlocked, TASK));
PROGRAM(mutex_not_owner, struct device, setup, nothing, SIDE(unlock_only, TASK));
PROGRAM(mutex_self, struct device, setup, nothing, SIDE(twice, TASK));
PROGRAM(mutex_abba, struct device, setup, nothing, SIDE(ab, TASK), SIDE(ba, TASK));
PROGRAM(mutex_in_spinlock, struct device, setup, nothing, SIDE(in_spin, TASK));
PROGRAM(mutex_kept, struct device, setup, nothing, SIDE(kept, TASK), SIDE(locked, TASK));
PROGRAM(trylock_ignored, struct device, setup, nothing, SIDE(try_ignored, TASK), SIDE(locked, TASK));
PROGRAM(rwlock_readers, struct device, setup, nothing, SIDE(rw_read, TASK), SIDE(rw_write, TASK));
PROGRAM(rwlock_write_in_read, struct device, setup, nothing, SIDE(rw_read_writes, TASK), SIDE(rw_read_writes, TASK));
PROGRAM(rwsem_both, struct device, setup, nothing, SIDE(sem_write, TASK), SIDE(sem_write, TASK));
PROGRAM(rwsem_reader_writes, struct device, setup, nothing, SIDE(sem_read_writes, TASK), SIDE(sem_read_writes, TASK));
PROGRAM(semaphore_handover, struct device, setup, nothing, SIDE(produce, TASK), SIDE(consume, TASK));
PROGRAM(semaphore_no_up, struct device, setup, nothing, SIDE(consume, TASK));
PROGRAM(spin_irq_wrong, struct device, setup, nothing, SIDE(spin_on, TASK), SIDE(spin_on, HARDIRQ));
#define TWO(id, one, one_is, two, two_is) PROGRAM(id, struct device, setup, nothing, SIDE(one, one_is), SIDE(two, two_is))
TWO(trylock_checked, try_checked, TASK, locked, TASK);
TWO(mutex_interruptible, interruptible, TASK, locked, TASK);
TWO(rwlock_irq_forms, rw_write_irq, TASK, rw_read_irq, TASK);
TWO(rwlock_irq_missing, rw_write, TASK, rw_write_irq, HARDIRQ);
TWO(rwlock_trylock, rw_try_write, TASK, rw_read, TASK);
PROGRAM(rwlock_not_held, struct device, setup, nothing, SIDE(rw_unlock_only, TASK));
TWO(rwsem_trylock, rwsem_try, TASK, sem_write, TASK);
TWO(rwsem_downgrade, rwsem_downgrades, TASK, rwsem_reads, TASK);
TWO(rwsem_downgrade_write, rwsem_downgrades_early, TASK, rwsem_reads, TASK);
PROGRAM(rwsem_in_atomic, struct device, setup, nothing, SIDE(rwsem_atomic, TASK));
TWO(semaphore_trylock, produce, TASK, sem_try, TASK);
TWO(semaphore_trylock_ignored, produce, TASK, sem_try_ignored, TASK);
PROGRAM(semaphore_in_atomic, struct device, setup, nothing, SIDE(sem_atomic, TASK));
TWO(spin_kept, spin_keeps, TASK, spin_on, TASK);
PROGRAM(preempt_unbalanced, struct device, setup, nothing, SIDE(preempt_keeps, TASK));
TWO(seqlock_right, seq_write, TASK, seq_read, TASK);
TWO(seqlock_read_outside, seq_write, TASK, seq_read_outside, TASK);
TWO(seqlock_exclusive, seq_write, TASK, seq_excl, TASK);
TWO(exclusive_writer, only_writer, TASK, only_reads, TASK);
TWO(exclusive_writers, only_writer, TASK, only_writer, TASK);
TWO(exclusive_access, only_user, TASK, seq_read_outside_none, TASK);
TWO(exclusive_access_written, only_user, TASK, only_reads, TASK);
PROGRAM(never_ends, struct device, setup, nothing, SIDE(endless, TASK));
