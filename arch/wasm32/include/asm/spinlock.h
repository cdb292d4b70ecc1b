/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SPINLOCK_H
#define _ASM_WASM32_SPINLOCK_H

#include <asm/machine.h>
#include <asm/spinlock_types.h>

#define arch_spin_is_locked(lock) millrace_arch_spin_is_locked(lock)
#define arch_spin_is_contended(lock) millrace_arch_spin_is_contended(lock)
#define arch_spin_value_unlocked(value) ((value).slock == 0)

static __always_inline void arch_spin_lock(arch_spinlock_t *lock)
{
	millrace_arch_spin_lock(lock);
}

static __always_inline int arch_spin_trylock(arch_spinlock_t *lock)
{
	return millrace_arch_spin_trylock(lock);
}

static __always_inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	millrace_arch_spin_unlock(lock);
}

static __always_inline void arch_read_lock(arch_rwlock_t *lock)
{
	millrace_arch_read_lock(lock);
}

static __always_inline int arch_read_trylock(arch_rwlock_t *lock)
{
	return millrace_arch_read_trylock(lock);
}

static __always_inline void arch_read_unlock(arch_rwlock_t *lock)
{
	millrace_arch_read_unlock(lock);
}

static __always_inline void arch_write_lock(arch_rwlock_t *lock)
{
	millrace_arch_write_lock(lock);
}

static __always_inline int arch_write_trylock(arch_rwlock_t *lock)
{
	return millrace_arch_write_trylock(lock);
}

static __always_inline void arch_write_unlock(arch_rwlock_t *lock)
{
	millrace_arch_write_unlock(lock);
}

#endif
