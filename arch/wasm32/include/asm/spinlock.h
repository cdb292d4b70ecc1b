/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SPINLOCK_H
#define _ASM_WASM32_SPINLOCK_H

#include <asm/machine.h>
#include <asm/spinlock_types.h>

#define arch_spin_is_locked(lock) millrace_arch_spin_is_locked(lock)
#define arch_spin_is_contended(lock) millrace_arch_spin_is_contended(lock)
#define arch_spin_value_unlocked(value) ((value).slock == 0)

/* arch_KIND_lock(), arch_KIND_trylock() and arch_KIND_unlock() of a lock of `type`: calls of the machine's. */
#define MILLRACE_ARCH_LOCK(kind, type)						\
static __always_inline void arch_##kind##_lock(type *lock)			\
{										\
	millrace_arch_##kind##_lock(lock);					\
}										\
										\
static __always_inline int arch_##kind##_trylock(type *lock)			\
{										\
	return millrace_arch_##kind##_trylock(lock);				\
}										\
										\
static __always_inline void arch_##kind##_unlock(type *lock)			\
{										\
	millrace_arch_##kind##_unlock(lock);					\
}

MILLRACE_ARCH_LOCK(spin, arch_spinlock_t)
MILLRACE_ARCH_LOCK(read, arch_rwlock_t)
MILLRACE_ARCH_LOCK(write, arch_rwlock_t)

#endif
