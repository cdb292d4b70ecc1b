/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SPINLOCK_TYPES_H
#define _ASM_WASM32_SPINLOCK_TYPES_H

/* The machine knows a lock by its address; the word is left as the initialiser set it. */
typedef struct {
	unsigned int slock;
} arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED { 0 }

typedef struct {
	unsigned int lock;
} arch_rwlock_t;

#define __ARCH_RW_LOCK_UNLOCKED { 0 }

#endif
