/* SPDX-License-Identifier: GPL-2.0 */
/* atomic_t and atomic64_t on the compiler's builtins: one instrumented operation each, with its own order. */
#ifndef _ASM_WASM32_ATOMIC_H
#define _ASM_WASM32_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>

typedef struct {
	s64 __aligned(8) counter;
} atomic64_t;

#define ATOMIC64_INIT(value) { (value) }

/* Trees before 5.13 choose by this between the two ways to name an architecture's operations. */
#define ARCH_ATOMIC

#define arch_atomic_read(v) READ_ONCE((v)->counter)
#define arch_atomic_set(v, i) WRITE_ONCE((v)->counter, (i))
#define arch_atomic64_read(v) READ_ONCE((v)->counter)
#define arch_atomic64_set(v, i) WRITE_ONCE((v)->counter, (i))

#define __MILLRACE_ATOMIC_FETCH(prefix, type, word, op, suffix, order)		\
static __always_inline word arch_##prefix##_fetch_##op##suffix(word i, type *v)	\
{										\
	return __atomic_fetch_##op(&v->counter, i, order);			\
}

#define __MILLRACE_ATOMIC_RETURN(prefix, type, word, op, suffix, order)		\
static __always_inline word arch_##prefix##_##op##_return##suffix(word i, type *v) \
{										\
	return __atomic_##op##_fetch(&v->counter, i, order);			\
}

#define __MILLRACE_ATOMIC_VOID(prefix, type, word, op)				\
static __always_inline void arch_##prefix##_##op(word i, type *v)		\
{										\
	(void)__atomic_fetch_##op(&v->counter, i, __ATOMIC_RELAXED);		\
}

#define __MILLRACE_ATOMIC_ANDNOT(prefix, type, word, suffix, order)		\
static __always_inline word arch_##prefix##_fetch_andnot##suffix(word i, type *v) \
{										\
	return __atomic_fetch_and(&v->counter, ~i, order);			\
}

#define __MILLRACE_ATOMIC_ORDERS(generate, ...)					\
	generate(__VA_ARGS__, , __ATOMIC_SEQ_CST)				\
	generate(__VA_ARGS__, _acquire, __ATOMIC_ACQUIRE)			\
	generate(__VA_ARGS__, _release, __ATOMIC_RELEASE)			\
	generate(__VA_ARGS__, _relaxed, __ATOMIC_RELAXED)

#define __MILLRACE_ATOMIC_TYPE(prefix, type, word)				\
	__MILLRACE_ATOMIC_VOID(prefix, type, word, add)				\
	__MILLRACE_ATOMIC_VOID(prefix, type, word, sub)				\
	__MILLRACE_ATOMIC_VOID(prefix, type, word, and)				\
	__MILLRACE_ATOMIC_VOID(prefix, type, word, or)				\
	__MILLRACE_ATOMIC_VOID(prefix, type, word, xor)				\
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_FETCH, prefix, type, word, add) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_FETCH, prefix, type, word, sub) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_FETCH, prefix, type, word, and) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_FETCH, prefix, type, word, or) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_FETCH, prefix, type, word, xor) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_RETURN, prefix, type, word, add) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_RETURN, prefix, type, word, sub) \
	__MILLRACE_ATOMIC_ORDERS(__MILLRACE_ATOMIC_ANDNOT, prefix, type, word)	\
										\
static __always_inline void arch_##prefix##_andnot(word i, type *v)		\
{										\
	(void)__atomic_fetch_and(&v->counter, ~i, __ATOMIC_RELAXED);		\
}

__MILLRACE_ATOMIC_TYPE(atomic, atomic_t, int)
__MILLRACE_ATOMIC_TYPE(atomic64, atomic64_t, s64)

#define arch_atomic_andnot arch_atomic_andnot
#define arch_atomic_fetch_add arch_atomic_fetch_add
#define arch_atomic_fetch_add_acquire arch_atomic_fetch_add_acquire
#define arch_atomic_fetch_add_release arch_atomic_fetch_add_release
#define arch_atomic_fetch_add_relaxed arch_atomic_fetch_add_relaxed
#define arch_atomic_fetch_sub arch_atomic_fetch_sub
#define arch_atomic_fetch_sub_acquire arch_atomic_fetch_sub_acquire
#define arch_atomic_fetch_sub_release arch_atomic_fetch_sub_release
#define arch_atomic_fetch_sub_relaxed arch_atomic_fetch_sub_relaxed
#define arch_atomic_fetch_and arch_atomic_fetch_and
#define arch_atomic_fetch_and_acquire arch_atomic_fetch_and_acquire
#define arch_atomic_fetch_and_release arch_atomic_fetch_and_release
#define arch_atomic_fetch_and_relaxed arch_atomic_fetch_and_relaxed
#define arch_atomic_fetch_or arch_atomic_fetch_or
#define arch_atomic_fetch_or_acquire arch_atomic_fetch_or_acquire
#define arch_atomic_fetch_or_release arch_atomic_fetch_or_release
#define arch_atomic_fetch_or_relaxed arch_atomic_fetch_or_relaxed
#define arch_atomic_fetch_xor arch_atomic_fetch_xor
#define arch_atomic_fetch_xor_acquire arch_atomic_fetch_xor_acquire
#define arch_atomic_fetch_xor_release arch_atomic_fetch_xor_release
#define arch_atomic_fetch_xor_relaxed arch_atomic_fetch_xor_relaxed
#define arch_atomic_fetch_andnot arch_atomic_fetch_andnot
#define arch_atomic_fetch_andnot_acquire arch_atomic_fetch_andnot_acquire
#define arch_atomic_fetch_andnot_release arch_atomic_fetch_andnot_release
#define arch_atomic_fetch_andnot_relaxed arch_atomic_fetch_andnot_relaxed
#define arch_atomic_add_return arch_atomic_add_return
#define arch_atomic_add_return_acquire arch_atomic_add_return_acquire
#define arch_atomic_add_return_release arch_atomic_add_return_release
#define arch_atomic_add_return_relaxed arch_atomic_add_return_relaxed
#define arch_atomic_sub_return arch_atomic_sub_return
#define arch_atomic_sub_return_acquire arch_atomic_sub_return_acquire
#define arch_atomic_sub_return_release arch_atomic_sub_return_release
#define arch_atomic_sub_return_relaxed arch_atomic_sub_return_relaxed

#define arch_atomic_xchg(v, new) arch_xchg(&(v)->counter, new)
#define arch_atomic_xchg_acquire(v, new) arch_xchg_acquire(&(v)->counter, new)
#define arch_atomic_xchg_release(v, new) arch_xchg_release(&(v)->counter, new)
#define arch_atomic_xchg_relaxed(v, new) arch_xchg_relaxed(&(v)->counter, new)
#define arch_atomic_cmpxchg(v, old, new) arch_cmpxchg(&(v)->counter, old, new)
#define arch_atomic_cmpxchg_acquire(v, old, new) arch_cmpxchg_acquire(&(v)->counter, old, new)
#define arch_atomic_cmpxchg_release(v, old, new) arch_cmpxchg_release(&(v)->counter, old, new)
#define arch_atomic_cmpxchg_relaxed(v, old, new) arch_cmpxchg_relaxed(&(v)->counter, old, new)
#define arch_atomic_try_cmpxchg(v, oldp, new) arch_try_cmpxchg(&(v)->counter, oldp, new)
#define arch_atomic_try_cmpxchg_acquire(v, oldp, new) arch_try_cmpxchg_acquire(&(v)->counter, oldp, new)
#define arch_atomic_try_cmpxchg_release(v, oldp, new) arch_try_cmpxchg_release(&(v)->counter, oldp, new)
#define arch_atomic_try_cmpxchg_relaxed(v, oldp, new) arch_try_cmpxchg_relaxed(&(v)->counter, oldp, new)

#define arch_atomic64_andnot arch_atomic64_andnot
#define arch_atomic64_fetch_add arch_atomic64_fetch_add
#define arch_atomic64_fetch_add_acquire arch_atomic64_fetch_add_acquire
#define arch_atomic64_fetch_add_release arch_atomic64_fetch_add_release
#define arch_atomic64_fetch_add_relaxed arch_atomic64_fetch_add_relaxed
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub
#define arch_atomic64_fetch_sub_acquire arch_atomic64_fetch_sub_acquire
#define arch_atomic64_fetch_sub_release arch_atomic64_fetch_sub_release
#define arch_atomic64_fetch_sub_relaxed arch_atomic64_fetch_sub_relaxed
#define arch_atomic64_fetch_and arch_atomic64_fetch_and
#define arch_atomic64_fetch_and_acquire arch_atomic64_fetch_and_acquire
#define arch_atomic64_fetch_and_release arch_atomic64_fetch_and_release
#define arch_atomic64_fetch_and_relaxed arch_atomic64_fetch_and_relaxed
#define arch_atomic64_fetch_or arch_atomic64_fetch_or
#define arch_atomic64_fetch_or_acquire arch_atomic64_fetch_or_acquire
#define arch_atomic64_fetch_or_release arch_atomic64_fetch_or_release
#define arch_atomic64_fetch_or_relaxed arch_atomic64_fetch_or_relaxed
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor
#define arch_atomic64_fetch_xor_acquire arch_atomic64_fetch_xor_acquire
#define arch_atomic64_fetch_xor_release arch_atomic64_fetch_xor_release
#define arch_atomic64_fetch_xor_relaxed arch_atomic64_fetch_xor_relaxed
#define arch_atomic64_fetch_andnot arch_atomic64_fetch_andnot
#define arch_atomic64_fetch_andnot_acquire arch_atomic64_fetch_andnot_acquire
#define arch_atomic64_fetch_andnot_release arch_atomic64_fetch_andnot_release
#define arch_atomic64_fetch_andnot_relaxed arch_atomic64_fetch_andnot_relaxed
#define arch_atomic64_add_return arch_atomic64_add_return
#define arch_atomic64_add_return_acquire arch_atomic64_add_return_acquire
#define arch_atomic64_add_return_release arch_atomic64_add_return_release
#define arch_atomic64_add_return_relaxed arch_atomic64_add_return_relaxed
#define arch_atomic64_sub_return arch_atomic64_sub_return
#define arch_atomic64_sub_return_acquire arch_atomic64_sub_return_acquire
#define arch_atomic64_sub_return_release arch_atomic64_sub_return_release
#define arch_atomic64_sub_return_relaxed arch_atomic64_sub_return_relaxed

#define arch_atomic64_xchg(v, new) arch_xchg(&(v)->counter, new)
#define arch_atomic64_xchg_acquire(v, new) arch_xchg_acquire(&(v)->counter, new)
#define arch_atomic64_xchg_release(v, new) arch_xchg_release(&(v)->counter, new)
#define arch_atomic64_xchg_relaxed(v, new) arch_xchg_relaxed(&(v)->counter, new)
#define arch_atomic64_cmpxchg(v, old, new) arch_cmpxchg(&(v)->counter, old, new)
#define arch_atomic64_cmpxchg_acquire(v, old, new) arch_cmpxchg_acquire(&(v)->counter, old, new)
#define arch_atomic64_cmpxchg_release(v, old, new) arch_cmpxchg_release(&(v)->counter, old, new)
#define arch_atomic64_cmpxchg_relaxed(v, old, new) arch_cmpxchg_relaxed(&(v)->counter, old, new)
#define arch_atomic64_try_cmpxchg(v, oldp, new) arch_try_cmpxchg(&(v)->counter, oldp, new)
#define arch_atomic64_try_cmpxchg_acquire(v, oldp, new) arch_try_cmpxchg_acquire(&(v)->counter, oldp, new)
#define arch_atomic64_try_cmpxchg_release(v, oldp, new) arch_try_cmpxchg_release(&(v)->counter, oldp, new)
#define arch_atomic64_try_cmpxchg_relaxed(v, oldp, new) arch_try_cmpxchg_relaxed(&(v)->counter, oldp, new)

#endif
