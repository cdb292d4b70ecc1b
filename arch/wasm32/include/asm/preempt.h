/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PREEMPT_H
#define _ASM_WASM32_PREEMPT_H

#include <asm/machine.h>
#include <linux/thread_info.h>

#define PREEMPT_ENABLED 0

#define init_task_preempt_count(p) do { } while (0)
#define init_idle_preempt_count(p, cpu) do { } while (0)

static __always_inline int preempt_count(void)
{
	return millrace_preempt_count();
}

static __always_inline void preempt_count_set(int count)
{
	millrace_preempt_count_set(count);
}

static __always_inline void set_preempt_need_resched(void)
{
}

static __always_inline void clear_preempt_need_resched(void)
{
}

static __always_inline bool test_preempt_need_resched(void)
{
	return false;
}

static __always_inline void __preempt_count_add(int value)
{
	millrace_preempt_count_add(value);
}

static __always_inline void __preempt_count_sub(int value)
{
	millrace_preempt_count_add(-value);
}

static __always_inline bool __preempt_count_dec_and_test(void)
{
	millrace_preempt_count_add(-1);
	return millrace_preempt_count() == 0;
}

static __always_inline bool should_resched(int offset)
{
	return millrace_preempt_count() == offset && millrace_need_resched();
}

#define __preempt_schedule() millrace_preempt_schedule()
#define __preempt_schedule_notrace() millrace_preempt_schedule()

#endif
