/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_BARRIER_H
#define _ASM_WASM32_BARRIER_H

#include <linux/compiler.h>

#ifdef MILLRACE_KCSAN
/*
 * Instructions elsewhere, which no instrumentation sees: asm-generic/barrier.h
 * tells KCSAN of them, and the machine's memory is in order by itself.
 */
#define __mb() barrier()
#define __rmb() barrier()
#define __wmb() barrier()
#define __dma_rmb() barrier()
#define __dma_wmb() barrier()
#define __smp_mb() barrier()
#define __smp_rmb() barrier()
#define __smp_wmb() barrier()
#define __smp_mb__before_atomic() barrier()
#define __smp_mb__after_atomic() barrier()
#else
/* Fences that the compiler's instrumentation hands to the machine: __tsan_atomic_thread_fence(). */
#define mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dma_rmb() rmb()
#define dma_wmb() wmb()

#define __smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define __smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define __smp_mb__before_atomic() __smp_mb()
#define __smp_mb__after_atomic() __smp_mb()
#endif

/* One access with its order, where the generic code would have a volatile access and a fence. */
#define __smp_store_release(p, v)						\
do {										\
	__unqual_scalar_typeof(*(p)) __millrace_v = (v);			\
	compiletime_assert_atomic_type(*(p));					\
	__atomic_store_n((p), __millrace_v, __ATOMIC_RELEASE);			\
} while (0)

#define __smp_load_acquire(p)							\
({										\
	compiletime_assert_atomic_type(*(p));					\
	(typeof(*(p)))__atomic_load_n((p), __ATOMIC_ACQUIRE);			\
})

#define __smp_store_mb(var, value)						\
do {										\
	(void)__atomic_exchange_n(&(var), (value), __ATOMIC_SEQ_CST);		\
} while (0)

#include <asm-generic/barrier.h>

#endif
