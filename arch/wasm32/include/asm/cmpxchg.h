/* SPDX-License-Identifier: GPL-2.0 */
/* Each operation is one builtin, which the compiler's instrumentation turns into one __tsan_atomic*() call. */
#ifndef _ASM_WASM32_CMPXCHG_H
#define _ASM_WASM32_CMPXCHG_H

#include <linux/compiler.h>
#include <linux/types.h>

#define __millrace_xchg(ptr, value, order) \
	((__typeof__(*(ptr)))__atomic_exchange_n((ptr), (value), order))

#define __millrace_cmpxchg(ptr, old, new, order, failure)			\
({										\
	__unqual_scalar_typeof(*(ptr)) __millrace_old = (old);			\
	__atomic_compare_exchange_n((ptr), &__millrace_old, (new), false, order, failure);	\
	(__typeof__(*(ptr)))__millrace_old;					\
})

#define __millrace_try_cmpxchg(ptr, oldp, new, order, failure) \
	__atomic_compare_exchange_n((ptr), (oldp), (new), false, order, failure)

#define arch_xchg(ptr, value) __millrace_xchg(ptr, value, __ATOMIC_SEQ_CST)
#define arch_xchg_acquire(ptr, value) __millrace_xchg(ptr, value, __ATOMIC_ACQUIRE)
#define arch_xchg_release(ptr, value) __millrace_xchg(ptr, value, __ATOMIC_RELEASE)
#define arch_xchg_relaxed(ptr, value) __millrace_xchg(ptr, value, __ATOMIC_RELAXED)

#define arch_cmpxchg(ptr, old, new) \
	__millrace_cmpxchg(ptr, old, new, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define arch_cmpxchg_acquire(ptr, old, new) \
	__millrace_cmpxchg(ptr, old, new, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
#define arch_cmpxchg_release(ptr, old, new) \
	__millrace_cmpxchg(ptr, old, new, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define arch_cmpxchg_relaxed(ptr, old, new) \
	__millrace_cmpxchg(ptr, old, new, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define arch_cmpxchg_local arch_cmpxchg_relaxed
#define arch_sync_cmpxchg arch_cmpxchg
#define sync_cmpxchg arch_cmpxchg

#define arch_cmpxchg64 arch_cmpxchg
#define arch_cmpxchg64_acquire arch_cmpxchg_acquire
#define arch_cmpxchg64_release arch_cmpxchg_release
#define arch_cmpxchg64_relaxed arch_cmpxchg_relaxed
#define arch_cmpxchg64_local arch_cmpxchg_relaxed

#define arch_try_cmpxchg(ptr, oldp, new) \
	__millrace_try_cmpxchg(ptr, oldp, new, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define arch_try_cmpxchg_acquire(ptr, oldp, new) \
	__millrace_try_cmpxchg(ptr, oldp, new, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
#define arch_try_cmpxchg_release(ptr, oldp, new) \
	__millrace_try_cmpxchg(ptr, oldp, new, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define arch_try_cmpxchg_relaxed(ptr, oldp, new) \
	__millrace_try_cmpxchg(ptr, oldp, new, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define arch_try_cmpxchg_local arch_try_cmpxchg_relaxed
#define arch_try_cmpxchg64 arch_try_cmpxchg
#define arch_try_cmpxchg64_acquire arch_try_cmpxchg_acquire
#define arch_try_cmpxchg64_release arch_try_cmpxchg_release
#define arch_try_cmpxchg64_relaxed arch_try_cmpxchg_relaxed
#define arch_try_cmpxchg64_local arch_try_cmpxchg_relaxed

#endif
