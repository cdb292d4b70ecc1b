/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PERCPU_H
#define _ASM_WASM32_PERCPU_H

#include <asm/machine.h>

/* There is no array of offsets: the name alone keeps the generic header from declaring one. */
#define __per_cpu_offset __per_cpu_offset
#define per_cpu_offset(cpu) millrace_per_cpu_offset(cpu)
#define __my_cpu_offset millrace_per_cpu_offset(millrace_cpu())

/* A name that the linker turns into __start_millrace_percpu and __stop_millrace_percpu. */
#define PER_CPU_BASE_SECTION "millrace_percpu"

/*
 * this_cpu operations are one instruction on a CPU that has them, which KCSAN does not see. So they are marked here:
 * one relaxed builtin on this CPU's copy.
 */
#define __millrace_pcp_read(pcp) __atomic_load_n(raw_cpu_ptr(&(pcp)), __ATOMIC_RELAXED)
#define __millrace_pcp_write(pcp, value) __atomic_store_n(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED)
#define __millrace_pcp_add(pcp, value) ((void)__atomic_fetch_add(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED))
#define __millrace_pcp_and(pcp, value) ((void)__atomic_fetch_and(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED))
#define __millrace_pcp_or(pcp, value) ((void)__atomic_fetch_or(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED))
#define __millrace_pcp_add_return(pcp, value) __atomic_add_fetch(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED)
#define __millrace_pcp_xchg(pcp, value) __atomic_exchange_n(raw_cpu_ptr(&(pcp)), (value), __ATOMIC_RELAXED)

#define raw_cpu_read_1(pcp) __millrace_pcp_read(pcp)
#define raw_cpu_read_2(pcp) __millrace_pcp_read(pcp)
#define raw_cpu_read_4(pcp) __millrace_pcp_read(pcp)
#define raw_cpu_read_8(pcp) __millrace_pcp_read(pcp)
#define this_cpu_read_1(pcp) __millrace_pcp_read(pcp)
#define this_cpu_read_2(pcp) __millrace_pcp_read(pcp)
#define this_cpu_read_4(pcp) __millrace_pcp_read(pcp)
#define this_cpu_read_8(pcp) __millrace_pcp_read(pcp)
#define raw_cpu_write_1(pcp, value) __millrace_pcp_write(pcp, value)
#define raw_cpu_write_2(pcp, value) __millrace_pcp_write(pcp, value)
#define raw_cpu_write_4(pcp, value) __millrace_pcp_write(pcp, value)
#define raw_cpu_write_8(pcp, value) __millrace_pcp_write(pcp, value)
#define this_cpu_write_1(pcp, value) __millrace_pcp_write(pcp, value)
#define this_cpu_write_2(pcp, value) __millrace_pcp_write(pcp, value)
#define this_cpu_write_4(pcp, value) __millrace_pcp_write(pcp, value)
#define this_cpu_write_8(pcp, value) __millrace_pcp_write(pcp, value)
#define raw_cpu_add_1(pcp, value) __millrace_pcp_add(pcp, value)
#define raw_cpu_add_2(pcp, value) __millrace_pcp_add(pcp, value)
#define raw_cpu_add_4(pcp, value) __millrace_pcp_add(pcp, value)
#define raw_cpu_add_8(pcp, value) __millrace_pcp_add(pcp, value)
#define this_cpu_add_1(pcp, value) __millrace_pcp_add(pcp, value)
#define this_cpu_add_2(pcp, value) __millrace_pcp_add(pcp, value)
#define this_cpu_add_4(pcp, value) __millrace_pcp_add(pcp, value)
#define this_cpu_add_8(pcp, value) __millrace_pcp_add(pcp, value)
#define raw_cpu_and_1(pcp, value) __millrace_pcp_and(pcp, value)
#define raw_cpu_and_2(pcp, value) __millrace_pcp_and(pcp, value)
#define raw_cpu_and_4(pcp, value) __millrace_pcp_and(pcp, value)
#define raw_cpu_and_8(pcp, value) __millrace_pcp_and(pcp, value)
#define this_cpu_and_1(pcp, value) __millrace_pcp_and(pcp, value)
#define this_cpu_and_2(pcp, value) __millrace_pcp_and(pcp, value)
#define this_cpu_and_4(pcp, value) __millrace_pcp_and(pcp, value)
#define this_cpu_and_8(pcp, value) __millrace_pcp_and(pcp, value)
#define raw_cpu_or_1(pcp, value) __millrace_pcp_or(pcp, value)
#define raw_cpu_or_2(pcp, value) __millrace_pcp_or(pcp, value)
#define raw_cpu_or_4(pcp, value) __millrace_pcp_or(pcp, value)
#define raw_cpu_or_8(pcp, value) __millrace_pcp_or(pcp, value)
#define this_cpu_or_1(pcp, value) __millrace_pcp_or(pcp, value)
#define this_cpu_or_2(pcp, value) __millrace_pcp_or(pcp, value)
#define this_cpu_or_4(pcp, value) __millrace_pcp_or(pcp, value)
#define this_cpu_or_8(pcp, value) __millrace_pcp_or(pcp, value)
#define raw_cpu_add_return_1(pcp, value) __millrace_pcp_add_return(pcp, value)
#define raw_cpu_add_return_2(pcp, value) __millrace_pcp_add_return(pcp, value)
#define raw_cpu_add_return_4(pcp, value) __millrace_pcp_add_return(pcp, value)
#define raw_cpu_add_return_8(pcp, value) __millrace_pcp_add_return(pcp, value)
#define this_cpu_add_return_1(pcp, value) __millrace_pcp_add_return(pcp, value)
#define this_cpu_add_return_2(pcp, value) __millrace_pcp_add_return(pcp, value)
#define this_cpu_add_return_4(pcp, value) __millrace_pcp_add_return(pcp, value)
#define this_cpu_add_return_8(pcp, value) __millrace_pcp_add_return(pcp, value)
#define raw_cpu_xchg_1(pcp, value) __millrace_pcp_xchg(pcp, value)
#define raw_cpu_xchg_2(pcp, value) __millrace_pcp_xchg(pcp, value)
#define raw_cpu_xchg_4(pcp, value) __millrace_pcp_xchg(pcp, value)
#define raw_cpu_xchg_8(pcp, value) __millrace_pcp_xchg(pcp, value)
#define this_cpu_xchg_1(pcp, value) __millrace_pcp_xchg(pcp, value)
#define this_cpu_xchg_2(pcp, value) __millrace_pcp_xchg(pcp, value)
#define this_cpu_xchg_4(pcp, value) __millrace_pcp_xchg(pcp, value)
#define this_cpu_xchg_8(pcp, value) __millrace_pcp_xchg(pcp, value)

#include <asm-generic/percpu.h>

/* One section for all of them; alignment comes with each variable. */
#undef PER_CPU_SHARED_ALIGNED_SECTION
#define PER_CPU_SHARED_ALIGNED_SECTION ""
#undef PER_CPU_ALIGNED_SECTION
#define PER_CPU_ALIGNED_SECTION ""
#undef PER_CPU_FIRST_SECTION
#define PER_CPU_FIRST_SECTION ""

#endif
