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
// expect spin_irq_wrong: deadlock lock-misuse
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include "program.h"

struct device {
	struct mutex a, b;
	spinlock_t spin;
	rwlock_t rw;
	struct rw_semaphore rwsem;
	struct semaphore sem;
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
